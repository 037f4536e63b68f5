import type { Arm, Evidence, Plan, Value } from "../../../rules/api.ts"
import type { ClassDef, Expr, For, FunctionDef, If, Stmt, Try, While, With } from "../syntax/ast.ts"
import { annotationValue } from "./annotations.ts"
import { debugFlag } from "./debug-flags.ts"
import { expectFrame } from "./evidence.ts"
import { elementOf, evaluate, evaluateUsed, lengthOf, store, truth } from "./expressions.ts"
import { madeInFirstRound } from "./first-round.ts"
import { decided, forgetDefaults, rememberDefaults } from "./flags.ts"
import { callFunction, defineFunction } from "./functions.ts"
import { GuardedArm } from "./guards.ts"
import { importFrom, importModules } from "./imports.ts"
import type { Interpreter } from "./interpreter.ts"
import { carriedMembers, carriesMembers, emptyMembers, type Member } from "./members.ts"
import { assignedIn, targetNames } from "./names.ts"
import type { PlanNode } from "./plan.ts"
import { LoopNode } from "./record.ts"
import { Scope, type Vars } from "./scope.ts"
import { noteUncalled } from "./uncalled.ts"
import {
  ANY_LENGTH,
  comesFrom,
  common,
  constant,
  frame,
  PyClass,
  PyFunction,
  PyInstance,
  Sequence,
  UNKNOWN,
} from "./values.ts"

/** How a block ends: `stops` when control never leaves it at its end (return, raise, break, continue). */
export type Completion = "continues" | "stops"

export function execBlock(it: Interpreter, body: readonly Stmt[]): Completion {
  const path = it.path
  const outer = it.stmt
  let completion: Completion = "continues"
  for (const stmt of body) {
    it.stmt = stmt
    if (exec(it, stmt) === "stops") {
      completion = "stops"
      break
    }
  }
  it.path = path
  it.stmt = outer
  return completion
}

export function exec(it: Interpreter, stmt: Stmt): Completion {
  it.steps++
  switch (stmt.kind) {
    case "Expr": {
      const value = evaluate(it, stmt.value)
      it.use(value, { kind: "discard", site: it.site(stmt) })
      noteUncalled(it, stmt.value)
      return "continues"
    }
    case "Assign": {
      const [target] = stmt.targets
      if (target?.kind === "Name") expectFrame(it, target, stmt.value)
      const value = evaluate(it, stmt.value)
      for (const target of stmt.targets) store(it, target, value)
      return "continues"
    }
    case "AnnAssign": {
      const declared = annotationValue(it, stmt.annotation, stmt.target.kind === "Name" ? stmt.target.id : "value")
      const value = stmt.value ? evaluate(it, stmt.value) : undefined
      if (value || it.scope.kind !== "class")
        store(it, stmt.target, value && value.kind !== "unknown" ? value : declared)
      return "continues"
    }
    case "AugAssign": {
      const before = evaluate(it, stmt.target)
      const value = evaluateUsed(it, stmt.value)
      it.use(before, { kind: "other", site: it.site(stmt.target) })
      if (before instanceof Sequence && before.type === "list" && stmt.op === "+") {
        if (value.kind === "sequence" && value.items)
          for (const item of value.items) before.append(item, it.loops.length === 0, it.loops.at(-1))
        else {
          before.filled(comesFrom(value), it.loops.at(-1))
          before.element = before.length.max === 0 ? elementOf(it, value) : common(before.element, elementOf(it, value))
          before.spread()
        }
      } else if (before.kind === "constant") store(it, stmt.target, constant(before.type))
      else store(it, stmt.target, UNKNOWN)
      return "continues"
    }
    case "Return": {
      const value = stmt.value ? evaluate(it, stmt.value) : constant("None", null)
      it.activations.at(-1)?.returns.push(value)
      return "stops"
    }
    case "FunctionDef": {
      const fn = defineFunction(it, stmt)
      it.scope.set(stmt.name + setterOf(stmt), fn)
      return "continues"
    }
    case "ClassDef":
      it.scope.set(stmt.name, defineClass(it, stmt))
      return "continues"
    case "If":
      return execIf(it, stmt)
    case "For":
      return execFor(it, stmt)
    case "While":
      return execWhile(it, stmt)
    case "With":
      return execWith(it, stmt)
    case "Try":
      return execTry(it, stmt)
    case "Match": {
      evaluateUsed(it, stmt.subject)
      return execArms(
        it,
        stmt,
        stmt.cases.map((c) => () => {
          for (const name of c.binds) it.scope.set(name, UNKNOWN)
          if (c.guard) truth(it, c.guard)
          return execBlock(it, c.body)
        }),
        stmt.cases.some((c) => c.irrefutable),
      )
    }
    case "Raise":
      if (stmt.exc) evaluateUsed(it, stmt.exc)
      return "stops"
    case "Assert":
      truth(it, stmt.test)
      narrow(it, stmt.test)
      if (stmt.msg) evaluateUsed(it, stmt.msg)
      return "continues"
    case "Import":
      importModules(it, stmt)
      return "continues"
    case "ImportFrom":
      importFrom(it, stmt)
      return "continues"
    case "Global":
      it.touchesOthers()
      for (const name of stmt.names) {
        const target = stmt.nonlocal ? owner(it.scope.parent, name) : it.scope.module
        if (target && target !== it.scope) {
          it.scope.redirected ??= new Map()
          it.scope.redirected.set(name, target)
        }
      }
      return "continues"
    case "Delete":
      for (const target of stmt.targets) if (target.kind === "Name") it.scope.vars.set(target.id, UNKNOWN)
      return "continues"
    case "Break":
    case "Continue":
      return "stops"
    case "Pass":
      return "continues"
    case "UnknownStmt":
      for (const expr of stmt.exprs) evaluateUsed(it, expr)
      return execBlock(it, stmt.parts)
  }
}

