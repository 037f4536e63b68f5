import type { Call, Program, RuleContext } from "../api.ts"
import { repeatedEvaluations } from "./evaluations.ts"
import { JOBS, jobEachRound } from "./loop-jobs.ts"
import { onePass } from "./measures.ts"

/** Actions of which another rule says that one job should do their work, each with the first of those it belongs to. */
export type SpokenFor = ReadonlyMap<Call, Call>

const known = new WeakMap<Program, SpokenFor>()

/**
 * The counts of `count-per-condition`, the jobs of `action-in-loop`, the evaluations of
 * `repeated-evaluation`. Once that advice is taken, each group computes a frame once.
 */
export function spokenFor(ctx: RuleContext): SpokenFor {
  const before = known.get(ctx.program)
  if (before) return before
  const found = new Map<Call, Call>()
  const { groups, looped } = onePass(ctx)
  for (const measures of groups) for (const { call } of measures) found.set(call, measures[0]!.call)
  for (const { call } of looped) found.set(call, call)
  for (const { first, others } of repeatedEvaluations(ctx.program))
    for (const call of [first, ...others]) found.set(call, first)
  for (const call of ctx.program.calls)
    if (call.action && call.loops.length > 0 && JOBS.includes(call.api) && jobEachRound(call, ctx))
      found.set(call, call)
  known.set(ctx.program, found)
  return found
}
