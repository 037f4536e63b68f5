import { type Call, defineRule, type Edit, type Fix, type Plan, type Program, type RuleContext } from "../api.ts"
import { readersOf, withoutCall } from "../shared/caches.ts"
import { underline } from "../shared/calls.ts"
import { samePlace } from "../shared/collected.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { fileText } from "../shared/source-text.ts"

/**
 * Steps that run a job of their own over what comes before: with the action, two read the cache. An RDD's checkpoint is
 * written after the first action, by another job.
 */
const SAMPLES_FIRST =
  /^(DataFrame\.(sort|orderBy|repartitionByRange|randomSplit|rdd|toDF|pivot|stat|approxQuantile)|RDD\.(checkpoint|sortBy|sortByKey|zipWithIndex|zip|toDF|takeSample)|GroupedData\.pivot)$/
const VIEW = /TempView$|^registerTempTable$/

/** True where the code that is seen says all of what happens to a frame: nothing gets away, no step reads it twice. */
function isFollowed(plan: Plan, ctx: RuleContext): boolean {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if (seen.size > 200 || step.escapes || step.op === "loop" || step.op === "either" || step.streaming) return false
    if (step.unstable.length > 0 || (step !== plan && readersOf(step) > 1)) return false
    for (const { call, role } of step.uses) {
      if (VIEW.test(call.name) || SAMPLES_FIRST.test(call.api)) return false
      // an estimator goes over its data as often as it likes, and writing to a stream goes on
      if (role !== "receiver" && call.result.kind !== "frame") return false
      if (call.name === "foreachBatch") return false
    }
    for (const next of consumersOf(step)) seen.add(next)
  }
  return plan.udfs.length === 0 || !ctx.program.isNotebook
}

/** The next round of a loop, or what comes after a branch, goes on from it. */
function isCarriedOn(plan: Plan, program: Program): boolean {
  return program.plans.some((step) => (step.op === "loop" || step.op === "either") && step.inputs.includes(plan))
}

/** Every loop around one is around the other. */
function sameLoops(a: Call, b: Call): boolean {
  return a.loops.length === b.loops.length && a.loops.every((loop, i) => loop.id === b.loops[i]!.id)
}

function checkPlan(plan: Plan, ctx: RuleContext): void {
  const [cache] = plan.caches
  if (!cache || plan.caches.length > 1 || plan.op === "param" || cache.inUdf || ctx.program.isNotebook) return
  // one line of a function that caches for several callers
  const here = (call: Call): boolean => call !== cache && samePlace(call.site, cache.site)
  if (ctx.program.plans.some(({ caches }) => caches.some(here))) return
  // an object may be asked for it by anybody
  if (plan.names.some((name) => name.includes("."))) return
  const actions = ctx.program.actionsOf(plan)
  if (readersOf(plan) !== 1 || actions.length !== 1 || !isFollowed(plan, ctx)) return
  if (isCarriedOn(plan, ctx.program)) return
  const [action] = actions
  // freed before the action: unpersist-too-early speaks of that
  if (plan.unpersists.some((call) => call.index < action!.index)) return
  if (action!.index < cache.index || !sameLoops(action!, cache) || action!.via.length > cache.via.length) return
  if (cache.function && !cache.function.called && readsLater(cache, plan, ctx)) return
  const name = nameOf(plan)
  const edits = [...plan.caches, ...plan.unpersists].map((call) => withoutCall(call, ctx))
  ctx.report({
    at: underline(ctx, cache),
    about: cache,
    message: `Only \`${action!.name}\` reads ${name}, once: caching it stores all its rows for nobody, and keeps filters and columns from being pushed to the source.`,
    evidence: [{ message: `the only action that computes ${name}`, site: action!.nameSite }],
    confidence: "likely",
    fixes: edits.every((edit) => edit !== undefined) ? [drop(edits, cache)] : [],
  })
}

/** A method that keeps what it made on its object, by a name that the plan does not show. */
function readsLater(cache: Call, plan: Plan, ctx: RuleContext): boolean {
  const text = fileText(ctx, cache.site)
  return plan.names.some((name) => new RegExp(`\\b(return|yield|global)\\b[^\\n]*\\b${name}\\b`).test(text))
}

function drop(edits: readonly Edit[], cache: Call): Fix {
  return { title: `Drop ${cache.name}()`, safety: "safe", edits }
}

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) if (plan.caches.length > 0) checkPlan(plan, ctx)
}

export const unusedCache = defineRule({
  name: "unused-cache",
  family: "lineage",
  severity: "warning",
  flags: "A DataFrame or RDD that is cached, and then computed by a single action.",
  why: "A cache pays when a second action reads what the first one stored. With one reader every row is encoded and kept, or spilled to disk, for nothing; memory is taken from shuffles; and Catalyst stops at the cache: all columns are read, and no filter reaches the source.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").cache()
paid = orders.filter(F.col("status") == "paid").select("id", "amount")
paid.write.mode("overwrite").parquet("paid")
result = spark.read.parquet("paid")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
paid = orders.filter(F.col("status") == "paid").select("id", "amount")
paid.write.mode("overwrite").parquet("paid")
result = spark.read.parquet("paid")
`,
  whenNot:
    "Something out of sight reads the frame again: a caller, another cell, a view, an estimator that goes over its data several times, a sort that samples it first.",
  fix: { safety: "safe", note: "Drops the cache, and the `unpersist()` that belongs to it. The rows are the same." },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-persistence"],
  proof: { rows: "same" },
  deliberateWords: /cache|persist|materiali[sz]e|\blos(e|t|ing)\b/i,
  on: { program: check },
})
