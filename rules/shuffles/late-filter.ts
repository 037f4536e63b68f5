import {
  type Call,
  type Confidence,
  defineRule,
  type Edit,
  type Evidence,
  type Fix,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { point, underline } from "../shared/calls.ts"
import { samePlace } from "../shared/collected.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { consumersOf, nameOf, resultPlan, variableOf } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** What keeps a filter from the rows that it does not want. */
interface Barrier {
  readonly message: string
  readonly evidence: Evidence
  readonly confidence: Confidence
  readonly fix: Fix
}

/** The condition's columns, where all are known. */
function columnsOf(filter: Plan): ReadonlySet<string> | undefined {
  return filter.condition && columnReads(filter.condition)
}

// ---------------------------------------------------------------- a cache or a checkpoint

const KEEPING = /^(DataFrame)\.(cache|persist|unpersist)$/

/** The filters that are all that happens to a kept frame, in order; undefined where anything else does. */
function onlyFilters(kept: Plan): Plan[] | undefined {
  if (kept.escapes || kept.streaming || kept.hints.length > 0) return undefined
  const readers = kept.uses.filter(({ call }) => !KEEPING.test(call.api) && !materializes(call))
  const filters = consumersOf(kept)
  if (filters.length === 0 || readers.length !== filters.length) return undefined
  return filters.every((step) => step.op === "filter" && step.inputs[0] === kept) ? filters : undefined
}

/** `df.count()` as a statement, to fill the cache. */
function materializes(call: Call): boolean {
  return call.name === "count" && call.statement.bare
}

/** All filters keep the same rows: written alike, of columns and constants only where there are several. */
function sameCondition(filters: readonly Plan[], ctx: RuleContext): boolean {
  const [first] = filters
  const written = (step: Plan): string => (step.call?.args[0] ? ctx.text(step.call.args[0].site) : "")
  if (filters.length === 1) return first!.call !== null
  return filters.every(
    (step) => written(step) !== "" && written(step) === written(first!) && columnsOf(step) !== undefined,
  )
}

function keeper(kept: Plan): Call | undefined {
  return kept.caches.length === 1 ? kept.caches[0] : kept.op === "checkpoint" ? (kept.call ?? undefined) : undefined
}

function afterKeeping(filter: Plan, ctx: RuleContext): Barrier | undefined {
  const kept = filter.inputs[0]!
  const keep = keeper(kept)
  const call = filter.call!
  if (!keep || keep.inUdf || !keep.api.startsWith("DataFrame.")) return undefined
  const filters = onlyFilters(kept)
  if (filters?.[0] !== filter || !sameCondition(filters, ctx)) return undefined
  // in another loop, function or cell it may be another filter each time
  if (call.loops.length !== keep.loops.length || call.function !== keep.function || call.via.length !== keep.via.length)
    return undefined
  if (call.path.length !== keep.path.length) return undefined
  // read once, the cache itself is for nothing: unused-cache's
  if (keep.name !== "checkpoint" && ctx.program.actionsOf(kept).length < 2) return undefined
  const name = nameOf(kept)
  return {
    message: `\`${keep.name}\` keeps all rows of ${name}, and all that reads them wants only those that this filter leaves. Spark pushes no filter below it: filter first, and keep less.`,
    evidence: { message: `\`${keep.name}\` comes before the filter`, site: keep.nameSite },
    confidence: ctx.program.isNotebook ? "possible" : "likely",
    fix: swapped(keep, call, ctx, `Filter before \`${keep.name}\`: only these rows are kept then`),
  }
}

// ---------------------------------------------------------------- values that differ each time

/** A projection whose values Spark must not compute for fewer rows. */
function afterUnstable(filter: Plan, ctx: RuleContext): Barrier | undefined {
  const step = filter.inputs[0]!
  const udf = step.udfs.find(({ nondeterministic }) => nondeterministic)
  const made = step.call
  if (step.op !== "project" || made?.api !== "DataFrame.withColumn" || (!udf && step.unstable.length === 0))
    return undefined
  const reads = columnsOf(filter)
  const column = made.args[0]?.value
  if (!reads || column?.kind !== "constant" || typeof column.value !== "string" || reads.has(foldedName(column.value)))
    return undefined
  if (isSmall(step)) return undefined
  const what = udf ? `the UDF \`${udf.name}\`, marked as non-deterministic,` : `\`${step.unstable[0]}\``
  // consecutive-looking identifiers may be meant for all rows
  const ids = !udf && step.unstable.includes("monotonically_increasing_id")
  return {
    message: `Spark computes ${what} for all rows before this filter, and pushes no part of it to the source, although it reads none of that column. Filter first.`,
    evidence: {
      message: `\`${column.value}\` gets other values each time, so Spark keeps the order as written`,
      site: made.nameSite,
    },
    confidence: ids ? "possible" : "likely",
    fix: swapped(
      made,
      filter.call!,
      ctx,
      `Filter before \`${made.name}\`: the rows that stay get other values of \`${column.value}\``,
    ),
  }
}

// ---------------------------------------------------------------- Python over groups

function afterGroups(filter: Plan): Barrier | undefined {
  const step = filter.inputs[0]!
  const call = step.call
  if (step.op !== "map" || !/^GroupedData\.applyInPandas$/.test(call?.api ?? "") || !step.keys) return undefined
  const keys = new Set(step.keys.map((key) => (key.op === "column" ? foldedName(key.name) : "?")))
  const reads = columnsOf(filter)
  if (!reads || reads.size === 0 || filter.condition?.op === "sql" || ![...reads].every((name) => keys.has(name)))
    return undefined
  const named = [...reads].map((name) => `\`${name}\``).join(" and ")
  return {
    message: `\`${call!.name}\` runs Python over every group before this filter throws groups away by ${named}, their key. Spark cannot look into the function: filter before the \`groupBy\`.`,
    evidence: { message: `the groups are made by ${named}`, site: call!.nameSite },
    confidence: "likely",
    fix: {
      title: `Filter before the groupBy: the same rows where the function leaves ${named.replaceAll("`", "")} as it is`,
      safety: "suggestion",
      edits: [],
    },
  }
}

// ---------------------------------------------------------------- report

/** `x.cache().filter(c)` becomes `x.filter(c).cache()`: only where one follows the other in a chain. */
function swapped(before: Call, after: Call, ctx: RuleContext, title: string): Fix {
  const edits = exchange(before, after, ctx)
  return edits ? { title, safety: "unsafe", edits } : { title, safety: "suggestion", edits: [] }
}

function exchange(before: Call, after: Call, ctx: RuleContext): Edit[] | undefined {
  if (!after.receiverSite || !samePlace(after.receiverSite, before.site)) return undefined
  const first = { ...before.site, start: before.nameSite.start }
  const second = { ...after.site, start: after.nameSite.start }
  if (ctx.text(first).includes("#") || ctx.text(second).includes("#")) return undefined
  return [
    { site: point(first, first.start), text: `${ctx.text(second)}.` },
    { site: { ...after.site, start: before.site.end }, text: "" },
  ]
}

function check(call: Call, ctx: RuleContext): void {
  const filter = resultPlan(call)
  if (filter?.op !== "filter" || filter.call !== call || call.inUdf || filter.streaming || filter.inputs.length !== 1)
    return
  const barrier = afterKeeping(filter, ctx) ?? afterUnstable(filter, ctx) ?? afterGroups(filter)
  if (!barrier) return
  const variable = variableOf(filter)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: barrier.message,
    evidence: [barrier.evidence, ...(variable ? [{ message: `what stays is ${variable}`, site: filter.site }] : [])],
    confidence: barrier.confidence,
    fixes: [barrier.fix],
  })
}

