import {
  type Call,
  defineRule,
  type Edit,
  type Fix,
  type Plan,
  type Program,
  type RuleContext,
  type Site,
  type Statement,
} from "../api.ts"
import { point, targetSite } from "../shared/calls.ts"
import { isShown, samePlace } from "../shared/collected.ts"
import { describedAt, figuresOf } from "../shared/executors.ts"
import { sourcesOf } from "../shared/frames.ts"
import { expensiveSteps, type Recomputed, recomputed, reread } from "../shared/recomputation.ts"
import { bytesText, isSmall } from "../shared/sizes.ts"
import { failsAfterwards } from "../shared/source-text.ts"
import { spokenFor } from "../shared/spoken-for.ts"

/** Larger than all memory that the cluster has for storage. */
function tooLarge(plan: Plan, ctx: RuleContext): boolean {
  const { cluster } = ctx.world
  if (!cluster) return false
  const each = figuresOf(ctx, describedAt(ctx), { cores: cluster.coresPerExecutor, heap: cluster.executorMemory })
  return plan.size.bytes.min > cluster.executors * each.unifiedBytes.value
}

function check(program: Program, ctx: RuleContext): void {
  const advised = new Set<Plan>()
  // in order of evaluation: what others are made from comes first
  for (const plan of program.plans) {
    if (plan.names.length === 0 || plan.caches.length > 0 || plan.streaming || !plan.call || !homeOf(plan)) continue
    if (["read", "table", "local", "range", "checkpoint", "param", "either", "loop"].includes(plan.op)) continue
    const costly = expensiveSteps(plan, advised)
    if (isFromFew(plan) || tooLarge(plan, ctx)) continue
    const fails = (action: Call): boolean => failsAfterwards(ctx, action)
    const found =
      costly.length === 0
        ? reread(plan, advised, program, spokenFor(ctx), (action) => fails(action) || isShown(action, ctx))
        : recomputed(plan, costly, program, spokenFor(ctx), fails)
    if (!found) continue
    advised.add(plan)
    if (!isMeantToBeCached(plan, program)) report(plan, costly, found, ctx)
  }
}

/** `df.cache` without its brackets: discarded-result speaks of that. */
function isMeantToBeCached(plan: Plan, program: Program): boolean {
  return program.uncalled.some((method) => method.plan === plan && /^(cache|persist)$/.test(method.name))
}

/** Made of few rows; numbers that Python code makes rows of are no rows yet. */
function isFromFew(plan: Plan): boolean {
  const sources = sourcesOf(plan)
  return sources.every(isSmall) && !(plan.size.rows.max === Infinity && sources.every(({ op }) => op === "range"))
}

/**
 * The statement of this file that makes the frame, or that binds what a function made and returned: the frame, else an
 * object that holds it.
 */
function homeOf(plan: Plan): Statement | undefined {
  const { statement } = plan.call!
  const here = statement.site.path === undefined ? statement : undefined
  const named = ({ targets }: Statement): boolean => targets.some((target) => plan.names.includes(target))
  if (here && named(here)) return here
  const bound = plan.bindings.filter(({ site, targets }) => site.path === undefined && targets.length > 0)
  return bound.find(named) ?? here ?? bound[0]
}

function report(plan: Plan, costly: readonly Plan[], found: Recomputed, ctx: RuleContext): void {
  const { actions, confidence, at, returned } = found
  const call = plan.call!
  const home = homeOf(plan)!
  const own = plan.names.find((each) => home.targets.includes(each))
  // an object's frame goes by the object's name
  const held = own === undefined && home !== call.statement
  const name = own ?? (held ? home.targets[0]! : plan.names.at(-1)!)
  const work =
    costly.length === 0
      ? "reads its data and runs Python code over every element"
      : inWords([...new Set(costly.map((step) => step.expensive!))].slice(0, 3).reverse())
  const who = at
    ? `twice for one \`${at.call?.name ?? at.op}\`, once for each side`
    : returned
      ? `by \`${actions[0]!.name}\` here, and once more by whoever gets what is returned`
      : `anew by ${actions.length > 1 ? `${actions.length} actions` : `\`${actions[0]!.name}\` in every round of a loop`}`
  ctx.report({
    at: targetSite(ctx, home.site, name) ?? (home === call.statement ? call.nameSite : home.site),
    about: call,
    message: `\`${name}\` is computed ${who}: each time Spark ${work}, back to the sources. Cache it once.`,
    evidence: [
      ...costly
        .slice(0, 3)
        .map((step) => ({ message: `expensive: ${step.expensive}`, site: step.call?.nameSite ?? step.site })),
      ...(at ? [{ message: `both sides come from \`${name}\``, site: at.call?.nameSite ?? at.site }] : []),
      ...actions
        .slice(0, 4)
        .map((action) => ({ message: `computed by \`${action.name}\` here`, site: wayTo(action, actions) })),
    ],
    confidence,
    fixes: [fix(plan, name, held ? undefined : home, found, ctx)],
  })
}

/** Where an action stands; where several lead through one written action, the call on the way there that is its own. */
function wayTo(action: Call, all: readonly Call[]): Site {
  const same = all.find((other) => other !== action && samePlace(other.nameSite, action.nameSite))
  const own = same && action.via.find((site, index) => !same.via[index] || !samePlace(site, same.via[index]))
  return own ?? action.nameSite
}

function inWords(work: readonly string[]): string {
  return work.length < 2 ? work.join("") : `${work.slice(0, -1).join(", ")} and ${work.at(-1)}`
}

function fix(
  plan: Plan,
  name: string,
  home: Statement | undefined,
  { actions, returned }: Recomputed,
  ctx: RuleContext,
): Fix {
  const call = plan.call!
  const memory = plan.size.bytes.max < Infinity ? `up to ${bytesText(plan.size.bytes.max)}` : "memory for all its rows"
  const unknown: Fix = {
    title: home
      ? `Call ${name}.cache() before its first action, and ${name}.unpersist() after the last`
      : `Cache the frame in ${name} before its first action, and unpersist it after the last`,
    safety: "suggestion",
    edits: [],
  }
  if (!home?.targets.includes(name)) return unknown
  const edits: Edit[] = [
    home === call.statement
      ? { site: point(call.site, call.site.end), text: ".cache()" }
      : ctx.lineAfter(home.site, `${name}.cache()`),
  ]
  const release = returned ? undefined : unpersist(plan, name, home, actions, ctx)
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
function unpersist(
  plan: Plan,
  name: string,
  home: Statement,
  actions: readonly Call[],
  ctx: RuleContext,
): Edit | undefined {
  const made = plan.call!
  // what another file's function made is not released: only its own way through this file is known
  if (home !== made.statement) return undefined
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
