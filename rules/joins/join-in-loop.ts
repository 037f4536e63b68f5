import {
  type Carried,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Loop,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { targetSite } from "../shared/calls.ts"
import { nameAt } from "../shared/frames.ts"
import { appended, growthOf, roundsInWords } from "../shared/growth.ts"
import { conjuncts, equated } from "../shared/join-sides.ts"
import { joinsParts } from "../shared/loop-joins.ts"
import { harmlessRounds } from "../shared/numbers.ts"

/** Every round joins by the same columns; by columns of its own a round looks something up, which loops do a few times. */
function bySameKeys(join: Plan): boolean {
  const on = join.join?.on
  if (!on || on === "unknown") return false
  const named = (key: ColumnExpr): boolean => key.op === "column" && key.name !== "?"
  return !("op" in on) || conjuncts(on).some((part) => equated(part)?.every(named) ?? false)
}

function confidenceOf(loop: Loop, joins: readonly Plan[]): Confidence {
  // broadcast joins grow the plan, and move nothing
  if (joins.every(isBroadcastJoin) || !joins.every(bySameKeys)) return "possible"
  if (loop.rounds.min > harmlessRounds.value) return "certain"
  // `reduce` mostly goes over a handful of frames
  return loop.kind === "comprehension" ? "possible" : "likely"
}

/** The frame that a join adds, as the code calls it. */
function addedName(join: Plan, loop: Loop, ctx: RuleContext): string {
  const argument = join.call?.args.find(({ name }) => name === "other")
  const other = join.join?.right
  if (!argument || !other || !appended(join, loop).includes(other)) return "another frame"
  const name = nameAt(ctx, argument.site, other)
  return name.startsWith("`") ? name : "another frame"
}

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessRounds.value || loop.inUdf) return
  for (const carried of loop.carried) {
    const growth = growthOf(loop, carried)
    // with a cache in each round it is persist-is-not-checkpoint's
    if (growth && !growth.cache && joinsParts(growth, loop)) report(loop, carried, growth.growing, ctx)
  }
}

function report(loop: Loop, carried: Carried, joins: readonly Plan[], ctx: RuleContext): void {
  const { name } = carried
  const added = addedName(joins[0]!, loop, ctx)
  ctx.report({
    at: targetSite(ctx, carried.site, name) ?? carried.site,
    about: loop,
    message: `Each round joins ${added} to \`${name}\`, over ${roundsInWords(loop)}: what runs in the end is one plan with all of these joins, each with a shuffle and a sort of its own. Union the parts with a column that names them and make one aggregate or \`pivot\` of it, or checkpoint \`${name}\` every few rounds.`,
    evidence: [
      { message: `\`${name}\` enters each round as the round before left it`, site: loop.header },
      ...joins.slice(0, 3).map((join) => ({
        message: "each round adds this join",
        site: join.call?.nameSite ?? join.site,
      })),
    ],
    confidence: confidenceOf(loop, joins),
    fixes: [
      {
        title: `Collect the parts in a list, union them and pivot once; or cut the plan of \`${name}\` with \`localCheckpoint()\` every few rounds`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const joinInLoop = defineRule({
  name: "join-in-loop",
  family: "joins",
  severity: "warning",
  flags: "A loop that joins one more DataFrame to its own result in each round, with no checkpoint inside.",
  why: "Nothing runs until the loop is over: what runs then is one plan with a join for every round. Each join shuffles and sorts its part, the driver plans all of them at once, and a stage that fails late takes the whole chain with it. Parts of the same shape need no chain of joins: one union and one aggregate bring them together in a single shuffle.",
  bad: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers").select("id")
orders = spark.read.parquet("orders").filter("customer_id is not null")
result = customers
for status in ["new", "paid", "shipped", "returned", "cancelled", "lost"]:
    part = orders.filter(F.col("status") == status).groupBy("customer_id").agg(F.sum("amount").alias(status))
    result = result.join(part.withColumnRenamed("customer_id", "id"), "id", "left")
`,
  good: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers").select("id")
orders = spark.read.parquet("orders").filter("customer_id is not null")
statuses = ["new", "paid", "shipped", "returned", "cancelled", "lost"]
parts = orders.groupBy("customer_id").pivot("status", statuses).agg(F.sum("amount"))
result = customers.join(parts.withColumnRenamed("customer_id", "id"), "id", "left")
`,
  whenNot: "The rounds are few and fixed, or the loop checkpoints, or writes and reads its result back.",
  fix: { safety: "suggestion", note: "What replaces the joins depends on what the parts have in common." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.GroupedData.pivot.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.localCheckpoint.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /checkpoint|lineage|few (tables|frames|joins)/i,
  on: { loop: check },
})
