import type { Call, Carried, Loop, Plan } from "../api.ts"
import { consumersOf, stepsBetween, walkInputs } from "./frames.ts"

/** Steps that keep no more of a plan than the rows: nothing grows past them. */
const CUTS: ReadonlySet<Plan["op"]> = new Set(["checkpoint", "read", "table", "local", "opaque"])
/** Steps that Catalyst collapses into one, however many there are. */
const COLLAPSES: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "either", "loop", "limit"])

const VERBS: Partial<Record<Plan["op"], string>> = {
  join: "a join",
  union: "a union",
  aggregate: "an aggregation",
  distinct: "a distinct",
  set: "a set operation",
  sort: "a sort",
  repartition: "a repartition",
}

/** What the rounds of a loop add to the plan of a frame that it carries. */
export interface Growth {
  /** The steps of one round that stay in the plan, without those of inner loops. */
  readonly growing: readonly Plan[]
  /** The round before is used twice by the next, so that the plan doubles. */
  readonly doubling: boolean
  /** Each round only appends rows that no earlier round had a part in, and reads none of those before. */
  readonly onlyUnions: boolean
  /** What caches the frame in each round, if anything does. */
  readonly cache: Call | undefined
}

/** Stages of machine learning add columns, as projections do. */
function addsColumns(step: Plan): boolean {
  return step.call?.name === "transform" && step.call.api.startsWith("ml.")
}

/** A chain of RDD steps never collapses; of a DataFrame's, some do. */
function grows(step: Plan): boolean {
  if (addsColumns(step)) return false
  return step.kind === "RDD" ? step.op !== "loop" && step.op !== "either" : !COLLAPSES.has(step.op)
}

/** `rdd.checkpoint()` marks the RDD itself and gives nothing. */
function markedInPlace(step: Plan): boolean {
  return step.uses.some(({ call }) => call.api === "RDD.checkpoint" || call.api === "RDD.localCheckpoint")
}

function doubles(steps: readonly Plan[], entry: Plan): boolean {
  const within = new Set<Plan>([...steps, entry])
  return steps.some(
    (step) => step.inputs.filter((input) => within.has(input)).length > 1 && !["either", "loop"].includes(step.op),
  )
}

/** A frame is made from what the loop carries. */
function isCarried(plan: Plan, loop: Loop): boolean {
  const entries = new Set(loop.carried.map(({ entry }) => entry))
  let found = false
  walkInputs(plan, (step) => {
    found ||= entries.has(step)
    return !found
  })
  return found
}

/** The sides of a union that the round before has no part in. */
export function appended(union: Plan, loop: Loop): Plan[] {
  return union.inputs.filter((input) => !isCarried(input, loop))
}

/** A round computes something from the rows so far, beside appending to them. */
function readSoFar(entry: Plan, steps: readonly Plan[], loop: Loop): boolean {
  const within = new Set<Plan>([...steps, entry])
  return [...within].some((step) =>
    consumersOf(step).some((next) => !within.has(next) && next.call?.loops.some(({ id }) => id === loop.id)),
  )
}

/** Undefined where the plan stays as it is, or is cut in the loop. */
export function growthOf(loop: Loop, carried: Carried): Growth | undefined {
  const { entry, after } = carried
  if (entry.streaming || after.streaming) return undefined
  const steps = stepsBetween(entry, after)
  if (steps.some((step) => CUTS.has(step.op) || markedInPlace(step))) return undefined
  // an inner loop speaks for its own steps
  const growing = steps.filter((step) => step.call === null || step.call.loops.at(-1)?.id === loop.id).filter(grows)
  if (growing.length === 0) return undefined
  const cached = [after, ...steps].flatMap(({ caches }) => caches)
  return {
    growing,
    doubling: doubles(steps, entry),
    onlyUnions:
      !readSoFar(entry, steps, loop) &&
      growing.every((step) => step.op === "union" && step.inputs.length - appended(step, loop).length === 1),
    cache: cached.find((call) => call.loops.some(({ id }) => id === loop.id)),
  }
}

/** What a step adds to the plan, in words: "a join", "`reduceByKey`". */
function stepInWords(step: Plan): string {
  const verb = step.kind === "DataFrame" ? VERBS[step.op] : undefined
  return verb ?? `\`${step.call?.name ?? step.op}\``
}

/** What a round adds: "a join and an aggregation". */
export function growthInWords(steps: readonly Plan[]): string {
  const words = [...new Set(steps.map(stepInWords))].reverse()
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`
}

/** The number of rounds in words: "20 rounds", "up to 20 rounds", "rounds that nothing here bounds". */
export function roundsInWords(loop: Loop): string {
  const { min, max } = loop.rounds
  if (max === Infinity) return "rounds that nothing here bounds"
  return `${min === max ? "" : "up to "}${max.toLocaleString("en-US")} rounds`
}
