import type { Value } from "../../../rules/api.ts"
import type { Expr, Top } from "../syntax/ast.ts"
import { Confs } from "./confs.ts"
import { runUncalled } from "./functions.ts"
import { Interpreter } from "./interpreter.ts"
import { assignedIn } from "./names.ts"
import { assemble } from "./program.ts"
import { exec } from "./statements.ts"
import type { Analysis, Analyze, AnalyzeInput } from "./types.ts"
import { foreign } from "./values.ts"

const boundCache = new WeakMap<Top, ReadonlySet<string>>()

/** Names that a module binds at its top level. */
function boundNames(input: AnalyzeInput): Set<string> {
  const bound = new Set<string>()
  for (const top of input.module.body) {
    let names = boundCache.get(top)
    if (!names) {
      names = assignedIn([top.stmt])
      boundCache.set(top, names)
    }
    for (const name of names) bound.add(name)
  }
  return bound
}

function interpret(input: AnalyzeInput, observe?: Interpreter["observe"]): Interpreter {
  const it = new Interpreter(input, new Confs(), boundNames(input))
  it.observe = observe
  for (const [key, value] of input.conf)
    it.confs.set(key, { kind: "constant", type: "str", value }, "file", {
      site: { top: { offset: 0 }, start: 0, end: 0 },
      valueSite: null,
      path: [],
      call: null,
    })
  it.globals.vars.set("__name__", { kind: "constant", type: "str", value: undefined })
  it.globals.vars.set("__file__", foreign("builtins.__file__"))
  const path = it.path
  for (const top of input.module.body) {
    it.top = top
    it.stmt = top.stmt
    it.path = path
    exec(it, top.stmt)
  }
  it.path = []
  runUncalled(it)
  // bodies may make more UDFs
  for (let i = 0; i < it.pending.length; i++) it.pending[i]!()
  return it
}

/** Interprets one module: every value's type, the plan graph, calls, loops, UDFs and confs. Never throws on any AST. */
export const analyze: Analyze = (input): Analysis => {
  const it = interpret(input)
  const program = assemble(it)
  return {
    program,
    bounded: it.bounded,
    valueAt(offset) {
      // look-ups are rare: the module is interpreted once more, with an observer at the offset
      let best: { value: Value; start: number; end: number } | undefined
      const observer = (top: Top, node: Expr, value: Value): void => {
        const start = top.offset + (node.kind === "Attribute" ? node.attrStart : node.start)
        const end = top.offset + node.end
        if (offset < start || offset > end || value.kind === "unknown") return
        if (
          !best ||
          end - start < best.end - best.start ||
          (end - start === best.end - best.start && best.start === start)
        )
          best = { value, start, end }
      }
      const again = interpret(input, observer)
      assemble(again)
      return best
    },
  }
}
