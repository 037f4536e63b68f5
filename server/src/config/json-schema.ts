import { type RuleInfo, type Spec, schemaFor } from "./schema.ts"

/** A JSON schema, as plain data. */
export type JsonSchema = { readonly [key: string]: unknown }

/** The JSON schema of `shufflewise.toml`, for editors that check TOML by one. */
export function configJsonSchema(rules: readonly RuleInfo[]): JsonSchema {
  const schema = schemaFor(rules)
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Shufflewise configuration",
    ...withReferences(toJsonSchema(schema), Object.keys(schema.keys)),
  }
}

/** Says what `overrides` and `ignore` repeat by a reference: with many rules it would be most of the schema. */
function withReferences(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  const references = new Map(keys.map((key) => [JSON.stringify(at(schema, "properties", key)), `#/properties/${key}`]))
  references.set(JSON.stringify(at(schema, "properties", "select", "items")), "#/properties/select/items")
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value !== "object" || value === null) return value
    const known = references.get(JSON.stringify(value))
    if (known !== undefined && known !== path) return { $ref: known }
    if (Array.isArray(value)) return value.map((each, index) => visit(each, `${path}/${index}`))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each, `${path}/${key}`)]))
  }
  return visit(schema, "#") as JsonSchema
}

function at(schema: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((value, key) => (value as JsonSchema)[key], schema)
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
