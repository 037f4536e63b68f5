import { defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { consumersOf, nameOf } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** A frame or one that is made of it goes where nobody here can say what runs it. */
function getsAway(plan: Plan): boolean {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if (step.escapes || seen.size > 200) return true
    for (const next of consumersOf(step)) seen.add(next)
  }
  return false
}

function checkPlan(plan: Plan, ctx: RuleContext): void {
  const { program } = ctx
  const [release] = plan.unpersists
  const cache = plan.caches.findLast((call) => release && call.index < release.index)
  if (!release || !cache || plan.unpersists.length > 1 || release.inUdf || plan.streaming || isSmall(plan)) return
  // cached again later, or freed on some ways only
  if (plan.caches.some((call) => call.index > release.index) || release.path.length > cache.path.length) return
  if (release.loops.length !== cache.loops.length || release.function !== cache.function) return
  const actions = program.actionsOf(plan).filter((call) => !program.exclusive(call.path, release.path))
  // an action on what was cached: those before the cache are another rule's
  const before = actions.filter((call) => call.index > cache.index && call.index < release.index)
  const after = actions.filter((call) => call.index > release.index)
  if (before.length > 0 || after.length === 0 || getsAway(plan)) return
  const lazy = consumersOf(plan).find((step) => step.call && step.call.index < release.index)
  const name = nameOf(plan)
  ctx.report({
    at: underline(ctx, release),
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

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) if (plan.unpersists.length > 0) checkPlan(plan, ctx)
}

export const unpersistTooEarly = defineRule({
  name: "unpersist-too-early",
  family: "lineage",
  severity: "warning",
  flags: "An `unpersist()` between the cache and the first action that would have filled it.",
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
  whenNot: "An action has filled the cache before, or the frame is cached again.",
  fix: { safety: "none", note: "Where the last use is, and so where to unpersist, the author knows." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.unpersist.html",
  ],
  proof: { rows: { differ: "the good example also counts the cached rows, so that two actions read them" } },
  on: { program: check },
})
