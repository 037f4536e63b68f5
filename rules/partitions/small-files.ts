import { type Call, type ColumnExpr, type Confidence, defineRule, type Plan, type RuleContext } from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { integerOf } from "../shared/calls.ts"
import { nameOf } from "../shared/frames.ts"
import { fewTasks } from "../shared/numbers.ts"
import { manyValues } from "../shared/partition-columns.ts"
import { isSmall } from "../shared/sizes.ts"
import { isFileFormat, onWrites, partitionByOf, type Write, writeOf } from "../shared/writes.ts"

/** Options and settings by which a table format gathers rows before it writes. */
const OPTIMIZED = /optimi[sz]e[-_.]?write|autocompact|autooptimize|distribution-mode|distributionmode|fanout|rebalance/i

function named(expr: ColumnExpr): string | undefined {
  if (expr.op === "alias") return named(expr.child)
  return expr.op === "column" ? expr.name.toLowerCase() : undefined
}

/** A condition of a join that names one of the columns, or that is not known. */
function onColumn(on: ColumnExpr, columns: readonly string[]): boolean {
  if (on.op === "binary") return onColumn(on.left, columns) || onColumn(on.right, columns)
  return on.op === "column" ? columns.includes(on.name.toLowerCase()) : on.op !== "literal"
}

/** The keys of a step hold one of the columns, or are not known: rows of one folder are together, or may be. */
function gathers(step: Plan, columns: readonly string[]): boolean {
  const on = step.join?.on
  if (on === "unknown") return true
  if (on !== undefined)
    return "op" in on ? onColumn(on, columns) : on.some((name) => columns.includes(name.toLowerCase()))
  if (!step.keys) return step.op === "repartition" ? integerOf(step.call?.args[0]?.value) === undefined : true
  return step.keys.some((key) => {
    const name = named(key)
    return name === undefined || columns.includes(name)
  })
}

/** What leaves every folder's rows spread over many tasks; undefined where they are together, few, or not known to be. */
function spreadBy(write: Write): { step: Plan; confidence: Confidence } | undefined {
  const columns = write.partitionBy!.map((name) => name.toLowerCase())
  let step = write.plan
  for (let i = 0; i < 100; i++) {
    if (step.hints.some((hint) => /rebalance|repartition|coalesce/i.test(hint))) return undefined
    if (step.partitions && step.partitions.value <= fewTasks.value) return undefined
    if (step.op === "coalesce" || step.op === "sort-within") {
      if (step.op === "coalesce" || gathers(step, columns)) return undefined
    } else if (step.op === "repartition") {
      if (gathers(step, columns) && step.keys?.length !== 0) return undefined
      // adaptive execution leaves the partitions of repartition(n) as they are
      return { step, confidence: "likely" }
    } else if (step.wide) {
      if (isBroadcastJoin(step) || gathers(step, columns)) return undefined
      return { step, confidence: step.op === "join" || step.op === "distinct" ? "likely" : "possible" }
    }
    if (step.inputs.length !== 1) return undefined
    step = step.inputs[0]!
  }
  return undefined
}

/** A session or writer that lets the table format gather rows. */
function isOptimized(write: Write, ctx: RuleContext): boolean {
  if ([...write.settings.keys()].some((key) => OPTIMIZED.test(key))) return true
  return ctx.program.confs.some(
    ({ key, value }) => OPTIMIZED.test(key) && !(value.kind === "constant" && /false|none/i.test(String(value.value))),
  )
}

function check(call: Call, ctx: RuleContext): void {
  const write = writeOf(call)
  if (!write?.partitionBy || write.partitionBy.length === 0 || call.inUdf || write.plan.streaming) return
  if (!isFileFormat(write.format) || isSmall(write.plan) || isOptimized(write, ctx)) return
  // a folder for every few rows: high-cardinality-partition-by speaks of it
  if (write.partitionBy.some((column) => (manyValues(write.plan, column)?.confidence ?? "possible") !== "possible"))
    return
  const spread = spreadBy(write)
  if (!spread) return
  const { step, confidence } = spread
  const name = nameOf(write.plan)
  const columns = write.partitionBy.map((column) => JSON.stringify(column)).join(", ")
  const from = step.call?.name ?? step.op
  ctx.report({
    at: partitionByOf(ctx, call),
    about: call,
    message: `\`${from}\` leaves the rows of each folder spread over all its tasks, and each task writes a file of its own into every folder: tasks × folders small files. Put \`repartition(${columns})\` before the write, so that one task writes a folder.`,
    evidence: [
      { message: `\`${from}\` spreads the rows by something else`, site: step.call?.nameSite ?? step.site },
      { message: `no step between it and the write gathers ${name} by ${columns}`, site: call.nameSite },
    ],
    confidence,
    fixes: [
      {
        title: `Call repartition(${columns}) on ${name} before the write: one shuffle more, and a folder with very many rows becomes one task's`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const smallFiles = defineRule({
  name: "small-files",
  family: "partitions",
  severity: "warning",
  flags:
    "A write with `partitionBy` whose last shuffle spread the rows by something else, so that every task writes into every folder.",
  why: "Each task of the last stage opens a file in every folder that it has rows for. After a join, a `dropDuplicates` or a `repartition(n)` on other keys, that is nearly all of them: 200 tasks and 365 days make up to 73,000 files. A shuffle by the folder's columns gives each folder to one task.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").select("id", "amount", "status")
orders.repartition(16).write.mode("overwrite").partitionBy("status").parquet("by_status")
result = spark.read.parquet("by_status")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").select("id", "amount", "status")
orders.repartition("status").write.mode("overwrite").partitionBy("status").parquet("by_status")
result = spark.read.parquet("by_status")
`,
  whenNot:
    "The table format gathers rows itself (Delta's or Iceberg's optimized writes), a `REBALANCE` hint does, or the data has few partitions.",
  fix: {
    safety: "suggestion",
    note: "A repartition by the folders' columns shuffles the data once more; a skewed folder may need a salt beside them.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html#bucketing-sorting-and-partitioning",
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#coalesce-hints-for-sql-queries",
  ],
  proof: { rows: "same" },
  deliberateWords: /small files|number of files|compact|files per/i,
  on: { calls: onWrites(check) },
})
