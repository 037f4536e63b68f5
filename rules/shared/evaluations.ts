import type { Call, Plan, Program } from "../api.ts"
import { uncached } from "./caches.ts"
import { argument } from "./calls.ts"
import { loopsOf } from "./frames.ts"
import { isSmall } from "./sizes.ts"

const EVALUATE = /^ml\.\w+\.evaluate$/

/** The model that gives the predictions is applied anew in every round of a loop over metrics. */
function inLoop(call: Call, plan: Plan): boolean {
  const outside = new Set(loopsOf(plan).map(({ id }) => id))
  return call.loops.some((loop) => loop.rounds.max > 1 && !outside.has(loop.id))
}

/** Evaluations of each frame of predictions, each written place once. */
function evaluations(program: Program): Map<Plan, Call[]> {
  const found = new Map<Plan, Call[]>()
  const places = new Set<string>()
  for (const call of program.calls) {
    if (!EVALUATE.test(call.api) || call.inUdf || call.deliberate) continue
    const data = argument(call, "dataset")?.value
    if (data?.kind !== "frame" || !data.plan.call) continue
    const place = `${data.plan.id}:${call.site.path ?? ""}:${call.site.top.offset + call.site.start}`
    if (places.has(place)) continue
    places.add(place)
    found.set(data.plan, [...(found.get(data.plan) ?? []), call])
  }
  return found
}

/** Predictions that are computed for each of several evaluations, or in every round of a loop (`others` is then empty). */
export interface Evaluations {
  readonly plan: Plan
  readonly first: Call
  readonly others: readonly Call[]
}

export function repeatedEvaluations(program: Program): Evaluations[] {
  const found: Evaluations[] = []
  for (const [plan, calls] of evaluations(program)) {
    if (isSmall(plan) || !uncached(plan)) continue
    const first = calls[0]!
    const others = calls.slice(1).filter((call) => !program.exclusive(call.path, first.path))
    if (others.length > 0 || inLoop(first, plan)) found.push({ plan, first, others })
  }
  return found
}
