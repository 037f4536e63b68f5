import type { Call, Plan, RuleContext, Site, Value } from "../api.ts"
import { callsOf } from "./call-index.ts"
import { underline } from "./calls.ts"

/** What a write to files or a table says: of `df.write.mode("overwrite").partitionBy("day").parquet("out")`. */
export interface Write {
  readonly plan: Plan
  readonly format: string | undefined
  readonly mode: string | undefined
  /** Columns that make folders; undefined where not all of them are known. */
  readonly partitionBy: readonly string[] | undefined
  /** All that was set on the writer, by name; options as `option.` and their name in lower case. */
  readonly settings: ReadonlyMap<string, Value>
}

const FILES = new Set(["parquet", "csv", "json", "orc", "text", "avro", "xml", "delta", "iceberg", "hudi", "table"])
/** Methods that write, whose name says the format. */
const BY_NAME = /^(parquet|csv|json|orc|text|xml)$/

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === "constant" && typeof value.value === "string" ? value.value : undefined
}

function settingsOf(call: Call): ReadonlyMap<string, Value> {
  return call.receiver.kind === "spark" ? (call.receiver.settings ?? new Map()) : new Map()
}

function setting(call: Call, name: string): Value | undefined {
  return call.args.find((argument) => argument.name === name)?.value ?? settingsOf(call).get(name)
}

/** The format that a writing call uses, in lower case; `table` for a table without one; undefined where it is not known. */
export function formatOf(call: Call): string | undefined {
  if (BY_NAME.test(call.name)) return call.name
  const given = setting(call, "format")
  if (given === undefined || (given.kind === "constant" && given.value === null))
    return call.name === "save" ? "parquet" : "table"
  return textOf(given)?.toLowerCase()
}

/** Files, or a table of files: not a database, a queue or an index. Tables that are not known are taken for such. */
export function isFileFormat(format: string | undefined): boolean {
  return format !== undefined && FILES.has(format)
}

/** The names of a value that is one name or a list of them; undefined where not all are known. */
function names(values: readonly Value[]): string[] | undefined {
  const found: string[] = []
  for (const value of values) {
    const items = value.kind === "sequence" ? value.items : [value]
    if (!items) return undefined
    for (const item of items) {
      const name = textOf(item)
      if (name === undefined) return undefined
      found.push(name)
    }
  }
  return found
}

/** What a writing call says; undefined where it writes no frame that is known. */
export function writeOf(call: Call): Write | undefined {
  const plan = call.receiver.kind === "spark" ? call.receiver.plan : undefined
  if (!plan) return undefined
  const settings = settingsOf(call)
  const own = call.args.find((argument) => argument.name === "partitionBy")?.value
  const gathered = [...settings].filter(([key]) => key.startsWith("partitionBy.")).map(([, value]) => value)
  const columns = own && !(own.kind === "constant" && own.value === null) ? [own] : gathered
  return {
    plan,
    format: formatOf(call),
    mode: textOf(setting(call, "mode"))?.toLowerCase(),
    partitionBy: names(columns),
    settings,
  }
}

/** The calls that end a batch write, for a rule to listen to. */
export const WRITES = [
  "DataFrameWriter.parquet",
  "DataFrameWriter.csv",
  "DataFrameWriter.json",
  "DataFrameWriter.orc",
  "DataFrameWriter.text",
  "DataFrameWriter.save",
  "DataFrameWriter.saveAsTable",
] as const

/** One listener for each of them. */
export function onWrites<T>(listener: T): { readonly [api: string]: T } {
  return Object.fromEntries(WRITES.map((api) => [api, listener]))
}

/** Where the columns of a write's folders are named: the call of `partitionBy`, or the write. */
export function partitionByOf(ctx: RuleContext, call: Call): Site {
  const named = callsOf(ctx.program, "DataFrameWriter.partitionBy").findLast(
    (other) =>
      other.statement.site.top === call.statement.site.top &&
      other.index < call.index &&
      other.site.start >= call.statement.site.start,
  )
  return underline(ctx, named ?? call)
}
