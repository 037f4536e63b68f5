import { type Call, type Confidence, defineRule, type RuleContext } from "../api.ts"
import { arrival, arrivalEvidence } from "../shared/arrival.ts"
import { underline } from "../shared/calls.ts"
import { isPlot, laterWork, rowLoop } from "../shared/collected.ts"
import { nameAt, receiverPlan } from "../shared/frames.ts"
import { inSpark } from "../shared/pandas-work.ts"

/**
 * Speaks in the place of to-pandas-on-driver where pandas then makes less of the rows: that is what to do in Spark.
 * It keeps that rule's severity where nothing bounds the rows; else it is a hint.
 */
function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  if (!plan || rowLoop(call, ctx.program)) return
  const found = arrival(call, plan, ctx)
  if (found === null) return
  const work = laterWork(call, ctx.program)
  const reducing = work.filter((each) => inSpark(each) !== undefined)
  const first = reducing[0]
  if (!first) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const drawn = work.some(isPlot)
  const confidence: Confidence = found
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Every row of ${name} goes into a pandas frame on the driver, and \`${first.name}\` then makes less of them there. \`${inSpark(first)}\` does it on the executors, and only its result has to travel.`,
    evidence: [
      ...arrivalEvidence(plan, name),
      ...reducing.slice(0, 3).map((each) => ({ message: `\`${each.name}\` in pandas`, site: each.nameSite })),
    ],
    confidence,
    ...(drawn || found === "possible" ? {} : { severity: "warning" as const }),
    fixes: [
      {
        title: `Do \`${first.name}\` in Spark before toPandas(): ${inSpark(first)}`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const pandasAfterCollect = defineRule({
  name: "pandas-after-collect",
  family: "driver",
  severity: "information",
  flags: "`toPandas()` whose rows pandas then groups, joins, filters or reduces, which Spark could do first.",
  why: "All rows cross the network into one process, to be reduced there by one core. Reduced in Spark, only the result travels. Where nothing bounds the rows, it is reported as a warning, in the place of to-pandas-on-driver.",
  bad: `orders = spark.read.parquet("orders")
pdf = orders.select("country", "amount").toPandas()
totals = pdf.groupby("country", as_index=False)["amount"].sum()
result = spark.createDataFrame(totals)
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.filter("country is not null").groupBy("country").agg(F.sum("amount").alias("amount"))
`,
  whenNot: "pandas does something that Spark has no function for, or the rows are few.",
  fix: {
    safety: "suggestion",
    note: "pandas leaves out groups whose key is null, and its sums skip missing values: filter the keys where that matters.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.toPandas.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /small|tiny|\bfew\b|driver|fits|bounded|limited/i,
  on: { calls: { "DataFrame.toPandas": check } },
})
