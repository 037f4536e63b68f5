import type { Value } from "../../../rules/api.ts"
import { enter } from "./functions.ts"
import type { Interpreter } from "./interpreter.ts"
import { walk } from "./names.ts"
import { frame, type PyFunction } from "./values.ts"

const cache = new WeakMap<object, readonly string[]>()

/** Names that a function declares `global`. */
function globalsOf({ node }: PyFunction): readonly string[] {
  let names = cache.get(node)
  if (!names) {
    const found: string[] = []
    if (node.kind === "FunctionDef")
      walk(node.body, {
        stmt(stmt) {
          if (stmt.kind === "Global" && !stmt.nonlocal) found.push(...stmt.names)
          return undefined
        },
        expr: () => false,
      })
    names = found
    cache.set(node, names)
  }
  return names
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value.kind === "unknown" || (value.kind === "constant" && value.type === "None")
}

/** What a name holds once the function has run; of a frame only that it is one. */
function kept(it: Interpreter, value: Value | undefined, fn: PyFunction, name: string): Value | undefined {
  if (value?.kind === "spark" || value?.kind === "instance") return value
  if (value?.kind !== "frame") return undefined
  const plan = it.plan(value.plan.kind, "opaque", [], fn.site)
  plan.named(name)
  return frame(plan, value.class)
}

/**
 * Names of the module that hold nothing until one of its functions has run: `session = None` at the top, and
 * `global session` where it is made. Whoever uses them later, here or from another file, sees what that function leaves.
 */
export function fillGlobals(it: Interpreter): void {
  if (!/\bglobal\s/.test(it.main.text)) return
  for (const fn of [...it.functions]) {
    const names = fn.owner || fn.source !== it.main ? [] : globalsOf(fn)
    const empty = names.filter((name) => isEmpty(it.globals.vars.get(name)))
    if (empty.length === 0 || !it.affordable()) continue
    const before = it.globals.vars
    const views = new Map(it.views)
    const mark = it.mark()
    const outgoing = it.outgoing.length
    it.globals.vars = before.fork()
    enter(it, fn, {})
    const after = it.globals.vars
    it.globals.vars = before
    it.rollback(mark)
    it.outgoing.length = outgoing
    it.views.clear()
    for (const [name, plan] of views) it.views.set(name, plan)
    for (const name of empty) {
      const value = kept(it, after.get(name), fn, name)
      if (value) before.set(name, value)
    }
  }
}
