import type {
  Arm,
  Evidence,
  FrameValue,
  FunctionFacts,
  PlanOp,
  ResultUse,
  Site,
  Statement,
  UncalledMethod,
  Value,
} from "../../../rules/api.ts"
import type { Expr, Stmt, Top } from "../syntax/ast.ts"
import { imported } from "./adopt.ts"
import type { Args } from "./arguments.ts"
import type { OutgoingCall } from "./call-sites.ts"
import type { CallSite } from "./calls.ts"
import { common } from "./common.ts"
import type { Confs } from "./confs.ts"
import type { SizeOf } from "./file-size.ts"
import { type PlanDetail, PlanNode } from "./plan.ts"
import { type Callee, CallNode, type Here, type LoopNode, type UdfNode } from "./record.ts"
import { Scope, type Vars } from "./scope.ts"
import type { Source } from "./source.ts"
import type { AnalyzeInput } from "./types.ts"
import type { Recorder } from "./units.ts"
import { frame, type PyClass, type PyFunction, PyInstance, Sequence } from "./values.ts"

/** One activation of a user's function. */
export interface Activation {
  readonly fn: PyFunction
  /** What the call that leads in was written with. */
  readonly args?: Args | undefined
  readonly returns: Value[]
  readonly yields: Value[]
}

/** Steps beyond those a single pass over the file needs; past it, calls of the user's functions are not entered. */
const EXTRA_STEPS = 60_000
const STEPS_PER_CHARACTER = 4

/** The state of one interpretation, and the facts it has found so far. */
export class Interpreter {
  readonly input: AnalyzeInput
  readonly calls: CallNode[] = []
  readonly loopsFound: LoopNode[] = []
  readonly uncalled: UncalledMethod[] = []
  readonly udfs: UdfNode[] = []
  readonly plans: PlanNode[] = []
  readonly functions: PyFunction[] = []
  readonly classes: PyClass[] = []
  /** For each class the instance that stands for all whose making isn't seen. */
  readonly generics = new Map<PyClass, PyInstance>()
  /** UDF bodies, interpreted when the module's names are all known. */
  readonly pending: (() => void)[] = []
  /** Calls that give what a name is proven to hold, and so are made on a frame: `big = frames["a"].join(other, "id")`. */
  readonly expected = new Set<Expr>()
  /** Temporary views by name. */
  readonly views = new Map<string, PlanNode>()
  readonly confs: Confs
  /** The file that is asked about. */
  readonly main: Source
  /** The file whose code is being interpreted. */
  source: Source
  /** Calls of other files' functions, with what went in: what those files can't know of their parameters. */
  readonly outgoing: OutgoingCall[] = []

  scope: Scope
  readonly globals: Scope
  path: readonly Arm[] = []
  loops: readonly LoopNode[] = []
  function: FunctionFacts | null = null
  udf: UdfNode | null = null
  /** The scope around the UDF whose body is being interpreted: what comes from there is captured. */
  udfScope: Scope | undefined
  via: readonly Site[] = []
  /** Context managers and decorators around what is being interpreted. */
  within: readonly Value[] = []
  deliberate: Evidence | undefined
  top: Top
  stmt: Stmt | undefined
  readonly activations: Activation[] = []
  /** Classes whose bodies are being executed, innermost last. */
  readonly owners: PyClass[] = []
  /** Told of every name and call with its value; only for look-ups by an editor. */
  observe: ((top: Top, node: Expr, value: Value) => void) | undefined

  bounded: string | undefined
  steps = 0
  /** Nesting of the expression that is being evaluated. */
  depth = 0
  readonly budget: number
  #statement: Statement | undefined
  #statementOf: Stmt | undefined
  #ids = 0
  /** Listens to what one function asks for, while facts are to be kept. */
  recorder: Recorder | undefined

  constructor(input: AnalyzeInput, confs: Confs, source: Source) {
    this.input = input
    this.globals = input.kept?.begin() ?? new Scope("module", null)
    this.scope = this.globals
    this.confs = confs
    this.main = source
    this.source = source
    this.top = { offset: 0, stmt: { kind: "Pass", start: 0, end: 0 }, names: new Set() }
    this.budget = EXTRA_STEPS + STEPS_PER_CHARACTER * input.text.length
  }

