import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type JoinFacts,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { underline } from "../shared/calls.ts"
import { fewValued } from "../shared/cardinality.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { conjuncts, equated, plainName } from "../shared/join-sides.ts"
import { isSmall } from "../shared/sizes.ts"

/** Aggregates that Spark refuses in a window. */
const NOT_IN_WINDOWS = /^(countDistinct|count_distinct|sumDistinct|sum_distinct|grouping|grouping_id)$/

/** The step below projections, aliases and hints, which leave the rows as they are. */
function rowsOf(plan: Plan): Plan {
  let step = plan
  for (let i = 0; step.op === "project" && step.inputs.length === 1 && i < 50; i++) step = step.inputs[0]!
  return step
}

/** An aggregate by plain columns, with the frame whose rows it reads. */
interface Groups {
  readonly plan: Plan
  readonly base: Plan
  readonly keys: ReadonlySet<string>
  /** The keys as they are written. */
  readonly names: string
  /** The base, and what it is filtered from, step by step. */
  readonly chain: readonly Plan[]
}

function groupsOf(plan: Plan): Groups | undefined {
  const { call, keys } = plan
  if (plan.op !== "aggregate" || plan.kind !== "DataFrame" || !keys || keys.length === 0) return undefined
  if (call?.receiver.kind !== "grouped" || call.receiver.how !== "groupBy") return undefined
  const columns = keys.flatMap((key) => (key.op === "column" && key.name !== "?" ? [key] : []))
  if (columns.length !== keys.length) return undefined
  const base = rowsOf(plan.inputs[0]!)
  const chain = [base]
  for (let step = base; step.op === "filter" && step.inputs.length === 1 && chain.length < 20; chain.push(step))
    step = rowsOf(step.inputs[0]!)
  const names = columns.map(({ name }) => `"${name.split(".").at(-1)}"`).join(", ")
  return { plan, base, keys: new Set(columns.map(plainName)), names, chain }
}

/** The frames that a side of a join brings together: itself, or what earlier joins put in one row. */
function partsOf(side: Plan, depth = 0): Plan[] {
  const step = rowsOf(side)
  if (!step.join || depth > 10) return [step]
  return [...partsOf(step.join.left, depth + 1), ...partsOf(step.join.right, depth + 1)]
}

/** Joined by these columns, as far as their names say; others may help, such as the latest time of each group. */
function joinedBy(on: JoinFacts["on"], keys: ReadonlySet<string>): boolean {
  if (!on || on === "unknown") return false
  const names = new Set<string>()
  if (!("op" in on)) for (const name of on) names.add(name.toLowerCase())
  else
    for (const part of conjuncts(on))
      for (const operand of equated(part) ?? []) if (operand.op === "column") names.add(plainName(operand))
  return [...keys].every((key) => names.has(key))
}

function inWindow(expr: ColumnExpr): boolean {
  let allowed = true
  walkExpr(expr, (part) => {
    if (part.op === "call" && NOT_IN_WINDOWS.test(part.fn)) allowed = false
  })
  return allowed
}

/** Kept for other uses as well: the join then reads what is there already. */
function keptElsewhere(plan: Plan): boolean {
  return plan.caches.length > 0 && consumersOf(plan).length + plan.uses.filter(({ call }) => call.action).length > 2
}

/** The frame from which both read, each all rows or some. */
function sharedBase(a: Groups, b: Groups): Plan | undefined {
  return a.chain.find((step) => b.chain.includes(step))
}

function sameKeys(a: Groups, b: Groups): boolean {
  return a.keys.size === b.keys.size && [...a.keys].every((key) => b.keys.has(key))
}

function check(call: Call, ctx: RuleContext): void {
  const join = call.result.kind === "frame" ? call.result.plan.join : null
  if (!join || call.inUdf || !/^(inner|(left|right|full)_outer)$/.test(join.how ?? "")) return
  const [left, right] = [partsOf(join.left), partsOf(join.right)]
  for (const [own, others] of [
    [right, left],
    [left, right],
  ] as const) {
    // the frame that this join adds stands alone on its side
    const groups = own.length === 1 ? groupsOf(own[0]!) : undefined
    if (!groups || groups.plan.streaming || isSmall(groups.base) || groups.plan.caches.length > 0) continue
    if (!joinedBy(join.on, groups.keys) || keptElsewhere(groups.base)) continue
    for (const other of others) {
      const partner = groupsOf(other)
      const shared = partner && sameKeys(partner, groups) ? sharedBase(partner, groups) : undefined
      if (partner && shared) {
        reportTwo(call, groups, partner, shared, ctx)
        return
      }
      if (other === groups.base && join.how !== "full_outer" && (groups.plan.exprs ?? []).every(inWindow)) {
        reportBack(call, groups, ctx)
        return
      }
    }
  }
}

