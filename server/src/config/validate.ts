import { parseBytes } from "./bytes.ts"
import { didYouMean, nearest } from "./nearest.ts"
import type { Spec } from "./schema.ts"
import type { Place } from "./toml-places.ts"
import type { ConfigProblem } from "./types.ts"

/** Takes a problem; `start` and `end` are 0 where the value comes from no text. */
export type ReportProblem = (problem: Omit<ConfigProblem, "path">) => void

/**
 * Checks a value against its description and gives it cleaned: what is wrong is reported and left out (undefined), so
 * that the default stands. Record keys may be written in kebab-case or camelCase and come out as described.
 * `name` is how messages call the value.
 */
export function validate(
  spec: Spec,
  value: unknown,
  place: Place | undefined,
  name: string,
  report: ReportProblem,
): unknown {
  const wrong = (message: string): undefined => {
    report({ start: place?.start ?? 0, end: place?.end ?? 0, severity: "error", message })
    return undefined
  }
  switch (spec.kind) {
    case "boolean":
      return typeof value === "boolean" ? value : wrong(`${name} is true or false, not ${show(value)}`)
    case "integer": {
      const whole = typeof value === "bigint" ? Number(value) : value
      if (typeof whole !== "number" || !Number.isInteger(whole))
        return wrong(`${name} is a whole number, not ${show(value)}`)
      return withinBounds(spec, whole) ? whole : wrong(`${name} is ${bounds(spec)}, not ${show(value)}`)
    }
    case "bytes": {
      const bytes = parseBytes(typeof value === "bigint" ? Number(value) : value)
      if (bytes === undefined)
        return wrong(`${name} is a size such as "100MiB", "10GB" or a number of bytes, not ${show(value)}`)
      if (withinBounds(spec, bytes)) return bytes
      const unit = typeof value === "number" ? "; a number without a unit counts bytes" : ""
      return wrong(`${name} is ${bounds(spec)} bytes, not ${bytes}${unit}`)
    }
    case "text":
      if (typeof value === "string" && new RegExp(`^(?:${spec.pattern ?? "[^]*"})$`).test(value)) return value
      return wrong(`${name} is ${spec.says ?? "a text in quotes"}, not ${show(value)}`)
    case "scalar":
      if (typeof value === "string") return value
      if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value)
      return wrong(`${name} is a text, a number, or true or false, not ${show(value)}`)
    case "choice":
      return validateChoice(spec, value, name, wrong)
    case "list":
      if (Array.isArray(value)) {
        const items = value.map((item, index) => validate(spec.of, item, place?.items[index], name, report))
        return items.filter((item) => item !== undefined)
      }
      if (!spec.single) return wrong(`${name} is a list in brackets, not ${show(value)}`)
      {
        const item = validate(spec.of, value, place, name, report)
        return item === undefined ? undefined : [item]
      }
    case "record":
      if (isTable(value)) return validateRecord(spec, value, place, name, report)
      if (spec.shorthand === undefined) return wrong(`${name} is a table of settings, not ${show(value)}`)
      return validateShorthand(spec, spec.shorthand, value, place, name, report)
    case "map":
      return isTable(value)
        ? validateMap(spec, value, place, name, report)
        : wrong(`${name} is a table from each ${spec.noun} to its value, not ${show(value)}`)
  }
}

function validateChoice(
  spec: Extract<Spec, { kind: "choice" }>,
  value: unknown,
  name: string,
  wrong: (message: string) => undefined,
): unknown {
  const choices = Object.keys(spec.choices)
  if (typeof value === "string" && choices.includes(value)) return value
  if (value === false && choices.includes("off")) return "off"
  const near = typeof value === "string" ? nearest(value, choices) : undefined
  const hint =
    near !== undefined ? `; did you mean "${near}"?` : choices.length <= 8 ? `; it is one of ${list(choices)}` : ""
  return wrong(`${name}: ${show(value)} is no ${spec.noun}${hint}`)
}

