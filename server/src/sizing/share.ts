/**
 * A calculator's state as a short text that people can read, send and change by hand:
 *
 *     shufflewise:size?v=1&nodes=10&cores=16&memory=64g&manager=yarn&data=orders:200GB&data=dim:2GB:cached
 *
 * The keys are the options of `shufflewise size`. What is not said follows from the type of the nodes and from the
 * platform, or is as in `blank`.
 */
import { instances } from "./instances.ts"
import { platforms } from "./platforms.ts"
import { fieldsOfInstance } from "./presets.ts"
import { type CalculatorState, type DataRow, defaults, LONGEST, MOST_ROWS } from "./state.ts"

/** A state in which nobody has described a cluster yet. */
export const blank: CalculatorState = { ...defaults, nodes: "1", cores: "", memory: "", data: [] }

const START = "shufflewise:size?"
const VERSION = "1"
/** Said even where they are as by default, so that a link means the same when defaults change. */
const ALWAYS: ReadonlySet<string> = new Set(["nodes", "cores", "memory", "manager", "spark", "workload"])

/** `executorMemory` is `executor-memory`, as on the command line. */
export function optionName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** Fields of the state by the names of their options. */
const FIELDS: ReadonlyMap<string, string> = new Map(Object.keys(blank).map((field) => [optionName(field), field]))

/** Writes a state as a link. */
export function linkOf(state: CalculatorState): string {
  const parts = [`v=${VERSION}`]
  for (const [field, standard] of Object.entries(blank)) {
    if (field === "data") continue
    const value = state[field as keyof CalculatorState]
    if (value !== standard || ALWAYS.has(field)) parts.push(`${optionName(field)}=${encoded(String(value))}`)
  }
  for (const { name, size, cached } of state.data)
    parts.push(`data=${encoded(name, ":")}:${encoded(size, ":")}${cached ? ":cached" : ""}`)
  return START + parts.join("&")
}

export type SharedState =
  | {
      readonly kind: "state"
      readonly state: CalculatorState
      /** What was not understood and left out. */
      readonly warnings: readonly string[]
    }
  /** Sentences that name what can't be read, why, and what is allowed. */
  | { readonly kind: "problems"; readonly problems: readonly string[] }

/**
 * Reads a link. Keys that are not known are left out with a warning: a newer version may have written them. Whether the
 * texts of fields can be computed with is for `requestOf` to say, as for those that are typed.
 */
export function stateOfLink(link: string): SharedState {
  const trimmed = link.trim()
  if (!trimmed.startsWith(START))
    return { kind: "problems", problems: [`this is no link to a calculator; it begins with \`${START}\``] }
  const found: Record<string, unknown> = {}
  const rows: DataRow[] = []
  const warnings: string[] = []
  const problems: string[] = []
  for (const part of trimmed.slice(START.length).split("&")) {
    if (part === "") continue
    const at = part.indexOf("=")
    const key = at < 0 ? part : part.slice(0, at)
    const raw = at < 0 ? "" : part.slice(at + 1)
    const value = decoded(raw)
    if (value === undefined)
      problems.push(`\`${key}\` is \`${raw}\`, whose \`%\` can't be read; write a percent sign as %25`)
    else if (key === "v") {
      if (value !== VERSION) problems.push(`\`v\` is \`${value}\`; this version of Shufflewise reads ${VERSION}`)
    } else if (key === "data") readRow(raw, rows, problems)
    else read(key, value, found, warnings, problems)
  }
  if (rows.length > MOST_ROWS) problems.push(`there are ${rows.length} \`data\`; ${MOST_ROWS} are allowed`)
  if (problems.length > 0) return { kind: "problems", problems }
  return { kind: "state", state: { ...blank, ...implied(found), ...found, data: rows }, warnings }
}

/** What follows from a type of nodes, and from a platform, for those who write a link by hand. */
function implied({ instance, platform }: Record<string, unknown>): Partial<CalculatorState> {
  const machine = typeof instance === "string" ? instances.get(instance) : undefined
  const on = typeof platform === "string" && Object.hasOwn(platforms, platform) ? platforms[platform] : undefined
  return { ...(machine ? fieldsOfInstance(machine) : {}), ...(on ? { manager: on.manager } : {}) }
}

function read(
  key: string,
  value: string,
  found: Record<string, unknown>,
  warnings: string[],
  problems: string[],
): void {
  const field = FIELDS.get(key)
  if (field === undefined) warnings.push(`\`${key}\` is not known, and left out`)
  else if (field === "python") {
    if (value === "true" || value === "false") found[field] = value === "true"
    else problems.push(`\`${key}\` is \`${value}\`; it is true or false`)
  } else if (value.length > LONGEST)
    problems.push(`\`${key}\` has ${value.length} characters; at most ${LONGEST} are allowed`)
  else found[field] = value
}

function readRow(raw: string, rows: DataRow[], problems: string[]): void {
  const [name = "", size = "", cached, ...more] = raw.split(":").map((part) => decoded(part) ?? "")
  if (more.length > 0 || (cached !== undefined && cached !== "cached"))
    problems.push(`\`data\` is \`${raw}\`; write NAME:SIZE or NAME:SIZE:cached, as in orders:200GB`)
  else if (Math.max(name.length, size.length) > LONGEST)
    problems.push(`\`data\` has a name or a size of more than ${LONGEST} characters`)
  else rows.push({ name, size, cached: cached !== undefined })
}

/** Escapes what would end a value; what people write in sizes and names stays readable. */
function encoded(value: string, reserved = ""): string {
  const whole = value.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD")
  return encodeURIComponent(whole).replace(/%(3A|2C|2F|20)/g, (code) => {
    const character = decodeURIComponent(code)
    return character === " " ? "+" : reserved.includes(character) ? code : character
  })
}

/** Undefined where a `%` is not followed by what it stands for. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll("+", "%20"))
  } catch {
    return undefined
  }
}
