import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Plan,
  type RuleContext,
  type Site,
} from "../api.ts"
import { rowsOf } from "../shared/collected.ts"
import { madeHere, nameAt, receiverPlan, walkInputs } from "../shared/frames.ts"

const COLLECTS = /^(DataFrame|RDD)\.(collect|toPandas)$/
/** Steps that leave the order of rows as it is. */
const KEEPS_ORDER: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "limit"])

/** The sort that decides the order in which rows arrive, or the frame from which the order comes. */
function orderOf(plan: Plan): Plan {
  let step = plan
  while (KEEPS_ORDER.has(step.op) && !step.wide && step.inputs.length === 1) step = step.inputs[0]!
  return step
}

function keyText(key: ColumnExpr): string | undefined {
  if (key.op === "column") return key.name
  return key.op === "call" && key.args.length === 1 ? `${key.fn} ${keyText(key.args[0]!)}` : undefined
}

/** Both come in the order of the same keys. */
function sameOrder(a: Plan, b: Plan): boolean {
  const [one, other] = [orderOf(a), orderOf(b)]
  if (one.op !== "sort" || other.op !== "sort") return false
  const keys = one.keys?.map(keyText)
  const others = other.keys?.map(keyText)
  if (!keys || !others || keys.length !== others.length || keys.length === 0) return false
  return keys.every((key, i) => key !== undefined && key === others[i])
}

/** Rows that are kept, or that the driver made: they come in the same order each time. */
function keepsItsOrder(plan: Plan): boolean {
  let kept = true
  walkInputs(plan, (step) => {
    if (step.caches.length > 0 || step.op === "checkpoint") return false
    if (step.wide || step.unstable.length > 0) kept = false
    return kept
  })
  return kept
}

/** How surely rows at the same position don't belong together; undefined where they do. */
function verdict(a: Plan, b: Plan): Confidence | undefined {
  if (sameOrder(a, b)) return undefined
  const shared = orderOf(a) === orderOf(b)
  if (shared && (orderOf(a).caches.length > 0 || orderOf(a).op === "local" || orderOf(a).op === "checkpoint"))
    return undefined
  // files come in the same order each time, in practice: two jobs where one does
  return shared && keepsItsOrder(a) ? "possible" : "likely"
}

function report(a: Call, b: Call, at: Site, how: string, ctx: RuleContext): void {
  const one = receiverPlan(a)
  const other = receiverPlan(b)
  if (!one || !other || one === other || a.inUdf) return
  const confidence = verdict(one, other)
  if (confidence === undefined) return
  const names = [nameAt(ctx, a.receiverSite, one), nameAt(ctx, b.receiverSite, other)]
  const joined =
    orderOf(one) === orderOf(other) ? "Select the columns together and collect once" : "Join the frames on a key"
  ctx.report({
    at,
    about: a,
    message: `Rows of two jobs are ${how} by position, and nothing gives them a common order: Spark returns rows in whatever order its tasks end up with, so that pairs may not belong together. ${joined}.`,
    evidence: [
      { message: `${names[0]} is collected here`, site: a.nameSite },
      { message: `${names[1]} is collected here`, site: b.nameSite },
      madeHere(one, names[0]),
    ],
    confidence,
  })
}

function checkZip(call: Call, ctx: RuleContext): void {
  const sources = call.args.map(({ value }) => rowsOf(value)).filter((from): from is Call => from !== undefined)
  const [first, second] = sources.filter((from, i) => COLLECTS.test(from.api) && sources.indexOf(from) === i)
  if (first && second) report(first, second, call.site, "paired", ctx)
}

function checkCompare(call: Call, ctx: RuleContext): void {
  for (const use of call.resultUses) {
    if (use.kind !== "compare" || (use.op !== "==" && use.op !== "!=")) continue
    const other = rowsOf(use.other)
    // the comparison is a use of both: the first one reports it
    if (other && COLLECTS.test(other.api) && other.index > call.index) report(call, other, use.site, "compared", ctx)
  }
}

export const zipOfCollects = defineRule({
  name: "zip-of-collects",
  family: "driver",
  severity: "warning",
  flags: "Two separate `collect()`s zipped, or compared by position, with no order that both have.",
  why: "A DataFrame has no order of its own. After a shuffle rows come as the tasks finish with them, and a second job may return them in another order: the lists have the same length, and their rows don't belong together.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("status = 'returned'")
sums = orders.groupBy("country").agg(F.sum("amount").alias("total")).filter("country is not null")
most = orders.groupBy("country").agg(F.max("amount").alias("top")).filter("country is not null").orderBy("top")
pairs = list(zip([r.total for r in sums.collect()], [r.top for r in most.collect()]))
result = spark.createDataFrame(pairs, "total double, top double")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("status = 'returned'")
both = orders.groupBy("country").agg(F.sum("amount").alias("total"), F.max("amount").alias("top"))
result = both.filter("country is not null").select("total", "top")
`,
  whenNot: "Both frames are sorted by the same unique key, or both lists come from one cached frame.",
  fix: { safety: "none", note: "Select the columns together, or join on a key." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.collect.html",
  ],
  proof: { rows: { differ: "the bad example pairs totals and maxima of different countries" } },
  deliberateWords: /order|sorted|position/i,
  on: { calls: { "builtins.zip": checkZip, "DataFrame.collect": checkCompare, "RDD.collect": checkCompare } },
})
