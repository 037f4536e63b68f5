import { type Call, defineRule, type Plan, type RuleContext } from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { argument, integerOf, underline } from "../shared/calls.ts"
import { nameAt, receiverPlan } from "../shared/frames.ts"
import { fewTasks } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

const NAMES: Partial<Record<Plan["op"], string>> = {
  join: "join",
  aggregate: "aggregation",
  distinct: "distinct",
  sort: "sort",
  set: "set operation",
}

/** The wide step in whose last stage a coalesce runs: only steps that stay in their partitions lie between. */
function shuffleBefore(plan: Plan): Plan | undefined {
  let step = plan
  for (let i = 0; i < 100; i++) {
    // what is stored already is not computed by these tasks
    if (step.caches.length > 0) return undefined
    if (step.wide) return isBroadcastJoin(step) || !NAMES[step.op] ? undefined : step
    if (step.inputs.length !== 1 || ["checkpoint", "coalesce", "limit"].includes(step.op)) return undefined
    step = step.inputs[0]!
  }
  return undefined
}

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const count = integerOf(argument(call, "numPartitions")?.value)
  // one partition is single-partition's
  if (!plan || count === undefined || count < 2 || plan.streaming || plan.kind !== "DataFrame" || isSmall(plan)) return
  const { cluster } = ctx.world
  const slots = cluster?.slots ?? fewTasks.value
  if (count >= slots) return
  const shuffle = shuffleBefore(plan)
  if (!shuffle || plan.caches.length > 0 || (plan.partitions && plan.partitions.value <= count)) return
  const step = NAMES[shuffle.op]!
  const name = nameAt(ctx, call.receiverSite, plan)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`coalesce(${count})\` adds no shuffle, so the whole last stage of the ${step} before it runs as ${count} tasks${cluster ? `, while the cluster has ${slots} slots` : ""}. \`repartition(${count})\` keeps that stage parallel and gives ${name} the same ${count} partitions.`,
    evidence: [
      { message: `the ${step} whose stage shrinks to ${count} tasks`, site: shuffle.call?.nameSite ?? shuffle.site },
    ],
    confidence: "likely",
    fixes:
      call.args.length === 1
        ? [
            {
              title: `Use repartition(${count}): the ${step} stays parallel, at the price of one more shuffle of its result`,
              safety: "unsafe",
              edits: [{ site: call.nameSite, text: "repartition" }],
            },
          ]
        : [],
  })
}

export const coalesceAfterShuffle = defineRule({
  name: "coalesce-after-shuffle",
  family: "partitions",
  severity: "warning",
  flags: "`coalesce(n)` with a small n right after a join, an aggregation or another shuffle.",
  why: "`coalesce` only merges partitions inside the stage that it stands in. After a shuffle that stage is the join's or the aggregation's own: all its sorting, merging and spilling is then done by n tasks, while the other cores wait.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
spent = orders.groupBy("customer_id").agg(F.sum("amount").alias("spent")).coalesce(2)
spent.write.mode("overwrite").parquet("spent")
result = spent
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
spent = orders.groupBy("customer_id").agg(F.sum("amount").alias("spent")).repartition(2)
spent.write.mode("overwrite").parquet("spent")
result = spent
`,
  whenNot: "What the shuffle gives is small, or n is at least the number of tasks that the cluster can run at once.",
  fix: {
    safety: "unsafe",
    note: "Writes `repartition(n)`: the same number of files, rows in another order, and a shuffle of the result.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.coalesce.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["Coalesce"] }, good: { has: ["Exchange RoundRobinPartitioning(2)"], lacks: ["Coalesce"] } },
  },
  deliberateWords: /coalesce|few(er)? (output )?files|number of files|(no|avoid).{0,20}shuffle/i,
  on: { calls: { "DataFrame.coalesce": check } },
})