export const lateFilter = defineRule({
  name: "late-filter",
  family: "shuffles",
  severity: "information",
  flags:
    "A filter behind a cache, a checkpoint, a non-deterministic column or `applyInPandas`, below which Spark does not push it, though its columns exist before.",
  why: "Spark moves filters down to the source by itself, through joins, projections, Python UDFs, sorts, repartitions and windows by the same key. Not through these: a cache or checkpoint keeps the rows as they are, values that differ each time must be computed for the same rows, and a function over groups cannot be looked into. There the order of the code is the order of the work.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").cache()
paid = orders.filter(F.col("status") == "paid")
by_country = paid.groupBy("country").agg(F.sum("amount").alias("amount")).collect()
result = paid.groupBy("day").agg(F.sum("amount").alias("amount"))
days = result.count()
`,
  good: `from pyspark.sql import functions as F

paid = spark.read.parquet("orders").filter(F.col("status") == "paid").cache()
by_country = paid.groupBy("country").agg(F.sum("amount").alias("amount")).collect()
result = paid.groupBy("day").agg(F.sum("amount").alias("amount"))
days = result.count()
`,
  whenNot:
    "Something else reads the rows that the filter drops, the filter differs from use to use, or it needs the column that was just made.",
  fix: {
    safety: "unsafe",
    note: "Moves the filter before the step where both stand in one chain. Values of non-deterministic functions then differ; the rows of a cache are the same.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#caching-data",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.udf.UserDefinedFunction.asNondeterministic.html",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["InMemoryTableScan"], lacks: ["EqualTo(status,paid)"] },
      good: { has: ["EqualTo(status,paid)"] },
    },
  },
  deliberateWords: /filter|whole|all rows|cache/i,
  on: { calls: { "DataFrame.filter": check } },
})
