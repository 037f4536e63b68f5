import { type Call, defineRule, type Loop, type Program, type RuleContext } from "../api.ts"
import { arrival, arrivalEvidence } from "../shared/arrival.ts"
import { underline } from "../shared/calls.ts"
import { knownSmall, rowLoop, within } from "../shared/collected.ts"
import { nameAt, receiverPlan } from "../shared/frames.ts"

/** Jobs in the rounds: then the rows are keys, and what the jobs do is the matter (action-in-loop, write-in-loop). */
function startsJobs(loop: Loop, program: Program): boolean {
  return program.calls.some((call) => call.action && call.loops.some(({ id }) => id === loop.id))
}

/** All that a round does is print. */
function onlyPrints(loop: Loop, ctx: RuleContext): boolean {
  const body = ctx.text(loop.body).trim()
  return (
    ctx.program.calls.some((call) => call.api === "builtins.print" && within(call.site, loop.body)) &&
    /^print\b[^\n]*$/.test(body)
  )
}

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const loop = plan && rowLoop(call, ctx.program)
  if (!loop || startsJobs(loop, ctx.program)) return
  const found = arrival(call, plan, ctx)
  if (found === null) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const instead = onlyPrints(loop, ctx)
    ? "`show(n)` prints the first ones"
    : "Say it in columns, or run it where the rows are, with `foreachPartition` or `mapInPandas`"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Every row of ${name} is brought to the driver, and Python goes over them one by one, while the executors have nothing to do. ${instead}.`,
    evidence: [...arrivalEvidence(plan, name), { message: "the loop over the rows", site: loop.header }],
    confidence: found,
    fixes: [
      {
        title: onlyPrints(loop, ctx)
          ? `Print the first rows with show(n)`
          : `Replace the loop by withColumn, agg or filter; what has to act outside of Spark goes into foreachPartition`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const rowLoopOnDriver = defineRule({
  name: "row-loop-on-driver",
  family: "driver",
  severity: "warning",
  flags:
    "`for row in df.collect()`, `toLocalIterator()` or `df.toPandas().iterrows()`: a Python loop over rows of data that is not known to be small.",
  why: "One Python process does what the whole cluster is there for. The rows travel to the driver first, and each round of the loop costs microseconds to milliseconds: hours for what Spark does in seconds.",
  bad: `orders = spark.read.parquet("orders")
total = 0.0
for row in orders.filter("status = 'returned'").collect():
    if row.amount is not None:
        total += row.amount * row.qty
result = spark.createDataFrame([(total,)], "total double")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
returned = orders.filter("status = 'returned'")
result = returned.agg(F.sum(F.col("amount") * F.col("qty")).alias("total"))
`,
  whenNot:
    "The rows are few for a reason that the code doesn't show: say so in a comment on the line. Groups and distinct values, which usually are, are only in the strict profile.",
  fix: { safety: "suggestion", note: "How to write the loop in columns depends on what it does." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.foreachPartition.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.toLocalIterator.html",
  ],
  proof: { rows: "same" },
  deliberateWords: knownSmall,
  on: {
    calls: {
      "DataFrame.collect": check,
      "DataFrame.toLocalIterator": check,
      "DataFrame.toPandas": check,
      "RDD.collect": check,
      "RDD.toLocalIterator": check,
    },
  },
})
