import type { Plan } from "../api.ts"
import { hasHint } from "./frames.ts"
import { isSmall } from "./sizes.ts"

const BROADCAST: ReadonlySet<string> = new Set(["broadcast", "broadcastjoin", "mapjoin"])

/** A join with a side that Spark is told, or is likely, to hold on every executor: it moves none of the other's rows. */
export function isBroadcastJoin(step: Plan): boolean {
  if (!step.join) return false
  return [step.join.left, step.join.right].some((side) => hasHint(side, BROADCAST) || isSmall(side))
}
