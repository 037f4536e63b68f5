import type { Site, Value } from "../../../rules/api.ts"
import type { Expr, Top } from "../syntax/ast.ts"
import { Confs } from "./confs.ts"
import { runUncalled } from "./functions.ts"
import { scanRuns } from "./import-scan.ts"
import { Interpreter } from "./interpreter.ts"
import { fillGlobals } from "./late-globals.ts"
import { assemble } from "./program.ts"
import { Vars } from "./scope.ts"
import { Source } from "./source.ts"
import { exec } from "./statements.ts"
import type { Analysis, Analyze, AnalyzeInput } from "./types.ts"
import { foreign, UNKNOWN } from "./values.ts"

/** Interprets the top level of a module. */
export function runModule(it: Interpreter): void {
  it.globals.vars.set("__name__", { kind: "constant", type: "str", value: undefined })
  it.globals.vars.set("__file__", foreign("builtins.__file__"))
  const path = it.path
  // what a notebook runs in its own namespace is bound from there on
  const runs = it.main.module.flavor === "module" ? [] : scanRuns(it.main.text)
  const runUntil = (offset: number): void => {
    while (runs.length > 0 && runs[0]!.at <= offset) bindRun(it, runs.shift()!.module)
  }
  for (const top of it.main.module.body) {
    runUntil(top.offset)
    it.top = top
    it.stmt = top.stmt
    it.path = path
    exec(it, top.stmt)
  }
  runUntil(Number.POSITIVE_INFINITY)
  it.path = []
  fillGlobals(it)
}

/** What is set before the code runs: what it is launched with, and what the configuration says of that. */
function setOutside(it: Interpreter, { conf, launch = [] }: AnalyzeInput): void {
  const set = (key: string, value: string | undefined, site: Site): void => {
    const known: Value = value === undefined ? UNKNOWN : { kind: "constant", type: "str", value }
    it.confs.set(key, known, "file", { site, valueSite: null, path: [], call: null })
  }
  for (const { key, value, path, start, end } of launch) set(key, value, { top: { offset: 0 }, start, end, path })
  for (const [key, value] of conf) set(key, value, { top: { offset: 0 }, start: 0, end: 0 })
}

/** The names of a notebook that is run here, those that are bound already anew, and what it sets. */
function bindRun(it: Interpreter, module: string): void {
  for (const name of it.globals.vars.since(new Vars())) {
    const value = name.startsWith("__") ? undefined : it.starMember(module, name)
    if (value) it.globals.set(name, value)
  }
  it.globals.stars ??= []
  it.globals.stars.push(module)
  for (const setting of it.input.imports?.confs?.(module, it.source.path) ?? [])
    it.confs.settings.push({ ...setting, call: null })
}

function interpret(input: AnalyzeInput, observe?: Interpreter["observe"]): Interpreter {
  const it = new Interpreter(input, new Confs(), new Source(undefined, input.text, input.module))
  it.observe = observe
  setOutside(it, input)
  runModule(it)
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
    outgoing: it.outgoing,
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
