import { type Call, type Confidence, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import type { LoopJob } from "../shared/loop-jobs.ts"
import { type Measure, onePass } from "../shared/measures.ts"

/** Its rows come out of a cache, through steps that take them one by one. */
function fromCache(plan: Plan): boolean {
  if (plan.caches.length > 0) return true
  return !plan.wide && plan.inputs.length === 1 && fromCache(plan.inputs[0]!)
}

function confidenceOf(base: Plan, sure: boolean): Confidence {
  return fromCache(base) ? "possible" : sure ? "certain" : "likely"
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
  // what is computed of all rows has no groups, whatever changes from round to round
  const counts = call.name === "count" || job.filter !== undefined
  const what =
    job.overColumns || !counts
      ? `One \`agg\` with an expression for each ${each}`
      : "One `groupBy(…).count()`, or one `agg` with `F.count_if(…)` for each value,"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`${call.name}\` runs one job a ${each}, and each goes through all of ${name}. ${what} computes all of them in a single pass.`,
    evidence: [{ message: `once for each ${each}`, site: loop.header }, madeHere(base, name)],
    confidence: confidenceOf(base, loop.rounds.min > 1),
    fixes: [
      {
        title: !counts
          ? `Collect the expressions of all rounds in a list, and compute them with one agg(*expressions).first()`
          : job.overColumns
            ? `agg(*[F.count_if(F.col(c).isNull()).alias(c) for c in columns]).first(), with the expression that the loop computes`
            : `groupBy on the column, then read each value's count from the result`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function check(_program: Program, ctx: RuleContext): void {
  const { groups, looped } = onePass(ctx)
  for (const { call, job } of looped) reportLoop(call, job, ctx)
  for (const measures of groups) reportGroup(measures, ctx)
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