function owner(scope: Scope | null, name: string): Scope | undefined {
  for (let s = scope; s; s = s.parent) if (s.vars.has(name)) return s
  return undefined
}

/** `isinstance(x, DataFrame)` proves the type of x in the branch. */
function narrow(it: Interpreter, test: Expr): void {
  if (test.kind === "BoolOp" && test.op === "and") for (const value of test.values) narrow(it, value)
  if (test.kind !== "Call" || test.func.kind !== "Name" || test.func.id !== "isinstance") return
  const [subject, type] = test.args
  if (subject?.kind !== "Name" || !type) return
  if (it.scope.get(subject.id)?.kind !== "unknown") return
  const types = type.kind === "Tuple" ? type.elts : [type]
  const values = types.map((each) => annotationValue(it, each, subject.id))
  // of several classes all must say the same: Spark's own and Connect's
  const [value] = values
  if (value?.kind === "frame" && values.every((each) => each.kind === "frame" && each.class === value.class))
    it.bindName(subject.id, value)
  else if (value && value.kind !== "unknown" && values.length === 1) it.bindName(subject.id, value)
}

/** What holds where a test failed: `if not isinstance(x, DataFrame): raise` leaves a DataFrame behind. */
function narrowFailed(it: Interpreter, test: Expr): void {
  if (test.kind === "UnaryOp" && test.op === "not") narrow(it, test.operand)
  else if (test.kind === "BoolOp" && test.op === "or") for (const value of test.values) narrowFailed(it, value)
}

