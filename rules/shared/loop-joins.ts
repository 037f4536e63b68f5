import type { Loop, Plan } from "../api.ts"
import { walkInputs } from "./frames.ts"
import { appended, type Growth } from "./growth.ts"

/** The frame is another one in each round: made in the loop's body, or an element of what it goes over. */
function changesByRound(plan: Plan, loop: Loop): boolean {
  const { iterable } = loop
  const items = iterable.kind === "sequence" ? [iterable.element, ...(iterable.items ?? [])] : []
  const given = new Set<Plan>(items.flatMap((item) => (item.kind === "frame" ? [item.plan] : [])))
  let found = false
  walkInputs(plan, (step) => {
    found ||= given.has(step) || (step.call?.loops.some(({ id }) => id === loop.id) ?? false)
    return !found
  })
  return found
}

/**
 * All that a round adds to the plan is one more frame, by joins: `result = result.join(part, "id")`. The same frame
 * joined again and again is another thing, and so is a round that uses the one before twice.
 */
export function joinsParts(growth: Growth, loop: Loop): boolean {
  return growth.growing.every((step) => {
    const parts = step.op === "join" && step.join ? appended(step, loop) : []
    return parts.length === 1 && changesByRound(parts[0]!, loop)
  })
}
