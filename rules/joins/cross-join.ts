import { type Call, type Confidence, defineRule, type Plan, type RuleContext } from "../api.ts"
import { argument, underline } from "../shared/calls.ts"
import { madeHere, nameAt, resultPlan } from "../shared/frames.ts"
import { deliberateCrossSide, harmlessProduct } from "../shared/numbers.ts"
import { alwaysTrue, filteredToAJoin } from "../shared/products.ts"
import { isSmall, rowsText, sizeEvidence } from "../shared/sizes.ts"

/** Steps back to an aggregate that are followed. */
const MAX_DEPTH = 40

/** Made of an aggregate by keys that only the caller knows: by none it is one row, and the product no product. */
function mayBeOneRow(plan: Plan, depth = 0): boolean {
  const [input] = plan.inputs
  if (plan.op === "aggregate") return (plan.keys ?? []).every((key) => key.op === "unknown")
  if (input === undefined || depth > MAX_DEPTH) return false
  if (plan.op === "either") return plan.inputs.some((each) => mayBeOneRow(each, depth + 1))
  return /^(project|filter|join)$/.test(plan.op) && mayBeOneRow(input, depth + 1)
}

function check(call: Call, ctx: RuleContext, explicit: boolean): void {
  const product = resultPlan(call)
  const join = product?.join
  const other = argument(call, "other")
  if (!product || !join || !other) return
  const { left, right, on } = join
  const always = typeof on === "object" && "op" in on && alwaysTrue(on)
  if (!explicit && !always && on !== undefined && !(Array.isArray(on) && on.length === 0)) return
  if (left.size.rows.max <= 1 || right.size.rows.max <= 1) return
  if (left.size.rows.max * right.size.rows.max <= harmlessProduct.value) return
  if (filteredToAJoin(product)) return

  const a = nameAt(ctx, call.receiverSite, left)
  const b = nameAt(ctx, other.site, right)
  const few = Math.min(left.size.rows.max, right.size.rows.max)
  // all pairs of a few rows are what such code is for
  const meant = explicit && (few <= deliberateCrossSide.value || (isSmall(left) && isSmall(right)))
  const confidence: Confidence =
    meant || (explicit && (mayBeOneRow(left) || mayBeOneRow(right))) ? "possible" : "certain"
  const small = right.size.rows.max <= left.size.rows.max ? b : a
  const large = small === b ? a : b
  const cost =
    few < Infinity
      ? `every row of ${large} is repeated up to ${rowsText(few).replace(/ rows?$/, "")} times, once for each row of ${small}`
      : `every row of ${a} meets every row of ${b}: a million rows on each side make a trillion pairs`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: explicit
      ? `\`crossJoin\` without a filter that equates their columns: ${cost}.`
      : always
        ? `The condition holds for every pair of rows, so this is a cross join: ${cost}.`
        : `\`join\` without a condition is a cross join: ${cost}. Say on which columns ${a} and ${b} belong together.`,
    evidence: [
      madeHere(left, a),
      madeHere(right, b),
      ...sizeEvidence(few < Infinity && small === b ? right : left, small, 1),
    ],
    confidence,
  })
}

export const crossJoin = defineRule({
  name: "cross-join",
  family: "joins",
  severity: "warning",
  flags: "`crossJoin`, `join` without a condition, and conditions that hold for every pair of rows.",
  why: "A cross join makes the product of both sides. Its output, not its input, decides the cost: it grows with the square of the data and usually ends in a full disk or a job that never finishes.",
  bad: `orders = spark.read.parquet("orders").filter("status = 'returned' and qty = 10")
customers = spark.read.parquet("customers").withColumnRenamed("id", "customer")
pairs = orders.crossJoin(customers.select("customer", "segment"))
result = pairs.groupBy("segment").count()
`,
  good: `orders = spark.read.parquet("orders").filter("status = 'returned' and qty = 10")
customers = spark.read.parquet("customers").withColumnRenamed("id", "customer_id")
pairs = orders.join(customers.select("customer_id", "segment"), "customer_id")
result = pairs.groupBy("segment").count()
`,
  whenNot:
    "One side has exactly one row (a global aggregate), both sides are small, or a filter that equates columns of both sides follows, which Catalyst turns into an ordinary join.",
  fix: { safety: "none", note: "Only the author knows which columns belong together." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.crossJoin.html",
  ],
  proof: {
    rows: { differ: "the condition was missing: the good example says which rows belong together" },
    plan: { bad: { has: ["NestedLoopJoin", "Cross"] }, good: { lacks: ["NestedLoopJoin", "Cartesian"] } },
  },
  deliberateWords: /cross|cartesian|every (pair|combination)|all (pairs|combinations)/i,
  on: {
    calls: {
      "DataFrame.crossJoin": (call, ctx) => check(call, ctx, true),
      "DataFrame.join": (call, ctx) => check(call, ctx, false),
    },
  },
})
