import type { Arm, Call, ConfSetting, Plan, Program, Value } from "../../../rules/api.ts"
import type { Interpreter } from "./interpreter.ts"
import type { PlanNode } from "./plan.ts"
import type { CallNode } from "./record.ts"

const TEST_PATH = /(^|[\\/])(test_[^\\/]*\.py|[^\\/]*_test\.py|conftest\.py)$|(^|[\\/])tests?[\\/]/

/** The frame that a value stands for or was made from. */
function planBehind(value: Value): PlanNode | undefined {
  switch (value.kind) {
    case "frame":
      return value.plan as PlanNode
    case "grouped":
      return value.plan as PlanNode
    case "spark":
      return value.plan as PlanNode | undefined
    default:
      return undefined
  }
}

/** What is let go: an alias is the same plan to Spark's cache as what it is an alias of. */
function cachedAs(plan: PlanNode): PlanNode {
  let held = plan
  while (held.caches.length === 0 && held.call?.name === "alias" && held.inputs.length === 1) held = held.inputs[0]!
  return held.caches.length > 0 ? held : plan
}

/** Ties frames to the calls that use, cache and release them. */
export function noteUses(calls: readonly CallNode[]): void {
  for (const call of calls) {
    // of a call that was kept its frames know
    if (call.noted) continue
    call.noted = true
    const receiver = planBehind(call.receiver)
    if (receiver) {
      receiver.used({ call, role: "receiver" })
      if (
        call.api === "DataFrame.cache" ||
        call.api === "DataFrame.persist" ||
        call.api === "RDD.cache" ||
        call.api === "RDD.persist"
      )
        receiver.cachedBy(call)
      else if (call.api === "DataFrame.unpersist" || call.api === "RDD.unpersist")
        cachedAs(receiver).unpersistedBy(call)
    }
    if (call.takes(holdsFrame)) noteArguments(call)
  }
}

function holdsFrame(value: Value): boolean {
  return (
    planBehind(value) !== undefined ||
    (value.kind === "sequence" && value.items !== undefined && value.items.some(holdsFrame))
  )
}

function noteArguments(call: CallNode): void {
  for (const argument of call.args) {
    const values = argument.value.kind === "sequence" ? (argument.value.items ?? []) : [argument.value]
    for (const value of values) planBehind(value)?.used({ call, role: argument.name })
  }
}

export function exclusive(a: readonly Arm[], b: readonly Arm[]): boolean {
  for (const one of a) for (const other of b) if (one.branch === other.branch && one.arm !== other.arm) return true
  return false
}

/** Steps that are looked at for one question. */
const MAX_STEPS = 4_000

/** `cached` are caches on the way here: a loop can lead back to one. */
function actionsOf(plan: PlanNode, cached: Set<PlanNode> = new Set()): Call[] {
  const actions = new Set<Call>()
  const seen = new Set<PlanNode>([plan])
  const queue = [plan]
  for (let at = 0; at < queue.length && at < MAX_STEPS; at++) {
    const node = queue[at]!
    // what is cached further down is computed once, by whichever action comes first
    const once = node !== plan && node.caches.length > 0
    for (const use of node.uses) {
      if (!use.call.action) continue
      actions.add(use.call)
      if (once) break
    }
    if (once) {
      const first = node.uses.find((use) => use.call.action)
      if (!first && !cached.has(node)) {
        cached.add(node)
        const below = node.children.map((child) => actionsOf(child, cached)[0]).find((call) => call !== undefined)
        if (below) actions.add(below)
      }
      continue
    }
    for (const child of node.children) {
      if (seen.has(child)) continue
      seen.add(child)
      if (child.op === "checkpoint") {
        // DataFrame.checkpoint() is a job; what follows reads its files
        if (child.call) actions.add(child.call)
        continue
      }
      queue.push(child)
    }
  }
  return [...actions].sort((a, b) => (a as CallNode).index - (b as CallNode).index)
}

/** What `spark.conf.set` and `SET` do counts from there on; what a session is built with counts for all of it. */
function confAt(confs: readonly ConfSetting[], key: string, at: CallNode): ConfSetting | undefined {
  let found: ConfSetting | undefined
  for (const setting of confs) {
    if (setting.key !== key || (setting.ifMissing && found)) continue
    const call = setting.call as CallNode | null
    const isLater = call !== null && (setting.how === "conf.set" || setting.how === "sql") && call.index > at.index
    if (!isLater && !exclusive(setting.path, at.path)) found = setting
  }
  return found
}

/** The facts of one interpretation, tied together for the rules. */
export function assemble(it: Interpreter): Program {
  noteUses(it.calls)
  const confs = it.confs.settings
  const last = new Map<string, ConfSetting>()
  for (const setting of confs) if (!setting.ifMissing || !last.has(setting.key)) last.set(setting.key, setting)
  return {
    calls: it.calls,
    loops: it.loopsFound,
    udfs: it.udfs,
    confs,
    plans: it.plans,
    uncalled: it.uncalled,
    isTest: TEST_PATH.test(it.input.path),
    isNotebook: it.main.module.flavor !== "module",
    conf: (key, at) => (at === undefined ? last.get(key) : confAt(confs, key, at as CallNode)),
    exclusive,
    actionsOf: (plan: Plan) => actionsOf(plan as PlanNode),
  }
}
