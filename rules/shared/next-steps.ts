import type { Call, ColumnExpr, Plan, Program } from "../api.ts"
import { walkExpr } from "./column-walk.ts"
import { perProgram } from "./per-program.ts"

const children = perProgram((program) => {
  const known = new Map<Plan, Plan[]>()
  for (const step of program.plans)
    for (const input of step.inputs.length > 1 ? new Set(step.inputs) : step.inputs) {
      const list = known.get(input)
      if (list) list.push(step)
      else known.set(input, [step])
    }
  return known
})

/** The steps that read a step, of all the program's plans; those that a loop or a `reduce` makes included. */
export function childrenOf(plan: Plan, program: Program): readonly Plan[] {
  return children(program).get(plan) ?? []
}

/** Calls that look at a frame without caring how its rows are spread or ordered. */
const NEUTRAL: ReadonlySet<string> = new Set(["printSchema", "explain", "count", "isEmpty", "unpersist"])

/** Functions that parse, search or multiply, work that is worth spreading over more tasks; and those that ask for the place of a row. */
const HEAVY =
  /spark_partition_id|input_file|json|xml|csv|avro|protobuf|regexp|rlike|explode|inline|stack|sequence|split|transform|aggregate|levenshtein|hash|sha|md5|crypt|base64/i

/** An expression whose work is next to nothing. */
function isLightExpr(expr: ColumnExpr): boolean {
  let light = true
  walkExpr(expr, (part) => {
    if (part.op === "udf" || part.op === "unknown" || part.op === "window") light = false
    else if (part.op === "call" && HEAVY.test(part.fn)) light = false
    else if (part.op === "sql" && HEAVY.test(part.text)) light = false
  })
  return light
}

/** Projections that compute nothing, whatever their arguments. */
const PLAIN: ReadonlySet<string> = new Set(["drop", "alias", "withColumnRenamed", "withColumnsRenamed", "toDF"])

/** A step that goes through the rows as they are, in their partitions and their order, and does little with each. */
export function isLight(step: Plan): boolean {
  const { op, call } = step
  if (step.inputs.length !== 1 || step.wide || step.expensive !== null) return false
  if (step.caches.length > 0 || step.escapes || step.unstable.length > 0) return false
  if (op === "filter") return call?.name === "dropna" || (step.condition !== undefined && isLightExpr(step.condition))
  if (op !== "project" || !call) return false
  return PLAIN.has(call.name) || (step.exprs?.every(isLightExpr) ?? false)
}

/** What the rows of a step meet next: the step, and the light ones on the way to it. */
export interface Next {
  readonly step: Plan
  readonly way: readonly Plan[]
}

/** Uses of a frame that end in no step which could be looked at. */
function endsHere(call: Call, next: readonly Plan[]): boolean {
  const { result } = call
  if (result.kind === "grouped" || NEUTRAL.has(call.name)) return false
  return result.kind !== "frame" || !next.includes(result.plan)
}

/**
 * The first steps after this one that are not light, for every use of it; undefined where one of the uses is an action
 * or out of sight, or where there is none.
 */
export function nextSteps(plan: Plan, program: Program): readonly Next[] | undefined {
  const found: Next[] = []
  const follow = (step: Plan, way: readonly Plan[]): boolean => {
    if (step.caches.length > 0 || step.escapes || way.length > 50) return false
    const next = childrenOf(step, program)
    if (step.uses.some(({ call }) => endsHere(call, next))) return false
    for (const child of next) {
      if (!isLight(child)) found.push({ step: child, way })
      else if (!follow(child, [...way, child])) return false
    }
    return true
  }
  return follow(plan, []) && found.length > 0 ? found : undefined
}
