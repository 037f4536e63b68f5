import { type Call, type ColumnExpr, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { foldedName } from "../shared/column-reads.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { dropStep } from "../shared/dropped-step.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import { repartitionKeys } from "../shared/lost-partitions.ts"
import { nextSteps } from "../shared/next-steps.ts"
import { isRandomOrder } from "../shared/random-order.ts"
import { everywhere } from "../shared/same-places.ts"
import { isSmall } from "../shared/sizes.ts"

/** What becomes of an order: lost at a step, which Spark either notices, so that it never sorts, or does not. */
interface End {
  readonly step: Plan
  readonly sorted: boolean
}

/** Aggregates that give the same whatever the order, and for which Spark drops a sort before them. */
const DROPPED: ReadonlySet<string> = new Set(["count", "count_distinct", "min", "max", "count_if"])
/** Those that give the same too, and for which it sorts. */
const KEPT =
  /^(approx_count_distinct|stddev\w*|std|var_\w+|variance|skewness|kurtosis|corr|covar_\w+|percentile\w*|approx_percentile|median)$/
/** For these it depends on the type: sums of doubles differ in their last digits by the order. */
const BY_TYPE: ReadonlySet<string> = new Set(["sum", "avg", "mean"])

function isDouble(expr: ColumnExpr | undefined, input: Plan | undefined): boolean {
  if (expr?.op === "column") {
    const type = input?.columns?.value.find(({ name }) => foldedName(name) === foldedName(expr.name))?.type
    return type === "double" || type === "float"
  }
  if (expr?.op === "call" && expr.fn === "cast" && expr.args[1]?.op === "literal")
    return /^(double|float)$/i.test(String(expr.args[1].value.value))
  return expr?.op === "binary" && /^[-+*/]$/.test(expr.symbol)
    ? isDouble(expr.left, input) || isDouble(expr.right, input)
    : false
}

/** Whether Spark sorts for an aggregate; undefined where its result may depend on the order, or where nothing is sure. */
function sortsFor(aggregate: Plan): boolean | undefined {
  let sure: boolean | undefined = false
  if (!aggregate.exprs) return undefined
  for (const expr of aggregate.exprs)
    walkExpr(expr, (part) => {
      if (part.op === "udf" || part.op === "sql" || part.op === "unknown") sure = undefined
      if (part.op !== "call" || sure === undefined || DROPPED.has(part.fn)) return
      if (KEPT.test(part.fn)) sure = true
      else if (BY_TYPE.has(part.fn)) sure = isDouble(part.args[0], aggregate.inputs[0]) || sure
      else if (!INSIDE.has(part.fn)) sure = undefined
    })
  return sure
}

/** Functions of one row, as they stand inside of aggregates. */
const INSIDE: ReadonlySet<string> = new Set(
  "cast when otherwise isNull isNotNull isnull coalesce round abs lower upper trim year month to_date col lit".split(
    " ",
  ),
)

/** Where an order is lost, in every use; undefined where some use may see it. */
function endsOf(plan: Plan, ctx: RuleContext, underUnion = false): End[] | undefined {
  const next = nextSteps(plan, ctx.program)
  if (!next) return undefined
  const ends: End[] = []
  for (const { step } of next) {
    const { call } = step
    if (step.kind !== "DataFrame" || !call) return undefined
    if (step.op === "repartition") {
      const keys = repartitionKeys(step, call, (made) => ctx.text(made.args[0]!.site))
      if (!keys) return undefined
      ends.push({ step, sorted: keys.size === 0 || underUnion })
    } else if (step.op === "sort" || (step.op === "distinct" && call.args.length === 0))
      ends.push({ step, sorted: underUnion })
    else if (step.op === "aggregate") {
      const sorts = sortsFor(step)
      if (sorts === undefined) return undefined
      ends.push({ step, sorted: sorts || underUnion })
    } else if (step.op === "union" && !underUnion) {
      // a union alone keeps the order of its parts; what comes after it must lose it
      const after = endsOf(step, ctx, true)
      if (!after) return undefined
      ends.push(...after)
    } else return undefined
  }
  return ends
}

function judge(plan: Plan, call: Call, ctx: RuleContext): readonly End[] | "none" | undefined {
  if (plan.op !== "sort" || plan.kind !== "DataFrame") return "none"
  const input = plan.inputs[0]
  if (!input || call.inUdf || plan.streaming || isSmall(input) || isRandomOrder(plan)) return undefined
  const ends = endsOf(plan, ctx)
  return ends?.some(({ sorted }) => sorted) ? ends : undefined
}

function check(program: Program, ctx: RuleContext): void {
  for (const { plan, call, verdict } of everywhere(program, (step, made) => judge(step, made, ctx))) {
    const input = plan.inputs[0]!
    const name = nameAt(ctx, call.receiverSite, input)
    const { step } = verdict.find(({ sorted }) => sorted)!
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: `\`${call.name}\` shuffles and sorts all of ${name}, and \`${step.call!.name}\` after it loses that order at once. Spark does not see that it may leave the sort out here.`,
      evidence: [{ message: "the order is lost here", site: step.call!.nameSite }, madeHere(input, name)],
      confidence: "certain",
      fixes: [dropStep(call, ctx)],
    })
  }
}

export const redundantSort = defineRule({
  name: "redundant-sort",
  family: "shuffles",
  severity: "information",
  flags:
    "A global sort whose order is lost right after it, where Spark sorts nevertheless: before `repartition(n)`, before sums of doubles, and on a side of a union that is grouped, sorted or made distinct.",
  why: "A sort over the whole data samples it, shuffles every row and sorts them. Before a join, another sort, `distinct`, `repartition` by columns, and most aggregates, Spark leaves a useless sort out by itself; in these places it does not.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.orderBy("ts").groupBy("country").agg(F.sum(F.col("amount").cast("double")).alias("amount"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.sum(F.col("amount").cast("double")).alias("amount"))
`,
  whenNot:
    "Something uses the order: `limit`, `first`, `collect_list`, `dropDuplicates` by columns, a window, a write, or rows that go to the driver. Where Spark removes the sort itself, nothing is said.",
  fix: {
    safety: "safe",
    note: "Takes the sort out. Sums of doubles may differ in the last digits, as they do between any two runs.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.orderBy.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["rangepartitioning(ts"] }, good: { lacks: ["rangepartitioning"] } },
  },
  on: { program: check },
})