function validateRecord(
  spec: Extract<Spec, { kind: "record" }>,
  value: Readonly<Record<string, unknown>>,
  place: Place | undefined,
  name: string,
  report: ReportProblem,
): unknown {
  const byKebab = new Map(Object.keys(spec.keys).map((key) => [kebab(key), key]))
  const clean: Record<string, unknown> = {}
  for (const [written, inner] of Object.entries(value)) {
    // Editors send null for a setting that is not set.
    if (inner === null || inner === undefined) continue
    const at = place?.entries.get(written)
    const key = byKebab.get(kebab(written))
    if (key === undefined) {
      const known = Object.keys(spec.keys)
      const hint = didYouMean(written, known) || (known.length <= 10 ? `; the keys here are ${list(known)}` : "")
      const message = `\`${written}\` is no ${spec.noun ?? "key"} of ${name}${hint}`
      report({ start: at?.keyStart ?? 0, end: at?.keyEnd ?? 0, severity: "warning", message })
      continue
    }
    const checked = validate(spec.keys[key]!, inner, at, `\`${written}\``, report)
    if (checked !== undefined) clean[key] = checked
  }
  const missing = (spec.required ?? []).filter((key) => clean[key] === undefined)
  if (missing.length === 0) return clean
  // A required key that is there but wrong was reported already.
  const absent = missing.filter((key) => !Object.keys(value).some((written) => byKebab.get(kebab(written)) === key))
  if (absent.length > 0) {
    const start = place === undefined ? 0 : place.keyEnd > place.keyStart ? place.keyStart : place.start
    const end = place === undefined ? 0 : place.keyEnd > place.keyStart ? place.keyEnd : place.end
    report({ start, end, severity: "error", message: `${name} needs ${list(absent)}` })
  }
  return undefined
}

function validateShorthand(
  spec: Extract<Spec, { kind: "record" }>,
  key: string,
  value: unknown,
  place: Place | undefined,
  name: string,
  report: ReportProblem,
): unknown {
  const checked = validate(spec.keys[key]!, value, place, name, report)
  return checked === undefined ? undefined : { [key]: checked }
}

function validateMap(
  spec: Extract<Spec, { kind: "map" }>,
  value: Readonly<Record<string, unknown>>,
  place: Place | undefined,
  name: string,
  report: ReportProblem,
  prefix = "",
  clean: Record<string, unknown> = {},
): unknown {
  for (const [written, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue
    const key = prefix + written
    const at = place?.entries.get(written)
    if (isTable(inner) && !isLeaf(spec.of, inner)) validateMap(spec, inner, at, name, report, `${key}.`, clean)
    else {
      const checked = validate(spec.of, inner, at, `\`${key}\``, report)
      if (checked !== undefined) clean[key] = checked
    }
  }
  return clean
}

/** A table that is itself a value, rather than one more part of a dotted name. */
function isLeaf(spec: Spec, table: Readonly<Record<string, unknown>>): boolean {
  if (spec.kind !== "record") return false
  const values = Object.values(table)
  return values.length === 0 || values.some((value) => !isTable(value))
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** `reportUnused` and `report_unused` as `report-unused`. */
export function kebab(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase()
}

function withinBounds(spec: { minimum?: number; maximum?: number }, value: number): boolean {
  return value >= (spec.minimum ?? -Infinity) && value <= (spec.maximum ?? Infinity)
}

function bounds(spec: { minimum?: number; maximum?: number }): string {
  if (spec.minimum !== undefined && spec.maximum !== undefined) return `from ${spec.minimum} to ${spec.maximum}`
  return spec.minimum !== undefined ? `at least ${spec.minimum}` : `at most ${spec.maximum}`
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ")
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (Array.isArray(value)) return "a list"
  if (value instanceof Date) return "a date"
  if (typeof value === "object") return "a table"
  return String(value)
}
