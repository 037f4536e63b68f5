import type { Value } from "../../../rules/api.ts"
import type { Expr } from "../syntax/ast.ts"
import { ownField } from "./attributes.ts"
import { evaluate } from "./expressions.ts"
import type { Interpreter } from "./interpreter.ts"
import {
  ANY_LENGTH,
  constant,
  Dict,
  foreign,
  frame,
  PyClass,
  PyInstance,
  Sequence,
  spark,
  UNKNOWN,
  UNKNOWN_COLUMN,
} from "./values.ts"

/** What a value is by its annotation; frames get a `param` plan under the given name. */
export function annotationValue(it: Interpreter, annotation: Expr, name: string): Value {
  switch (annotation.kind) {
    case "Name":
    case "Attribute":
      return instanceOf(it, quietly(it, annotation), annotation, name)
    case "Constant":
      return annotation.type === "str" ? textAnnotation(it, String(annotation.value), annotation, name) : UNKNOWN
    case "BinOp": {
      if (annotation.op !== "|") return UNKNOWN
      return alternatives(it, [annotation.left, annotation.right], name)
    }
    case "Subscript":
      return generic(it, annotation, name)
    case "Tuple":
      return UNKNOWN
    default:
      return UNKNOWN
  }
}

/** `A | B | None`: what all of them are, as the classic frame and that of Connect. */
function alternatives(it: Interpreter, types: readonly Expr[], name: string): Value {
  const values = types.filter((type) => !isNoneType(type)).map((type) => annotationValue(it, type, name))
  const [first] = values
  if (!first || values.length === 1) return first ?? UNKNOWN
  const same = values.every((value) => value.kind === "frame" && first.kind === "frame" && value.class === first.class)
  return same ? first : UNKNOWN
}

/** The class that `Union[A, B]` or `Optional[A]` stands for as a value of its own: a type alias. */
export function aliasedClass(it: Interpreter, types: readonly Expr[]): Value | undefined {
  let found: PyClass | undefined
  for (const type of types) {
    if (isNoneType(type)) continue
    // a class of which only the name is there, imported for type checkers alone
    if (type.kind === "Constant" && typeof type.value === "string" && found?.name === "DataFrame")
      if (/(^|[.\w])DataFrame$/.test(type.value)) continue
    const value = quietly(it, type)
    if (!(value instanceof PyClass) || (found && found.name !== value.name)) return undefined
    found = value
  }
  return found
}

function isNoneType(expr: Expr): boolean {
  return expr.kind === "Constant" && expr.type === "None"
}

/** Evaluates a type without telling an editor's look-up of the values inside. */
function quietly(it: Interpreter, expr: Expr): Value {
  const observe = it.observe
  it.observe = undefined
  const value = evaluate(it, expr)
  it.observe = observe
  return value
}

/** Some object of a class: like those that are known, but with frames of its own. */
function another(it: Interpreter, cls: PyClass, at: { start: number; end: number }): PyInstance {
  const instance = new PyInstance(cls)
  for (const [name, value] of it.generic(cls).attributes)
    instance.attributes.set(name, ownField(it, value, name, it.site(at)))
  return instance
}

function instanceOf(it: Interpreter, type: Value, at: { start: number; end: number }, name: string): Value {
  if (type instanceof PyClass) {
    if (!type.pyspark) return another(it, type, at)
    return instanceOfPyspark(it, type.name, at, name)
  }
  if (type.kind === "foreign") {
    switch (type.path) {
      case "builtins.str":
        return constant("str")
      case "builtins.int":
        return constant("int")
      case "builtins.float":
        return constant("float")
      case "builtins.bool":
        return constant("bool")
      case "builtins.list":
        return new Sequence("list", undefined, UNKNOWN, ANY_LENGTH)
      case "builtins.dict":
        return new Dict(undefined, UNKNOWN)
    }
    return foreign(`${type.path}()`)
  }
  return UNKNOWN
}

/** An instance of a PySpark class by its short name. */
export function instanceOfPyspark(
  it: Interpreter,
  className: string,
  at: { start: number; end: number },
  name: string,
): Value {
  switch (className) {
    case "DataFrame":
    case "RDD": {
      const plan = it.plan(className, "param", [], it.site(at))
      plan.named(name)
      return frame(plan)
    }
    case "Column":
      return UNKNOWN_COLUMN
    case "GroupedData": {
      const plan = it.plan("DataFrame", "opaque", [], it.site(at))
      return { kind: "grouped", plan, keys: [{ op: "unknown" }], how: "groupBy" }
    }
    case "WindowSpec":
      return { kind: "window", spec: { site: it.site(at), partitionBy: undefined, orderBy: undefined, framed: false } }
    case "SQLContext":
    case "HiveContext":
      return spark("SparkSession")
    default:
      return spark(className)
  }
}

/** `"DataFrame"`, `"pyspark.sql.DataFrame"`, `"Optional[DataFrame]"` as text. */
function textAnnotation(it: Interpreter, text: string, at: { start: number; end: number }, name: string): Value {
  const inner = /^\s*(?:typing\.|t\.)?Optional\[(.*)\]\s*$/s.exec(text)?.[1] ?? text.replace(/\|\s*None\s*$/, "")
  const path = inner.trim()
  if (!/^[A-Za-z_][\w.]*$/.test(path)) return UNKNOWN
  const [first, ...rest] = path.split(".")
  let expr: Expr = { kind: "Name", id: first!, start: at.start, end: at.end }
  for (const attr of rest)
    expr = { kind: "Attribute", value: expr, attr, attrStart: at.start, start: at.start, end: at.end }
  return instanceOf(it, quietly(it, expr), at, name)
}

function generic(it: Interpreter, annotation: Extract<Expr, { kind: "Subscript" }>, name: string): Value {
  const base =
    annotation.value.kind === "Name"
      ? annotation.value.id
      : annotation.value.kind === "Attribute"
        ? annotation.value.attr
        : ""
  const args = annotation.slice.kind === "Tuple" ? annotation.slice.elts : [annotation.slice]
  const inner = (i: number): Value => (args[i] ? annotationValue(it, args[i], name) : UNKNOWN)
  switch (base) {
    case "Optional":
    case "Annotated":
    case "Final":
    case "ClassVar":
      return inner(0)
    case "Union": {
      return alternatives(it, args, name)
    }
    case "List":
    case "list":
    case "Sequence":
    case "Collection":
      return new Sequence("list", undefined, inner(0), ANY_LENGTH)
    case "Set":
    case "set":
      return new Sequence("set", undefined, inner(0), ANY_LENGTH)
    case "Iterator":
    case "Iterable":
    case "Generator":
      return new Sequence("iterator", undefined, inner(0), ANY_LENGTH)
    case "Tuple":
    case "tuple":
      if (args.length === 2 && args[1]?.kind === "Constant" && args[1].type === "Ellipsis")
        return new Sequence("tuple", undefined, inner(0), ANY_LENGTH)
      return Sequence.of(
        "tuple",
        args.map((arg) => annotationValue(it, arg, name)),
      )
    case "Dict":
    case "dict":
    case "Mapping":
      return new Dict(undefined, inner(1))
    case "RDD":
      return instanceOfPyspark(it, "RDD", annotation, name)
    default:
      return UNKNOWN
  }
}
