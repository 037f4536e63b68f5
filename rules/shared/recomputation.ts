import type { Call, Confidence, Plan, Program } from "../api.ts"
import { broadcastHint } from "./broadcasts.ts"
import { consumersOf, loopsOf, receiverPlan, walkInputs } from "./frames.ts"
import { perProgram } from "./per-program.ts"
import { isSmall } from "./sizes.ts"
import type { SpokenFor } from "./spoken-for.ts"

const known = new WeakMap<Plan, readonly Call[]>()

/** The actions that compute a frame; asked for often, looked for once. */
function actionsOf(plan: Plan, program: Program): readonly Call[] {
  let actions = known.get(plan)
  if (!actions) {
    actions = program.actionsOf(plan)
    known.set(plan, actions)
  }
  return actions
}

/** Actions that stop at the first rows: cheap, unless a shuffle comes before those rows. */
const FIRST_ROWS: ReadonlySet<string> = new Set(["show", "take", "head", "first", "isEmpty", "display"])

/** It stops at the first rows of what it computes; the one row of a global aggregate takes all of them. */
function isGlance(call: Call): boolean {
  const plan = receiverPlan(call)
  if (plan?.op === "limit") return true
  return FIRST_ROWS.has(call.name) && !(plan?.op === "aggregate" && plan.keys?.length === 0)
}

/**
 * Stages of machine learning that rewrite columns row by row, in the JVM and with a small model or none: as cheap as a
 * projection. A `PipelineModel` may hold any stage.
 */
const REWRITES_COLUMNS =
  /^ml\.(VectorAssembler|VectorSlicer|VectorSizeHint|StringIndexerModel|IndexToString|OneHotEncoder(Estimator|Model)?|VectorIndexerModel|Bucketizer|Binarizer|ImputerModel|\w*ScalerModel|Normalizer|(Regex)?Tokenizer|StopWordsRemover|NGram|HashingTF|FeatureHasher|IDFModel|CountVectorizerModel|ElementwiseProduct|Interaction|SQLTransformer|RFormulaModel|\w*SelectorModel)$/

function rewritesColumns({ call }: Plan): boolean {
  return call?.receiver.kind === "spark" && REWRITES_COLUMNS.test(call.receiver.class)
}

/** A join with a small frame that is broadcast: a look-up for each row, where it is. */
function looksUp({ join }: Plan): boolean {
  return join !== null && [join.left, join.right].some((side) => isSmall(side) && broadcastHint(side) !== undefined)
}

/**
 * The steps that make computing a frame expensive, since its last cache, checkpoint or write. `advised` are frames that
 * this rule wants cached already: what is made from one costs only what comes after it.
 */
export function expensiveSteps(plan: Plan, advised: ReadonlySet<Plan>): Plan[] {
  const found: Plan[] = []
  walkInputs(plan, (step) => {
    if (step !== plan && (step.caches.length > 0 || step.op === "checkpoint" || advised.has(step))) return false
    // an RDD's shuffle files stay, so that a second job skips what made them
    if (step.kind === "RDD" && step.wide) return false
    if (step.expensive !== null && !rewritesColumns(step) && !looksUp(step)) found.push(step)
    return true
  })
  return found
}

/** The actions that compute a frame for real: not those of a debug flag, nor a glance at the first rows. */
function counted(plan: Plan, costly: readonly Plan[], program: Program): Call[] {
  const shuffles = costly.some((step) => step.wide)
  return actionsOf(plan, program).filter((call) => !isGlance(call) || (shuffles && !program.isNotebook))
}

function sameActions(a: readonly Call[], b: readonly Call[]): boolean {
  return a.length === b.length && a.every((call) => b.includes(call))
}

const joints = perProgram((program) => {
  const found = new Map<Plan, Plan[]>()
  for (const either of program.plans) {
    if (either.op !== "either") continue
    for (const input of either.inputs) found.set(input, [...(found.get(input) ?? []), either])
  }
  return found
})

/** Where branches meet, of which one ends with this frame. */
function meetingsOf(plan: Plan, program: Program): readonly Plan[] {
  return joints(program).get(plan) ?? []
}

/** Made before the first of the actions runs, which would fill its cache; a loop's later rounds come too late for that. */
function inTime(next: Plan, actions: readonly Call[]): boolean {
  return next.call === null || actions.length === 0 || next.call.index < actions[0]!.index
}

