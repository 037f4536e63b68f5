import type { Call, Plan, Program, RuleContext, Source, Value } from "../api.ts"
import { namesIn } from "./collected.ts"
import { perProgram } from "./per-program.ts"

function constant(value: Value | undefined): string | undefined {
  return value?.kind === "constant" && value.value !== undefined ? String(value.value).toLowerCase() : undefined
}

function sameOptions(a: Source, b: Source): boolean {
  if (a.options.size !== b.options.size) return false
  return [...a.options].every(([key, value]) => {
    const one = constant(value)
    return one !== undefined && one === constant(b.options.get(key))
  })
}

/** What the reads say is the same, by what is known of it. */
function sameFacts(a: Plan, b: Plan): boolean {
  const one = a.source
  const other = b.source
  if (!one || !other || one.schema || other.schema || one.format === undefined || one.format !== other.format)
    return false
  const path = one.path !== undefined && one.path === other.path
  const stored = one.options.has("query") || one.options.has("dbtable")
  return (path || (stored && one.path === other.path)) && sameOptions(one, other)
}

/** The text between two calls of one function. */
function between(first: Call, second: Call, ctx: RuleContext): string {
  const start = first.site.top.offset + first.site.end
  const end = second.site.top.offset + second.site.start
  return ctx.text({ top: { offset: 0 }, start, end: Math.max(start, end) })
}

/** The reads are written alike, and nothing between changes what a name in them stands for. */
function sameText(first: Call, second: Call, ctx: RuleContext): boolean {
  const [one, other] = [first, second].map((call) => ctx.text(call.site).replace(/[\s\\]+/g, ""))
  if (one !== other) return false
  const code = between(first, second, ctx)
  return namesIn(ctx.text(first.site)).every(
    (name) => !new RegExp(`(?<![\\w.])${name}\\s*([+]?=(?!=)|,[^\\n=()]*=(?!=)|\\bin\\b)`).test(code),
  )
}

/** What other libraries do to files and tables: Delta's `update`, `shutil.rmtree`, a command that is run. */
const CHANGES =
  /[.](update|updateAll|delete|merge|execute|upsert|restoreToVersion|insert\w*|write\w*|save\w*|append|overwrite|copy\w*|move|rmtree|remove|unlink|rename|replace|run|check_call|system|rm|mv|cp|put)(\(\))?$/

/** A write, a statement of SQL that is no query, or a call of a library that may change files. */
function mayWrite(call: Call): boolean {
  if (!call.spark) return CHANGES.test(call.api) && !call.api.startsWith("builtins.")
  if (/^(DataFrameWriter|DataFrameWriterV2|Delta\w+)\./.test(call.api)) return call.action
  const text = call.api === "SparkSession.sql" ? call.args[0]?.value : undefined
  return (
    text !== undefined &&
    !/^\s*(select|with|show|describe|desc)\b/i.test(
      String(text.kind === "constant" ? (text.value ?? text.pattern ?? "") : ""),
    )
  )
}

/** Calls that may write: each pair of reads asks. */
const writersIn = perProgram((program) => program.calls.filter(mayWrite))

/** The same folder or table may have been written between the two. */
function mayBeWritten(first: Call, second: Call, source: Source, ctx: RuleContext): boolean {
  return writersIn(ctx.program).some((call) => {
    if (call.index <= first.index || call.index >= second.index) return false
    const target = call.args.find(({ name }) => /^(path|name|tableName|table)$/.test(name))?.value
    const known = target?.kind === "constant" && typeof target.value === "string" ? target.value : undefined
    return known === undefined || source.path === undefined || known === source.path
  })
}

/** Both are reached in one run, in the same place of it. */
function together(first: Call, second: Call, program: Program): boolean {
  return (
    first.function === second.function &&
    first.via.length === second.via.length &&
    first.via.every((site, i) => site === second.via[i]) &&
    first.site.path === second.site.path &&
    first.loops.length === second.loops.length &&
    first.loops.every(({ id }, i) => id === second.loops[i]!.id) &&
    !program.exclusive(first.path, second.path)
  )
}

/** Two reads of one run give the same rows of the same files. */
export function sameRead(a: Plan, b: Plan, ctx: RuleContext): boolean {
  const [first, second] = [a.call, b.call]
  if (!first || !second || !a.source || first.index >= second.index || !together(first, second, ctx.program))
    return false
  if (!sameFacts(a, b) && !sameText(first, second, ctx)) return false
  return !mayBeWritten(first, second, a.source, ctx)
}

/** Spark goes through the data to find its schema each time it is read: in words, or undefined where it does not. */
export function inference(plan: Plan): string | undefined {
  const { source } = plan
  if (!source || source.schema) return undefined
  if (source.format === "json") return "goes through the JSON to find its schema"
  const infer = [...source.options].find(([key]) => key.toLowerCase() === "inferschema")?.[1]
  return source.format === "csv" && constant(infer) === "true" ? "goes through the CSV to infer its types" : undefined
}
