import { type Call, defineRule, type RuleContext } from "../api.ts"
import { madeHere, nameOf } from "../shared/frames.ts"
import { manyValues } from "../shared/partition-columns.ts"
import { isSmall } from "../shared/sizes.ts"
import { isFileFormat, onWrites, partitionByOf, writeOf } from "../shared/writes.ts"

function check(call: Call, ctx: RuleContext): void {
  const write = writeOf(call)
  if (!write?.partitionBy || call.inUdf || isSmall(write.plan)) return
  if (!isFileFormat(write.format) && write.format !== undefined) return
  for (const column of write.partitionBy) {
    const found = manyValues(write.plan, column)
    if (!found) continue
    const name = nameOf(write.plan)
    ctx.report({
      at: partitionByOf(ctx, call),
      about: call,
      message: `\`partitionBy\` makes a folder for every value of \`${column}\`, with a file in it from every task that meets the value: a great many tiny files, slow to write and slower to list and read. Partition by something coarse, such as a date, and sort or bucket by \`${column}\`.`,
      evidence: [{ message: found.why, site: call.nameSite }, madeHere(write.plan, name)],
      confidence: found.confidence,
      fixes: [
        {
          title: `Derive a coarse column to partition by, a date or F.pmod(F.hash("${column}"), F.lit(n)), and sort within partitions by ${column}`,
          safety: "suggestion",
          edits: [],
        },
      ],
    })
    return
  }
}

export const highCardinalityPartitionBy = defineRule({
  name: "high-cardinality-partition-by",
  family: "partitions",
  severity: "warning",
  flags: "A write partitioned by an identifier, an address or a timestamp: a column of very many values.",
  why: "Each value becomes a folder, and each task writes a file of its own into every folder that it has rows for. Millions of files of a few kilobytes overload the file system's name node or the object store's listing, and every later query pays for opening them.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter(F.col("customer_id") < 40).select("id", "amount", "customer_id")
orders.write.mode("overwrite").partitionBy("customer_id").parquet("by_customer")
result = spark.read.parquet("by_customer").select("id", "amount", "customer_id")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter(F.col("customer_id") < 40).select("id", "amount", "customer_id")
orders.sortWithinPartitions("customer_id").write.mode("overwrite").parquet("by_customer")
result = spark.read.parquet("by_customer").select("id", "amount", "customer_id")
`,
  whenNot:
    "The column has few values after all, or readers always ask for exactly one of them and the files are large.",
  fix: { safety: "suggestion", note: "Which coarse column fits the queries, the author knows." },
  references: [
    "https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html#bucketing-sorting-and-partitioning",
  ],
  proof: { rows: "same" },
  deliberateWords: /one (folder|partition|directory) (for|per) |cardinality/i,
  on: { calls: onWrites(check) },
})