/** A frame made from this one, perhaps at the end of a chain, is computed by the same actions: caching there saves more. */
function sharedFurtherOn(plan: Plan, actions: readonly Call[], program: Program, seen = new Set<Plan>()): boolean {
  seen.add(plan)
  return [...consumersOf(plan), ...meetingsOf(plan, program)].some(
    (next) =>
      !seen.has(next) &&
      inTime(next, actions) &&
      sameActions(actionsOf(next, program), actions) &&
      ((next.names.length > 0 && next.op !== "either") || sharedFurtherOn(next, actions, program, seen)),
  )
}

/** A frame is made from another, with no cache or checkpoint between. */
function comesFrom(plan: Plan, source: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= step === source
    return !found && step.caches.length === 0 && step.op !== "checkpoint"
  })
  return found
}

const MEETINGS: ReadonlySet<Plan["op"]> = new Set(["join", "union", "set"])

/**
 * A step that gets the frame from two sides, so that one job computes it twice. Spark shares equal shuffles between the
 * sides, so only what comes after the frame's last shuffle counts: Python functions, slow sources.
 */
function meeting(plan: Plan, program: Program): Plan | undefined {
  if (plan.uses.length < 2 || actionsOf(plan, program).length === 0) return undefined
  let unshared = false
  walkInputs(plan, (step) => {
    if (step.wide) return false
    if (step.expensive !== null && !rewritesColumns(step)) unshared = true
    return step === plan || step.caches.length === 0
  })
  if (!unshared) return undefined
  return program.plans.find(
    (step) => MEETINGS.has(step.op) && step.inputs.filter((input) => comesFrom(input, plan)).length > 1,
  )
}

/**
 * An action runs again and again over a frame from outside its loop. Where the loop carries what is made of the frame,
 * each round computes something else: that is a matter of checkpoints.
 */
function repeats(action: Call, plan: Plan): boolean {
  const outside = new Set(loopsOf(plan).map((loop) => loop.id))
  return action.loops.some(
    (loop) =>
      !outside.has(loop.id) &&
      loop.rounds.max > 1 &&
      loop.kind !== "comprehension" &&
      !loop.carried.some((carried) => comesFrom(carried.before, plan)),
  )
}

/**
 * A frame made of this one, or itself, that a function returns to callers who are not seen. They compute it, and this
 * one with it.
 */
function returnedFrom(plan: Plan): Plan | undefined {
  const seen = new Set<Plan>([plan])
  for (const step of seen) {
    if (step !== plan && (step.caches.length > 0 || step.op === "checkpoint")) continue
    if (step.returned) return step
    if (seen.size < MAX_RETURNED) for (const next of consumersOf(step)) seen.add(next)
  }
  return undefined
}

const MAX_RETURNED = 200

/** Actions that write: what a function writes and returns as well may be returned for nobody. */
const WRITES =
  /^(DataFrameWriter(V2)?|RDD)\.(save|insert|parquet|csv|json|orc|text|jdbc|create|append|overwrite|replace)/

/** Glances for a person's eyes; the others decide something, in every run. */
const SHOWS: ReadonlySet<string> = new Set(["show", "display"])

/** One job here, and one for whoever gets what the function returns. */
function computedAgain(actions: readonly Call[], plan: Plan): Recomputed | undefined {
  const action = actions.find((call) => !SHOWS.has(call.name) && !WRITES.test(call.api))
  const returned = action && returnedFrom(plan)
  if (!returned) return undefined
  const sure = action.path.length <= plan.call!.path.length
  return { actions: [action], confidence: sure ? "likely" : "possible", returned }
}

/** Who computes a frame more than once, and how surely. */
export interface Recomputed {
  readonly actions: readonly Call[]
  readonly confidence: Confidence
  /** The step of one job that gets it from two sides. */
  readonly at?: Plan
  /** What a function makes of it and gives to its callers. */
  readonly returned?: Plan
}

/**
 * Who computes a frame more than once in one run; undefined where nobody does, or where a later frame is the one to
 * keep. Actions of which another rule speaks count as one; those after which the run `fails` are hardly ever reached.
 */
