import { type RuleInfo, type Spec, schemaFor } from "./schema.ts"

/** A JSON schema, as plain data. */
export type JsonSchema = { readonly [key: string]: unknown }

/** The JSON schema of `shufflewise.toml`, for editors that check TOML by one. */
export function configJsonSchema(rules: readonly RuleInfo[]): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Shufflewise configuration",
    ...toJsonSchema(schemaFor(rules)),
  }
}

/** The JSON schema of one value. */
export function toJsonSchema(spec: Spec): JsonSchema {
  const { description } = spec
  const shared = {
    description,
    ...(spec.default === undefined ? {} : { default: spec.default }),
    ...(spec.example === undefined ? {} : { examples: [spec.example] }),
  }
  switch (spec.kind) {
    case "boolean":
      return { ...shared, type: "boolean" }
    case "integer":
      return { ...shared, type: "integer", ...limits(spec) }
    case "bytes":
      return {
        ...shared,
        anyOf: [
          { type: "integer", ...limits({ minimum: 0, ...defined(spec) }) },
          { type: "string", pattern: "^\\s*\\d+(\\.\\d+)?\\s*([KkMmGgTtPp]?[Ii]?[Bb]|[KkMmGgTtPp])?\\s*$" },
        ],
      }
    case "text":
      return { ...shared, type: "string", ...(spec.pattern === undefined ? {} : { pattern: `^(?:${spec.pattern})$` }) }
    case "scalar":
      return { ...shared, type: ["string", "number", "boolean"] }
    case "choice":
      return {
        ...shared,
        enum: Object.keys(spec.choices),
        markdownEnumDescriptions: Object.values(spec.choices),
      }
    case "list": {
      const list = { type: "array", items: toJsonSchema(spec.of) }
      return spec.single ? { ...shared, anyOf: [toJsonSchema(spec.of), list] } : { ...shared, ...list }
    }
    case "record": {
      const table = {
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(Object.entries(spec.keys).map(([key, inner]) => [key, toJsonSchema(inner)])),
        ...(spec.required === undefined ? {} : { required: spec.required }),
      }
      if (spec.shorthand === undefined) return { ...shared, ...table }
      return { ...shared, anyOf: [toJsonSchema(spec.keys[spec.shorthand]!), table] }
    }
    case "map":
      // Dotted names may be written as nested tables, whose leaves a schema can't tell from branches.
      return { ...shared, type: "object", additionalProperties: { anyOf: [toJsonSchema(spec.of), { type: "object" }] } }
  }
}

function limits(spec: { minimum?: number; maximum?: number }): JsonSchema {
  return {
    ...(spec.minimum === undefined ? {} : { minimum: spec.minimum }),
    ...(spec.maximum === undefined ? {} : { maximum: spec.maximum }),
  }
}

/** Only the limits that are set, so that spreading them overrides nothing with undefined. */
function defined(spec: { minimum?: number; maximum?: number }): { minimum?: number; maximum?: number } {
  return limits(spec) as { minimum?: number; maximum?: number }
}
