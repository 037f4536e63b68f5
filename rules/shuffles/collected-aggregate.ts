import { type Call, type ColumnExpr, defineRule, type Fix, type Plan, type RuleContext } from "../api.ts"
import { atLeast, underline } from "../shared/calls.ts"
import { samePlace, within } from "../shared/collected.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { consumersOf, madeHere, nameOf, receiverPlan } from "../shared/frames.ts"
import { COUNTS, distinctCounts, type Gathered, gatheredBy, gatheredInSql } from "../shared/gathered.ts"
import { isLight } from "../shared/next-steps.ts"
import { isSmall } from "../shared/sizes.ts"

/** The step that a function call is written in, in the arguments of its method. */
function stepAround(call: Call, ctx: RuleContext): Plan | undefined {
  return ctx.program.plans.find(
    (plan) => plan.call && within(call.site, plan.call.site) && call.site.start >= plan.call.nameSite.end,
  )
}

const SAYS: Readonly<Record<Gathered["instead"], string>> = {
  count_distinct: "only to be counted. `count_distinct` counts with rows that can spill",
  count: "only to be counted. `count` sends one number a group and task",
  collect_set: "before duplicates are dropped from it. `collect_set` never holds them",
}

function report(call: Call, gathered: Gathered, input: Plan | undefined, fix: Fix, ctx: RuleContext): void {
  const name = input ? nameOf(input) : "the data"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`${gathered.by}\` gathers every group${input ? ` of ${name}` : ""} in one array, which one task must hold in memory, ${SAYS[gathered.instead]}.`,
    evidence: input ? [madeHere(input, name)] : [],
    confidence: "certain",
    fixes: [fix],
  })
}

/** Streams have no distinct counts: there the size of a set is the way. */
function refusesDistinct(input: Plan, gathered: Gathered): boolean {
  return input.streaming && gathered.instead === "count_distinct"
}

/** A double of which 0.0 and -0.0 are one value for `count_distinct` and two for `collect_set`, before Spark 4. */
function mayDiffer(gathered: Gathered, input: Plan | undefined, ctx: RuleContext): boolean {
  if (gathered.instead !== "count_distinct" || atLeast(ctx.world.min, "4.0") || gathered.of?.op !== "column")
    return false
  const name = foldedName(gathered.of.name)
  const type = input?.columns?.value.find((column) => foldedName(column.name) === name)?.type
  return type === "double" || type === "float"
}

/** `F.size(F.collect_set("x"))` to `F.count_distinct("x")`. */
function rewritten(call: Call, gathered: Gathered, step: Plan | undefined, ctx: RuleContext): Fix {
  const input = step?.inputs[0]
  const inner = ctx.program.calls.find(
    (other) => other.spark && other.name === gathered.by && within(other.site, call.args[0]!.site),
  )
  const column = inner?.args[0]
  const differs = mayDiffer(gathered, input, ctx)
  const title = `Use ${gathered.instead}(${column ? ctx.text(column.site) : "…"})`
  if (!column || inner.args.length !== 1 || call.args.length !== 1 || ctx.text(call.site).includes("#"))
    return { title, safety: "suggestion", edits: [] }
  const { text, edits } = ctx.imported("pyspark.sql.functions", gathered.instead)
  const expands = gathered.instead === "count_distinct" && distinctCounts(step) > 1
  const but = differs
    ? ": takes 0.0 and -0.0 for one value, which collect_set doesn't before Spark 4"
    : expands
      ? ": the same numbers, but several distinct counts copy each row; approx_count_distinct does not"
      : ""
  return {
    title: `${title}${but}`,
    safety: but === "" ? "safe" : "unsafe",
    edits: [...edits, { site: call.site, text: `${text}(${ctx.text(column.site)})` }],
  }
}

/** The columns that a step's expressions read; undefined where not all are known. */
function reads(exprs: readonly ColumnExpr[] | undefined): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  if (!exprs) return undefined
  for (const expr of exprs) {
    const read = columnReads(expr)
    if (!read) return undefined
    for (const name of read) names.add(name)
  }
  return names
}

/** After this step nobody sees the array: it is selected away, overwritten or dropped. */
function endsAt(step: Plan, array: string): boolean {
  const { call } = step
  if (!call) return false
  if (call.name === "select") {
    const others = step.exprs?.filter((expr) => !(strip(expr).op === "call" && isSizeOf(strip(expr), array)))
    return reads(others)?.has(array) === false
  }
  const target = call.args[0]?.value
  if (call.name === "withColumn" && target?.kind === "constant" && target.value === array) return true
  if (step.escapes || step.caches.length > 0) return false
  const next = consumersOf(step)
  return (
    next.length > 0 &&
    next.every(({ call: then, exprs }) => {
      if (then?.name === "drop")
        return then.args.some(({ value }) => value.kind === "constant" && value.value === array)
      return then?.name === "select" && reads(exprs)?.has(array) === false
    })
  )
}

