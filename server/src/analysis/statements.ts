import type { Stmt } from "../syntax/ast.ts"
import { annotationValue } from "./annotations.ts"
import { execArms, execIf, execTry, execWith, narrow } from "./branches.ts"
import { defineClass, setterOf } from "./classes.ts"
import { common } from "./common.ts"
import { expectFrame } from "./evidence.ts"
import { elementOf, evaluate, evaluateUsed, store, truth } from "./expressions.ts"
import { defineFunction } from "./functions.ts"
import { importFrom, importModules } from "./imports.ts"
import type { Interpreter } from "./interpreter.ts"
import { execFor, execWhile } from "./loops.ts"
import type { Scope } from "./scope.ts"
import { noteUncalled } from "./uncalled.ts"
import { comesFrom, constant, Sequence, UNKNOWN } from "./values.ts"

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
