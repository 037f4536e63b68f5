import { type Call, type ColumnExpr, defineRule, type Fix, type Plan, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { manyValued } from "../shared/cardinality.ts"
import { isTimed, onLogLine, samePlace } from "../shared/collected.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { distinctCalls, distinctCountsOf } from "../shared/distinct-counts.ts"
import { consumersOf, madeHere, nameOf, receiverPlan } from "../shared/frames.ts"

import { defaultRsd } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

const ERROR = `${defaultRsd.value * 100}%`

/** Columns read, without the name of a frame before them; none where not all are known. */
function namesIn(expr: ColumnExpr | undefined): string[] {
  if (expr?.op === "column") return expr.name === "?" ? [] : [expr.name.replaceAll("`", "").split(".").at(-1)!]
  if (expr?.op === "alias") return namesIn(expr.child)
  return expr ? [...(columnReads(expr) ?? [])] : []
}

function message(name: string, column: string): string {
  return `To count the distinct values of \`${column}\` in ${name} exactly, Spark shuffles every one of them. \`approx_count_distinct\` keeps a few hundred bytes a task instead, for an estimate with a standard error of ${ERROR}.`
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

function unfiltered(plan: Plan): Plan {
  let base = plan
  while (base.op === "filter" && base.inputs.length === 1) base = base.inputs[0]!
  return base
}

/** count-per-condition speaks where several columns or parts of one frame are counted. */
function oneOfSeveral(call: Call, base: Plan, ctx: RuleContext): boolean {
  return ctx.program.calls.some((other) => {
    if (other === call || other.api !== "DataFrame.count" || samePlace(other.site, call.site)) return false
    const plan = receiverPlan(other)
    const found = plan && singleColumn(plan)
    return found !== undefined && unfiltered(found.base) === unfiltered(base)
  })
}

function checkCount(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const found = plan && singleColumn(plan)
  if (!plan || !found || call.inUdf || plan.streaming || isSmall(found.base)) return
  if (plan.caches.length > 0 || plan.escapes || plan.uses.length > 1) return
  if (call.resultUses.some(({ kind }) => ["compare", "truth", "index"].includes(kind))) return
  // that a log line needs no count at all is repeated-count's to say
  if (besideAnother(call, ctx) || oneOfSeveral(call, found.base, ctx) || onLogLine(call, ctx)) return
  const [column] = namesIn(found.column)
  if (column === undefined) return
  const name = nameOf(found.base)
  ctx.report({
    at: plan.call ? { ...plan.call.nameSite, end: call.site.end } : underline(ctx, call),
    about: call,
    message: message(name, column),
    evidence: [madeHere(found.base, name)],
    // who asks for one number mostly wants that number
    confidence: "possible",
    fixes: [
      {
        title: `Estimate it, with a standard error of ${ERROR}: agg(F.approx_count_distinct("${column}", rsd=${defaultRsd.value})).first()[0]`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

/** The number is computed with or compared afterwards: a price for each order takes the exact number of orders. */
function isUsed(plan: Plan, alias: string | undefined): boolean {
  if (alias === undefined) return false
  const name = foldedName(alias)
  const computes = (expr: ColumnExpr): boolean =>
    expr.op !== "column" &&
    !(expr.op === "alias" && expr.child.op === "column") &&
    columnReads(expr)?.has(name) !== false
  const seen = (step: Plan, depth: number): boolean =>
    consumersOf(step).some((next) => {
      if (next.condition && columnReads(next.condition)?.has(name) !== false) return true
      if (next.op === "project" && next.exprs?.some(computes)) return true
      return (
        depth < 8 && ["project", "filter", "sort", "limit", "join", "union"].includes(next.op) && seen(next, depth + 1)
      )
    })
  return seen(plan, 0)
}

/** The name that the count gets, where it is the whole of a column. */
function aliasOf(plan: Plan): string | undefined {
  for (const expr of plan.exprs ?? [])
    if (expr.op === "alias" && expr.child.op === "call" && expr.child.fn === "count_distinct") return expr.name
  return undefined
}

/** Sums or means beside it: in such a report an estimate would look odd. */
function besideSums(plan: Plan): boolean {
  let sums = false
  for (const expr of plan.exprs ?? [])
    walkExpr(expr, (part) => {
      if (part.op === "call" && /^(sum|avg|mean)$/.test(part.fn)) sums = true
    })
  return sums
}

/** The count is a column of its own, not a part of a figure. */
function isPlain(plan: Plan): boolean {
  return (
    plan.exprs?.some((expr) => {
      const child = expr.op === "alias" ? expr.child : expr
      return child.op === "call" && child.fn === "count_distinct"
    }) ?? false
  )
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
  if (column === undefined || !counted || !isPlain(plan) || isUsed(plan, aliasOf(plan))) return
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
    // a look at the clock around it: exact and estimated are compared
    confidence:
      manyValued(column) && fewGroups && !besideSums(plan) && !isTimed(counted, ctx.program) ? "likely" : "possible",
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
    "The number is compared, asserted, or reported as exact. A column with few values is counted exactly at little cost; that a column has many is guessed from its name (`user_id`, `email`). Other columns, counts beside exact sums, and a single `distinct().count()` are only reported in the strict profile.",
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