  id(): number {
    return this.input.kept ? ++this.input.kept.lastId : ++this.#ids
  }

  site(node: { start: number; end: number }): Site {
    const { path } = this.source
    return path === undefined
      ? { top: this.top, start: node.start, end: node.end }
      : { top: this.top, start: node.start, end: node.end, path }
  }

  /** The statement that is being executed, with what it assigns. */
  get statement(): Statement {
    if (!this.#statement || this.#statementOf !== this.stmt) {
      const stmt = this.stmt
      const targets: string[] = []
      if (stmt?.kind === "Assign")
        for (const target of stmt.targets) if (target.kind === "Name") targets.push(target.id)
      if (stmt?.kind === "AnnAssign" && stmt.target.kind === "Name") targets.push(stmt.target.id)
      this.#statementOf = stmt
      this.#statement = {
        site: stmt ? this.site(stmt) : { top: this.top, start: 0, end: 0 },
        targets,
        bare: stmt?.kind === "Expr",
      }
    }
    return this.#statement
  }

  get here(): Here {
    return {
      statement: this.statement,
      loops: this.loops,
      function: this.function,
      udf: this.udf,
      path: this.path,
      via: this.via,
      within: this.within,
      deliberate: this.deliberate,
    }
  }

  /** Notes a call of PySpark or of another library. */
  record(callee: Callee, at: CallSite): CallNode {
    const call = new CallNode(this.calls.length, callee, at, this)
    this.calls.push(call)
    this.udf?.calls.push(call)
    return call
  }

  plan(
    kind: "DataFrame" | "RDD",
    op: PlanOp,
    inputs: readonly PlanNode[],
    site: Site,
    wide = false,
    detail: PlanDetail = {},
  ): PlanNode {
    const plan = new PlanNode(this.id(), kind, op, inputs, site, wide, detail)
    this.plans.push(plan)
    return plan
  }

  /** Notes how a value that a call computed is used. */
  use(value: Value, use: ResultUse): void {
    const origin = originOf(value)
    if (origin) origin.used(use)
  }

  /** The value goes where nobody here can follow it. */
  escape(value: Value, depth = 0): void {
    switch (value.kind) {
      case "frame":
        ;(value.plan as PlanNode).escapes = true
        break
      case "grouped":
        ;(value.plan as PlanNode).escapes = true
        break
      case "spark":
        if (value.plan) (value.plan as PlanNode).escapes = true
        break
      case "sequence":
        if (depth < 3) {
          if (value.items) for (const item of value.items) this.escape(item, depth + 1)
          else this.escape(value.element, depth + 1)
        }
        break
      case "dict":
        if (depth < 3) {
          if (value.entries) for (const item of value.entries.values()) this.escape(item, depth + 1)
          else this.escape(value.element, depth + 1)
        }
        break
    }
    const origin = originOf(value)
    if (origin) origin.resultEscapes = true
  }

  /** What a value is after two branches: `either` plan for two frames. */
  join(a: Value, b: Value, site: Site): Value {
    if (a === b) return a
    if (a.kind === "frame" && b.kind === "frame" && a.class === b.class) {
      if (a.plan === b.plan) return a
      const first = a.plan as PlanNode
      const second = b.plan as PlanNode
      // a chain of branches stays one node
      if (first.op === "either" && first.inputs.includes(second)) return a
      if (second.op === "either" && second.inputs.includes(first)) return b
      const plan = this.plan(first.kind, "either", [first, second], site)
      for (const name of first.names) if (second.names.includes(name)) plan.named(name)
      return frame(plan, a.class)
    }
    return common(a, b)
  }

  /** Joins ways that began at `base` into it, which is then what holds after all of them. */
  merge(base: Vars, ways: readonly Vars[], site: Site): Vars {
    const names = new Set<string>()
    for (const way of ways) for (const name of way.since(base)) names.add(name)
    for (const name of names) {
      let joined: Value | undefined
      for (const way of ways) {
        const value = way.get(name)
        if (value) joined = joined ? this.join(joined, value, site) : value
      }
      if (joined) base.set(name, joined)
    }
    return base
  }

  /** A mark to come back to with `rollback`. */
  mark(): {
    calls: number
    loops: number
    udfs: number
    plans: number
    pending: number
    confs: number
    uncalled: number
  } {
    return {
      calls: this.calls.length,
      loops: this.loopsFound.length,
      udfs: this.udfs.length,
      plans: this.plans.length,
      pending: this.pending.length,
      confs: this.confs.settings.length,
      uncalled: this.uncalled.length,
    }
  }

  /** Forgets the facts found since the mark. */
  rollback(mark: ReturnType<Interpreter["mark"]>): void {
    this.calls.length = mark.calls
    this.loopsFound.length = mark.loops
    this.udfs.length = mark.udfs
    this.pending.length = mark.pending
    this.confs.settings.length = mark.confs
    this.uncalled.length = mark.uncalled
    for (const plan of this.plans.splice(mark.plans)) {
      plan.undone = true
      for (const input of plan.inputs) {
        input.unlink(plan)
      }
    }
  }

  /** Counts work; true while there is budget for entering the user's functions. */
  affordable(): boolean {
    if (this.steps < this.budget) return true
    this.bounded ??= "the file calls its own functions in more ways than can be followed"
    return false
  }

  /** Something in the file calls a function. */
  noteCalled(fn: PyFunction): void {
    fn.facts.called = true
    this.recorder?.called.add(fn.facts)
  }

  /** What is being interpreted touches what others see too: its facts are not for themselves. */
  touchesOthers(): void {
    if (this.recorder) this.recorder.closed = false
  }

  /** Sizes of files, which may be others in the next version. */
  get sizeOf(): SizeOf | undefined {
    const { sizeOf } = this.input
    return (
      sizeOf &&
      ((path) => {
        this.touchesOthers()
        return sizeOf(path)
      })
    )
  }

  /** The temporary view of a name. */
  view(name: string): PlanNode | undefined {
    const view = this.views.get(name)
    if (view) this.touchesOthers()
    else this.recorder?.tables.add(name)
    return view
  }

  /** The instance that stands for all instances of a class. */
  generic(cls: PyClass): PyInstance {
    this.touchesOthers()
    let instance = this.generics.get(cls)
    if (!instance) {
      instance = new PyInstance(cls)
      this.generics.set(cls, instance)
    }
    return instance
  }

  /** Notes a name that a UDF's body takes from outside, or an attribute of it: `self.codes` by the name `self`. */
  capture(name: string, value: Value, as = name): void {
    if (!this.udf) return
    for (let scope: Scope | null = this.scope; scope && scope !== this.udfScope; scope = scope.parent)
      if (scope.vars.has(name)) return
    this.udf.captures.set(as, value)
  }

  /** A name that `from source import *` brings from another file of the workspace. */
  starMember(source: string, name: string): Value | undefined {
    const dots = /^\.*/.exec(source)![0].length
    return imported(this, source.slice(dots), dots, name)
  }

  bindName(name: string, value: Value): void {
    if (value.kind === "frame") {
      const plan = planOf(value)
      plan.named(name)
      plan.boundBy(this.statement)
      for (const way of waysOf(plan))
        if (way.names.length === 0) {
          way.named(name)
          way.boundBy(this.statement)
        }
    } else if (value instanceof PyInstance)
      // an object that holds frames: where another file's code made them, this is where this file gets them
      for (const held of value.attributes.values())
        if (held.kind === "frame")
          for (const plan of [planOf(held), ...waysOf(planOf(held))]) plan.boundBy(this.statement)
    this.scope.set(name, value)
  }
}

/** The call that computed a value: a count, a list of rows. */
export function originOf(value: Value): CallNode | undefined {
  if (value.kind === "constant" || value instanceof Sequence) return value.origin as CallNode | undefined
  return undefined
}

/**
 * What a name holds on each of several ways: `df = a.distinct() if clean else a`; and after rounds what the last one
 * made: `df = reduce(join, parts)`.
 */
function waysOf(plan: PlanNode): readonly PlanNode[] {
  return plan.op === "either" ? plan.inputs : plan.op === "loop" ? plan.inputs.slice(1) : []
}

export function planOf(value: FrameValue): PlanNode {
  return value.plan as PlanNode
}
