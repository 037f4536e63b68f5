import { type Call, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { underline } from "../shared/calls.ts"
import { plainColumn } from "../shared/column-tests.ts"
import { receiverPlan, sourcesOf, variableOf } from "../shared/frames.ts"
import { longPlan } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

/** The shuffles on the longest way to a frame, first to last; undefined where a loop makes them without number. */
type Way = readonly Plan[] | undefined

/** Two steps by the same keys share one shuffle. */
function sameKeys(a: Plan | undefined, b: Plan): boolean {
  if (!a?.keys || !b.keys || a.keys.length === 0 || a.keys.length !== b.keys.length) return false
  const names = (step: Plan): string | undefined => {
    const columns = step.keys!.map(plainColumn)
    return columns.every((column) => column !== undefined) ? [...columns].sort().join() : undefined
  }
  return names(a) !== undefined && names(a) === names(b)
}

/** Moves the rows of a large frame: not a join with a side that is broadcast. */
function shuffles(step: Plan): boolean {
  return step.wide && step.kind === "DataFrame" && !isBroadcastJoin(step) && !step.inputs.some(isSmall)
}

function wayTo(plan: Plan, known: Map<Plan, Way>): Way {
  if (known.has(plan)) return known.get(plan)
  known.set(plan, undefined)
  let longest: readonly Plan[] = []
  if (plan.op === "loop") return undefined
  if (plan.op !== "checkpoint" && plan.caches.length === 0)
    for (const input of plan.inputs) {
      const way = wayTo(input, known)
      if (!way) return undefined
      if (way.length > longest.length) longest = way
    }
  const way = shuffles(plan) && !sameKeys(longest.at(-1), plan) ? [...longest, plan] : longest
  known.set(plan, way)
  return way
}

function planOf(call: Call): Plan | undefined {
  return receiverPlan(call) ?? (call.receiver.kind === "spark" ? call.receiver.plan : undefined)
}

function check(program: Program, ctx: RuleContext): void {
  const known = new Map<Plan, Way>()
  const told = new Set<Plan>()
  for (const call of program.calls) {
    if (!call.action || call.inUdf || call.deliberate) continue
    const plan = planOf(call)
    if (!plan || plan.streaming || plan.shuffles <= longPlan.value) continue
    const way = wayTo(plan, known)
    if (!way || way.length <= longPlan.value || way.some((step) => told.has(step))) continue
    if (sourcesOf(plan).every(isSmall)) continue
    for (const step of way) told.add(step)
    report(call, plan, way, ctx)
  }
}

function report(call: Call, plan: Plan, way: readonly Plan[], ctx: RuleContext): void {
  const middle = way[Math.floor(way.length / 2)]!
  const name = variableOf(plan)
  const at = variableOf(middle)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name ?? "What this computes"} is ${way.length} shuffles away from its source, with nothing kept between: when an executor is lost, Spark runs its part of every one of these stages again. Write ${at ?? "a result in the middle"} out and read it back, or checkpoint it.`,
    evidence: [way[0]!, middle, way.at(-1)!].map((step, i) => ({
      message: `${["the first", "one in the middle", "the last"][i]} of ${way.length} shuffles: \`${step.call?.name ?? step.op}\``,
      site: step.call?.nameSite ?? step.site,
    })),
    confidence: "likely",
    fixes: [
      {
        title: `Checkpoint ${at?.replaceAll("`", "") ?? "a result in the middle"}, or write it out and read it back`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const longLineage = defineRule({
  name: "long-lineage",
  family: "lineage",
  severity: "information",
  flags: "A straight plan with more than 8 shuffles in a row since its source, its last cache or checkpoint.",
  why: "Each shuffle's files lie on the executors that made them. When one is lost, its part of every stage before is run again, back to the source, before the job can go on; the more stages, the longer, and the likelier that another is lost meanwhile. With five shuffles on two executors, losing one had 13 tasks of all six stages run again instead of 4 of the last. Planning is not the cost: 16 aggregates in a row are planned in 0.02 s.",
  bad: `from pyspark.sql import functions as F

step = spark.read.parquet("orders").select("id", "customer_id", "qty")
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
result = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"))
result.write.mode("overwrite").parquet("steps")
`,
  good: `from pyspark.sql import functions as F

step = spark.read.parquet("orders").select("id", "customer_id", "qty")
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.checkpoint()
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
step = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"), F.max("id").alias("id"))
step = step.groupBy("id").agg(F.sum("qty").alias("qty"), F.max("customer_id").alias("customer_id"))
result = step.groupBy("customer_id").agg(F.sum("qty").alias("qty"))
result.write.mode("overwrite").parquet("steps")
`,
  whenNot:
    "Joins are with small, broadcast tables, steps follow each other by the same keys, or shuffle files outlive executors (an external shuffle service).",
  fix: {
    safety: "suggestion",
    note: "Where to cut depends on where the plan is narrow: after an aggregate, before a fan-out.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.checkpoint.html",
    "https://spark.apache.org/docs/latest/job-scheduling.html#graceful-decommission-of-executors",
  ],
  proof: { rows: "same", plan: { bad: { has: ["FileScan parquet"] }, good: { lacks: ["FileScan"] } } },
  deliberateWords: /lineage|stages|shuffle service/i,
  on: { program: check },
})