function strip(expr: ColumnExpr): ColumnExpr {
  return expr.op === "alias" ? strip(expr.child) : expr
}

function isSizeOf(expr: ColumnExpr, array: string): boolean {
  return expr.op === "call" && COUNTS.has(expr.fn) && expr.args[0]?.op === "column" && expr.args[0].name === array
}

/** `agg(collect_set("x").alias("xs"))`, and then `size("xs")` in a step that lets go of the array. */
function checkLater(call: Call, fn: string, array: string, ctx: RuleContext): void {
  const step = stepAround(call, ctx)
  if (step?.op !== "project" || !endsAt(step, array)) return
  let below = step.inputs[0]
  while (below && below.op !== "aggregate") {
    if (!isLight(below) || below.uses.length !== 1 || reads(below.exprs ?? [])?.has(array) !== false) return
    if (below.op === "filter" && (!below.condition || columnReads(below.condition)?.has(array) !== false)) return
    below = below.inputs[0]
  }
  const made = below?.exprs?.find((expr) => expr.op === "alias" && expr.name === array)
  const gathered = made && gatheredBy(fn, strip(made))
  if (!below || !gathered || below.uses.length !== 1 || below.escapes || below.caches.length > 0) return
  const input = below.inputs[0]
  if (input && (isSmall(input) || refusesDistinct(input, gathered))) return
  const title = `Aggregate with ${gathered.instead}(…).alias("${array}") in place of ${gathered.by}(…), and drop the ${fn}`
  report(call, gathered, input, { title, safety: "suggestion", edits: [] }, ctx)
}

function check(call: Call, ctx: RuleContext): void {
  const array = call.args[0]
  if (!array || call.inUdf) return
  const { value } = array
  const fn = call.api.replace("functions.", "")
  const name =
    value.kind === "column" && value.expr.op === "column"
      ? value.expr.name
      : value.kind === "constant" && typeof value.value === "string"
        ? value.value
        : undefined
  if (name !== undefined) checkLater(call, fn, name, ctx)
  else if (value.kind === "column") checkDirect(call, fn, value.expr, ctx)
}

/** `size(collect_set("x"))`, in one expression. */
function checkDirect(call: Call, fn: string, array: ColumnExpr, ctx: RuleContext): void {
  const gathered = gatheredBy(fn, array)
  if (!gathered) return
  // the count around it speaks
  if (fn === "array_distinct" && ctx.program.calls.some((other) => countsIt(other, call))) return
  const step = stepAround(call, ctx)
  const input = step?.inputs[0]
  if (input && (isSmall(input) || refusesDistinct(input, gathered))) return
  report(call, gathered, input, rewritten(call, gathered, step, ctx), ctx)
}

/** SQL texts: a query, an expression. */
function checkText(call: Call, ctx: RuleContext): void {
  const input = receiverPlan(call)
  if (call.inUdf || (input && isSmall(input))) return
  for (const { value } of call.args) {
    const text = value.kind === "constant" ? (typeof value.value === "string" ? value.value : value.pattern) : undefined
    const found = gatheredInSql(text ?? "")
    if (!found) continue
    const { gathered, column } = found
    const title = `Write count(${gathered.instead === "count" ? "" : "DISTINCT "}${column})`
    report(call, gathered, input, { title, safety: "suggestion", edits: [] }, ctx)
    return
  }
}

function countsIt(other: Call, call: Call): boolean {
  const [first] = other.args
  return COUNTS.has(other.api.replace("functions.", "")) && first !== undefined && samePlace(first.site, call.site)
}

export const collectedAggregate = defineRule({
  name: "collected-aggregate",
  family: "shuffles",
  severity: "warning",
  flags: "`size(collect_set(c))`, `size(collect_list(c))` and `array_distinct(collect_list(c))`.",
  why: "The array of a group is one value: it cannot spill, so that a group with many values ends in an error for memory. For `collect_list` every value is also shuffled, where `count` sends one number for each group and task.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.size(F.collect_list("amount")).alias("priced"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.count("amount").alias("priced"))
`,
  whenNot:
    "The array is used for more than its size, or it is gathered over a window or of a stream, where distinct counts are refused.",
  fix: {
    safety: "safe",
    note: "Writes `count_distinct`, `count` or `collect_set`: the same numbers, nulls and empty groups included, as `bigint` instead of `int`. Before Spark 4 `collect_set` keeps 0.0 and -0.0 apart: for columns known to be doubles the fix is unsafe there. So is a second distinct count in one aggregation, which expands the rows.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.count_distinct.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.collect_set.html",
  ],
  proof: { rows: "same", plan: { bad: { has: ["collect_list"] }, good: { lacks: ["collect_list"] } } },
  on: {
    calls: {
      "functions.size": check,
      "functions.cardinality": check,
      "functions.array_size": check,
      "functions.array_distinct": check,
      "functions.expr": checkText,
      "DataFrame.selectExpr": checkText,
      "SparkSession.sql": checkText,
    },
  },
})