function execIf(it: Interpreter, stmt: If): Completion {
  truth(it, stmt.test)
  if (isMainGuard(stmt.test) && stmt.orelse.length === 0) return execBlock(it, stmt.body)
  const deliberate = it.deliberate
  const flagged = debugFlag(it, stmt.test)
  const way = decided(it, stmt.test)
  const left: Evidence | undefined =
    way === undefined ? undefined : { message: "not reached by this call", site: it.site(stmt.test) }
  const forgotten = new Map<string, Value>()
  const forget = (holds: boolean): void => {
    // the arm that a call leaves out changes nothing
    if (way !== undefined) return
    for (const [name, value] of forgetDefaults(it, stmt.test, holds)) forgotten.set(name, value)
  }
  const ends: Completion[] = []
  const completion = execArms(
    it,
    stmt,
    [
      () => {
        it.deliberate = deliberate ?? flagged ?? (way === false ? left : undefined)
        narrow(it, stmt.test)
        forget(true)
        const end = execBlock(it, stmt.body)
        ends.push(end)
        it.deliberate = deliberate
        return end
      },
      () => {
        narrowFailed(it, stmt.test)
        if (way) it.deliberate = deliberate ?? left
        forget(false)
        const end = execBlock(it, stmt.orelse)
        ends.push(end)
        it.deliberate = deliberate
        return end
      },
    ],
    true,
    stmt.test,
    way === undefined ? undefined : way ? 0 : 1,
  )
  if (forgotten.size > 0 && ends.every((end) => end === "continues"))
    rememberDefaults(it, forgotten, assignedIn([...stmt.body, ...stmt.orelse]))
  return completion
}

function isMainGuard(test: Expr): boolean {
  return test.kind === "Compare" && test.left.kind === "Name" && test.left.id === "__name__"
}

/**
 * Runs exclusive arms from one state and joins what continues. When all but one arm stop, the rest of the block is on
 * that arm's path. Where the arm that is `taken` is known, only what it leaves behind holds afterwards.
 */
function execArms(
  it: Interpreter,
  at: Stmt,
  arms: readonly (() => Completion)[],
  exhaustive: boolean,
  test?: Expr,
  taken?: number,
): Completion {
  const branch = it.id()
  const site = it.site(at)
  const armOf = (arm: number): Arm => (test ? new GuardedArm(branch, arm, test, site, it) : { branch, arm })
  const path = it.path
  const before = it.scope.vars
  const survivors: { vars: Vars; arm: number }[] = []
  arms.forEach((run, arm) => {
    it.path = [...path, armOf(arm)]
    it.scope.vars = before.fork()
    if (run() === "continues") survivors.push({ vars: it.scope.vars, arm })
  })
  if (!exhaustive) survivors.push({ vars: before, arm: arms.length })
  const only = survivors.find(({ arm }) => arm === taken)
  if (only) {
    it.path = path
    it.scope.vars = it.merge(before, [only.vars], site)
    return "continues"
  }
  it.path = path
  if (survivors.length === 0) {
    it.scope.vars = before
    return "stops"
  }
  it.scope.vars = it.merge(
    before,
    survivors.map((s) => s.vars),
    site,
  )
  if (survivors.length === 1 && arms.length > 1) it.path = [...path, armOf(survivors[0]!.arm)]
  return "continues"
}

function execWith(it: Interpreter, stmt: With): Completion {
  const { within } = it
  for (const item of stmt.items) {
    const value = evaluate(it, item.value)
    const inside = managed(it, value, stmt.async ? "__aenter__" : "__enter__", item.value)
    if (item.target) store(it, item.target, inside === undefined || inside.kind === "unknown" ? value : inside)
    it.within = [...it.within, value]
  }
  const completion = execBlock(it, stmt.body)
  const opened = it.within.slice(within.length)
  it.within = within
  opened.reverse().forEach((value, i) => {
    managed(it, value, stmt.async ? "__aexit__" : "__exit__", stmt.items.at(-1 - i)!.value, [UNKNOWN, UNKNOWN, UNKNOWN])
  })
  return completion
}

/** Calls what a class of the user's does where a `with` begins or ends. */
function managed(
  it: Interpreter,
  value: Value,
  name: string,
  at: Expr,
  args: readonly Value[] = [],
): Value | undefined {
  if (value instanceof PyInstance) it.touchesOthers()
  const method = value instanceof PyInstance ? value.class.find(name) : undefined
  if (!(value instanceof PyInstance) || !(method instanceof PyFunction)) return undefined
  return callFunction(it, method.with({ self: value.self }), undefined, args, it.site(at))
}

/** `except ImportError`, alone or among others. */
function missesImport(type: Expr): boolean {
  if (type.kind === "Tuple") return type.elts.some(missesImport)
  return type.kind === "Name" && (type.id === "ImportError" || type.id === "ModuleNotFoundError")
}

