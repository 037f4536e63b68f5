import type { Value } from "../../../rules/api.ts"
import type { Interpreter } from "./interpreter.ts"
import type { PlanNode } from "./plan.ts"
import { Dict, frame, PyInstance, Sequence } from "./values.ts"

/** How deep containers of another module are copied. */
const MAX_DEPTH = 3

/** Steps that say by themselves what they are; of others only that they are frames is kept. */
const SOURCES = new Set(["read", "table", "local", "range"])

/**
 * A value that another module left behind, for use in this interpretation: frames and containers are copied, since
 * plans and lists gather what happens to them.
 */
export function adopt(it: Interpreter, value: Value, depth = 0): Value {
  if (depth > MAX_DEPTH) return value
  switch (value.kind) {
    case "frame": {
      const plan = value.plan as PlanNode
      const source = SOURCES.has(plan.op)
      const copy = it.plan(plan.kind, source ? plan.op : "opaque", [], plan.site, false, source ? plan.detail : {})
      for (const name of plan.names) copy.named(name)
      for (const call of plan.caches) copy.cachedBy(call)
      return frame(copy, value.class)
    }
    case "sequence": {
      const copy = new Sequence(
        value.type,
        value.items?.map((item) => adopt(it, item, depth + 1)),
        adopt(it, value.element, depth + 1),
        value.length,
      )
      return copy
    }
    case "dict": {
      const entries =
        value.entries && new Map([...value.entries].map(([key, item]) => [key, adopt(it, item, depth + 1)]))
      return new Dict(entries, adopt(it, value.element, depth + 1))
    }
    case "instance": {
      if (!(value instanceof PyInstance)) return value
      const copy = new PyInstance(value.class)
      for (const [name, item] of value.attributes) copy.attributes.set(name, adopt(it, item, depth + 1))
      return copy
    }
    default:
      return value
  }
}

/** A name of another module of the workspace, or undefined where it isn't the workspace's. */
export function imported(it: Interpreter, module: string, level: number, name: string | null): Value | undefined {
  const value = it.input.imports?.resolve(module, level, name, it.source.path)
  it.recorder?.asked(module, level, name, value !== undefined)
  return value && adopt(it, value)
}
