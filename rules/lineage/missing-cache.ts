import {
  type Call,
  type Confidence,
  defineRule,
  type Edit,
  type Fix,
  type Plan,
  type Program,
  type RuleContext,
} from "../api.ts"
import { point, targetSite } from "../shared/calls.ts"
import { consumersOf, sourcesOf, walkInputs } from "../shared/frames.ts"
import { reservedHeap, unifiedFraction } from "../shared/numbers.ts"
import { bytesText, isSmall } from "../shared/sizes.ts"

/** Actions that stop at the first rows: cheap, unless a shuffle comes before those rows. */
const FIRST_ROWS: ReadonlySet<string> = new Set(["show", "take", "head", "first", "isEmpty", "display", "limit"])

/**
 * The steps that make computing a frame expensive, since its last cache, checkpoint or write. `advised` are frames that
 * this rule wants cached already: what is made from one costs only what comes after it.
 */
function expensiveSteps(plan: Plan, advised: ReadonlySet<Plan>): Plan[] {
  const found: Plan[] = []
  walkInputs(plan, (step) => {
    if (step !== plan && (step.caches.length > 0 || step.op === "checkpoint" || advised.has(step))) return false
    // an RDD's shuffle files stay, so that a second job skips what made them
    if (step.kind === "RDD" && step.wide) return false
    if (step.expensive !== null) found.push(step)
    return true
  })
  return found
}

/** The actions that compute a frame for real: not those of a debug flag, nor a glance at the first rows. */
function counted(plan: Plan, costly: readonly Plan[], program: Program): Call[] {
  const shuffles = costly.some((step) => step.wide)
  return program.actionsOf(plan).filter((call) => {
    if (!FIRST_ROWS.has(call.name)) return true
    return shuffles && !program.isNotebook
  })
}

function sameActions(a: readonly Call[], b: readonly Call[]): boolean {
  return a.length === b.length && a.every((call) => b.includes(call))
}

/** A step made from this one is computed by the same actions: caching there saves more. */
function sharedFurtherOn(plan: Plan, actions: readonly Call[], program: Program): boolean {
  return consumersOf(plan).some((next) => next.names.length > 0 && sameActions(program.actionsOf(next), actions))
}

/** A frame is made from another. */
function comesFrom(plan: Plan, source: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= step === source
    return !found
  })
  return found
}

/**
 * An action runs again and again over a frame from outside its loop. Where the loop carries what is made of the frame,
 * each round computes something else: that is a matter of checkpoints.
 */
function repeats(action: Call, plan: Plan): boolean {
  const outside = new Set(plan.call?.loops.map((loop) => loop.id))
  return action.loops.some(
    (loop) =>
      !outside.has(loop.id) &&
      loop.rounds.max > 1 &&
      loop.kind !== "comprehension" &&
      !loop.carried.some((carried) => comesFrom(carried.before, plan)),
  )
}

/** Larger than all memory that the cluster has for storage. */
function tooLarge(plan: Plan, ctx: RuleContext): boolean {
  const { cluster } = ctx.world
  if (!cluster) return false
  const mib = cluster.executors * Math.max(0, cluster.executorMemory - reservedHeap.value) * unifiedFraction.value
  return plan.size.bytes.min > mib * 1024 * 1024
}

function check(program: Program, ctx: RuleContext): void {
  const advised = new Set<Plan>()
  // in order of evaluation: what others are made from comes first
  for (const plan of program.plans) {
    if (plan.names.length === 0 || plan.caches.length > 0 || plan.streaming || !plan.call) continue
    if (["read", "table", "local", "range", "checkpoint", "param", "either", "loop"].includes(plan.op)) continue
    const costly = expensiveSteps(plan, advised)
    if (costly.length === 0 || sourcesOf(plan).every(isSmall) || tooLarge(plan, ctx)) continue
    const all = counted(plan, costly, program)
    const actions = all.filter((call) => call.deliberate === undefined)
    const verdict =
      together(actions, plan, program) ??
      (together(all, plan, program) ? { actions: all, confidence: "possible" as const } : undefined)
    if (!verdict || sharedFurtherOn(plan, program.actionsOf(plan), program)) continue
    advised.add(plan)
    report(plan, costly, verdict.actions, verdict.confidence, ctx)
  }
}

/** The actions that one run can reach together, when they compute the frame more than once. */
function together(
  actions: readonly Call[],
  plan: Plan,
  program: Program,
): { actions: readonly Call[]; confidence: Confidence } | undefined {
  const looped = actions.find((action) => repeats(action, plan))
  const pair = actions.flatMap((a, i) =>
    actions.slice(i + 1).flatMap((b) => (program.exclusive(a.path, b.path) ? [] : [[a, b] as const])),
  )[0]
  if (!pair) return looped ? { actions: [looped], confidence: "likely" } : undefined
  const always = plan.call!.path.length
  const sure = actions.filter((action) => action.path.length <= always).length >= 2
  return { actions, confidence: sure ? "certain" : "likely" }
}