function execTry(it: Interpreter, stmt: Try): Completion {
  const before = it.scope.vars
  const path = it.path
  const site = it.site(stmt)
  it.scope.vars = before.fork()
  let body = execBlock(it, stmt.body)
  const branch = it.id()
  const afterBody = it.scope.vars
  const survivors: Vars[] = []
  // a handler starts from anywhere in the body: what was before it, or what it set
  const handlers = stmt.handlers.map(() => before.fork())
  for (const start of handlers) {
    for (const name of afterBody.since(before)) {
      const was = before.get(name)
      const now = afterBody.get(name)!
      start.set(name, was ? it.join(was, now, site) : now)
    }
  }
  if (body === "continues") {
    it.path = [...path, { branch, arm: 0 }]
    body = execBlock(it, stmt.orelse)
    it.path = path
    if (body === "continues") survivors.push(it.scope.vars)
  }
  stmt.handlers.forEach((handler, i) => {
    it.scope.vars = handlers[i]!
    it.path = [...path, { branch, arm: i + 1, failed: it.site(handler) }]
    if (handler.type) evaluate(it, handler.type)
    if (handler.name) it.scope.set(handler.name, UNKNOWN)
    const end = execBlock(it, handler.body)
    // what stands in for a library that is missing says nothing of code that runs with it
    const standIn = body === "continues" && handler.type !== null && missesImport(handler.type)
    if (end === "continues" && !standIn) survivors.push(it.scope.vars)
    it.path = path
  })
  const stopped = survivors.length === 0
  it.scope.vars = it.merge(before, stopped ? [afterBody] : survivors, site)
  const end = execBlock(it, stmt.finalbody)
  return stopped || end === "stops" ? "stops" : "continues"
}

function execFor(it: Interpreter, stmt: For): Completion {
  const iterable = evaluate(it, stmt.iter)
  const targets = new Set<string>()
  targetNames(stmt.target, targets)
  const header = { start: stmt.start, end: stmt.iter.end }
  runLoop(it, stmt, {
    kind: "for",
    header,
    targets: [...targets],
    iterable,
    body: stmt.body,
    enter: (loop) => {
      it.use(iterable, { kind: "iterate", site: it.site(stmt.iter), loop })
      store(it, stmt.target, elementOf(it, iterable))
    },
  })
  if (stmt.orelse.length > 0) execBlock(it, stmt.orelse)
  return "continues"
}

function execWhile(it: Interpreter, stmt: While): Completion {
  runLoop(it, stmt, {
    kind: "while",
    header: { start: stmt.start, end: stmt.test.end },
    targets: [],
    iterable: UNKNOWN,
    body: stmt.body,
    enter: () => truth(it, stmt.test),
  })
  if (stmt.orelse.length > 0) execBlock(it, stmt.orelse)
  return "continues"
}

/** Statements that end a loop early leave the number of rounds only as an upper bound. */
function mayBreak(body: readonly Stmt[]): boolean {
  return body.some(
    (stmt) =>
      stmt.kind === "Break" ||
      stmt.kind === "Return" ||
      (stmt.kind === "If" && (mayBreak(stmt.body) || mayBreak(stmt.orelse))) ||
      (stmt.kind === "Try" && (mayBreak(stmt.body) || stmt.handlers.some((h) => mayBreak(h.body)))) ||
      (stmt.kind === "With" && mayBreak(stmt.body)),
  )
}

interface LoopShape {
  readonly kind: "for" | "while"
  readonly header: { start: number; end: number }
  readonly targets: readonly string[]
  readonly iterable: Value
  readonly body: readonly Stmt[]
  readonly enter: (loop: LoopNode) => void
}

/**
 * Interprets a loop's body once, with a `loop` plan for each frame that the body reassigns, then ties the back edge.
 * Where a name becomes a frame only inside (`result = None`, then a union), a second pass starts from that frame.
 */
