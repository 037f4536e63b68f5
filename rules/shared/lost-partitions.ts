import type { Call, Plan, Program, RuleContext } from "../api.ts"
import { isBroadcastJoin } from "./broadcasts.ts"
import { argument, integerOf } from "./calls.ts"
import { columnReads } from "./column-reads.ts"
import { walkExpr } from "./column-walk.ts"
import { walkInputs } from "./frames.ts"
import { type Next, nextSteps } from "./next-steps.ts"
import { manyPartitions } from "./numbers.ts"
import { isSmall } from "./sizes.ts"

/** What a repartition asks for: the columns that its keys read; none for a plain number. */
export type RepartitionKeys = ReadonlySet<string>

/** Names that people give to a number of partitions. */
const NUMBER = /^(\w+\.)*(n|k|num\w*|\w*_num|n_?part\w*|\w*num_?part\w*|\w*partition_?(count|number)|\w*parallelism)$/i

/** Arithmetic, a length, a setting of the session: no column, nor the name of one. */
const COMPUTED = /[-+*/]\s*\d|\d\s*[-+*/]|^(int|max|min|len|round)\(|\b(defaultParallelism|getNumPartitions\(\))/

/** The columns of a repartition's keys; undefined where they are not known. */
export function repartitionKeys(plan: Plan, call: Call, text: (call: Call) => string): RepartitionKeys | undefined {
  const first = call.args[0]
  if (!first) return undefined
  const { value } = first
  const number = value.kind === "constant" && value.type === "int"
  const given = text(call)
  const named = (value.kind === "unknown" || value.kind === "foreign") && (NUMBER.test(given) || COMPUTED.test(given))
  if (call.args.length === 1 && (number || named)) return new Set()
  if (!number && (value.kind === "unknown" || value.kind === "foreign")) return undefined
  if (!plan.keys) return undefined
  const names = new Set<string>()
  for (const key of plan.keys) {
    const reads = key.op === "literal" ? new Set<string>() : columnReads(key)
    if (!reads) return undefined
    for (const name of reads) names.add(name)
  }
  return names
}

/** All of some keys are among the columns that an expression list reads; undefined where these are not known. */
function among(keys: RepartitionKeys, exprs: Plan["keys"]): boolean | undefined {
  if (!exprs) return undefined
  const names = new Set<string>()
  for (const expr of exprs) {
    const reads = expr.op === "literal" ? new Set<string>() : columnReads(expr)
    if (!reads) return undefined
    for (const name of reads) names.add(name)
  }
  return [...keys].every((key) => names.has(key))
}

/** Keys that tell in which partition a row was: what the repartition did is what is asked for. */
function askForPartitions(exprs: Plan["keys"]): boolean {
  let asks = false
  for (const expr of exprs ?? [])
    walkExpr(expr, (part) => {
      if (part.op === "call" && part.fn === "spark_partition_id") asks = true
      if (part.op === "sql" && /spark_partition_id/i.test(part.text)) asks = true
    })
  return asks
}

/** A join's keys as expressions, or undefined where it has none that are known. */
function joinKeys(step: Plan): Plan["keys"] {
  const on = step.join?.on
  if (on === undefined || on === "unknown" || step.join?.how === "cross") return undefined
  if (Array.isArray(on)) return (on as readonly string[]).map((name) => ({ op: "column", name, frame: undefined }))
  const condition = on as Exclude<typeof on, readonly string[]>
  return condition.op === "binary" && /^(==|<=>|&)$/.test(condition.symbol) ? [condition] : undefined
}

/** Databases and other services, read by one task or a few. */
const SERVICE = /jdbc|mongo|cassandra|snowflake|redshift|bigquery|elasticsearch|salesforce|excel/i

/** The steps below a shuffle in the stage that feeds it: down to the shuffles and caches that are read there. */
function stageBelow(plan: Plan): Plan[] {
  const steps: Plan[] = []
  walkInputs(plan, (step) => {
    steps.push(step)
    return step === plan || (!step.wide && step.caches.length === 0)
  })
  return steps
}

/** Work below a step, in its own stage, that a second pass over it would have to do again. */
function isCostlyBelow(plan: Plan): boolean {
  return stageBelow(plan).some((step) => step !== plan && step.expensive !== null)
}

/** Few tasks read the rows: a file that can't be split, a database, a coalesce. There a repartition spreads them. */
function comesInFewTasks(plan: Plan): boolean {
  return stageBelow(plan).some(({ op, source }) => {
    if (op === "coalesce") return true
    if (op !== "read" || !source) return false
    const lines = [...source.options].find(([name]) => /multiline$/i.test(name))?.[1]
    const wholeFiles = lines?.kind === "constant" && /^true$/i.test(String(lines.value))
    return wholeFiles || SERVICE.test(source.format ?? "") || /\.(gz|gzip|zip|xlsx?)$/i.test(source.path ?? "")
  })
}

/** A step shuffles its input by keys of its own, whatever partitions it had. Seen on 3.5 and 4.3. */
function shufflesAnew({ step, way }: Next, plan: Plan, keys: RepartitionKeys, byRange: boolean): boolean {
  // a renamed key would look like another one
  if (keys.size > 0 && way.some((each) => each.op === "project")) return false
  const apart = (own: Plan["keys"]): boolean => {
    if (own === undefined || askForPartitions(own)) return false
    if (keys.size === 0) return true
    return among(keys, own) === false
  }
  switch (step.op) {
    case "aggregate":
      return apart(step.keys)
    case "distinct":
      return step.keys ? apart(step.keys) : keys.size === 0
    case "set":
      return keys.size === 0
    case "sort":
      // the sort's sample of its input would read and compute the rows again, where a shuffle keeps them
      return !byRange && !isCostlyBelow(plan)
    case "join":
      return !isBroadcastJoin(step) && apart(joinKeys(step))
    case "map":
      return step.wide && (step.keys?.length ?? 0) > 0 && apart(step.keys)
    case "project":
      return step.windows.length > 0 && step.windows.every(({ partitionBy }) => apart(partitionBy))
    default:
      return false
  }
}

/** Where the partitions of a repartition are lost: every use of it shuffles again. */
function lostPartitions(plan: Plan, keys: RepartitionKeys, program: Program): readonly Next[] | undefined {
  const next = nextSteps(plan, program)
  const byRange = plan.call?.name === "repartitionByRange"
  return next?.every((each) => shufflesAnew(each, plan, keys, byRange)) ? next : undefined
}

/** The `coalesce(m)` that a repartition by number is merged by at once, when that is all that follows it. */
function mergedAtOnce(plan: Plan, keys: RepartitionKeys, program: Program): { call: Call; count: number } | undefined {
  if (keys.size > 0) return undefined
  const next = nextSteps(plan, program)
  const step = next?.length === 1 ? next[0]!.step : undefined
  if (step?.op !== "coalesce" || !step.call) return undefined
  const count = integerOf(step.call.args[0]?.value)
  return count === undefined ? undefined : { call: step.call, count }
}

/** Why a repartition is needless: every next step shuffles again, or a coalesce merges what it made. */
export type Needless = { readonly again: readonly Next[] } | { readonly merged: { call: Call; count: number } }

/** What makes a repartition needless, or undefined where it serves something, or nothing is sure. */
export function needless(plan: Plan, call: Call, ctx: RuleContext): Needless | undefined {
  const input = plan.inputs[0]
  if (plan.op !== "repartition" || !input || plan.kind !== "DataFrame" || plan.streaming) return undefined
  if (call.inUdf || isSmall(input) || comesInFewTasks(plan)) return undefined
  const count = integerOf(argument(call, "numPartitions")?.value)
  // one partition is single-partition's, an absurd number partition-count's
  if (count !== undefined && (count <= 1 || count > manyPartitions.value)) return undefined
  const keys = repartitionKeys(plan, call, (made) => ctx.text(made.args[0]!.site))
  if (!keys) return undefined
  const again = lostPartitions(plan, keys, ctx.program)
  if (again) return { again }
  const merged = mergedAtOnce(plan, keys, ctx.program)
  return merged && merged.count > 1 ? { merged } : undefined
}