/**
 * Few groups go to every executor by a broadcast, and the rows stay where they are: a window would move them all. Null
 * where that is so, possible where the keys' names say that it may be.
 */
function backConfidence(groups: Groups, call: Call): Confidence | null {
  const step = call.result.kind === "frame" ? call.result.plan : undefined
  if ((step && isBroadcastJoin(step)) || isSmall(groups.plan)) return null
  return [...groups.keys].every(fewValued) ? "possible" : "certain"
}

/** The variable that a frame, or a projection of it, is held in. */
function nameOfGroups(groups: Groups): string {
  const projections = consumersOf(groups.plan).filter(({ op }) => op === "project")
  const named = [groups.plan, ...projections].find((step) => step.names.length > 0)
  return named ? nameOf(named) : "the aggregate"
}

/** The frame that is aggregated, as the code calls it. */
function nameOfBase(groups: Groups): string {
  const read = groups.plan.inputs[0]!
  return nameOf(read.names.length > 0 ? read : groups.base)
}

function reportBack(call: Call, groups: Groups, ctx: RuleContext): void {
  const confidence = backConfidence(groups, call)
  if (confidence === null) return
  const base = nameOfBase(groups)
  const keys = groups.names
  const advice = `A window over \`Window.partitionBy(${keys})\` puts the same values on every row in one pass`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${nameOfGroups(groups)} aggregates ${base} by ${keys}, and this join puts it back on the rows of ${base}: they are computed, shuffled and sorted twice. ${advice}.`,
    evidence: [
      { message: `${base} is grouped by ${keys} here`, site: groups.plan.call!.nameSite },
      { message: `the rows of ${base} are made here`, site: groups.base.site },
    ],
    confidence,
    fixes: [
      {
        title: `${advice}: F.sum(…).over(Window.partitionBy(${keys})); it keeps rows whose key is null, which an inner join drops`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

function reportTwo(call: Call, groups: Groups, partner: Groups, shared: Plan, ctx: RuleContext): void {
  const some = groups.base !== partner.base
  const unfiltered = [groups, partner].find((each) => each.base === shared)
  const base = unfiltered ? nameOfBase(unfiltered) : nameOf(shared)
  const keys = groups.names
  const advice = some
    ? `One \`groupBy(${keys}).agg(…)\` with the filters inside, as \`F.sum(F.when(…))\` or \`F.count_if\`, computes both in one`
    : `One \`groupBy(${keys}).agg(…)\` computes both in one`
  // filtered both, each may read only a small part of the files
  const confidence: Confidence = !some ? "certain" : unfiltered ? "likely" : "possible"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `Both sides aggregate ${base} by ${keys}: two passes over it and a join. ${advice}.`,
    evidence: [
      { message: `${base} is grouped by ${keys} here`, site: partner.plan.call!.nameSite },
      { message: "and again here", site: groups.plan.call!.nameSite },
    ],
    confidence,
    fixes: [{ title: advice, safety: "suggestion", edits: [] }],
  })
}

export const selfJoinOfAggregate = defineRule({
  name: "self-join-of-aggregate",
  family: "joins",
  severity: "warning",
  flags:
    "A DataFrame joined to an aggregate of itself by the same keys, or two aggregates of one DataFrame by the same keys joined to each other.",
  why: "Spark computes the frame once for each side, shuffles both by the keys and joins what was together before: on 200,000 rows the join took 0.76 s (3.5.9) and 0.39 s (4.3.0) where a window took 0.26 s and 0.33 s, and two joined aggregates 0.50 s and 0.28 s where one took 0.26 s and 0.17 s. The more expensive the frame, the more it costs to make it twice.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").filter("customer_id is not null and amount is not null").select("id", "customer_id", "amount")
totals = orders.groupBy("customer_id").agg(F.sum("amount").alias("total"))
result = orders.join(totals, "customer_id").select("id", "customer_id", "amount", "total")
`,
  good: `from pyspark.sql import functions as F
from pyspark.sql import Window

orders = spark.read.parquet("orders").filter("customer_id is not null and amount is not null").select("id", "customer_id", "amount")
each = Window.partitionBy("customer_id")
result = orders.withColumn("total", F.sum("amount").over(each)).select("id", "customer_id", "amount", "total")
`,
  whenNot:
    "The groups are few, so that the aggregate is broadcast and the rows stay where they are; the frame is cached and used elsewhere too; the aggregate is filtered before the join; or a group has more rows than one task can hold.",
  fix: { safety: "suggestion", note: "A window over the keys, or one aggregate." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/window.html",
    "https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-window.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["Join"] }, good: { has: ["Window"], lacks: ["Join"] } },
  },
  deliberateWords: /self.?join|skew|window/i,
  on: { calls: { "DataFrame.join": check } },
})
