import { type Call, defineRule, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { madeHere, nameOf, receiverPlan } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const column = argument(call, "pivot_col")
  if (!plan || !column || call.inUdf || plan.streaming) return
  const given = argument(call, "values")
  // arguments that are not known, such as `*args`, may hold the values
  if (given ? !(given.value.kind === "constant" && given.value.type === "None") : call.args.length > 1) return
  const by = ctx.text(column.site)
  const name = nameOf(plan)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`pivot(${by})\` has no list of values, so Spark runs a job over all of ${name} right here, only to find them, and fails where there are more than 10,000. With the values given there is no such job, and the columns are the same on every run.`,
    evidence: [madeHere(plan, name)],
    // a job over a handful of rows is nobody's trouble
    confidence: isSmall(plan) ? "possible" : "certain",
    fixes: [
      {
        title: `Give the values that become columns: pivot(${by}, ["…", "…"])`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const pivotWithoutValues = defineRule({
  name: "pivot-without-values",
  family: "shuffles",
  severity: "warning",
  flags: "`pivot(c)` without the list of values that become columns.",
  why: "Spark must know the columns before it can plan, so `pivot` itself starts a job that computes the whole frame for its distinct values, and sorts and collects them on the driver. More than `spark.sql.pivotMaxValues` (10,000) are an error, and a new value in the data is a new column in the result.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").pivot("status").agg(F.sum("amount"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
states = ["cancelled", "new", "paid", "returned", "shipped"]
result = orders.groupBy("country").pivot("status", states).agg(F.sum("amount"))
`,
  whenNot: "The values cannot be known beforehand, or the frame is small.",
  fix: { safety: "suggestion", note: "Only the author knows which values the data may hold." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.GroupedData.pivot.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /(all|any|unknown|new) values|dynamic/i,
  on: { calls: { "GroupedData.pivot": check } },
})
