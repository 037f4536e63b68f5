import { parseArgs } from "node:util"
import { didYouMean } from "../config/nearest.ts"

/** A mistake in how a command was called; its message says what to write. */
export class UsageError extends Error {}

/** An option of a command. */
export interface OptionSpec {
  readonly name: string
  readonly short?: string
  /** What its value is called in the help; absent: it takes none. */
  readonly value?: string
  /** The values it takes, where they are few. */
  readonly choices?: readonly string[]
  /** May be given several times. */
  readonly multiple?: boolean
  readonly help: string
}

export interface ParsedArgs {
  /** Values of options; `true` for those that take none. */
  readonly options: ReadonlyMap<string, readonly (string | true)[]>
  readonly positionals: readonly string[]
}

/** Reads arguments by a list of options. Throws a `UsageError` for what the list does not allow. */
export function parseArguments(args: readonly string[], specs: readonly OptionSpec[]): ParsedArgs {
  const options = Object.fromEntries(
    specs.map((spec) => [
      spec.name,
      { type: spec.value === undefined ? "boolean" : "string", ...(spec.short ? { short: spec.short } : {}) } as const,
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const found = new Map<string, (string | true)[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value)
    if (token.kind !== "option") continue
    const spec = specs.find((each) => each.name === token.name)
    if (spec === undefined) {
      const names = specs.map((each) => `--${each.name}`)
      throw new UsageError(`unknown option ${token.rawName}${didYouMean(token.rawName, names)}`)
    }
    const value = checkValue(spec, token.value, token.inlineValue === true)
    const known = found.get(spec.name)
    if (known === undefined) found.set(spec.name, [value])
    else if (spec.multiple) known.push(value)
    else found.set(spec.name, [value])
  }
  return { options: found, positionals }
}

function checkValue(spec: OptionSpec, value: string | undefined, inline: boolean): string | true {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`--${spec.name} takes no value`)
    return true
  }
  if (value === undefined || (!inline && value.startsWith("--"))) {
    throw new UsageError(`--${spec.name} needs a value: --${spec.name} ${spec.value}`)
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const hint = didYouMean(value, spec.choices) || `; it is one of ${spec.choices.join(", ")}`
    throw new UsageError(`--${spec.name}: there is no \`${value}\`${hint}`)
  }
  return value
}

/** The last value of an option. */
export function optionValue({ options }: ParsedArgs, name: string): string | undefined {
  const value = options.get(name)?.at(-1)
  return typeof value === "string" ? value : undefined
}

/** All values of an option, those that hold commas taken apart. */
export function listOf({ options }: ParsedArgs, name: string): string[] | undefined {
  const values = options.get(name)?.filter((value) => typeof value === "string")
  return values
    ?.flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "")
}

/** Whether an option without a value is given. */
export function hasFlag({ options }: ParsedArgs, name: string): boolean {
  return options.has(name)
}

/** The options as lines of a help text. */
export function optionHelp(specs: readonly OptionSpec[]): string {
  const rows = specs.map((spec) => {
    const short = spec.short === undefined ? "    " : `-${spec.short}, `
    return [`  ${short}--${spec.name}${spec.value === undefined ? "" : ` ${spec.value}`}`, spec.help] as const
  })
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.map(([left, help]) => wrap(left.padEnd(width) + help, width)).join("\n")
}

/** Breaks a line at 100 columns, the rest indented. */
function wrap(line: string, indent: number): string {
  const lines: string[] = []
  let rest = line
  while (rest.length > 100) {
    const cut = rest.lastIndexOf(" ", 100)
    if (cut <= indent) break
    lines.push(rest.slice(0, cut))
    rest = " ".repeat(indent) + rest.slice(cut + 1)
  }
  return [...lines, rest].join("\n")
}
