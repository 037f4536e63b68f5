/**
 * Functions and methods that nothing in their file calls are interpreted one by one, each from the module's names. What
 * such a function gives depends on its own statements and on what it asked for. Where neither changed since the version
 * before, its facts are taken over instead of being found again.
 */
import type { FunctionFacts, UncalledMethod, Value } from "../../../rules/api.ts"
import type { FunctionDef } from "../syntax/ast.ts"
import type { Interpreter } from "./interpreter.ts"
import type { PlanNode } from "./plan.ts"
import type { CallNode, LoopNode } from "./record.ts"
import { attributeMark, type Mark, markOf } from "./value-marks.ts"
import type { PyClass, PyFunction, PyInstance } from "./values.ts"

/** A function's facts, and what they rest on. */
export interface Unit {
  /** The state that it began in; see `stateOf`. */
  readonly state: readonly unknown[]
  /** Names of the module that it asked for, with what they held. */
  readonly names: ReadonlyMap<string, Mark>
  /** Attributes of its own object that it asked for, with what they held. */
  readonly attributes: ReadonlyMap<string, Mark>
  /** Names of tables that were no temporary views. */
  readonly tables: ReadonlySet<string>
  /** Names that no file of the workspace gave. */
  readonly imports: ReadonlyMap<string, Import>
  /** What other files' calls told of the functions that it entered. */
  readonly told: ReadonlyMap<string, string>
  /** Functions that it calls. */
  readonly called: ReadonlySet<FunctionFacts & { called: boolean }>
  readonly calls: readonly CallNode[]
  readonly plans: readonly PlanNode[]
  readonly loops: readonly LoopNode[]
  readonly uncalled: readonly UncalledMethod[]
  readonly steps: number
  readonly mentionsSpark: boolean
}

interface Import {
  readonly module: string
  readonly level: number
  readonly name: string | null
}

/** Listens while one function is interpreted. `closed` falls where its facts and those of others hang together. */
export class Recorder {
  closed = true
  readonly names = new Map<string, Mark>()
  readonly attributes = new Map<string, Mark>()
  readonly tables = new Set<string>()
  readonly imports = new Map<string, Import>()
  readonly told = new Map<string, string>()
  readonly called = new Set<FunctionFacts & { called: boolean }>()
  readonly #it: Interpreter
  readonly #self: PyInstance | undefined
  /** What may be changed in place. */
  readonly #values: { readonly mark: Mark; readonly value: Value }[] = []
  readonly #before: ReadonlyMap<string, Value>

  constructor(it: Interpreter, self: PyInstance | undefined) {
    this.#it = it
    this.#self = self
    this.#before = new Map(self?.attributes)
  }

