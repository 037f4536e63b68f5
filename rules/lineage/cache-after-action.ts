import { type Call, defineRule, type Fix, type Plan, type Program, type RuleContext } from "../api.ts"
import { withoutCall } from "../shared/caches.ts"
import { point, underline } from "../shared/calls.ts"
import { nameOf, walkInputs } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** Actions that stop at the first rows. */
const FIRST_ROWS: ReadonlySet<string> = new Set(["show", "take", "head", "first", "isEmpty", "display"])
/** Formats whose number of rows stands in the files' own footers or log. */
const COUNTED = new Set(["parquet", "orc", "delta", "iceberg", "table"])
const CLOCK = /^(time|timeit|datetime)\./

function shuffled(plan: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= step.wide
    return !found && (step === plan || step.caches.length === 0) && step.op !== "checkpoint"
  })
  return found
}

/** An action that computes all of a frame, so that a cache before it would have been filled. */
function computes(call: Call, plan: Plan, program: Program): boolean {
  if (FIRST_ROWS.has(call.name)) return shuffled(plan) && !program.isNotebook
  const source = plan.source
  return !(call.name === "count" && source && (source.format === undefined || COUNTED.has(source.format)))
}

/** The last of the calls that made a frame; of one that comes from several branches, the last of theirs. */
function madeBy(plan: Plan, depth = 0): number | undefined {
  if (plan.call) return plan.call.index
  if (plan.op !== "either" || depth > 10) return undefined
  const made = plan.inputs.map((input) => madeBy(input, depth + 1))
  return made.every((index) => index !== undefined) ? Math.max(...made) : undefined
}

function checkPlan(plan: Plan, ctx: RuleContext): void {
  const { program } = ctx
  const [cache] = plan.caches
  const made = madeBy(plan)
  if (!cache || made === undefined || cache.inUdf || plan.streaming || isSmall(plan) || cache.loops.length > 0) return
  const actions = program.actionsOf(plan)
  const early = actions.find(
    (call) =>
      call.index < cache.index &&
      call.index > made &&
      call.function === cache.function &&
      call.deliberate === undefined &&
      !program.exclusive(call.path, cache.path) &&
      computes(call, plan, program),
  )
  if (!early || !actions.some((call) => call.index > cache.index)) return
  // runs that are timed without and with the cache are what the code is about
  if (program.calls.some((call) => CLOCK.test(call.api) && call.index > made && call.index < cache.index)) return
  const name = nameOf(plan)
  ctx.report({
    at: underline(ctx, cache),
    about: cache,
    message: `\`${early.name}\` has computed all of ${name} before it is cached here, and the next action computes it once more to fill the cache. Cache it before its first action.`,
    evidence: [{ message: `computes ${name}, and keeps nothing`, site: early.nameSite }],
    confidence: "likely",
    fixes: fixes(plan, cache, ctx),
  })
}

/** Caches the frame where it is made, and takes the later call away. */
function fixes(plan: Plan, cache: Call, ctx: RuleContext): Fix[] {
  if (!plan.call) return []
  const { statement, site } = plan.call
  const whole = site.end === statement.site.end && statement.targets.length === 1
  const removed = withoutCall(cache, ctx)
  const ways = plan.call.path.length === cache.path.length
  if (!whole || !removed || !ways || plan.call.function !== cache.function) return []
  const written = ctx.text({ ...cache.nameSite, end: cache.site.end })
  return [
    {
      title: `Move ${written} to where ${nameOf(plan)} is made`,
      safety: "safe",
      edits: [{ site: point(site, site.end), text: `.${written}` }, removed],
    },
  ]
}

function check(program: Program, ctx: RuleContext): void {
  for (const plan of program.plans) if (plan.caches.length > 0) checkPlan(plan, ctx)
}

export const cacheAfterAction = defineRule({
  name: "cache-after-action",
  family: "lineage",
  severity: "warning",
  flags: "A DataFrame or RDD that is cached only after an action has computed it, and then used again.",
  why: "`cache()` is lazy and looks forward only: what the earlier action computed is gone. The next action computes everything again before the cache holds it.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
spent = orders.groupBy("customer_id").agg(F.sum("amount").alias("spent"))
customers = spent.count()
spent.cache()
best = spent.agg(F.max("spent")).first()[0]
low = spent.agg(F.min("spent")).first()[0]
result = [customers, best, low]
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
spent = orders.groupBy("customer_id").agg(F.sum("amount").alias("spent")).cache()
customers = spent.count()
best = spent.agg(F.max("spent")).first()[0]
low = spent.agg(F.min("spent")).first()[0]
result = [customers, best, low]
`,
  whenNot:
    "The earlier action is cheap: a count that the files' footers answer, the first rows of a plain read, a look in a notebook; or the code measures what a cache gains.",
  fix: { safety: "safe", note: "Moves the call to where the frame is made. The rows are the same." },
  references: ["https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-persistence"],
  proof: { rows: "same" },
  deliberateWords: /cache|persist|benchmark|without/i,
  on: { program: check },
})
