import { formatBytes } from "./bytes.ts"
import { type RuleInfo, type Spec, schemaFor } from "./schema.ts"

/**
 * The reference of all keys as Markdown, for docs/configuration.md. Rules' own options stand in a table of their own.
 */
export function configReference(rules: readonly RuleInfo[]): string {
  const schema = schemaFor(rules)
  const lines: string[] = []
  for (const [key, spec] of Object.entries(schema.keys)) lines.push(...section(key, spec))
  lines.push("### Options of rules", "")
  const rows = rules.flatMap((rule) =>
    Object.entries(rule.options ?? {}).map(
      ([name, option]) =>
        `| \`${rule.name}\` | \`${name}\` | ${typeName(option.type)} | ${showDefault(option.type, option.default)} | ${cell(option.description)} |`,
    ),
  )
  if (rows.length === 0) lines.push("No rule has options.", "")
  else lines.push("| rule | option | type | default | what it does |", "|---|---|---|---|---|", ...rows, "")
  return lines.join("\n")
}

function section(key: string, spec: Spec): string[] {
  const lines = [`### \`${key}\``, "", spec.description, ""]
  const facts = [`Type: ${describeType(spec)}.`]
  if (spec.default !== undefined) facts.push(`Default: ${code(toml(spec.default))}.`)
  lines.push(facts.join(" "), "")
  if (spec.kind === "choice")
    lines.push(...Object.entries(spec.choices).map(([word, meaning]) => `- \`${word}\`: ${meaning}`), "")
  const inner = spec.kind === "map" ? spec.of : spec
  if (inner.kind === "record" && key !== "rules") lines.push(...keyTable(inner), "")
  if (spec.example !== undefined) lines.push("```toml", `${key} = ${toml(spec.example)}`, "```", "")
  return lines
}

function keyTable(spec: Extract<Spec, { kind: "record" }>): string[] {
  const rows = Object.entries(spec.keys).map(([key, inner]) => {
    const needed = spec.required?.includes(key)
      ? "required"
      : inner.default === undefined
        ? ""
        : code(toml(inner.default))
    return `| \`${key}\` | ${describeType(inner)} | ${needed} | ${cell(inner.description)} |`
  })
  return ["| key | type | default | what it says |", "|---|---|---|---|", ...rows]
}

function describeType(spec: Spec): string {
  switch (spec.kind) {
    case "boolean":
      return "true or false"
    case "integer":
      return spec.minimum === undefined ? "whole number" : `whole number, at least ${spec.minimum}`
    case "bytes":
      return 'size (`"100MiB"`, `"10GB"`, `"10g"`, or a number of bytes)'
    case "text":
      return spec.says ?? "text"
    case "scalar":
      return "text, number, or true or false"
    case "choice":
      return Object.keys(spec.choices).map(code).join(", ")
    case "list":
      return `list of ${elementNoun(spec.of)}s${spec.single ? ", or one" : ""}`
    case "record":
      return "table"
    case "map":
      return `table from each ${spec.noun} to its value`
  }
}

function elementNoun(spec: Spec): string {
  switch (spec.kind) {
    case "record":
      return "table"
    case "choice":
      return `${spec.noun} name`
    case "text":
      return spec.noun ?? "text"
    default:
      return describeType(spec)
  }
}

function typeName(type: string): string {
  return { bytes: "size", integer: "whole number", boolean: "true or false", string: "text" }[type] ?? "list of texts"
}

function showDefault(type: string, value: unknown): string {
  return code(type === "bytes" && typeof value === "number" ? `"${formatBytes(value).replace(" ", "")}"` : toml(value))
}

/** A value as TOML writes it, tables inline. */
export function toml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toml).join(", ")}]`
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, inner]) => `${bareKey(key)} = ${toml(inner)}`)
    return `{ ${pairs.join(", ")} }`
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value)
}

function bareKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key)
}

function code(text: string): string {
  return `\`${text}\``
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|")
}
