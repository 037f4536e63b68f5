import type { Call, Plan, Program } from "../api.ts"
import { consumersOf, walkInputs } from "./frames.ts"
import { isSmall } from "./sizes.ts"

/** Values that go by the place of a row: they change with the order in which a shuffle's rows arrive. */
const BY_PLACE: ReadonlySet<string> = new Set(["monotonically_increasing_id", "rand", "randn", "uuid", "random"])
/** Actions that read no column, or are a look. */
const LOOKS: ReadonlySet<string> = new Set(["count", "show", "head", "take", "first", "isEmpty", "display"])
/** Shuffles after which the order of rows in a partition is not that of the run before. */
const REORDERS: ReadonlySet<Plan["op"]> = new Set(["join", "aggregate", "distinct", "repartition", "set"])

/** The shuffle below a step that brings its rows in another order each time; undefined where something is kept between. */
function reordering(plan: Plan): Plan | undefined {
  let found: Plan | undefined
  walkInputs(plan, (step) => {
    if (step !== plan && (step.caches.length > 0 || step.op === "checkpoint" || step.op === "sort")) return false
    if (step.wide && REORDERS.has(step.op)) found ??= step
    return found === undefined
  })
  return found
}

/** Kept by a cache or a checkpoint, here or in one step made of it. */
function isKept(plan: Plan): boolean {
  return plan.caches.length > 0 || consumersOf(plan).some((next) => next.op === "checkpoint" || next.caches.length > 0)
}

/** A join or union that gets the frame from two sides. */
function meeting(plan: Plan, program: Program): Plan | undefined {
  if (consumersOf(plan).length < 2) return undefined
  const comesFrom = (from: Plan): boolean => {
    let found = false
    walkInputs(from, (step) => {
      found ||= step === plan
      return !found && step.caches.length === 0 && step.op !== "checkpoint"
    })
    return found
  }
  return program.plans.find((step) => step.op === "join" && step.inputs.filter(comesFrom).length > 1)
}

/** Two actions that one run can reach. */
function twoTogether(actions: readonly Call[], program: Program): readonly [Call, Call] | undefined {
  for (const [i, a] of actions.entries())
    for (const b of actions.slice(i + 1)) if (!program.exclusive(a.path, b.path)) return [a, b]
  return undefined
}

/** A step whose values differ each time it is computed, and who computes it twice. */
export interface UnstableUse {
  /** The function that makes the values. */
  readonly made: string
  /** The step that brings its rows in another order each time. */
  readonly shuffle: Plan
  readonly pair: readonly [Call, Call] | undefined
  /** The join that gets the frame from two sides. */
  readonly join: Plan | undefined
}

/** Who sees two versions of a frame's values; undefined where nobody does. Notebooks and streams are left alone. */
export function unstableUse(plan: Plan, program: Program): UnstableUse | undefined {
  const made = plan.unstable.find((fn) => BY_PLACE.has(fn))
  if (!made || plan.op !== "project" || !plan.call || plan.call.inUdf || plan.streaming || isSmall(plan))
    return undefined
  if (program.isNotebook || isKept(plan)) return undefined
  const shuffle = reordering(plan)
  if (!shuffle) return undefined
  const actions = program.actionsOf(plan).filter((call) => !LOOKS.has(call.name))
  const pair = twoTogether(actions, program)
  const join = pair ? undefined : meeting(plan, program)
  return pair || (join && actions.length > 0) ? { made, shuffle, pair, join } : undefined
}
