import { type Call, type ColumnExpr, type Confidence, defineRule, type JoinFacts, type RuleContext } from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { argument, underline } from "../shared/calls.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { madeHere } from "../shared/frames.ts"
import { conjuncts, equated, runsPython, sideName, sidesOf } from "../shared/join-sides.ts"
import { harmlessProduct } from "../shared/numbers.ts"
import { alwaysTrue, filteredToAJoin } from "../shared/products.ts"

/** Whether a part of a condition gives the join a key: yes, no, or perhaps. */
type Verdict = "key" | "none" | "unknown"

/** An equality as a text, to compare those of an `or`'s branches; frames count, since names alone may differ in side. */
function textOf(expr: ColumnExpr): string {
  return JSON.stringify(expr, (key, value: unknown) => (key === "frame" ? (value as { id?: number })?.id : value))
}

/** What both branches of an `or` ask, which Catalyst takes out of it. */
function sharedKeys(expr: ColumnExpr): ReadonlySet<string> {
  if (expr.op !== "binary" || expr.symbol !== "|")
    return new Set(
      conjuncts(expr)
        .filter((part) => equated(part) !== undefined)
        .map(textOf),
    )
  const right = sharedKeys(expr.right)
  return new Set([...sharedKeys(expr.left)].filter((key) => right.has(key)))
}

function verdictOf(part: ColumnExpr, join: JoinFacts): Verdict {
  if (part.op === "unknown" || part.op === "udf" || part.op === "window" || part.op === "star") return "unknown"
  if (part.op === "sql") return mayEquate(part.text) ? "unknown" : "none"
  if (part.op === "binary" && part.symbol === "|") return sharedKeys(part).size > 0 || mixed(part) ? "unknown" : "none"
  const pair = equated(part)
  // a comparison or a function is no key, whatever it reads
  if (!pair) return "none"
  const [a, b] = pair.map((operand) => sidesOf(operand, join)) as [
    ReturnType<typeof sidesOf>,
    ReturnType<typeof sidesOf>,
  ]
  const both = [a, b].some(({ left, right }) => left && right)
  const none = [a, b].some(({ left, right, unknown }) => !left && !right && !unknown)
  if (both || none || (a.left && b.left) || (a.right && b.right)) return "none"
  return (a.left && b.right) || (a.right && b.left) ? "key" : "unknown"
}

/** A text that says `=`, or has a part that isn't known where that may stand: a name in it is known enough. */
function mayEquate(text: string): boolean {
  const known = text.replace(/`\{\}`|\.\{\}|(?<=\()\s*\{\}/g, "x")
  return /[^<>!=]==?[^=>]|<=>|\bin\s*\(|\{\}/i.test(known)
}

/** A part that nothing is known of, or that Python computes. */
function mixed(expr: ColumnExpr): boolean {
  let found = false
  walkExpr(expr, (part) => {
    if (part.op === "unknown" || part.op === "udf" || part.op === "sql") found = true
  })
  return found
}

/** Every column's side is known, so that no test can be an equality of the two sides in disguise. */
function sidesKnown(condition: ColumnExpr, join: JoinFacts): boolean {
  return !sidesOf(condition, join).unknown
}

function check(call: Call, ctx: RuleContext): void {
  const step = call.result.kind === "frame" ? call.result.plan : undefined
  const join = step?.join
  const on = join?.on
  const other = argument(call, "other")
  if (!step || !join || !other || !on || on === "unknown" || !("op" in on) || call.inUdf) return
  const { left, right, how } = join
  // of UDFs in the condition udf-in-filter speaks
  if (how === undefined || how === "cross" || isBroadcastJoin(step) || step.streaming || runsPython(on)) return
  if (left.size.rows.max * right.size.rows.max <= harmlessProduct.value || alwaysTrue(on)) return
  if (conjuncts(on).some((part) => verdictOf(part, join) !== "none") || filteredToAJoin(step)) return
  const a = sideName(ctx, call.receiverSite, left)
  const b = sideName(ctx, other.site, right)
  const confidence: Confidence = on.op === "sql" || !sidesKnown(on, join) ? "likely" : "certain"
  const either = conjuncts(on).some((part) => part.op === "binary" && part.symbol === "|" && hasEquality(part))
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${
      either
        ? "With `|` between them the equalities give no key to join by"
        : "No part of this condition says that a column of one side equals one of the other"
    }: Spark compares every row of ${a} with every row of ${b}${
      how === "inner" ? "" : ", and sends one of them whole to every executor"
    }. ${
      either
        ? "Join once for each equality and union the results"
        : "Add a key that both sides can compute, such as the bucket of a range, or broadcast the smaller side"
    }.`,
    evidence: [madeHere(left, a), madeHere(right, b)],
    confidence,
    fixes: [],
  })
}

function hasEquality(expr: ColumnExpr): boolean {
  let found = false
  walkExpr(expr, (part) => {
    found ||= equated(part) !== undefined
  })
  return found
}

export const nonEquiJoin = defineRule({
  name: "non-equi-join",
  family: "joins",
  severity: "information",
  flags:
    "A join whose condition has no equality between a column of each side: ranges, inequalities, equalities joined by `or`.",
  why: "Only an equality gives Spark a key by which to bring matching rows together. Without one it compares every pair of rows, in a cartesian product or a nested loop: the work grows with the product of both sides. For an outer, semi or anti join it also broadcasts one side whole, however large that is.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("status = 'returned' and qty = 10").select("id", "amount")
customers = spark.read.parquet("customers")
ranges = customers.select((F.col("id") * 10).alias("low"), (F.col("id") * 10 + 9).alias("high"), "name")
result = orders.join(ranges, (orders.id >= ranges.low) & (orders.id <= ranges.high)).select("id", "name")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("status = 'returned' and qty = 10").select("id", "amount")
orders = orders.withColumn("bucket", F.floor(F.col("id") / 10))
customers = spark.read.parquet("customers")
ranges = customers.select((F.col("id") * 10).alias("low"), (F.col("id") * 10 + 9).alias("high"), "name")
ranges = ranges.withColumn("bucket", F.floor(F.col("low") / 10))
matched = orders.join(ranges, "bucket")
result = matched.filter((F.col("id") >= F.col("low")) & (F.col("id") <= F.col("high"))).select("id", "name")
`,
  whenNot: "A side is small and broadcast, both sides are small, or the ranges are bucketed on both sides.",
  fix: { safety: "none", note: "Which key both sides can share depends on the data." },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#join-strategy-hints-for-sql-queries",
    "https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-join.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { lacks: ["HashJoin", "SortMergeJoin"] }, good: { lacks: ["NestedLoopJoin", "Cartesian"] } },
  },
  deliberateWords: /range join|non.?equi|between|overlap|as.?of|every pair|nested/i,
  on: { calls: { "DataFrame.join": check } },
})
