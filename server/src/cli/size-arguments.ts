/** From the arguments of `shufflewise size` to what the calculator would hold: the same fields, read by the same code. */
import { didYouMean } from "../config/nearest.ts"
import {
  blank,
  type CalculatorState,
  type DataRow,
  type FieldProblem,
  fieldsOfInstance,
  instances,
  optionName,
  platforms,
  presets,
  requestOf,
  type SizingRequest,
  stateOfLink,
} from "../sizing/index.ts"
import { writers } from "./format/size-settings.ts"
import { hasFlag, optionValue, type ParsedArgs, UsageError } from "./usage.ts"

export interface Asked {
  readonly state: CalculatorState
  readonly request: SizingRequest
  /** What a link said that is not known. */
  readonly warnings: readonly string[]
}

/** Options of which one value is not a field of the state. */
const NO_FIELD: ReadonlySet<string> = new Set(["data", "python", "instance"])
const EXAMPLES: Readonly<Record<string, string>> = { nodes: "10", cores: "16", memory: "64g" }

/** What arguments ask. Throws a `UsageError` that names each value that can't be used, why, and what is allowed. */
export function askedBy(parsed: ParsedArgs): Asked {
  const { state: start, warnings, said } = startOf(parsed)
  const typed = typedFields(parsed)
  const platform = platformOf(parsed, start)
  const manager = typed.manager ?? (said.has("manager") ? start.manager : platforms[platform]?.manager)
  const name = optionValue(parsed, "instance")
  const state: CalculatorState = {
    ...start,
    ...(name === undefined ? {} : machineOf(name)),
    ...typed,
    platform,
    manager: manager ?? start.manager,
    python: start.python && !hasFlag(parsed, "jvm-only"),
    data: dataOf(parsed) ?? start.data,
  }
  const read = requestOf(state)
  if (read.kind === "problems") throw new UsageError(read.problems.map(told).join("\n"))
  writable(optionValue(parsed, "format"), read.request)
  return { state, request: read.request, warnings }
}

/** What options add to: a link's state, a preset's, or that of a person who has not said anything. */
function startOf(parsed: ParsedArgs): {
  readonly state: CalculatorState
  readonly warnings: readonly string[]
  /** Fields that it says something of. */
  readonly said: ReadonlySet<string>
} {
  const link = optionValue(parsed, "from")
  const preset = optionValue(parsed, "preset")
  if (link === undefined) {
    const state = preset === undefined ? {} : presets[preset]!.state
    return { state: { ...blank, ...state }, warnings: [], said: new Set(Object.keys(state)) }
  }
  if (preset !== undefined) throw new UsageError("--from and --preset both say where to begin; give one of them")
  const shared = stateOfLink(link)
  if (shared.kind === "problems") throw new UsageError(shared.problems.map((each) => `--from: ${each}`).join("\n"))
  return { ...shared, said: new Set(Object.keys(blank)) }
}

/** Fields that options fill. */
function typedFields(parsed: ParsedArgs): Partial<CalculatorState> {
  const fields = Object.keys(blank).filter((field) => !NO_FIELD.has(field))
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = optionValue(parsed, optionName(field))
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

function machineOf(name: string): Partial<CalculatorState> {
  const instance = instances.get(name)
  if (instance !== undefined) return fieldsOfInstance(instance)
  const hint = didYouMean(name, [...instances.keys()]) || "; give --cores and --memory instead"
  throw new UsageError(`--instance: nothing is known of \`${name}\`${hint}`)
}

/** The platform that is named, or the one that the format is for. */
function platformOf(parsed: ParsedArgs, start: CalculatorState): string {
  const format = optionValue(parsed, "format") ?? ""
  const platform = optionValue(parsed, "platform") ?? start.platform
  if (!Object.hasOwn(platforms, format) || platform === format) return platform
  if (platform !== "")
    throw new UsageError(`--format: \`${format}\` is for that platform, and --platform is \`${platform}\``)
  return format
}

/** Throws where a format has no place for the manager or the mode. */
function writable(format: string | undefined, { manager, deployMode }: SizingRequest): void {
  const needed = format === undefined ? undefined : writers[format]?.manager
  if (needed !== undefined && manager !== needed)
    throw new UsageError(`--format: \`${format}\` is for the manager ${needed}, and --manager is \`${manager}\``)
  if (format === "operator" && deployMode === "client")
    throw new UsageError("--format: the Spark Operator runs the driver in a pod; --deploy-mode is cluster for it")
}

function told({ field, message }: FieldProblem): string {
  const name = optionName(field.replace(/\..*/, ""))
  if (message !== "this is needed") return `--${name}: ${message}`
  const instead = field === "nodes" ? "" : ", or the type of the nodes: --instance m5.4xlarge"
  return `--${name} is needed: --${name} ${EXAMPLES[field]}${instead}`
}

function dataOf(parsed: ParsedArgs): readonly DataRow[] | undefined {
  return parsed.options.get("data")?.map((given) => {
    const [name = "", size = "", cached, ...more] = String(given).split(":")
    if (name === "" || size === "" || more.length > 0 || (cached !== undefined && cached !== "cached"))
      throw new UsageError(
        `--data: \`${given}\` can't be read; write NAME:SIZE or NAME:SIZE:cached, as in orders:200GB`,
      )
    return { name, size, cached: cached === "cached" }
  })
}