export function recomputed(
  plan: Plan,
  costly: readonly Plan[],
  program: Program,
  spoken: SpokenFor,
  fails: (action: Call) => boolean,
): Recomputed | undefined {
  const all = counted(plan, costly, program).filter((call) => spoken.get(call) === call || !spoken.has(call))
  const actions = all.filter((call) => call.deliberate === undefined && !fails(call))
  const several = together(actions, plan, program, spoken)
  if (several) return sharedFurtherOn(plan, actionsOf(plan, program), program) ? undefined : several
  const at = meeting(plan, program)
  const further = consumersOf(plan).some((next) => next.names.length > 0 && meeting(next, program) === at)
  if (at && !further) return { actions: actionsOf(plan, program), confidence: "likely", at }
  const again = computedAgain(actions, plan)
  if (again) return sharedFurtherOn(plan, actionsOf(plan, program), program) ? undefined : again
  const glanced = together(all, plan, program, spoken)
  return glanced && { actions: all, confidence: "possible" }
}

const RUNS_PYTHON = /^RDD\.(map|flatMap|filter|mapPartitions|mapPartitionsWithIndex|mapValues|flatMapValues|keyBy)$/

/** Frames that hold what Python code on the driver gave them are made anew as fast as they are read. */
const FROM_DRIVER: ReadonlySet<Plan["op"]> = new Set(["local", "range"])

/**
 * An RDD over which Python code goes element by element, from files or from a DataFrame's rows, and that is computed
 * more than once: in each round of a loop, by two actions, by one here and one of whoever gets it. Shuffle files would
 * stay, so that only what comes after a shuffle counts. Outside of loops, actions that are `hardly` meant are left out.
 */
export function reread(
  plan: Plan,
  advised: ReadonlySet<Plan>,
  program: Program,
  spoken: SpokenFor,
  hardly: (action: Call) => boolean,
): Recomputed | undefined {
  if (plan.kind !== "RDD") return undefined
  let python = false
  let stored = false
  walkInputs(plan, (step) => {
    if (step.wide || step.caches.length > 0 || (step !== plan && advised.has(step))) return false
    if (step.kind !== "RDD") {
      if (!FROM_DRIVER.has(step.op) && !isSmall(step)) stored = true
      return false
    }
    if (step.call && RUNS_PYTHON.test(step.call.api)) python = true
    if (step.op === "read") stored = true
    return true
  })
  if (!python || !stored) return undefined
  const all = actionsOf(plan, program)
  const looped = all.find((action) => action.deliberate === undefined && repeats(action, plan))
  const actions = all.filter(
    (call) => call.deliberate === undefined && !isGlance(call) && !hardly(call) && (spoken.get(call) ?? call) === call,
  )
  const found: Recomputed | undefined = looped
    ? { actions: [looped], confidence: "likely" }
    : (together(actions, plan, program, spoken) ?? computedAgain(actions, plan))
  if (!found || sharedFurtherOn(plan, all, program)) return undefined
  return { ...found, confidence: found.confidence === "possible" ? "possible" : "likely" }
}

/** The branches under which the steps stand that lead from a frame to an action; none where the action is its own. */
function waysTo(action: Call, plan: Plan, program: Program): readonly Call["path"][] {
  if (receiverPlan(action) === plan || meetingsOf(plan, program).length > 0) return []
  return consumersOf(plan).flatMap((next) =>
    next.call && actionsOf(next, program).includes(action) ? [next.call.path] : [],
  )
}

/**
 * No run computes the frame for both: they stand in branches that exclude each other, or the steps do that lead to them,
 * as where each branch makes its own frame of it, and only one of the two is written behind both.
 */
function apart(a: Call, b: Call, plan: Plan, program: Program): boolean {
  if (program.exclusive(a.path, b.path)) return true
  const toA = waysTo(a, plan, program)
  const toB = waysTo(b, plan, program)
  const all = (ways: readonly Call["path"][], others: readonly Call["path"][]): boolean =>
    ways.length > 0 && ways.every((way) => others.every((other) => program.exclusive(way, other)))
  return all(toA, [b.path]) || all(toB, [a.path]) || (toB.length > 0 && all(toA, toB))
}

/** The actions that one run can reach together, when they compute the frame more than once. */
function together(actions: readonly Call[], plan: Plan, program: Program, spoken: SpokenFor): Recomputed | undefined {
  const looped = actions.find((action) => !spoken.has(action) && repeats(action, plan))
  const pair = actions.some((a, i) => actions.slice(i + 1).some((b) => !apart(a, b, plan, program)))
  if (!pair) return looped ? { actions: [looped], confidence: "likely" } : undefined
  const always = plan.call!.path.length
  const sure = actions.filter((action) => action.path.length <= always).length >= 2
  return { actions, confidence: sure ? "certain" : "likely" }
}
