import type { Arm, Evidence, Value } from "../../../rules/api.ts"
import type { Expr, If, Stmt, Try, With } from "../syntax/ast.ts"
import { annotationValue } from "./annotations.ts"
import { debugFlag } from "./debug-flags.ts"
import { evaluate, store, truth } from "./expressions.ts"
import { decided, forgetDefaults, rememberDefaults } from "./flags.ts"
import { callFunction } from "./functions.ts"
import { GuardedArm } from "./guards.ts"
import type { Interpreter } from "./interpreter.ts"
import { assignedIn } from "./names.ts"
import type { Vars } from "./scope.ts"
import { type Completion, execBlock } from "./statements.ts"
import { PyFunction, PyInstance, UNKNOWN } from "./values.ts"

/** `isinstance(x, DataFrame)` proves the type of x in the branch. */
export function narrow(it: Interpreter, test: Expr): void {
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

export function execIf(it: Interpreter, stmt: If): Completion {
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
export function execArms(
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

export function execWith(it: Interpreter, stmt: With): Completion {
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

export function execTry(it: Interpreter, stmt: Try): Completion {
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
