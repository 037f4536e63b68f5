import {
  type Carried,
  type Confidence,
  defineRule,
  type Edit,
  type Fix,
  type Loop,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { targetSite } from "../shared/calls.ts"
import { stepsBetween } from "../shared/frames.ts"
import { checkpointEvery, checkpointEveryDoubling, harmlessRounds } from "../shared/numbers.ts"

/** Steps that keep no more of a plan than the rows: nothing grows past them. */
const CUTS: ReadonlySet<Plan["op"]> = new Set(["checkpoint", "read", "table", "local", "opaque"])
/** Steps that Catalyst collapses into one, however many there are. */
const COLLAPSES: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "either", "loop", "limit"])

const VERBS: Partial<Record<Plan["op"], string>> = {
  join: "a join",
  union: "a union",
  aggregate: "an aggregation",
  distinct: "a distinct",
  set: "a set operation",
  sort: "a sort",
  repartition: "a repartition",
}

/** What a step adds to the plan, in words: "a join", "`reduceByKey`". */
function inWords(step: Plan): string {
  const verb = step.kind === "DataFrame" ? VERBS[step.op] : undefined
  return verb ?? `\`${step.call?.name ?? step.op}\``
}

/** A chain of RDD steps never collapses; of a DataFrame's, some do. */
function grows(step: Plan): boolean {
  return step.kind === "RDD" ? step.op !== "loop" && step.op !== "either" : !COLLAPSES.has(step.op)
}

/** `rdd.checkpoint()` marks the RDD itself and gives nothing. */
function markedInPlace(step: Plan): boolean {
  return step.uses.some(({ call }) => call.api === "RDD.checkpoint" || call.api === "RDD.localCheckpoint")
}

/** The round before is used twice by the next: then the plan doubles. */
function doubles(steps: readonly Plan[], entry: Plan): boolean {
  const within = new Set<Plan>([...steps, entry])
  return steps.some(
    (step) => step.inputs.filter((input) => within.has(input)).length > 1 && !["either", "loop"].includes(step.op),
  )
}

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessRounds.value || loop.inUdf) return
  for (const carried of loop.carried) {
    if (carried.entry.streaming || carried.after.streaming) continue
    const steps = stepsBetween(carried.entry, carried.after)
    if (steps.some((step) => CUTS.has(step.op) || markedInPlace(step))) continue
    // an inner loop speaks for its own steps
    const own = steps.filter((step) => step.call === null || step.call.loops.at(-1)?.id === loop.id)
    const growing = own.filter(grows)
    if (growing.length > 0) report(loop, carried, growing, doubles(steps, carried.entry), ctx)
  }
}

function report(loop: Loop, carried: Carried, growing: readonly Plan[], doubling: boolean, ctx: RuleContext): void {
  const { name } = carried
  const steps = [...new Set(growing.map(inWords))].reverse()
  const rounds =
    loop.rounds.max < Infinity
      ? `${loop.rounds.min === loop.rounds.max ? "" : "up to "}${loop.rounds.max.toLocaleString("en-US")} rounds`
      : "rounds that nothing here bounds"
  const cached = [carried.after, ...growing].find((step) => step.caches.length > 0)
  const evidence = [
    { message: `\`${name}\` enters each round as the round before left it`, site: loop.header },
    ...growing.slice(0, 3).map((step) => ({
      message: `each round adds ${inWords(step)}`,
      site: step.call?.nameSite ?? step.site,
    })),
  ]
  if (cached)
    evidence.push({
      message: "a cache keeps the rows, but the plan goes on growing",
      site: cached.caches[0]!.nameSite,
    })
  ctx.report({
    at: targetSite(ctx, carried.site, name) ?? carried.site,
    about: loop,
    message: `The plan of \`${name}\` grows by ${list(steps)} each round, over ${rounds}, and is never cut: ${
      doubling
        ? "each round uses the one before twice, so planning time doubles with it"
        : "each action plans and may recompute all rounds so far"
    }. A checkpoint every few rounds keeps it short.`,
    evidence,
    confidence: confidenceOf(loop),
    fixes: [
      ...(accumulates(growing, carried.entry) ? [pairwise(name)] : []),
      fix(loop, carried, interval(loop, doubling), ctx),
    ],
  })
}

/** Rounds between two cuts: at least one comes before the last round. */
function interval(loop: Loop, doubling: boolean): number {
  const every = doubling ? checkpointEveryDoubling.value : checkpointEvery.value
  return Math.min(every, Math.ceil(loop.rounds.max / 2))
}

/** `reduce` mostly goes over a handful of frames. */
function confidenceOf(loop: Loop): Confidence {
  if (loop.rounds.min > harmlessRounds.value) return "certain"
  return loop.kind === "comprehension" ? "possible" : "likely"
}

/** Each round only appends rows that no earlier round had a part in. */
function accumulates(growing: readonly Plan[], entry: Plan): boolean {
  return growing.every(
    (step) =>
      step.op === "union" &&
      step.inputs.filter((input) => stepsBetween(entry, input).length > 0 || input === entry).length === 1,
  )
}

/** 400 small parts took 5.6 to 11.8 s to union one by one, and 0.5 to 0.7 s pairwise (4.3.0 and 3.5.9). */
function pairwise(name: string): Fix {
  return {
    title: `Collect the parts in a list, and union them pairwise after the loop: \`${name}\` then has a flat plan instead of a deep one`,
    safety: "suggestion",
    edits: [],
  }
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
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
    "A loop that builds a DataFrame or RDD from its own previous round by joins, unions, aggregations or Python steps, with no checkpoint inside.",
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
    "The rounds are few and fixed, the loop writes and reads its result back, or it only adds columns (see `with-column-loop`).",
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
