import { type Call, defineRule, type Fix, type Loop, type Plan, type Program, type RuleContext } from "../api.ts"
import { releases } from "../shared/caches.ts"
import { underline } from "../shared/calls.ts"
import { receiverPlan, variableOf } from "../shared/frames.ts"
import { harmlessCaches, jobsAfterCache } from "../shared/numbers.ts"
import { expensiveSteps } from "../shared/recomputation.ts"
import { isSmall } from "../shared/sizes.ts"

/** The loop in whose rounds a frame is both made and cached. */
function loopOf(cache: Call, plan: Plan): Loop | undefined {
  return cache.loops.findLast(
    (loop) =>
      loop.kind !== "comprehension" &&
      loop.rounds.max > harmlessCaches.value &&
      plan.call?.loops.some((around) => around.id === loop.id),
  )
}

function checkPlan(plan: Plan, freed: readonly Call[], ctx: RuleContext): void {
  const [cache] = plan.caches
  // Spark lets go of a cached RDD when Python does; a DataFrame's cache stays until it is told
  if (!cache || plan.kind !== "DataFrame" || plan.unpersists.length > 0 || plan.escapes || plan.streaming) return
  if (cache.inUdf || isSmall(plan) || !plan.call) return
  const loop = loopOf(cache, plan)
  if (loop) inLoop(plan, cache, loop, freed, ctx)
  else if (cache.loops.length === 0) goesOn(plan, cache, freed, ctx)
}

function inLoop(plan: Plan, cache: Call, loop: Loop, freed: readonly Call[], ctx: RuleContext): void {
  if (freed.some((call) => call.loops.some((around) => around.id === loop.id))) return
  // the round ends the job, or hands the frame out
  if (/\b(return|yield)\b|\.stop\(\)/.test(ctx.text(loop.body))) return
  if (plan.names.some((name) => name.includes(".") || isGathered(name, ctx.text(loop.body)))) return
  const name = variableOf(plan) ?? "what it caches"
  ctx.report({
    at: underline(ctx, cache),
    about: cache,
    message: `Each round caches ${name} and none lets go of it: the rounds before stay in storage until Spark has to evict or spill them. Unpersist it at the end of the round.`,
    evidence: [{ message: "cached anew in every round of this loop", site: loop.header }],
    confidence: "likely",
    fixes: [release(plan, cache, loop, ctx)],
  })
}

/** Each round puts its frame into a list or dict, for all of them to be used afterwards. */
function isGathered(name: string, body: string): boolean {
  const put = `\\b(append|add|insert|extend|put)\\([^()]*\\b${name}\\s*[,)\\]]`
  return new RegExp(`${put}|\\]\\s*=\\s*${name}\\s*$`, "m").test(body)
}

function release(plan: Plan, cache: Call, loop: Loop, ctx: RuleContext): Fix {
  const name = plan.names.at(-1)
  const carried = loop.carried.some((each) => plan.names.includes(each.name))
  const last = ctx.program
    .actionsOf(plan)
    .filter((call) => call.loops.some((around) => around.id === loop.id))
    .at(-1)
  if (carried || !name || !last || last.function !== cache.function || last.path.length > cache.path.length)
    return {
      title: carried
        ? `Keep the round before in a name of its own, and unpersist it when the new ${name ?? "frame"} is computed`
        : `Call unpersist() on ${name ?? "it"} after its last action in the round`,
      safety: "suggestion",
      edits: [],
    }
  const inner = last.loops[cache.loops.length]
  return {
    title: `Unpersist ${name} after its last action in the round: whatever reads it later computes it again`,
    safety: "unsafe",
    edits: [ctx.lineAfter(inner?.site ?? last.statement.site, `${name}.unpersist()`)],
  }
}

/** A job that goes on with other work long after the last use of what it cached. */
function goesOn(plan: Plan, cache: Call, freed: readonly Call[], ctx: RuleContext): void {
  const { program } = ctx
  const actions = program.actionsOf(plan)
  const last = actions.at(-1)
  const name = plan.names.at(-1)
  if (!last || !name || actions.length < 2 || program.isNotebook || last.function !== cache.function) return
  if (freed.some((call) => call.index > cache.index)) return
  const later = program.calls.filter(
    (call) =>
      call.action &&
      call.index > last.index &&
      call.function === cache.function &&
      !program.exclusive(call.path, cache.path) &&
      isWork(call),
  )
  if (later.length < jobsAfterCache.value) return
  ctx.report({
    at: underline(ctx, cache),
    about: cache,
    message: `\`${name}\` stays cached after its last use, while ${later.length} more jobs with shuffles of their own run in the memory that is left. Unpersist it once it is done.`,
    evidence: [
      { message: `the last action that reads \`${name}\``, site: last.nameSite },
      { message: "one of the jobs after it", site: later[0]!.nameSite },
    ],
    confidence: "likely",
    severity: "information",
    fixes:
      last.path.length > cache.path.length || last.loops.length > 0
        ? []
        : [
            {
              title: `Unpersist ${name} after its last action: whatever reads it later computes it again`,
              safety: "unsafe",
              edits: [ctx.lineAfter(last.statement.site, `${name}.unpersist()`)],
            },
          ],
  })
}

function isWork(call: Call): boolean {
  const plan = call.receiver.kind === "spark" ? call.receiver.plan : receiverPlan(call)
  return plan !== undefined && !isSmall(plan) && expensiveSteps(plan, new Set()).length > 0
}

function check(program: Program, ctx: RuleContext): void {
  const cached = program.plans.filter((plan) => plan.caches.length > 0)
  if (cached.length === 0) return
  const freed = program.calls.filter(releases)
  for (const plan of cached) checkPlan(plan, freed, ctx)
}

export const cacheWithoutUnpersist = defineRule({
  name: "cache-without-unpersist",
  family: "lineage",
  severity: "warning",
  flags:
    "A DataFrame that each round of a loop caches and none unpersists; as information, a cache that outlives its last use by several jobs.",
  why: "A cached DataFrame stays in the executors' storage until it is unpersisted or the application ends, even when no variable holds it any more. What a loop leaves there pushes out what is still needed: Spark evicts blocks, or spills them to disk, and recomputes them.",
  bad: `from pyspark.sql import functions as F

found = {}
for table, column in [("orders", "country"), ("orders", "status"), ("customers", "segment"), ("events", "kind")]:
    groups = spark.read.parquet(table).groupBy(column).agg(F.count("id").alias("rows")).cache()
    groups.write.mode("overwrite").parquet(f"groups/{column}")
    found[column] = groups.orderBy(F.desc("rows"), column).first()[column]
result = found
`,
  good: `from pyspark.sql import functions as F

found = {}
for table, column in [("orders", "country"), ("orders", "status"), ("customers", "segment"), ("events", "kind")]:
    groups = spark.read.parquet(table).groupBy(column).agg(F.count("id").alias("rows")).cache()
    groups.write.mode("overwrite").parquet(f"groups/{column}")
    found[column] = groups.orderBy(F.desc("rows"), column).first()[column]
    groups.unpersist()
result = found
`,
  whenNot:
    "The application ends there, a helper or `spark.catalog.clearCache()` frees it, or all rounds' frames are needed together afterwards.",
  fix: {
    safety: "unsafe",
    note: "Adds `unpersist()` after the last action in the round. What reads the frame after that computes it again.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.unpersist.html",
    "https://spark.apache.org/docs/latest/rdd-programming-guide.html#removing-data",
  ],
  proof: { rows: "same" },
  deliberateWords: /unpersist|evict|keep.*cache/i,
  on: { program: check },
})
