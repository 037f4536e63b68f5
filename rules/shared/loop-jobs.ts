import type { Call, Loop, Plan, RuleContext, Site, Value } from "../api.ts"
import { isMetadata, smallName } from "./arrival.ts"
import { namesIn, rowsOf } from "./collected.ts"
import { loopsOf, receiverPlan } from "./frames.ts"
import { harmlessJobs } from "./numbers.ts"
import { isSmall } from "./sizes.ts"

/** A job that a loop starts in each round over a part of one frame from outside. */
export interface LoopJob {
  readonly loop: Loop
  /** The frame from outside that every round reads; or the query, or the table, that every round begins with. */
  readonly base: Plan
  /** The steps of a round, from the action's frame down. */
  readonly steps: readonly Plan[]
  /** The filter that asks for the round's own part, if there is one. */
  readonly filter: Plan | undefined
  /** The loop's variable stands for a column's name. */
  readonly overColumns: boolean
}

const inside = (plan: Plan, loop: Loop): boolean => loopsOf(plan).some(({ id }) => id === loop.id)

/** An assignment on a line of its own, with its value: the rest of the line, or a text over many lines. */
const ASSIGNED = /^[ \t]*([\w, ]+?)[ \t]*=(?!=)[ \t]*([rRfF]*(?:"""[\s\S]*?"""|'''[\s\S]*?''').*|.+)$/gm

/** Names that change from round to round: the loop's variables, what its body makes of them, parameters they go into. */
function changing(loop: Loop, action: Call, ctx: RuleContext): ReadonlySet<string> {
  const names = new Set(loop.targets)
  let text = ctx.text(loop.body)
  if (action.function && action.function !== loop.function) {
    // called from the loop: the parameters carry what changes
    for (const param of action.function.params) names.add(param)
    text += `\n${ctx.text(action.function.site)}`
  }
  const assigned = [...text.matchAll(ASSIGNED)]
  for (let grown = true; grown; ) {
    const before = names.size
    for (const [, targets, value] of assigned)
      if (namesIn(value!).some((name) => names.has(name))) for (const name of targets!.split(/[, ]+/)) names.add(name)
    grown = names.size > before
  }
  return names
}

/** The arguments of a step, as written; of `df[condition]` the whole step. */
function writtenIn(step: Plan): readonly Site[] {
  return step.call ? step.call.args.map(({ site }) => site) : [step.site]
}

function mentions(step: Plan, names: ReadonlySet<string>, ctx: RuleContext): boolean {
  return writtenIn(step).some((site) => namesIn(ctx.text(site)).some((name) => names.has(name)))
}

/** `F.col(c)`, `df[c]`, `f"{c} is null"`: the variable is a column's name. */
function namesColumn(step: Plan, loop: Loop, ctx: RuleContext): boolean {
  if (/\b(columns|cols|fields|features|dtypes)\b|_(cols|columns|fields|features)\b/i.test(ctx.text(loop.header)))
    return true
  const variables = loop.targets.join("|")
  if (variables === "") return false
  const column = new RegExp(`(\\bcol\\(|\\w\\[)\\s*(${variables})\\s*[\\])]|^\\s*f?["']\\{?(${variables})\\}?\\s`, "i")
  return writtenIn(step).some((site) => column.test(ctx.text(site)))
}

/** `for check in checks: check(df)`: each round runs a function of its own. */
function callsItsTarget(loop: Loop, ctx: RuleContext): boolean {
  const body = ctx.text(loop.body)
  return loop.targets.some((target) => new RegExp(`(^|[^.\\w])${target}\\(`).test(body))
}

/** A table or file that is named by the code. */
function isStored(plan: Plan): boolean {
  const name = plan.source?.table ?? plan.source?.path
  return (plan.op === "table" || plan.op === "read") && name !== undefined && !smallName(name)
}

/** Tables that a query reads; with `{}` for a name that isn't known. */
export function tablesIn(sql: string): string[] {
  return [...sql.matchAll(/\b(?:from|join)\s+`?([\w.{}`]+)/gi)].map(([, name]) => name!.replaceAll("`", ""))
}

/** A query that asks known tables for a part by a value that is put into its text. */
function asksForPart({ op, sql }: Plan): boolean {
  if (op !== "sql" || sql === undefined || !/^\s*(select|with)\b/i.test(sql)) return false
  const tables = tablesIn(sql)
  const named = tables.length > 0 && tables.every((table) => !table.includes("{}"))
  return named && !tables.every((table) => smallName(table) || isMetadata(table)) && /\bwhere\b[^;]*\{\}/i.test(sql)
}

