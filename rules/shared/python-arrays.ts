import type { PyExpr } from "../api.ts"
import { elementType } from "./python-strings.ts"
import type { Env, PyCall, Translator } from "./python-translate.ts"
import { type Col, NoColumn, plainName } from "./python-writer.ts"

type Comprehension = Extract<PyExpr, { op: "comprehension" }>

/** An array, or what is most likely one: only arrays and texts can be gone through. */
function array(t: Translator, expr: PyExpr, env: Env): Col {
  const col = t.strict(expr, env)
  if (col.type === "array") {
    if (col.form === "param" && !t.w.types.get(col.name!)?.proven) t.w.differs(`\`${col.text}\` is taken for an array`)
    return col
  }
  if (col.type !== "any" || col.form !== "param") throw new NoColumn()
  t.w.differs(`\`${col.text}\` is taken for an array`)
  return { ...col, type: "array" }
}

function inner(expr: Comprehension, env: Env): Env {
  const type = elementType(expr.over)
  // the parts of a split text are never null
  const present = type === "string" ? new Set([...env.present, expr.name]) : env.present
  return { present, elements: new Map([...env.elements, [expr.name, type]]) }
}

/** The elements that a comprehension keeps, and what it makes of them. */
function mapped(t: Translator, expr: Comprehension, env: Env): Col {
  const { w } = t
  let over = array(t, expr.over, env)
  const within = inner(expr, env)
  if (expr.only) over = w.fn("filter", "array", over, `lambda ${expr.name}: ${t.test(expr.only, within).text}`)
  if (expr.each.op === "param" && expr.each.name === expr.name) return over
  return w.fn("transform", "array", over, `lambda ${expr.name}: ${w.column(t.value(expr.each, within))}`)
}

/** `[f(x) for x in xs if p(x)]`. */
export function comprehension(t: Translator, expr: Comprehension, env: Env): Col {
  if (expr.type === "dict") throw new NoColumn()
  if (vectorElements(expr)) return ofVector(t, expr.over, env)
  const made = mapped(t, expr, env)
  if (expr.type !== "set") {
    if (!expr.only && made.form === "param") throw new NoColumn()
    return made
  }
  t.w.differs("the elements keep their order")
  return t.w.fn("array_distinct", "array", made)
}

/** `[float(v) for v in vector]`. */
function vectorElements(expr: Comprehension): boolean {
  const { each } = expr
  return each.op === "call" && plainName(each.fn) === "float" && each.args[0]?.op === "param" && !expr.only
}

/** An ML vector as an array; what may be one is only described. */
function ofVector(t: Translator, expr: PyExpr, env: Env): Col {
  const col = t.strict(expr, env)
  if (col.form !== "param") throw new NoColumn()
  if (col.type !== "vector") t.w.sketch = "for an ML vector; an array of other numbers is `cast`"
  return { text: `${t.w.name("vector_to_array", "pyspark.ml.functions")}(${col.text})`, type: "array", form: "column" }
}

/** `any(…)`, `all(…)`, `sum(…)`, `sorted(xs)`, `list(map(…))`, `vector.toArray().tolist()`. */
export function arrayCall(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const { w } = t
  const [first] = expr.args
  if (expr.on) {
    if (expr.fn === "tolist" || expr.fn === "toArray") return vectorCall(t, expr, env)
    return undefined
  }
  if (!first || expr.args.length !== 1) return undefined
  switch (plainName(expr.fn)) {
    case "list": {
      if (first.op === "comprehension") return mapped(t, first, env)
      if (first.op === "call" && first.fn === "toArray") return t.value(first, env)
      if (first.op === "call" && plainName(first.fn) === "set" && first.args.length === 1) {
        w.differs("the elements keep their order")
        return w.fn("array_distinct", "array", array(t, first.args[0]!, env))
      }
      if (first.op === "call" && plainName(first.fn) === "zip" && first.args.length > 1 && !first.keywords) {
        w.sketch = "its elements are structs, and a shorter array is filled up with nulls"
        return w.fn("arrays_zip", "array", ...first.args.map((arg) => array(t, arg, env)))
      }
      return undefined
    }
    case "any":
    case "all": {
      if (first.op !== "comprehension") return undefined
      const test = t.test(first.each, inner(first, env))
      let over = array(t, first.over, env)
      if (first.only)
        over = w.fn("filter", "array", over, `lambda ${first.name}: ${t.test(first.only, inner(first, env)).text}`)
      w.differs("null elements make the answer null")
      return w.fn(
        plainName(expr.fn) === "any" ? "exists" : "forall",
        "boolean",
        over,
        `lambda ${first.name}: ${test.text}`,
      )
    }
    case "sum": {
      const over = first.op === "comprehension" ? mapped(t, first, env) : array(t, first, env)
      w.differs("a null element makes the sum null, and the sum has the type of its start")
      return w.fn("aggregate", "any", over, `${w.name("lit")}(0.0)`, "lambda total, x: total + x")
    }
    case "sorted":
      w.differs("null elements come last, where the UDF fails")
      return w.fn("array_sort", "array", array(t, first, env))
    case "max":
    case "min":
      w.differs("null elements are passed over, where the UDF fails")
      return w.fn(plainName(expr.fn) === "max" ? "array_max" : "array_min", "any", array(t, first, env))
    case "set":
      w.differs("the elements keep their order")
      return w.fn("array_distinct", "array", array(t, first, env))
    default:
      return undefined
  }
}

function vectorCall(t: Translator, expr: PyCall, env: Env): Col | undefined {
  const on = expr.on!
  if (expr.fn === "tolist") return on.op === "call" && on.fn === "toArray" ? t.value(on, env) : undefined
  return on.op === "param" ? ofVector(t, on, env) : undefined
}
