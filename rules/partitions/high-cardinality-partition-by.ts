import { type Call, type ColumnExpr, type Confidence, defineRule, type Plan, type RuleContext } from "../api.ts"
import { madeHere, nameOf, walkInputs } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"
import { isFileFormat, onWrites, partitionByOf, writeOf } from "../shared/writes.ts"

/** Names of what nearly every row has its own of. */
const OWN =
  /(^|_)(uuid|guid|email|e_?mail_address|phone(_number)?|url|ip(_address)?|timestamp|datetime|ts|session_id|user_id|customer_id|client_id|account_id|visitor_id|member_id|patient_id|transaction_id|txn_id|order_id|event_id|request_id|message_id|record_id|row_id|device_id|artist_id|song_id|track_id)$/i
/** Identifiers of nothing in particular: often many, but one cannot know. */
const ANY_ID = /^(id|pk|key|\w+_id)$|(^|_)(created|updated|modified)_at$/i
/** Identifiers of things of which there are few, and dates. */
const FEW =
  /(^|_)(country|state|region|city|category|type|kind|status|group|segment|channel|source|store|site|dept|department|brand|language|currency|year|quarter|month|week|day|date|hour|run|batch|partition|tenant|org|level|role|version|model|job|env|bucket|shard)(_id)?$/i

function snake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
}

/** The column is made in this plan in a way that leaves few values: a date, a bucket, a part of the text. */
function isReduced(plan: Plan, column: string): boolean {
  let made: ColumnExpr | undefined
  walkInputs(plan, (step) => {
    made ??= step.exprs?.find((expr) => expr.op === "alias" && expr.name === column)
    // columns that `withColumn` adds carry their name in the call's first argument
    const [name, value] = step.call?.api === "DataFrame.withColumn" ? step.call.args : []
    if (made === undefined && name?.value.kind === "constant" && name.value.value === column)
      made = value?.value.kind === "column" ? value.value.expr : { op: "unknown" }
    return made === undefined
  })
  if (made === undefined) return false
  const expr = made.op === "alias" ? made.child : made
  // the column itself, cast or cleaned, has as many values as before
  return !(expr.op === "column" || (expr.op === "call" && /^(cast|trim|lower|upper|coalesce|uuid)$/.test(expr.fn)))
}

/** How sure it is that a column has very many values, and why. */
function manyValues(plan: Plan, column: string): { confidence: Confidence; why: string } | undefined {
  const type = plan.columns?.value.find(({ name }) => name === column)?.type
  if (type !== undefined && /^(date|boolean|tinyint)$/.test(type)) return undefined
  if (isReduced(plan, column)) return undefined
  if (type === "timestamp") return { confidence: "certain", why: `\`${column}\` is a timestamp` }
  const name = snake(column)
  if (FEW.test(name)) return undefined
  if (OWN.test(name)) return { confidence: "likely", why: `by its name, \`${column}\` has a value for every few rows` }
  return ANY_ID.test(name) ? { confidence: "possible", why: `\`${column}\` is named as identifiers are` } : undefined
}

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
