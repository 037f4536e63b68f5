import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Plan,
  type RuleContext,
  type Value,
} from "../api.ts"
import { underline } from "../shared/calls.ts"
import { rowsOf } from "../shared/collected.ts"
import { nameAt } from "../shared/frames.ts"
import { loopJob } from "../shared/loop-jobs.ts"
import { isSmall } from "../shared/sizes.ts"
import { formatOf, isFileFormat } from "../shared/writes.ts"

/** Calls on a list of rows whose own rows stay the same: `sorted(keys)`, `list(keys)`, `enumerate(keys)`. */
function collectedBy(iterable: Value): Call | undefined {
  if (iterable.kind === "sequence") return iterable.from ?? (iterable.origin?.spark ? iterable.origin : undefined)
  return rowsOf(iterable)
}

/** The column that a filter asks one value of, where it is an equality; null where it is something else. */
function keyOf(condition: ColumnExpr | undefined): string | null | undefined {
  if (condition === undefined || condition.op === "unknown") return undefined
  if (condition.op === "sql") {
    if (/[<>]|\blike\b|\bbetween\b/i.test(condition.text)) return null
    return /(\w+)`?\s*==?\s*/.exec(condition.text)?.[1] ?? null
  }
  if (condition.op !== "binary") return null
  if (condition.symbol === "&") return keyOf(condition.left) ?? keyOf(condition.right)
  if (condition.symbol !== "==" && condition.symbol !== "<=>") return null
  for (const side of [condition.left, condition.right]) if (side.op === "column") return side.name
  return undefined
}

function check(call: Call, ctx: RuleContext): void {
  const plan = call.receiver.kind === "spark" ? call.receiver.plan : undefined
  if (!plan || call.inUdf || call.loops.length === 0 || plan.streaming) return
  const job = loopJob(call, plan, ctx)
  if (!job?.filter || job.loop.kind !== "for" || isSmall(job.base)) return
  const keys = collectedBy(job.loop.iterable)
  const format = formatOf(call)
  if (!keys || !isFileFormat(format)) return
  const key = keyOf(job.filter.condition)
  if (key === null) return
  const name = nameAt(ctx, job.steps.at(-1)?.call?.receiverSite ?? null, job.base)
  const column = key === undefined || key === "?" ? "the key" : `"${key}"`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Each round of this loop goes through all of ${name} to write the rows of one key, one job after another. One \`write.partitionBy(${column === "the key" ? "…" : column})\` splits them in a single pass.`,
    evidence: [
      { message: `the keys are collected to the driver by \`${keys.name}\``, site: keys.nameSite },
      { message: "one job for each of them", site: job.loop.header },
      { message: `each round filters ${name} anew`, site: job.filter.call?.nameSite ?? job.filter.site },
    ],
    confidence: confidenceOf(call, job.loop.path.length, job.steps),
    fixes: [
      {
        title: `Write all of ${name} once with partitionBy(${column === "the key" ? "…" : column}), after a repartition by it that keeps the files few`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

/** Tables by name cannot come from one write, and what only some rounds do may differ between them. */
function confidenceOf(call: Call, depth: number, steps: readonly Plan[]): Confidence {
  if (/^(saveAsTable|insertInto)$/.test(call.name)) {
    const table = call.args[0]?.value
    if (!(table?.kind === "constant" && typeof table.value === "string")) return "possible"
  }
  return call.path.length > depth || steps.some((step) => step.op === "either") ? "possible" : "likely"
}

export const writeInLoop = defineRule({
  name: "write-in-loop",
  family: "partitions",
  severity: "warning",
  flags: "One write per key, in a loop over keys that were collected to the driver.",
  why: "Each round is a job of its own that reads the whole input to keep one key's rows: with n keys the data is read n times, and the jobs run one after another, each with few tasks that have anything to do. A write with `partitionBy` sends every row to its key's folder in one pass.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").select("id", "amount", "status")
statuses = [row["status"] for row in orders.select("status").distinct().collect()]
for status in statuses:
    orders.filter(F.col("status") == status).drop("status").write.mode("overwrite").parquet(f"by_status/status={status}")
result = spark.read.parquet("by_status")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").select("id", "amount", "status")
orders.write.mode("overwrite").partitionBy("status").parquet("by_status")
result = spark.read.parquet("by_status")
`,
  whenNot:
    "Each key goes to another system or to a table of its own, the rounds do different things, or each round reads its own input.",
  fix: {
    safety: "suggestion",
    note: "Another layout of files is the author's to choose; the finding says how to write it.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html#bucketing-sorting-and-partitioning",
  ],
  proof: { rows: "same" },
  deliberateWords: /one (by|at a) (one|time)|per (key|tenant|customer)|separate (file|job)s?/i,
  on: {
    calls: {
      "DataFrameWriter.parquet": check,
      "DataFrameWriter.csv": check,
      "DataFrameWriter.json": check,
      "DataFrameWriter.orc": check,
      "DataFrameWriter.text": check,
      "DataFrameWriter.save": check,
      "DataFrameWriter.saveAsTable": check,
      "DataFrameWriter.insertInto": check,
    },
  },
})
