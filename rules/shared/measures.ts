import type { Call, Plan, Program, RuleContext } from "../api.ts"
import { callsOf } from "./call-index.ts"
import { isGlance, isTimed, rowsOf, samePlace, testsEmptiness, within } from "./collected.ts"
import { receiverPlan } from "./frames.ts"
import { type LoopJob, loopJob, measured, onePassDoes } from "./loop-jobs.ts"
import { isSmall } from "./sizes.ts"

const ACTIONS = /^(DataFrame|RDD)\.(count|collect|first|head|take|toPandas)$/

/** A job that counts or aggregates rows of `base` that filters leave. */
export interface Measure {
  readonly call: Call
  readonly base: Plan
  readonly filters: readonly Plan[]
  readonly aggregate: Plan | undefined
}

/** Below `select("a").distinct()`: its count is a countDistinct. */
function belowDistinct(plan: Plan): Plan | undefined {
  const [selected] = plan.inputs
  return plan.op === "distinct" && selected?.op === "project" && selected.exprs ? selected.inputs[0] : undefined
}

/** What a count or an aggregate of everything is made from: filters, and what they filter. */
function measureOf(call: Call): Measure | undefined {
  const plan = receiverPlan(call)
  if (!plan || !ACTIONS.test(call.api)) return undefined
  const aggregate = plan.op === "aggregate" && plan.keys?.length === 0 ? plan : undefined
  if (!aggregate && call.name !== "count") return undefined
  const filters: Plan[] = []
  let base = aggregate ? aggregate.inputs[0]! : (belowDistinct(plan) ?? plan)
  while (base.op === "filter" && base.inputs.length === 1) {
    filters.push(base)
    base = base.inputs[0]!
  }
  return { call, base, filters, aggregate }
}

/** `count() == 0`: that nothing has to be counted for is count-as-emptiness's. */
function forEmptiness(call: Call): boolean {
  return !call.resultEscapes && call.resultUses.length > 0 && call.resultUses.every(testsEmptiness)
}

/** One activation of one function: calls that one run reaches after each other. */
function scopeOf(call: Call): string {
  const site = call.function?.site
  const via = call.via.map(({ top, start, path }) => `${path ?? ""}:${top.offset + start}`)
  return `${site ? `${site.path ?? ""}:${site.top.offset + site.start}` : ""}|${via.join()}|${call.loops.map(({ id }) => id).join()}`
}

/** The filter needs what another job brought: `isin` over collected rows. Then it can't be counted along with the others. */
function asksForRows({ call }: Plan, program: Program): boolean {
  return (
    call !== null &&
    callsOf(program, "Column.isin").some(
      ({ site, args }) => within(site, call.site) && args.some(({ value }) => rowsOf(value) !== undefined),
    )
  )
}

/** Several measures of one frame in one scope. */
function groups(program: Program, taken: ReadonlySet<Call>): Measure[][] {
  const found = new Map<Plan, Map<string, Measure[]>>()
  for (const call of program.calls) {
    if (!call.action || call.inUdf || call.deliberate || taken.has(call) || forEmptiness(call)) continue
    if (isGlance(call, program) || isTimed(call, program)) continue
    const measure = measureOf(call)
    if (!measure || measure.base.streaming || isSmall(measure.base)) continue
    if (measure.filters.some((filter) => asksForRows(filter, program))) continue
    const scopes = found.get(measure.base) ?? new Map<string, Measure[]>()
    found.set(measure.base, scopes)
    const scope = scopeOf(call)
    scopes.set(scope, [...(scopes.get(scope) ?? []), measure])
  }
  return [...found.values()].flatMap((scopes) => [...scopes.values()])
}

/** Lines between what belongs together in a notebook, whose cells are run by hand. */
const NEAR_LINES = 12

function inOneStatement(measure: Measure, call: Call): boolean {
  return measure.filters.length > 0 && samePlace(measure.call.statement.site, call.statement.site)
}

function linesBetween(a: Call, b: Call, ctx: RuleContext): number {
  const start = a.site.top.offset + a.site.end
  const end = b.site.top.offset + b.site.start
  if (a.site.path !== b.site.path) return 0
  return ctx.text({ top: { offset: 0 }, start, end: Math.max(start, end) }).split("\n").length - 1
}

/** The measures that one run makes together: of different frames, in branches that don't exclude each other. */
function together(measures: readonly Measure[], ctx: RuleContext): Measure[] {
  const { program } = ctx
  const plans = new Set<Plan>()
  const different = measures.filter(({ call, filters, aggregate }, i) => {
    const plan = receiverPlan(call)!
    // a plain count counts only as a part of one figure: `good.count() / all.count()`
    const plain = filters.length === 0 && !aggregate
    if (plain && !measures.some((other, j) => j !== i && inOneStatement(other, call))) return false
    return !plans.has(plan) && plans.add(plan)
  })
  const first = different.find((one, i) =>
    different.some(
      (other, j) =>
        j > i &&
        !program.exclusive(one.call.path, other.call.path) &&
        (!program.isNotebook || linesBetween(one.call, other.call, ctx) <= NEAR_LINES),
    ),
  )
  return first ? different.filter(({ call }) => !program.exclusive(first.call.path, call.path)) : []
}

/** Counts and aggregates that one pass would do. */
export interface OnePass {
  /** Several measures of one frame, one after the other. */
  readonly groups: readonly (readonly Measure[])[]
  /** One measure in every round of a loop. */
  readonly looped: readonly { readonly call: Call; readonly job: LoopJob }[]
}

const known = new WeakMap<Program, OnePass>()

/** The counts and aggregates of a file that one pass would do; looked for once. */
export function onePass(ctx: RuleContext): OnePass {
  const before = known.get(ctx.program)
  if (before) return before
  const found = search(ctx)
  known.set(ctx.program, found)
  return found
}

function search(ctx: RuleContext): OnePass {
  const { program } = ctx
  const inLoops = new Set<Call>()
  const looped: { call: Call; job: LoopJob }[] = []
  for (const call of program.calls) {
    const plan = receiverPlan(call)
    if (!plan || !call.action || call.inUdf || call.loops.length === 0 || !ACTIONS.test(call.api)) continue
    if (isGlance(call, program)) continue
    const job = loopJob(call, plan, ctx)
    if (!job || job.base.streaming || isSmall(job.base) || measured(call, job) === undefined) continue
    inLoops.add(call)
    if (onePassDoes(call, job)) looped.push({ call, job })
  }
  const several = groups(program, inLoops).map((measures) => together(measures, ctx))
  return { groups: several.filter((measures) => measures.length >= 2), looped }
}
