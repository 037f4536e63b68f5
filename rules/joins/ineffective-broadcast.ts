import { type Call, defineRule, type Fix, type JoinFacts, type RuleContext, type Site } from "../api.ts"
import { broadcastHint, withoutHint } from "../shared/broadcasts.ts"
import { argument, point, underline } from "../shared/calls.ts"
import { within } from "../shared/collected.ts"
import { nameAt } from "../shared/frames.ts"
import { conjuncts, equated, type Side } from "../shared/join-sides.ts"

/** The sides that Spark never holds on every executor in a join by equality, since all of their rows are kept. */
const PRESERVED: Readonly<Record<string, readonly Side[]>> = {
  left_outer: ["left"],
  left_semi: ["left"],
  left_anti: ["left"],
  right_outer: ["right"],
  full_outer: ["left", "right"],
}
const IN_WORDS: Readonly<Record<string, string>> = {
  left_outer: "a left outer join",
  left_semi: "a left-semi join",
  left_anti: "a left-anti join",
  right_outer: "a right outer join",
  full_outer: "a full outer join",
}

/** Joined by equality; without one, a nested loop does broadcast whatever side is hinted. */
function byEquality(on: JoinFacts["on"]): boolean {
  if (on === undefined) return false
  return on === "unknown" || !("op" in on) || conjuncts(on).some((part) => equated(part) !== undefined)
}

function check(call: Call, ctx: RuleContext): void {
  const join = call.result.kind === "frame" ? call.result.plan.join : null
  const other = argument(call, "other")
  if (!join || !other || !call.receiverSite || !byEquality(join.on) || call.inUdf) return
  const sides = {
    left: { plan: join.left, site: call.receiverSite, hint: broadcastHint(join.left) },
    right: { plan: join.right, site: other.site, hint: broadcastHint(join.right) },
  }
  const preserved = PRESERVED[join.how ?? ""] ?? []
  // a hint on the other side works, so that this one does no harm
  if ((["left", "right"] as const).some((side) => !preserved.includes(side) && sides[side].hint)) return
  for (const side of preserved) {
    const { hint } = sides[side]
    if (hint) report(call, hint, join, sides[side], sides[side === "left" ? "right" : "left"], ctx)
  }
}

interface JoinSide {
  readonly plan: JoinFacts["left"]
  readonly site: Site
}

function report(call: Call, hint: Call, join: JoinFacts, own: JoinSide, other: JoinSide, ctx: RuleContext): void {
  const given = hint.api === "functions.broadcast" ? hint.args[0] : undefined
  const hinted = given?.value.kind === "frame" ? given.value.plan : own.plan
  const name = nameAt(ctx, given?.site ?? hint.receiverSite, hinted)
  const partner = nameAt(ctx, other.site, other.plan)
  const words = IN_WORDS[join.how!]!
  const full = join.how === "full_outer"
  ctx.report({
    at: underline(ctx, hint),
    about: call,
    message: full
      ? `Spark drops this hint without a word: a full outer join keeps all rows of both sides and broadcasts neither. Both are shuffled and sorted.`
      : `Spark drops this hint without a word: ${words} keeps all rows of ${name} and can broadcast only ${partner}. Both sides are shuffled and sorted.`,
    evidence: [
      { message: `${words} with ${name} on the ${own.plan === join.left ? "left" : "right"}`, site: call.nameSite },
    ],
    confidence: join.on === "unknown" ? "likely" : "certain",
    fixes: full ? [drop(hint, name, ctx)] : [move(hint, own, other, partner, ctx), drop(hint, name, ctx)],
  })
}

function drop(hint: Call, name: string, ctx: RuleContext): Fix {
  const edits = withoutHint(hint, ctx)
  const title = `Drop the hint on ${name}, which does nothing`
  return { title, safety: edits.length > 0 ? "safe" : "suggestion", edits }
}

function move(hint: Call, own: JoinSide, other: JoinSide, partner: string, ctx: RuleContext): Fix {
  const broadcast = ctx.imported("pyspark.sql.functions", "broadcast")
  const without = withoutHint(hint, ctx)
  const title = `Move the hint to ${partner}: fails for lack of memory if that is large`
  // a hint that stands elsewhere may serve other joins
  if (!within(hint.site, own.site) || without.length === 0) return { title, safety: "suggestion", edits: [] }
  return {
    title,
    safety: "unsafe",
    edits: [
      ...broadcast.edits,
      ...without,
      { site: point(other.site, other.site.start), text: `${broadcast.text}(` },
      { site: point(other.site, other.site.end), text: ")" },
    ],
  }
}

export const ineffectiveBroadcast = defineRule({
  name: "ineffective-broadcast",
  family: "joins",
  severity: "warning",
  flags: "A broadcast hint on a side that the kind of join keeps whole, where Spark drops it.",
  why: "A broadcast side is looked up from the other side, so a row that nobody asks for is never seen: Spark cannot broadcast the side whose rows an outer, semi or anti join must all keep. It ignores the hint without a warning, and the job shuffles and sorts both sides as if it were not there.",
  bad: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers").filter("segment = 'public'").withColumnRenamed("id", "customer_id")
orders = spark.read.parquet("orders").groupBy("customer_id").agg(F.sum("amount").alias("amount"))
result = F.broadcast(customers).join(orders, "customer_id", "left")
`,
  good: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers").filter("segment = 'public'").withColumnRenamed("id", "customer_id")
orders = spark.read.parquet("orders").groupBy("customer_id").agg(F.sum("amount").alias("amount"))
result = customers.join(F.broadcast(orders), "customer_id", "left")
`,
  whenNot: "The join has no equality: a nested loop does broadcast the hinted side.",
  fix: {
    safety: "unsafe",
    note: "Moves the hint to the other side, which must then fit in memory, or drops it, which changes nothing.",
  },
  references: ["https://spark.apache.org/docs/latest/sql-performance-tuning.html#join-strategy-hints-for-sql-queries"],
  proof: {
    rows: "same",
    plan: { bad: { lacks: ["BroadcastHashJoin"] }, good: { has: ["BroadcastHashJoin"] } },
  },
  on: { calls: { "DataFrame.join": check } },
})