  /** The function asks for a name of the module. */
  read(name: string, value: Value | undefined): void {
    if (!this.closed || this.names.has(name)) return
    const mark = markOf(this.#it, name, value)
    if (mark === undefined) this.closed = false
    else {
      this.names.set(name, mark)
      if (value) this.#values.push({ mark, value })
    }
  }

  /** It asks for an attribute of an object. */
  attribute(owner: PyInstance, attr: string): void {
    if (!this.closed || this.attributes.has(attr)) return
    const mark = owner === this.#self ? attributeMark(this.#it, owner, attr) : undefined
    if (mark === undefined) this.closed = false
    else {
      this.attributes.set(attr, mark)
      const value = owner.attributes.get(attr)
      if (value && value.kind !== "unknown") this.#values.push({ mark, value })
    }
  }

  /** It asks the workspace for a name. */
  asked(module: string, level: number, name: string | null, found: boolean): void {
    if (found) this.closed = false
    else this.imports.set(`${level}:${module}:${name ?? ""}`, { module, level, name })
  }

  /** The lists that it was given, and the attributes of its object, are as they were. */
  get unchanged(): boolean {
    const now = this.#self?.attributes ?? new Map<string, Value>()
    if (now.size !== this.#before.size) return false
    for (const [attr, value] of now) if (this.#before.get(attr) !== value) return false
    return this.#values.every(({ mark, value }) => isSame(mark, markOf(this.#it, "", value)))
  }
}

/** What other files' calls tell of a function, as a text. */
export function toldOf(it: Interpreter, name: string): string {
  const params = it.input.parameters?.get(name)
  return params === undefined ? "" : [...params].map(([param, type]) => `${param}:${type}`).join()
}

/** What holds for all of the module when a function is begun: settings, modules imported with `*`, and what it is given. */
function stateOf(it: Interpreter): unknown[] {
  const { input, main, globals } = it
  const { target, tables, conf, path } = input
  const state: unknown[] = [target, tables, conf, path, input.imports === undefined, input.sizeOf === undefined]
  state.push(main.module.flavor, main.mentionsSpark, main.rival, main.streams, globals.stars?.join() ?? "")
  for (const { key, value, how, site, ifMissing } of it.confs.settings) {
    const known = value.kind === "constant" && value.origin === undefined && value.from === undefined
    state.push(key, known ? `${value.type} ${value.value}` : value, how, ifMissing, site.top, site.start)
  }
  return state
}

function isSame(a: Mark, b: Mark | undefined): boolean {
  return b !== undefined && a.text === b.text && a.object === b.object
}

function holds(it: Interpreter, unit: Unit, self: PyInstance | undefined): boolean {
  const state = stateOf(it)
  if (state.length !== unit.state.length || state.some((part, i) => part !== unit.state[i])) return false
  for (const [name, mark] of unit.names) if (!isSame(mark, markOf(it, name, it.globals.get(name)))) return false
  for (const [attr, mark] of unit.attributes)
    if (self === undefined || !isSame(mark, attributeMark(it, self, attr))) return false
  for (const table of unit.tables) if (it.views.has(table)) return false
  for (const [name, told] of unit.told) if (toldOf(it, name) !== told) return false
  for (const { module, level, name } of unit.imports.values())
    if (it.input.imports?.resolve(module, level, name) !== undefined) return false
  return true
}

interface UnitFunction extends PyFunction {
  readonly node: FunctionDef
  readonly self: PyInstance | undefined
}

/** Whether a function is one whose facts are kept: of the module itself, or a method of a class that is a statement of it. */
function isUnit(it: Interpreter, fn: PyFunction): fn is UnitFunction {
  if (!it.input.kept?.keeps(fn.node, fn.facts) || fn.source !== it.main || fn.udf || fn.bound) return false
  return fn.self === undefined || (fn.owner !== undefined && it.generics.get(fn.owner) === fn.self)
}

/** Takes over the facts of a function from the version before; false where they have to be found. */
export function takeOver(it: Interpreter, fn: PyFunction): boolean {
  const { kept } = it.input
  if (!kept || !isUnit(it, fn)) return false
  const unit = kept.units.get(fn.node)
  if (!unit || !holds(it, unit, fn.self)) return false
  for (const call of unit.calls) {
    call.index = it.calls.length
    it.calls.push(call)
  }
  it.plans.push(...unit.plans)
  it.loopsFound.push(...unit.loops)
  it.uncalled.push(...unit.uncalled)
  for (const facts of unit.called) facts.called = true
  it.steps += unit.steps
  it.main.mentionsSpark = unit.mentionsSpark
  return true
}

function isObject(value: Value): boolean {
  return value.kind === "instance" || (value.kind === "class" && !(value as PyClass).pyspark)
}

/** Interprets a function by `run`, and keeps its facts where nothing but what they rest on can change them. */
export function keeping(it: Interpreter, fn: PyFunction, run: () => void): void {
  const { kept } = it.input
  if (!kept || !isUnit(it, fn)) {
    run()
    return
  }
  const state = stateOf(it)
  const counts = (): unknown[] => [
    it.functions.length,
    it.classes.length,
    it.udfs.length,
    it.pending.length,
    it.confs.settings.length,
    it.outgoing.length,
    it.generics.size,
    it.bounded,
    it.main.rival,
  ]
  const before = counts()
  const from = it.mark()
  const { steps } = it
  const recorder = new Recorder(it, fn.self)
  it.recorder = recorder
  it.globals.watch = (name, value) => recorder.read(name, value)
  run()
  it.globals.watch = undefined
  it.recorder = undefined
  const after = counts()
  const calls = it.calls.slice(from.calls)
  const alone = recorder.closed && before.every((each, i) => each === after[i]) && recorder.unchanged
  if (!alone || calls.some((call) => call.takes(isObject))) {
    kept.units.delete(fn.node)
    return
  }
  kept.units.set(fn.node, {
    state,
    names: recorder.names,
    attributes: recorder.attributes,
    tables: recorder.tables,
    imports: recorder.imports,
    told: recorder.told,
    called: recorder.called,
    calls,
    plans: it.plans.slice(from.plans),
    loops: it.loopsFound.slice(from.loops),
    uncalled: it.uncalled.slice(from.uncalled),
    steps: it.steps - steps,
    mentionsSpark: it.main.mentionsSpark,
  })
}
