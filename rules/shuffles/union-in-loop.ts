import { type Carried, type Confidence, defineRule, type Fix, type Loop, type Plan, type RuleContext } from "../api.ts"
import { targetSite } from "../shared/calls.ts"
import { walkInputs } from "../shared/frames.ts"
import { appended, type Growth, growthOf, roundsInWords } from "../shared/growth.ts"
import { harmlessUnions } from "../shared/numbers.ts"
import { collectedPairwise } from "../shared/union-parts.ts"

/** What a round reads or computes itself for the part that it appends; undefined where the part is there already. */
function workOf(union: Plan, loop: Loop): Plan | undefined {
  let work: Plan | undefined
  for (const part of appended(union, loop))
    walkInputs(part, (step) => {
      const inside = step.call?.loops.some(({ id }) => id === loop.id) ?? false
      if (inside && (step.op === "read" || step.op === "table" || step.op === "sql" || step.expensive !== null))
        work ??= step
      return work === undefined
    })
  return work
}

/** What is appended comes from a list of frames that the loop goes through. */
function fromList(part: Plan, loop: Loop): Plan | undefined {
  const { iterable } = loop
  if (iterable.kind !== "sequence" || iterable.element.kind !== "frame") return undefined
  const { plan } = iterable.element
  let found: Plan | undefined
  walkInputs(part, (step) => {
    if (step === plan) found = plan
    return found === undefined
  })
  return found
}

/** `reduce`, or a loop over frames that nobody is seen to make in numbers, mostly goes over a handful. */
function confidenceOf(loop: Loop, union: Plan): Confidence {
  if (loop.rounds.min > harmlessUnions.value) return "certain"
  const many = appended(union, loop).some((part) => {
    const listed = fromList(part, loop)
    if (!listed) return part.call?.loops.some(({ id }) => id === loop.id)
    return loop.kind !== "comprehension" && listed.call?.loops.some(({ rounds }) => rounds.max === Infinity)
  })
  return many ? "likely" : "possible"
}

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessUnions.value || loop.inUdf) return
  for (const carried of loop.carried) {
    const growth = growthOf(loop, carried)
    if (growth?.onlyUnions && !isListOfReads(loop, growth.growing[0]!)) report(loop, carried, growth, ctx)
  }
}

/** `reduce` over a list of frames that another loop read, one by one: read-in-loop speaks. */
function isListOfReads(loop: Loop, union: Plan): boolean {
  const parts = appended(union, loop)
  return loop.kind === "comprehension" && parts.length > 0 && parts.every((part) => isReadBefore(part, loop))
}

function isReadBefore({ op, source, call }: Plan, loop: Loop): boolean {
  if (op !== "read" || source?.format === "jdbc" || !call) return false
  return call.loops.length > 0 && call.loops.every(({ id }) => id !== loop.id)
}

function report(loop: Loop, carried: Carried, growth: Growth, ctx: RuleContext): void {
  const { name } = carried
  const union = growth.growing[0]!
  const work = workOf(union, loop)
  const rdd = carried.after.kind === "RDD"
  const method = union.call?.name ?? "union"
  const unbounded = loop.rounds.max === Infinity
  ctx.report({
    at: targetSite(ctx, carried.site, name) ?? union.call?.nameSite ?? carried.site,
    about: loop,
    message: rdd
      ? `\`${name}\` becomes a union of a union in each round, over ${roundsInWords(loop)}: the driver walks down all of them before any task starts, and some hundreds overflow its stack. One \`sc.union(parts)\` after the loop is flat.`
      : `\`${name}\` grows by a \`${method}\` each round, over ${roundsInWords(loop)}: every round has Spark analyse all parts so far again, on the driver, before any work starts. Collect the parts in a list, and union them pairwise after the loop.`,
    evidence: [
      { message: `\`${name}\` enters each round as the round before left it`, site: loop.header },
      { message: "each round appends a part", site: union.call?.nameSite ?? union.site },
      ...(work
        ? [{ message: "which the round reads or computes itself", site: work.call?.nameSite ?? work.site }]
        : []),
    ],
    confidence: confidenceOf(loop, union),
    severity: unbounded || work ? "warning" : "information",
    fixes: fixes(loop, carried, growth, ctx),
  })
}

function fixes(loop: Loop, carried: Carried, growth: Growth, ctx: RuleContext): Fix[] {
  const { name } = carried
  const union = growth.growing[0]!
  const given: Fix[] = []
  const edits =
    growth.growing.length === 1 && union.call && carried.after === union
      ? collectedPairwise(loop, carried, union.call, ctx)
      : undefined
  if (edits)
    given.push({ title: `Collect the parts of \`${name}\` in a list, and union them pairwise`, safety: "safe", edits })
  else
    given.push({
      title:
        carried.after.kind === "RDD"
          ? `Collect the parts in a list, and call sc.union(parts) once after the loop`
          : `Collect the parts in a list, and union them pairwise after the loop: \`${name}\` then has a flat plan instead of a deep one`,
      safety: "suggestion",
      edits: [],
    })
  if (appended(union, loop).every((part) => part.op === "read" && part.source?.format !== "jdbc"))
    given.push({
      title: "Hand all paths to one read, where the files have the same columns",
      safety: "suggestion",
      edits: [],
    })
  return given
}

export const unionInLoop = defineRule({
  name: "union-in-loop",
  family: "shuffles",
  severity: "warning",
  flags: "A DataFrame or RDD that grows by `union` or `unionByName` in the rounds of a loop.",
  why: "Every union makes a new plan on top of the one before, and Spark analyses it whole: the time grows with the square of the number of parts, all of it on the driver. 400 small parts took 6 to 12 s to build in a loop and less than one pairwise. `reduce(DataFrame.union, parts)` builds the same deep tree and gains little.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
found = orders.limit(0)
for qty in [1, 2, 3, 4, 5, 6, 7, 8]:
    found = found.union(orders.filter(F.col("qty") == qty).select("*"))
result = found.groupBy("qty").count()
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
found = orders.limit(0)
parts = [found]
for qty in [1, 2, 3, 4, 5, 6, 7, 8]:
    parts.append(orders.filter(F.col("qty") == qty).select("*"))
while len(parts) > 1:
    parts = [a.union(b) for a, b in zip(parts[::2], parts[1::2])] + parts[len(parts) // 2 * 2 :]
found = parts[0]
result = found.groupBy("qty").count()
`,
  whenNot:
    "The rounds are three or fewer, the loop checkpoints, or each round needs all rows so far (then `unchecked-lineage` speaks).",
  fix: {
    safety: "safe",
    note: "Collects the parts in a list and unions them pairwise after the loop: the same rows in the same order. A text where the body does more with the frame than append to it.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.union.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.unionByName.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /union|few (parts|files|rounds)|lineage/i,
  on: { loop: check },
})