function runLoop(it: Interpreter, stmt: For | While, shape: LoopShape): void {
  const assigned = assignedIn(shape.body)
  const before = it.scope.vars
  for (const name of madeInFirstRound(shape.body)) {
    const was = before.get(name)
    // not bound yet, or an empty list in its place: as good as `None`
    if (!was || (was.kind === "sequence" && was.length.max === 0)) before.set(name, constant("None", null))
  }
  const mark = it.mark()
  const members = carriedMembers(it, shape.body)
  const filled = emptyMembers(it, shape.body)
  let entries = enterLoop(it, stmt, shape, assigned, before, members)
  const late: [string, Value][] = []
  for (const name of assigned) {
    const was = before.get(name)
    const now = it.scope.vars.get(name)
    if (now?.kind === "frame" && was && was.kind !== "frame" && was.kind !== "unknown" && !entries.has(name))
      late.push([name, now])
  }
  const fresh = filled()
  if (late.length > 0 || fresh.length > 0) {
    it.rollback(mark)
    const start = before.fork()
    for (const [name, value] of late) start.set(name, value)
    for (const { object, attr, value } of members) object.attributes.set(attr, value)
    entries = enterLoop(it, stmt, shape, assigned, start, [...members, ...fresh])
  }
  // after the loop: what was before, or what a round left
  const after = it.scope.vars
  const site = it.site(shape.header)
  for (const name of after.since(before)) {
    const value = entries.get(name)
    const was = before.get(name)
    const now = after.get(name)!
    before.set(name, value ?? (was ? it.join(was, now, site) : now))
  }
  it.scope.vars = before
}

function enterLoop(
  it: Interpreter,
  stmt: For | While,
  shape: LoopShape,
  assigned: ReadonlySet<string>,
  before: Vars,
  members: readonly Member[],
): Map<string, Value> {
  const site = it.site(shape.header)
  const entries = new Map<string, Value>()
  const vars = before.fork()
  for (const name of assigned) {
    const value = vars.get(name)
    if (value?.kind === "frame") {
      const plan = it.plan(value.plan.kind, "loop", [value.plan as PlanNode], site)
      plan.named(name)
      const entry = frame(plan, value.class)
      entries.set(name, entry)
      vars.set(name, entry)
    } else if (value?.kind === "constant" && value.type !== "None") vars.set(name, constant(value.type))
  }
  it.scope.vars = vars
  const kept = members.map((member) => {
    const before = member.value.plan as PlanNode
    const entry = it.plan(before.kind, "loop", [before], site)
    entry.named(member.name)
    member.object.attributes.set(member.attr, frame(entry, member.value.class))
    return { ...member, entry }
  })
  const length = shape.kind === "for" ? lengthOf(shape.iterable) : ANY_LENGTH
  const first = shape.body[0]
  const last = shape.body.at(-1)
  const loop = new LoopNode(
    {
      id: it.id(),
      kind: shape.kind,
      site: it.site(stmt),
      header: site,
      targets: shape.targets,
      iterable: shape.iterable,
      rounds: mayBreak(shape.body) ? { min: 0, max: length.max } : length,
      body: it.site({ start: first?.start ?? stmt.end, end: last?.end ?? stmt.end }),
    },
    it.here,
  )
  carriesMembers(loop, members)
  it.loopsFound.push(loop)
  it.udf?.loops.push(loop)
  const outer = it.loops
  it.loops = [...outer, loop]
  shape.enter(loop)
  execBlock(it, shape.body)
  it.loops = outer
  for (const [name, entry] of entries) {
    const value = it.scope.vars.get(name)
    const plan = (entry as { plan: Plan }).plan as PlanNode
    if (value?.kind !== "frame" || value.plan === plan) continue
    plan.link(value.plan as PlanNode)
    if (descendsFrom(value.plan as PlanNode, plan))
      loop.carried.push({
        name,
        before: plan.inputs[0]!,
        entry: plan,
        after: value.plan,
        site: lastAssignment(it, shape.body, name) ?? site,
      })
  }
  for (const { object, attr, name, value, entry } of kept) {
    const after = object.attributes.get(attr)
    // what follows sees what was before, or what a round left
    object.attributes.set(attr, frame(entry, value.class))
    if (after?.kind !== "frame" || after.plan === entry) continue
    entry.link(after.plan as PlanNode)
    if (descendsFrom(after.plan as PlanNode, entry))
      loop.carried.push({
        name,
        before: value.plan,
        entry,
        after: after.plan,
        site: lastAssignment(it, shape.body, name) ?? site,
      })
  }
  return entries
}