function report(
  plan: Plan,
  costly: readonly Plan[],
  actions: readonly Call[],
  confidence: Confidence,
  ctx: RuleContext,
): void {
  const name = plan.names.at(-1)!
  const work = [...new Set(costly.map((step) => step.expensive!))].slice(0, 3).reverse()
  const times = actions.length > 1 ? `${actions.length} actions` : `\`${actions[0]!.name}\` in every round of a loop`
  ctx.report({
    at: targetSite(ctx, plan.call!.statement.site, name) ?? plan.call!.nameSite,
    about: plan.call!,
    message: `\`${name}\` is computed anew by ${times}: each time Spark ${inWords(work)}, back to the sources. Cache it once.`,
    evidence: [
      ...costly
        .slice(0, 3)
        .map((step) => ({ message: `expensive: ${step.expensive}`, site: step.call?.nameSite ?? step.site })),
      ...actions
        .slice(0, 4)
        .map((action) => ({ message: `computed by \`${action.name}\` here`, site: action.nameSite })),
    ],
    confidence,
    fixes: [fix(plan, name, actions, ctx)],
  })
}

function inWords(work: readonly string[]): string {
  return work.length < 2 ? work.join("") : `${work.slice(0, -1).join(", ")} and ${work.at(-1)}`
}

function fix(plan: Plan, name: string, actions: readonly Call[], ctx: RuleContext): Fix {
  const call = plan.call!
  const memory = plan.size.bytes.max < Infinity ? `up to ${bytesText(plan.size.bytes.max)}` : "memory for all its rows"
  const unknown: Fix = {
    title: `Call ${name}.cache() before its first action, and ${name}.unpersist() after the last`,
    safety: "suggestion",
    edits: [],
  }
  if (!call.statement.targets.includes(name)) return unknown
  const edits: Edit[] = [{ site: point(call.site, call.site.end), text: ".cache()" }]
  const release = unpersist(plan, name, actions, ctx)
  if (release) edits.push(release)
  return {
    title: `Cache \`${name}\`${release ? " and unpersist it after its last use" : "; unpersist it when you are done"}: takes ${memory}`,
    safety: "unsafe",
    edits,
  }
}

/** The function that makes the frame also gives it to its caller. */
function isReturned(made: Call, name: string, ctx: RuleContext): boolean {
  return (
    made.function !== null && new RegExp(`\\b(return|yield)\\b[^\\n]*\\b${name}\\b`).test(ctx.text(made.function.site))
  )
}

/** `name.unpersist()` after the last use, where that place is sure to be passed and nothing else holds the frame. */
function unpersist(plan: Plan, name: string, actions: readonly Call[], ctx: RuleContext): Edit | undefined {
  const made = plan.call!
  const last = actions.at(-1)!
  if (
    plan.escapes ||
    isReturned(made, name, ctx) ||
    last.via.length > made.via.length ||
    last.function !== made.function
  )
    return undefined
  if (last.path.length > made.path.length || /^\s*(return|raise|yield)\b/.test(ctx.text(last.statement.site)))
    return undefined
  const loop = last.loops.find((candidate) => !made.loops.includes(candidate))
  return ctx.lineAfter(loop?.site ?? last.statement.site, `${name}.unpersist()`)
}

export const missingCache = defineRule({
  name: "missing-cache",
  family: "lineage",
  severity: "warning",
  flags:
    "A DataFrame with an expensive plan that two or more actions compute, with no cache, checkpoint or write between.",
  why: "A DataFrame is a recipe, not a result: each action runs it again from its sources, shuffles and Python functions included. Cached, the second action reads what the first one computed.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
daily = orders.groupBy("day", "country").agg(F.sum("amount").alias("amount"))
days = daily.select("day").distinct().count()
best = daily.orderBy(F.desc("amount"), "day", "country").first()
result = {"days": days, "best": best["amount"]}
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
daily = orders.groupBy("day", "country").agg(F.sum("amount").alias("amount")).cache()
days = daily.select("day").distinct().count()
best = daily.orderBy(F.desc("amount"), "day", "country").first()
daily.unpersist()
result = {"days": days, "best": best["amount"]}
`,
  whenNot:
    "The plan only reads and projects, the actions stand in branches that exclude each other, or the frame is larger than the cluster's storage memory. Writing it out and reading it back does as well.",
  fix: {
    safety: "unsafe",
    note: "Adds `.cache()` at the definition and `.unpersist()` after the last use. Caching takes memory from execution, and values of non-deterministic functions stay as first computed.",
  },
  references: [
    "https://spark.apache.org/docs/latest/rdd-programming-guide.html#rdd-persistence",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.cache.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /cache|persist|recomput/i,
  on: { program: check },
})
