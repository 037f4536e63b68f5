import { type Carried, type Confidence, defineRule, type Edit, type Fix, type Loop, type RuleContext } from "../api.ts"
import { targetSite } from "../shared/calls.ts"
import { type Growth, growthInWords, growthOf, roundsInWords } from "../shared/growth.ts"
import { joinsParts } from "../shared/loop-joins.ts"
import { checkpointEvery, checkpointEveryDoubling, harmlessRounds } from "../shared/numbers.ts"

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessRounds.value || loop.inUdf) return
  for (const carried of loop.carried) {
    const growth = growthOf(loop, carried)
    // union-in-loop and join-in-loop speak of parts that add up, persist-is-not-checkpoint of a cache in each round
    if (!growth || growth.onlyUnions || growth.cache || joinsParts(growth, loop)) continue
    report(loop, carried, growth, ctx)
  }
}

function addsUp({ growing, doubling }: Growth): boolean {
  return !doubling && growing.every(({ op }) => op === "union")
}

function report(loop: Loop, carried: Carried, growth: Growth, ctx: RuleContext): void {
  const { name } = carried
  const { growing, doubling } = growth
  ctx.report({
    at: targetSite(ctx, carried.site, name) ?? carried.site,
    about: loop,
    message: `The plan of \`${name}\` grows by ${growthInWords(growing)} each round, over ${roundsInWords(loop)}, and is never cut: ${
      doubling
        ? "each round uses the one before twice, so planning time doubles with it"
        : "each action plans and may recompute all rounds so far"
    }. A checkpoint every few rounds keeps it short.`,
    evidence: [
      { message: `\`${name}\` enters each round as the round before left it`, site: loop.header },
      ...growing.slice(0, 3).map((step) => ({
        message: `each round adds ${growthInWords([step])}`,
        site: step.call?.nameSite ?? step.site,
      })),
    ],
    confidence: confidenceOf(loop, growth),
    fixes: [fix(loop, carried, interval(loop, doubling), ctx)],
  })
}

/** Rounds between two cuts: at least one comes before the last round. */
function interval(loop: Loop, doubling: boolean): number {
  const every = doubling ? checkpointEveryDoubling.value : checkpointEvery.value
  return Math.min(every, Math.ceil(loop.rounds.max / 2))
}

/** `reduce` mostly goes over a handful of frames, and rows that add up are few where the rounds are. */
function confidenceOf(loop: Loop, growth: Growth): Confidence {
  if (loop.rounds.min > harmlessRounds.value) return "certain"
  return loop.kind === "comprehension" || addsUp(growth) ? "possible" : "likely"
}

/** A number that counts the rounds, and the edits that make one where the loop has none. */
function counter(loop: Loop, ctx: RuleContext): { name: string; edits: Edit[] } | undefined {
  if (loop.kind !== "for") return undefined
  const header = ctx.text(loop.header)
  const counted =
    /^for\s+(\w+)\s+in\s+range\(\s*[^,]*(?:,[^,]*)?\)$/s.exec(header) ??
    /^for\s+(\w+)\s*,.*?\sin\s+enumerate\(/s.exec(header)
  if (counted) return { name: counted[1]!, edits: [] }
  const plain = /^(for\s+)(.+?)(\s+in\s+)(.+)$/s.exec(header)
  if (!plain || header.includes("#")) return undefined
  const [, start, target, middle, iterable] = plain
  const wrapped = /,/.test(target!) && !/^\(.*\)$/s.test(target!) ? `(${target})` : target
  const items =
    /,/.test(iterable!) && !/^[[({].*[\])}]$/s.test(iterable!) && !/\)$/.test(iterable!) ? `(${iterable})` : iterable
  return {
    name: "round_number",
    edits: [{ site: loop.header, text: `${start}round_number, ${wrapped}${middle}enumerate(${items})` }],
  }
}

function fix(loop: Loop, carried: Carried, every: number, ctx: RuleContext): Fix {
  const { name, after } = carried
  const dynamic = ctx.program.conf("spark.dynamicAllocation.enabled")?.value
  const reliable = dynamic?.kind === "constant" && /^true$/i.test(String(dynamic.value))
  const method = reliable ? "checkpoint()" : "localCheckpoint()"
  // an RDD is marked in place, a DataFrame gives a new one
  const cut = after.kind === "RDD" ? `${name}.${method}` : `${name} = ${name}.${method}`
  const risk = reliable
    ? "writes to the checkpoint directory, which must be set"
    : "keeps the rows on the executors only, and runs a job each time"
  const counted = counter(loop, ctx)
  if (!counted || !/^\w+$/.test(name))
    return {
      title: `Count the rounds, and every ${every} of them run ${cut} (${risk})`,
      safety: "suggestion",
      edits: [],
    }
  return {
    title: `Cut the plan every ${every} rounds with ${method}: ${risk}`,
    safety: "unsafe",
    edits: [
      ...counted.edits,
      ctx.lineAfter(carried.site, `if ${counted.name} % ${every} == ${every - 1}:\n    ${cut}`),
    ],
  }
}

export const uncheckedLineage = defineRule({
  name: "unchecked-lineage",
  family: "lineage",
  severity: "warning",
  flags:
    "A loop that builds a DataFrame or RDD from its own previous round by joins, aggregations or Python steps, with no checkpoint inside.",
  why: "Spark keeps the whole history of a frame until an action. In a loop that history grows with every round: planning slows down (it doubles each round where the round before is used twice), the driver's memory fills with plans, and one lost executor makes Spark recompute all rounds.",
  bad: `from pyspark.sql import functions as F

weights = spark.read.parquet("customers").select("id", F.length("name").alias("weight"))
scores = spark.read.parquet("events").select(F.col("user_id").alias("id"), F.lit(0.0).alias("score"))
for i in range(6):
    scores = scores.join(weights, "id").select("id", (F.col("score") / 2 + F.col("weight")).alias("score"))
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
  whenNot:
    "The rounds are few and fixed, the loop writes and reads its result back, it only adds columns (see `with-column-loop`) or only appends parts (see `union-in-loop`).",
  fix: {
    safety: "unsafe",
    note: "Adds `localCheckpoint()` every few rounds, or `checkpoint()` under dynamic allocation. It runs a job each time, and a local checkpoint is lost with its executor.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.localCheckpoint.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.checkpoint.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["FileScan parquet"] }, good: { lacks: ["FileScan"] } },
  },
  deliberateWords: /checkpoint|lineage|plan grows/i,
  on: { loop: check },
})
