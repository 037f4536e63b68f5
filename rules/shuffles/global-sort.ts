import { type Call, type ColumnExpr, defineRule, type Plan, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { manyValued } from "../shared/cardinality.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { nameAt, walkInputs } from "../shared/frames.ts"
import { isRandomOrder } from "../shared/random-order.ts"
import { isSmall } from "../shared/sizes.ts"
import { isFileFormat, onWrites, type Write, writeOf } from "../shared/writes.ts"

/** The sort whose order the written rows still have, at least on one of the ways that lead to the write. */
function sortOf(plan: Plan, depth = 0): Plan | undefined {
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 100; i++) {
    if (step.op === "sort") return step
    if (step.op === "either" && depth < 5) {
      for (const input of step.inputs) {
        const sort = sortOf(input, depth + 1)
        if (sort) return sort
      }
      return undefined
    }
    // a coalesce after the sort, its single task or its few, is spoken of by other rules
    if (step.inputs.length !== 1 || step.wide || !(step.op === "project" || step.op === "filter")) return undefined
    step = step.inputs[0]
  }
  return undefined
}

/** Uses of a sorted frame that look at its first rows: there the order counts. */
const LOOKS: ReadonlySet<string> = new Set(
  "show display take head first limit collect toPandas tail toLocalIterator".split(" "),
)

function isLookedAt(sort: Plan): boolean {
  return sort.uses.some(({ call }) => LOOKS.has(call.name))
}

/** Sorted by what makes the folders: each task then writes to few of them. */
function byFolders(sort: Plan, write: Write): boolean {
  const first = sort.keys?.[0]
  if (!write.partitionBy || write.partitionBy.length === 0) return write.partitionBy === undefined
  const reads = first && columnReads(first)
  return !reads || write.partitionBy.some((name) => reads.has(foldedName(name)))
}

/** There is a group for about every value of a key, by the key's name: a customer, an order. */
function isFine(keys: readonly ColumnExpr[] | undefined): boolean {
  return keys?.some((key) => [...(columnReads(key) ?? [])].some(manyValued)) ?? false
}

/** A grouping below makes fewer rows, how many fewer is not known. */
function afterGrouping(sort: Plan): boolean {
  let grouped = false
  walkInputs(sort, (step) => {
    if ((step.op === "aggregate" || step.op === "distinct") && !isFine(step.keys)) grouped = true
    if (step.op === "sample") grouped = true
    return step === sort || (step.inputs.length === 1 && !grouped)
  })
  return grouped
}

/** Into buckets the rows go by their own keys, sorted there. */
function isBucketed(write: Write): boolean {
  return [...write.settings.keys()].some((key) => /^(bucketBy|sortBy|clusterBy)/.test(key))
}

/** Only where a caller asks for it: `if order_by: df = df.orderBy(*order_by)`. */
function askedFor(sort: Call): boolean {
  return sort.path.some(({ guard }) => guard?.holds && guard.test.op === "param")
}

function check(call: Call, ctx: RuleContext): void {
  const write = writeOf(call)
  if (!write || !isFileFormat(write.format) || call.inUdf) return
  const sort = sortOf(write.plan)
  const made = sort?.call
  const input = sort?.inputs[0]
  if (!sort || !made || !input || sort.streaming || isSmall(input) || sort.caches.length > 0) return
  if (isRandomOrder(sort) || byFolders(sort, write) || isBucketed(write) || input.partitions?.value === 1) return
  const name = nameAt(ctx, made.receiverSite, input)
  const keys = made.args.map(({ site }) => ctx.text(site)).join(", ")
  ctx.report({
    at: underline(ctx, made),
    about: made,
    message: `\`${made.name}\` puts all of ${name} in one order for a write: Spark goes through the rows a first time to find the ranges, then shuffles all of them. Files have no order among each other for most readers; \`sortWithinPartitions\` sorts each file, with no shuffle at all.`,
    evidence: [{ message: "written here", site: call.nameSite }],
    confidence: isLookedAt(sort) || afterGrouping(sort) || askedFor(made) ? "possible" : "likely",
    fixes: [
      {
        title: `Use sortWithinPartitions(${keys}) for sorted files; repartitionByRange(${keys}) before it where files should also hold apart ranges`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const globalSort = defineRule({
  name: "global-sort",
  family: "shuffles",
  severity: "information",
  flags: "`orderBy` over the whole data right before it is written to files.",
  why: "A global order needs ranges: Spark reads and computes the input once to sample it and once more to shuffle every row into its range. What a reader of columnar files gains, skipping by minimum and maximum and better compression, comes from sorted files, not from an order among them.",
  bad: `orders = spark.read.parquet("orders")
by_customer = orders.orderBy("customer_id")
by_customer.write.mode("overwrite").parquet("by_customer")
result = by_customer
`,
  good: `orders = spark.read.parquet("orders")
by_customer = orders.sortWithinPartitions("customer_id")
by_customer.write.mode("overwrite").parquet("by_customer")
result = by_customer
`,
  whenNot:
    "Readers rely on the order of the files, each file should hold a range of its own, or the sort is by the columns of `partitionBy`, so that each task writes to few folders. Before `limit`, `show` or `take` it is a top-n.",
  fix: { safety: "suggestion", note: "Whether somebody reads the files in order only the author knows." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.sortWithinPartitions.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.repartitionByRange.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["rangepartitioning(customer_id"] }, good: { lacks: ["rangepartitioning", "Exchange"] } },
  },
  deliberateWords: /sort|order|range|cluster|skipping|compress/i,
  on: { calls: onWrites(check) },
})