/** True when a plan is computed from another through any number of steps. Bounded. */
export function descendsFrom(plan: PlanNode, ancestor: PlanNode): boolean {
  const seen = new Set<PlanNode>()
  const queue = [plan]
  for (let at = 0; at < queue.length && at < 5_000; at++) {
    const node = queue[at]!
    if (node === ancestor) return true
    for (const input of node.inputs)
      if (!seen.has(input)) {
        seen.add(input)
        queue.push(input)
      }
  }
  return false
}

function lastAssignment(
  it: Interpreter,
  body: readonly Stmt[],
  name: string,
): ReturnType<Interpreter["site"]> | undefined {
  for (let i = body.length - 1; i >= 0; i--) {
    const stmt = body[i]!
    const names = new Set<string>()
    if (stmt.kind === "Assign")
      for (const target of stmt.targets) {
        targetNames(target, names)
        if (target.kind === "Attribute" && target.value.kind === "Name") names.add(`${target.value.id}.${target.attr}`)
      }
    else if (stmt.kind === "AnnAssign" || stmt.kind === "AugAssign") targetNames(stmt.target, names)
    if (names.has(name)) return it.site(stmt)
    const inner =
      stmt.kind === "If"
        ? [...stmt.body, ...stmt.orelse]
        : stmt.kind === "With" || stmt.kind === "For" || stmt.kind === "While"
          ? stmt.body
          : stmt.kind === "Try"
            ? [...stmt.body, ...stmt.handlers.flatMap((h) => h.body), ...stmt.orelse, ...stmt.finalbody]
            : []
    const found = inner.length > 0 ? lastAssignment(it, inner, name) : undefined
    if (found) return found
  }
  return undefined
}

/** `.setter` for what sets a property: it doesn't take the place of what gets it. */
function setterOf({ name, decorators }: FunctionDef): string {
  for (const each of decorators)
    if (each.kind === "Attribute" && each.value.kind === "Name" && each.value.id === name)
      if (each.attr === "setter" || each.attr === "deleter") return `.${each.attr}`
  return ""
}

/** Bases of Python's own that give a class no method of its own. */
const PLAIN_BASES = /^(abc|typing|typing_extensions|enum|collections\.abc|dataclasses)\b/
/** Bases that make a class take its fields as arguments. */
const FIELD_BASES = /(^|\.)(NamedTuple|BaseModel|BaseSettings)$/

function defineClass(it: Interpreter, stmt: ClassDef): PyClass {
  const cls = new PyClass(stmt.name, false, stmt)
  for (const base of stmt.bases) {
    const value = evaluate(it, base)
    if (value instanceof PyClass && !value.pyspark) {
      cls.bases.push(value)
      cls.library ??= value.library
      cls.dataclass ||= value.dataclass
    } else cls.open = true
    if (value.kind !== "foreign") continue
    if (!value.path.startsWith("builtins.") && !PLAIN_BASES.test(value.path)) cls.library ??= value.path
    if (FIELD_BASES.test(value.path)) cls.dataclass = true
  }
  for (const decorator of stmt.decorators) {
    const target = decorator.kind === "Call" ? decorator.func : decorator
    const name = target.kind === "Name" ? target.id : target.kind === "Attribute" ? target.attr : ""
    if (name === "dataclass" || name === "define" || name === "frozen") cls.dataclass = true
    evaluate(it, decorator)
  }
  const outer = it.scope
  const scope = new Scope("class", outer)
  it.scope = scope
  for (const inner of stmt.body) {
    if (inner.kind === "AnnAssign" && inner.target.kind === "Name")
      cls.fields.push({ name: inner.target.id, annotation: annotationValue(it, inner.annotation, inner.target.id) })
  }
  it.owners.push(cls)
  execBlock(it, stmt.body)
  it.owners.pop()
  it.scope = outer
  for (const [name, value] of scope.vars.own) cls.members.set(name, value)
  it.classes.push(cls)
  return cls
}
