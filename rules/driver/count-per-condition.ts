import { type Call, type Confidence, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { isGlance, isTimed, samePlace, testsEmptiness } from "../shared/collected.ts"
import { madeHere, nameAt, receiverPlan } from "../shared/frames.ts"
import { type LoopJob, loopJob, measured, onePassDoes } from "../shared/loop-jobs.ts"
import { isSmall } from "../shared/sizes.ts"

const ACTIONS = /^(DataFrame|RDD)\.(count|collect|first|head|take|toPandas)$/

/** A job that counts or aggregates rows of `base` that filters leave. */
interface Measure {
  readonly call: Call
  readonly base: Plan
  readonly filters: readonly Plan[]
  readonly aggregate: Plan | undefined
}

/** Below `select("a").distinct()`: its count is a countDistinct. */
function belowDistinct(plan: Plan): Plan | undefined {
  const [selected] = plan.inputs
  return plan.op === "distinct" && selected?.op === "project" && selected.exprs ? selected.inputs[0] : undefined
}

/** What a count or an aggregate of everything is made from: filters, and what they filter. */
function measureOf(call: Call): Measure | undefined {
  const plan = receiverPlan(call)
  if (!plan || !ACTIONS.test(call.api)) return undefined
  const aggregate = plan.op === "aggregate" && plan.keys?.length === 0 ? plan : undefined
  if (!aggregate && call.name !== "count") return undefined
  const filters: Plan[] = []
  let base = aggregate ? aggregate.inputs[0]! : (belowDistinct(plan) ?? plan)
  while (base.op === "filter" && base.inputs.length === 1) {
    filters.push(base)
    base = base.inputs[0]!
  }
  return { call, base, filters, aggregate }
}

/** `count() == 0`: that nothing has to be counted for is count-as-emptiness's. */
function forEmptiness(call: Call): boolean {
  return !call.resultEscapes && call.resultUses.length > 0 && call.resultUses.every(testsEmptiness)
}

/** One activation of one function: calls that one run reaches after each other. */
function scopeOf(call: Call): string {
  const site = call.function?.site
  const via = call.via.map(({ top, start, path }) => `${path ?? ""}:${top.offset + start}`)
  return `${site ? `${site.path ?? ""}:${site.top.offset + site.start}` : ""}|${via.join()}|${call.loops.map(({ id }) => id).join()}`
}

function confidenceOf(base: Plan, sure: boolean): Confidence {
  return base.caches.length > 0 ? "possible" : sure ? "certain" : "likely"
}

/** Several measures of one frame in one scope. */
function groups(program: Program, taken: ReadonlySet<Call>): Measure[][] {
  const found = new Map<Plan, Map<string, Measure[]>>()
  for (const call of program.calls) {
    if (!call.action || call.inUdf || call.deliberate || taken.has(call) || forEmptiness(call)) continue
    if (isGlance(call, program) || isTimed(call, program)) continue
    const measure = measureOf(call)
    if (!measure || measure.base.streaming || isSmall(measure.base)) continue
    const scopes = found.get(measure.base) ?? new Map<string, Measure[]>()
    found.set(measure.base, scopes)
    const scope = scopeOf(call)
    scopes.set(scope, [...(scopes.get(scope) ?? []), measure])
  }
  return [...found.values()].flatMap((scopes) => [...scopes.values()])
}

/** Lines between what belongs together in a notebook, whose cells are run by hand. */
const NEAR_LINES = 12

function inOneStatement(measure: Measure, call: Call): boolean {
  return measure.filters.length > 0 && samePlace(measure.call.statement.site, call.statement.site)
}

function linesBetween(a: Call, b: Call, ctx: RuleContext): number {
  const start = a.site.top.offset + a.site.end
  const end = b.site.top.offset + b.site.start
  if (a.site.path !== b.site.path) return 0
  return ctx.text({ top: { offset: 0 }, start, end: Math.max(start, end) }).split("\n").length - 1
}

/** The measures that one run makes together: of different frames, in branches that don't exclude each other. */
function together(measures: readonly Measure[], ctx: RuleContext): Measure[] {
  const { program } = ctx
  const plans = new Set<Plan>()
  const different = measures.filter(({ call, filters, aggregate }, i) => {
    const plan = receiverPlan(call)!
    // a plain count counts only as a part of one figure: `good.count() / all.count()`
    const plain = filters.length === 0 && !aggregate
    if (plain && !measures.some((other, j) => j !== i && inOneStatement(other, call))) return false
    return !plans.has(plan) && plans.add(plan)
  })
  const first = different.find((one, i) =>
    different.some(
      (other, j) =>
        j > i &&
        !program.exclusive(one.call.path, other.call.path) &&
        (!program.isNotebook || linesBetween(one.call, other.call, ctx) <= NEAR_LINES),
    ),
  )
  return first ? different.filter(({ call }) => !program.exclusive(first.call.path, call.path)) : []
}

function reportGroup(measures: readonly Measure[], ctx: RuleContext): void {
  const first = measures.find(({ filters, aggregate }) => filters.length > 0 || aggregate) ?? measures[0]!
  const { base } = first
  const bottom = first.filters.at(-1) ?? first.aggregate
  const name = nameAt(ctx, bottom?.call?.receiverSite ?? null, base)
  const counts = measures.every(({ call }) => call.name === "count")
  const filtered = measures.some(({ filters }) => filters.length > 0)
  const instead = filtered ? "`agg` with `F.count_if(…)` or `F.sum(F.when(…))`" : "`agg` with all of them"
  ctx.report({
    at: underline(ctx, first.call),
    about: first.call,
    message: `${name} is read and ${filtered ? "filtered" : "aggregated"} by ${measures.length} jobs, one ${counts ? "for each count" : "for each figure"}. One ${instead} computes all of them in a single pass.`,
    evidence: [
      ...measures
        .filter((other) => other !== first)
        .slice(0, 4)
        .map(({ call }) => ({ message: `\`${call.name}\` over the same ${name}`, site: call.nameSite })),
      madeHere(base, name),
    ],
    confidence: confidenceOf(
      base,
      measures.every(({ call }) => call.path.length <= first.call.path.length),
    ),
    fixes: [
      {
        title: filtered
          ? "Compute them together: agg(F.count_if(first condition), F.count_if(second condition), …).first()"
          : "Put the aggregates into one agg(…) and read them from its row",
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function reportLoop(call: Call, job: LoopJob, ctx: RuleContext): void {
  const { base, loop } = job
  const name = nameAt(ctx, job.steps.at(-1)?.call?.receiverSite ?? null, base)
  const each = job.overColumns ? "column" : "value"
  const what = job.overColumns
    ? "One `agg` with an expression for each column"
    : "One `groupBy(…).count()`, or one `agg` with `F.count_if(…)` for each value,"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`${call.name}\` runs one job a ${each}, and each goes through all of ${name}. ${what} computes all of them in a single pass.`,
    evidence: [{ message: `once for each ${each}`, site: loop.header }, madeHere(base, name)],
    confidence: confidenceOf(base, loop.rounds.min > 1),
    fixes: [
      {
        title: job.overColumns
          ? `agg(*[F.count_if(F.col(c).isNull()).alias(c) for c in columns]).first(), with the expression that the loop computes`
          : `groupBy on the column, then read each value's count from the result`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function check(program: Program, ctx: RuleContext): void {
  const inLoops = new Set<Call>()
  for (const call of program.calls) {
    const plan = receiverPlan(call)
    if (!plan || !call.action || call.inUdf || call.loops.length === 0 || !ACTIONS.test(call.api)) continue
    if (isGlance(call, program)) continue
    const job = loopJob(call, plan, ctx)
    if (!job || job.base.streaming || isSmall(job.base) || measured(call, job) === undefined) continue
    inLoops.add(call)
    if (onePassDoes(call, job)) reportLoop(call, job, ctx)
  }
  for (const measures of groups(program, inLoops)) {
    const found = together(measures, ctx)
    if (found.length >= 2) reportGroup(found, ctx)
  }
}

export const countPerCondition = defineRule({
  name: "count-per-condition",
  family: "driver",
  severity: "warning",
  flags:
    "Several counts or aggregates over filters of one DataFrame, or one job a column or value, where one pass would do.",
  why: "Every count is a job that reads the data from its source again. An aggregate with a condition in each expression computes any number of counts in one pass.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
missing = orders.filter(F.col("customer_id").isNull()).count()
returned = orders.filter(F.col("status") == "returned").count()
result = {"missing": missing, "returned": returned}
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
figures = orders.agg(
    F.count_if(F.col("customer_id").isNull()).alias("missing"),
    F.count_if(F.col("status") == "returned").alias("returned"),
).first()
result = {"missing": figures["missing"], "returned": figures["returned"]}
`,
  whenNot:
    "The frames differ, the data is small, or the counts stand in branches that exclude each other. Over a cached frame it is only reported in the strict profile.",
  fix: { safety: "suggestion", note: "`F.count_if` is there from Spark 3.5; `F.sum(F.when(condition, 1))` before." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.count_if.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.agg.html",
  ],
  proof: { rows: "same" },
  on: { program: check },
})
