import { type Carried, defineRule, type Loop, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { type Growth, growthInWords, growthOf, roundsInWords } from "../shared/growth.ts"
import { harmlessRounds } from "../shared/numbers.ts"

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessRounds.value || loop.inUdf) return
  for (const carried of loop.carried) {
    const growth = growthOf(loop, carried)
    // parts that add up are union-in-loop's
    if (growth?.cache && !growth.onlyUnions) report(loop, carried, growth, ctx)
  }
}

function report(loop: Loop, carried: Carried, growth: Growth, ctx: RuleContext): void {
  const { name } = carried
  const cache = growth.cache!
  ctx.report({
    at: underline(ctx, cache),
    about: cache,
    message: `\`${cache.name}\` keeps the rows of \`${name}\`, but not its plan short: that grows by ${growthInWords(growth.growing)} each round, over ${roundsInWords(loop)}, and ${
      growth.doubling
        ? "each round uses the one before twice, so planning time doubles with it"
        : "a lost executor has all rounds computed again"
    }. A checkpoint every few rounds cuts it.`,
    evidence: [
      { message: `\`${name}\` enters each round as the round before left it`, site: loop.header },
      ...growth.growing.slice(0, 3).map((step) => ({
        message: `each round adds ${growthInWords([step])}`,
        site: step.call?.nameSite ?? step.site,
      })),
    ],
    confidence: loop.rounds.min > harmlessRounds.value ? "certain" : "likely",
    fixes: [
      {
        title:
          carried.after.kind === "RDD"
            ? `Every few rounds, call ${name}.checkpoint() before the round's action`
            : `Every few rounds, ${name} = ${name}.checkpoint(), or localCheckpoint() where executors stay: no cache is needed in those rounds`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const persistIsNotCheckpoint = defineRule({
  name: "persist-is-not-checkpoint",
  family: "lineage",
  severity: "information",
  flags: "`cache` or `persist` in a loop that builds a frame from its own previous round, with no checkpoint inside.",
  why: "A cached frame keeps its whole history: Spark needs it to compute lost blocks again. In a loop that history grows with every round, cached or not, and each new plan is analysed and described on top of all of it: 25 rounds of one small join, each cached and counted, ran a driver of 1 GiB out of memory on 3.5.9 and 4.3.0; with a checkpoint every three rounds each took 0.2 s. Only a checkpoint, or writing the rows and reading them back, forgets it.",
  bad: `from pyspark.sql import functions as F

weights = spark.read.parquet("customers").select("id", F.length("name").alias("weight"))
scores = spark.read.parquet("events").select(F.col("user_id").alias("id"), F.lit(0.0).alias("score"))
for i in range(6):
    previous = scores
    scores = scores.join(weights, "id").select("id", (F.col("score") / 2 + F.col("weight")).alias("score")).cache()
    total = scores.count()
    previous.unpersist()
result = scores
`,
  good: `from pyspark.sql import functions as F

weights = spark.read.parquet("customers").select("id", F.length("name").alias("weight"))
scores = spark.read.parquet("events").select(F.col("user_id").alias("id"), F.lit(0.0).alias("score"))
for i in range(6):
    scores = scores.join(weights, "id").select("id", (F.col("score") / 2 + F.col("weight")).alias("score"))
    if i % 3 == 2:
        scores = scores.localCheckpoint()
result = scores
`,
  whenNot: "The rounds are few and fixed, or the loop checkpoints as well.",
  fix: {
    safety: "suggestion",
    note: "Where to cut, and whether on executors only or in the checkpoint directory, depends on how long a round takes.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.checkpoint.html",
    "https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-persistence",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["FileScan parquet"] }, good: { lacks: ["FileScan"] } },
  },
  deliberateWords: /checkpoint|lineage|plan grows/i,
  on: { loop: check },
})
