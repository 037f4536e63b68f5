import { type Call, type Confidence, defineRule, type Plan, type RuleContext } from "../api.ts"
import { arrival, arrivalEvidence } from "../shared/arrival.ts"
import { listedInText } from "../shared/brought.ts"
import { integerOf, underline } from "../shared/calls.ts"
import { knownSmall, onlyMeasured, rowLoop, takersOf } from "../shared/collected.ts"
import { discardedJob } from "../shared/discards.ts"
import { nameAt, receiverPlan, walkInputs } from "../shared/frames.ts"
import { driverResult } from "../shared/numbers.ts"
import { bytesText } from "../shared/sizes.ts"

/** Calls whose own rule says more: `isin` over the rows, two lists zipped. */
const TAKERS = /^(Column\.isin|builtins\.zip)$/

/** `df.collect()[0]`, and nothing else done with the rows. */
function onlyFirst(call: Call): boolean {
  const { resultUses } = call
  const first = resultUses.every((use) => use.kind === "index" && integerOf(use.index) === 0)
  return first && resultUses.length > 0 && !call.resultEscapes
}

/** A filter or a step out of sight may have left the one row that is asked for. */
function mayBeOne(plan: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= ["filter", "param", "opaque", "sql", "either", "loop"].includes(step.op)
    return !found
  })
  return found
}

function message(call: Call, name: string): string {
  if (call.name === "toLocalIterator")
    return `Every row of ${name} passes through one Python process on the driver, a partition at a time, while the executors wait. Do the work in columns, or with \`foreachPartition\` where the rows are.`
  if (onlyFirst(call))
    return `Every row of ${name} is brought to the driver, and only the first one is used. \`first()\` brings that one.`
  const look = call.resultUses.some((use) => use.kind === "print")
  return `\`${call.name}\` brings every row of ${name} to the driver as Python objects: the cluster waits for one process, and past \`spark.driver.maxResultSize\` (${bytesText(driverResult.value)} by default) the job fails. ${look ? "`show()` or `take(n)` is enough to look at some" : "Aggregate or limit in Spark first, or write the rows from the executors"}.`
}

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  // `len(rows)` and loops over the rows have rules of their own
  if (!plan || onlyMeasured(call) || rowLoop(call, ctx.program)) return
  // discarded-action speaks, unless the rows may be thrown away for what making them does besides
  const discarded = discardedJob(call, plan, ctx)
  if (discarded && discarded !== "possible") return
  const found = arrival(call, plan, ctx)
  if (found === null || takersOf(call, ctx.program, TAKERS).length > 0) return
  // a list in SQL text is collected-isin's as well
  if (listedInText(call, ctx.program)) return
  const confidence: Confidence = onlyFirst(call) && mayBeOne(plan) ? "possible" : found
  const name = nameAt(ctx, call.receiverSite, plan)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: message(call, name),
    evidence: arrivalEvidence(plan, name),
    confidence,
  })
}

export const collectOnDriver = defineRule({
  name: "collect-on-driver",
  family: "driver",
  severity: "warning",
  flags: "`collect()` or `toLocalIterator()` over data that is not known to be small.",
  why: "All rows travel to one process: the driver. It turns each into a Python object of several times its size, while every executor waits; what took the cluster seconds takes the driver minutes, or its memory.",
  bad: `orders = spark.read.parquet("orders")
rows = orders.filter("status = 'returned'").select("country", "amount").collect()
lost = {}
for row in rows:
    lost[row.country] = lost.get(row.country, 0.0) + (row.amount or 0.0)
result = spark.createDataFrame(list(lost.items()), "country string, amount double")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
returned = orders.filter("status = 'returned'")
result = returned.groupBy("country").agg(F.sum("amount").alias("amount"))
`,
  whenNot:
    "The rows are few for a reason that the code doesn't show: say so in a comment on the line. After `limit`, `take`, a global aggregate, `describe`, or over rows that Python built, nothing is reported; groups and distinct values are only in the strict profile.",
  fix: { safety: "none", note: "What to do instead depends on what the rows are for." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.collect.html",
    "https://spark.apache.org/docs/latest/configuration.html#application-properties",
  ],
  proof: { rows: "same" },
  deliberateWords: knownSmall,
  on: {
    calls: {
      "DataFrame.collect": check,
      "DataFrame.toLocalIterator": check,
      "RDD.collect": check,
      "RDD.collectAsMap": check,
      "RDD.toLocalIterator": check,
    },
  },
})
