import { type Call, type Confidence, defineRule, type Plan, type RuleContext, type Site } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { manyValued } from "../shared/cardinality.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import { JOBS, jobEachRound, type LoopJob, tablesIn } from "../shared/loop-jobs.ts"
import { harmlessJobs } from "../shared/numbers.ts"

/** The column that the rounds ask for one value of, where it is written out. */
function keyOf(filter: Plan): string | undefined {
  const { condition } = filter
  if (filter.sql !== undefined) return /\bwhere\b[^;]*?\b(\w+)`?\s*==?\s*'?\{\}/i.exec(filter.sql)?.[1]
  if (condition?.op === "sql") return /^\s*`?(\w+)`?\s*==?[^=]/.exec(condition.text)?.[1]
  if (condition?.op !== "binary" || condition.symbol !== "==") return undefined
  const column = condition.left.op === "column" ? condition.left : condition.right
  return column.op === "column" && column.name !== "?" ? column.name : undefined
}

const LOOK_UPS = /^(first|head|take|collect)$/

function advice(call: Call, key: string | undefined): string {
  if (call.api.startsWith("DataFrameWriter"))
    return `One \`write.partitionBy(${key ? `"${key}"` : "…"})\` writes them all in one job`
  if (key && manyValued(key) && LOOK_UPS.test(call.name))
    return `One join with a frame of the keys, or one \`isin\`, looks all of them up in one job`
  const group = `groupBy(${key ? `"${key}"` : "…"})`
  return call.name === "count"
    ? `One \`${group}.count()\` counts all of them in one job`
    : `One \`${group}\`, or \`applyInPandas\` on it, does all of them in one job`
}

/** The action; of one in another file's function the call here that leads to it. */
function placeOf(call: Call, ctx: RuleContext): Site {
  const leads = call.site.path === undefined ? undefined : call.via.findLast(({ path }) => path === undefined)
  return leads ?? underline(ctx, call)
}

function report(call: Call, job: LoopJob, filter: Plan, ctx: RuleContext): void {
  const { loop, base } = job
  const query = base.sql === undefined ? undefined : [...new Set(tablesIn(base.sql))].map((table) => `\`${table}\``)
  const name = query ? query.join(" and ") : nameAt(ctx, job.steps.at(-1)?.call?.receiverSite ?? null, base)
  const key = keyOf(filter)
  const sure = loop.rounds.min > harmlessJobs.value && call.path.length <= loop.path.length
  const confidence: Confidence = base.caches.length > 0 ? "possible" : sure ? "certain" : "likely"
  const rounds = Number.isFinite(loop.rounds.max) ? `up to ${loop.rounds.max.toLocaleString("en-US")} jobs` : "a job"
  ctx.report({
    at: placeOf(call, ctx),
    about: call,
    message: `\`${call.name}\` starts ${rounds === "a job" ? "a job in every round" : `${rounds}, one a round`}, and each goes through all of ${name} to find ${key ? `the rows of one \`${key}\`` : "its own part"}. ${advice(call, key)}.`,
    evidence: [
      { message: "the loop that starts the jobs", site: loop.header },
      {
        message: query ? "each round puts its own value into the query" : `each round filters ${name} anew`,
        site: filter.call?.nameSite ?? filter.site,
      },
      ...(query ? [] : [madeHere(base, name)]),
    ],
    confidence,
    fixes: [{ title: advice(call, key), safety: "suggestion", edits: [] }],
  })
}

function check(call: Call, ctx: RuleContext): void {
  const job = jobEachRound(call, ctx)
  if (job?.filter) report(call, job, job.filter, ctx)
}

export const actionInLoop = defineRule({
  name: "action-in-loop",
  family: "driver",
  severity: "warning",
  flags: "An action in a loop over a frame, or a query, that each round filters by the loop's variable.",
  why: "Each action is a job of its own, one after the other: n values are n passes over the same data, each with its own scheduling, and the cluster is idle in between. Grouped by that column, one pass does it.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
best = []
for country in ["AT", "BE", "CH", "CZ", "DE"]:
    top = orders.filter(F.col("country") == country).orderBy(F.desc("amount"), "id").first()
    best.append((country, top["amount"]))
result = spark.createDataFrame(best, "country string, amount double")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
some = orders.filter(F.col("country").isin("AT", "BE", "CH", "CZ", "DE"))
result = some.groupBy("country").agg(F.max("amount").alias("amount"))
`,
  whenNot:
    "The loop waits for something or tries again, its rounds are three or fewer, or each round reads data of its own.",
  fix: { safety: "suggestion", note: "What the one job is depends on what the rounds do with their part." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.groupBy.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.GroupedData.applyInPandas.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /one at a time|sequential|memory|per (key|value|group)|on purpose/i,
  on: {
    calls: Object.fromEntries(JOBS.map((api) => [api, check])),
  },
})