/** The frame is one of those that a list, or the pairs of `enumerate`, hold. */
function holds(value: Value, frame: Plan): boolean {
  if (value.kind === "frame") return value.plan === frame
  if (value.kind !== "sequence") return false
  return holds(value.element, frame) || (value.items ?? []).some((item) => holds(item, frame))
}

/**
 * What an action does in the innermost loop that starts it again and again over one frame from outside; undefined where
 * each round has a frame of its own, or the loop carries the frame on.
 */
export function loopJob(action: Call, plan: Plan, ctx: RuleContext): LoopJob | undefined {
  for (const loop of [...action.loops].reverse()) {
    if (loop.kind === "while" || loop.inUdf || loop.rounds.max < 2 || callsItsTarget(loop, ctx)) continue
    const steps: Plan[] = []
    let base = plan
    while (base.inputs.length === 1 && inside(base, loop)) {
      steps.push(base)
      base = base.inputs[0]!
    }
    const names = changing(loop, action, ctx)
    if (inside(base, loop) && asksForPart(base) && mentions(base, names, ctx))
      return { loop, base, steps: [...steps, base], filter: base, overColumns: false }
    // a frame that the loop joins or carries is another one each round; one that it reads too, unless always the same
    const again = inside(base, loop) && !(isStored(base) && !mentions(base, names, ctx))
    if (steps.length === 0 || again || base.op === "loop" || base.op === "either") continue
    // a loop over frames has another one each round
    if (holds(loop.iterable, base)) continue
    const touched = steps.filter((step) => mentions(step, names, ctx))
    if (touched.length === 0) continue
    const filter = touched.find((step) => step.op === "filter")
    return { loop, base, steps, filter, overColumns: touched.some((step) => namesColumn(step, loop, ctx)) }
  }
  return undefined
}

/** How a job of each round counts or aggregates what the round asks for: in words, or undefined where it does more. */
export function measured(action: Call, job: LoopJob): string | undefined {
  const [top] = job.steps
  const plain = job.steps.every((step) => ["filter", "project", "distinct", "aggregate"].includes(step.op))
  if (!plain || top === undefined) return undefined
  const grouped = job.steps.some((step) => step.op === "aggregate" && step.keys?.length !== 0)
  if (grouped) return undefined
  if (action.name === "count") return "count"
  return top.op === "aggregate" && /^(collect|first|head|take|toPandas)$/.test(action.name) ? "aggregate" : undefined
}

/** One `groupBy` or `agg` does what the rounds do: count-per-condition speaks of it, not action-in-loop. */
export function onePassDoes(action: Call, job: LoopJob): boolean {
  if (measured(action, job) === undefined) return false
  return job.loop.kind === "comprehension" || job.overColumns || job.filter === undefined
}

/** Actions that are worth a word when each round starts one. */
export const JOBS: readonly string[] = [
  ...["count", "collect", "first", "head", "take", "toPandas", "isEmpty", "toLocalIterator", "foreach"].map(
    (name) => `DataFrame.${name}`,
  ),
  ...["count", "collect", "first", "take", "isEmpty", "reduce", "sum"].map((name) => `RDD.${name}`),
  ...["save", "saveAsTable", "insertInto", "parquet", "csv", "json", "orc", "text", "jdbc"].map(
    (name) => `DataFrameWriter.${name}`,
  ),
]

/** The job that each of many rounds starts to find its own rows of one frame: action-in-loop speaks of it. */
export function jobEachRound(call: Call, ctx: RuleContext): LoopJob | undefined {
  const plan = receiverPlan(call) ?? (call.receiver.kind === "spark" ? call.receiver.plan : undefined)
  if (!plan || call.inUdf || call.loops.length === 0) return undefined
  const job = loopJob(call, plan, ctx)
  if (!job?.filter || job.loop.kind !== "for" || onePassDoes(call, job)) return undefined
  // one write a key that was collected is write-in-loop's
  if (call.api.startsWith("DataFrameWriter") && rowsOf(job.loop.iterable)) return undefined
  const few = job.base.op !== "sql" && isSmall(job.base)
  return job.loop.rounds.max <= harmlessJobs.value || job.base.streaming || few ? undefined : job
}
