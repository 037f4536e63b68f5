import { type Call, type ColumnExpr, defineRule, type Fix, type Plan, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { manyValued } from "../shared/cardinality.ts"
import { samePlace } from "../shared/collected.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { distinctCalls, distinctCountsOf } from "../shared/distinct-counts.ts"
import { consumersOf, madeHere, nameOf, receiverPlan } from "../shared/frames.ts"
import { defaultRsd } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

const ERROR = `${defaultRsd.value * 100}%`

/** Columns read, as written names; none where not all are known. */
function namesIn(expr: ColumnExpr | undefined): string[] {
  return expr ? [...(columnReads(expr) ?? [])] : []
}

function message(name: string, column: string): string {
  return `The exact number of distinct values of \`${column}\` makes Spark shuffle all of them, out of ${name}. \`approx_count_distinct\` keeps a few hundred bytes a task instead, for an estimate with a standard error of ${ERROR}.`
}

/** `df.select("user_id").distinct()`, `df.dropDuplicates(["user_id"])`: the one column, and what it is taken from. */
function singleColumn(plan: Plan): { column: ColumnExpr; base: Plan } | undefined {
  const input = plan.inputs[0]
  if (plan.op !== "distinct" || !input) return undefined
  if (plan.keys) return plan.keys.length === 1 ? { column: plan.keys[0]!, base: input } : undefined
  if (input.op !== "project" || input.call?.name !== "select" || input.exprs?.length !== 1) return undefined
  const [column] = input.exprs
  return column && input.inputs[0] ? { column, base: input.inputs[0] } : undefined
}

/** Another number of the same statement: a check for duplicates, a share. */
function besideAnother(call: Call, ctx: RuleContext): boolean {
  return ctx.program.calls.some(
    (other) =>
      other !== call &&
      other.name === "count" &&
      other.spark &&
      samePlace(other.statement.site, call.statement.site) &&
      !samePlace(other.site, call.site),
  )
}

/** count-per-condition speaks where several columns of one frame are counted. */
function oneOfSeveral(call: Call, base: Plan, ctx: RuleContext): boolean {
  return ctx.program.calls.some((other) => {
    if (other === call || other.api !== "DataFrame.count" || samePlace(other.site, call.site)) return false
    const plan = receiverPlan(other)
    return plan !== undefined && singleColumn(plan)?.base === base
  })
}

function checkCount(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const found = plan && singleColumn(plan)
  if (!plan || !found || call.inUdf || plan.streaming || isSmall(found.base)) return
  if (plan.caches.length > 0 || plan.escapes || plan.uses.length > 1) return
  if (call.resultUses.some(({ kind }) => ["compare", "truth", "index"].includes(kind))) return
  if (besideAnother(call, ctx) || oneOfSeveral(call, found.base, ctx)) return
  const [column] = namesIn(found.column)
  if (column === undefined) return
  const name = nameOf(found.base)
  ctx.report({
    at: plan.call ? { ...plan.call.nameSite, end: call.site.end } : underline(ctx, call),
    about: call,
    message: message(name, column),
    evidence: [madeHere(found.base, name)],
    confidence: manyValued(column) ? "likely" : "possible",
    fixes: [
      {
        title: `Estimate it, with a standard error of ${ERROR}: agg(F.approx_count_distinct("${column}", rsd=${defaultRsd.value})).first()[0]`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

/** The number is compared with something afterwards. */
function isFilteredBy(plan: Plan, alias: string | undefined): boolean {
  if (alias === undefined) return false
  const name = foldedName(alias)
  return consumersOf(plan).some(
    (step) => step.condition !== undefined && columnReads(step.condition)?.has(name) !== false,
  )
}

function aliasOf(plan: Plan): string | undefined {
  const expr = plan.exprs?.find((each) => each.op === "alias")
  return expr?.op === "alias" ? expr.name : undefined
}

function estimate(counted: Call, ctx: RuleContext): Fix {
  const given = counted.args[0]!
  const column = ctx.text(given.site)
  const { text, edits } = ctx.imported("pyspark.sql.functions", "approx_count_distinct")
  return {
    title: `Estimate it: approx_count_distinct(${column}, rsd=${defaultRsd.value}), a standard error of ${ERROR}`,
    safety: "unsafe",
    edits: [...edits, { site: counted.site, text: `${text}(${column}, rsd=${defaultRsd.value})` }],
  }
}

function checkAggregate(plan: Plan, ctx: RuleContext): void {
  const { call } = plan
  const input = plan.inputs[0]
  if (plan.op !== "aggregate" || !call || !input || call.inUdf || plan.streaming || isSmall(input)) return
  const { counts, many } = distinctCountsOf(plan, ctx)
  // several are multiple-distinct-counts'
  if (counts.length !== 1 || many || counts[0]!.fn !== "count_distinct" || counts[0]!.args.length !== 1) return
  const [column] = namesIn(counts[0]!.args[0])
  const counted = distinctCalls(plan, ctx.program)[0]
  if (column === undefined || !counted || isFilteredBy(plan, aliasOf(plan))) return
  if (counted.args.length !== 1 || argument(counted, "cols")) return
  // with about as many groups as rows a sketch for each is no smaller than its values
  const keys = plan.keys?.flatMap(namesIn)
  const fewGroups = keys !== undefined && !keys.some(manyValued)
  const name = nameOf(input)
  ctx.report({
    at: underline(ctx, counted),
    about: counted,
    message: message(name, column),
    evidence: [madeHere(input, name)],
    confidence: manyValued(column) && fewGroups ? "likely" : "possible",
    fixes: [estimate(counted, ctx)],
  })
}

export const exactDistinctCount = defineRule({
  name: "exact-distinct-count",
  family: "shuffles",
  severity: "information",
  flags: "An exact count of distinct values of a column with many of them, where an estimate may do.",
  why: "To count exactly Spark must bring equal values together: every distinct value of every task is shuffled. A sketch (HyperLogLog++) of each task has a fixed size, and sketches are merged: 3 to 5 times faster on five million rows with two million values.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.count_distinct("customer_id").alias("customers"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.approx_count_distinct("customer_id", rsd=0.05).alias("customers"))
`,
  whenNot:
    "The number is compared, asserted, or reported as exact. A column with few values is counted exactly at little cost; that a column has many is guessed from its name (`user_id`, `email`), and other columns are only reported in the strict profile.",
  fix: {
    safety: "unsafe",
    note: "`rsd` is the relative standard deviation: with 0.05 about two estimates in three are within 5%, 0.02 takes eight times the memory.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.approx_count_distinct.html",
  ],
  proof: { rows: { differ: "the good example estimates" } },
  deliberateWords: /exact|precise|unique key|duplicate/i,
  on: { calls: { "DataFrame.count": checkCount }, plan: checkAggregate },
})
