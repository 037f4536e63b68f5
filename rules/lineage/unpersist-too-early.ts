import { type Call, defineRule, type Plan, type Program, type RuleContext, type Site } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { samePlace } from "../shared/collected.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { childrenOf } from "../shared/next-steps.ts"
import { isSmall } from "../shared/sizes.ts"

/** A frame or one that is made of it goes where nobody here can say what runs it; to a function's callers, not yet. */
function getsAway(plan: Plan, program: Program): boolean {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if ((step.escapes && !step.returned) || seen.size > 200) return true
    for (const next of childrenOf(step, program)) seen.add(next)
  }
  return false
}

/** A frame that is made of this one, or itself, goes to a function's callers, who run it. */
function returnedFrom(plan: Plan, program: Program): Plan | undefined {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if (step.returned) return step
    for (const next of childrenOf(step, program)) seen.add(next)
  }
  return undefined
}

/** A lazy step of what is cached, made before the cache is let go, and run only afterwards: by what. */
function lateRun(plan: Plan, release: Call, program: Program): { step: Plan; run: Call | undefined } | undefined {
  for (const step of consumersOf(plan)) {
    if (!step.call || step.call.index > release.index || step.op === "checkpoint") continue
    const runs = program.actionsOf(step).filter((call) => !program.exclusive(call.path, release.path))
    if (runs.some((call) => call.index < release.index)) continue
    const run = runs.find((call) => call.index > release.index)
    if (run || returnedFrom(step, program)) return { step, run }
  }
  return undefined
}

/** Both stand in one function, or in two helpers that one place calls: methods of a class that wraps the frame. */
function sideBySide(release: Call, cache: Call): boolean {
  if (release.function === cache.function) return true
  const depth = release.via.length
  return (
    depth > 0 &&
    cache.via.length === depth &&
    release.via.slice(0, -1).every((site, index) => samePlace(site, cache.via[index]!))
  )
}

/** Where the frame is let go: the call of the helper that does it, where that is another file's method of an object. */
function placeOf(release: Call, ctx: RuleContext): Site {
  const helper = release.site.path !== undefined && isMethod(release)
  return helper ? (release.via.at(-1) ?? release.nameSite) : underline(ctx, release)
}

/** All that the function around does is to let the frame go: `def unpersist(self)`. */
function isMethod({ function: fn }: Call): boolean {
  return fn !== null && /unpersist|release|uncache|free|clear/i.test(fn.name)
}

/** The frame, or the object that wraps it, as the place calls it that lets it go. */
function nameAtRelease(plan: Plan, release: Call, ctx: RuleContext): string {
  if (release.site.path === undefined || !isMethod(release)) return nameOf(plan)
  const object = /^([A-Za-z_][\w.]*)\.\w+\(/.exec(ctx.text(placeOf(release, ctx)))?.[1]
  return object === undefined ? nameOf(plan) : `\`${object}\``
}

function checkPlan(plan: Plan, ctx: RuleContext): void {
  const { program } = ctx
  const [release] = plan.unpersists
  const cache = plan.caches.findLast((call) => release && call.index < release.index)
  if (!release || !cache || plan.unpersists.length > 1 || release.inUdf || plan.streaming || isSmall(plan)) return
  // cached again later, or freed on some ways only
  if (plan.caches.some((call) => call.index > release.index) || release.path.length > cache.path.length) return
  if (release.loops.length !== cache.loops.length || !sideBySide(release, cache)) return
  const actions = program.actionsOf(plan).filter((call) => !program.exclusive(call.path, release.path))
  // an action on what was cached: those before the cache are another rule's
  const before = actions.filter((call) => call.index > cache.index && call.index < release.index)
  const after = actions.filter((call) => call.index > release.index)
  if (getsAway(plan, program)) return
  if (before.length > 0 || after.length === 0) {
    const late = lateRun(plan, release, program)
    if (late) reportLate(plan, release, late, ctx)
    return
  }
  const lazy = consumersOf(plan).find((step) => step.call && step.call.index < release.index)
  const name = nameAtRelease(plan, release, ctx)
  ctx.report({
    at: placeOf(release, ctx),
    about: release,
    message: `${name} is let go before anything has computed it: \`${after[0]!.name}\` runs only later, and finds no cache. Unpersist it after that.`,
    evidence: [
      { message: "cached here", site: cache.nameSite },
      ...(lazy?.call ? [{ message: "this is lazy: it computes nothing yet", site: lazy.call.nameSite }] : []),
      { message: `the first action that computes ${name}`, site: after[0]!.nameSite },
    ],
    confidence: "certain",
  })
}

function reportLate(
  plan: Plan,
  release: Call,
  { step, run }: { step: Plan; run: Call | undefined },
  ctx: RuleContext,
): void {
  const name = nameAtRelease(plan, release, ctx)
  const lazy = step.call!
  ctx.report({
    at: placeOf(release, ctx),
    about: release,
    message: `${name} is let go before what is made of it has run: ${nameOf(step)} is lazy, and ${run ? `\`${run.name}\`` : "whoever gets the result"} computes it only later, without the cache. Unpersist it after that.`,
    evidence: [
      { message: "this is lazy: it computes nothing yet", site: lazy.nameSite },
      ...(run ? [{ message: `the first action that computes it`, site: run.nameSite }] : []),
    ],
    confidence: run ? "certain" : "likely",
  })
}

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) if (plan.unpersists.length > 0) checkPlan(plan, ctx)
}

export const unpersistTooEarly = defineRule({
  name: "unpersist-too-early",
  family: "lineage",
  severity: "warning",
  flags:
    "An `unpersist()` between the cache and the first action that would have filled it, or before a lazy step made of the cached frame has run.",
  why: "Transformations are lazy: a join or an aggregation of a cached frame reads nothing until an action runs. Where `unpersist()` comes first, the cache is never filled, and each action computes the frame again from its sources.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
paid = orders.filter(F.col("status") == "paid").repartition("country").cache()
totals = paid.groupBy("country").agg(F.sum("amount").alias("amount"))
paid.unpersist()
totals.write.mode("overwrite").parquet("totals")
result = spark.read.parquet("totals")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
paid = orders.filter(F.col("status") == "paid").repartition("country").cache()
totals = paid.groupBy("country").agg(F.sum("amount").alias("amount"))
totals.write.mode("overwrite").parquet("totals")
result = {"rows": paid.count(), "countries": spark.read.parquet("totals").count()}
paid.unpersist()
`,
  whenNot: "An action has run what is made of the cached frame before, or the frame is cached again.",
  fix: { safety: "none", note: "Where the last use is, and so where to unpersist, the author knows." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.unpersist.html",
  ],
  proof: { rows: { differ: "the good example also counts the cached rows, so that two actions read them" } },
  on: { program: check },
})
