import type { ClassDef, FunctionDef } from "../syntax/ast.ts"
import { annotationValue } from "./annotations.ts"
import { evaluate } from "./expressions.ts"
import type { Interpreter } from "./interpreter.ts"
import { Scope } from "./scope.ts"
import { execBlock } from "./statements.ts"
import { PyClass } from "./values.ts"

/** `.setter` for what sets a property: it doesn't take the place of what gets it. */
export function setterOf({ name, decorators }: FunctionDef): string {
  for (const each of decorators)
    if (each.kind === "Attribute" && each.value.kind === "Name" && each.value.id === name)
      if (each.attr === "setter" || each.attr === "deleter") return `.${each.attr}`
  return ""
}

/** Bases of Python's own that give a class no method of its own. */
const PLAIN_BASES = /^(abc|typing|typing_extensions|enum|collections\.abc|dataclasses)\b/
/** Bases that make a class take its fields as arguments. */
const FIELD_BASES = /(^|\.)(NamedTuple|BaseModel|BaseSettings)$/

export function defineClass(it: Interpreter, stmt: ClassDef): PyClass {
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
