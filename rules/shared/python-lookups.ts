import type { PyExpr } from "../api.ts"
import type { Env, PyCall, Translator } from "./python-translate.ts"
import { type Col, quoted, textOf } from "./python-writer.ts"

/** `json.loads(s)["a"]["b"]`, `names[code]`, `names.get(code, "other")`: what can be described, not written for certain. */
export function lookedUp(t: Translator, expr: PyExpr, env: Env): Col | undefined {
  return jsonField(t, expr, env) ?? inDict(t, expr, env)
}

/** A field of a parsed JSON text. */
function jsonField(t: Translator, expr: PyExpr, env: Env): Col | undefined {
  const path: string[] = []
  let on = expr
  for (;;) {
    const key = on.op === "index" ? on.index : on.op === "call" && on.on && on.fn === "get" ? on.args[0] : undefined
    const text = textOf(key)
    if (text === undefined) break
    path.unshift(text)
    on = on.op === "index" ? on.on : (on as PyCall).on!
  }
  if (path.length === 0 || on.op !== "call" || on.fn !== "json.loads" || on.args.length !== 1) return undefined
  t.w.sketch = "it gives a text; for several fields or other types parse once, with `from_json` and a schema"
  const json = t.string(on.args[0]!, env)
  const steps = path.map((key) => (/^\w+$/.test(key) ? `.${key}` : `['${key}']`)).join("")
  return t.w.fn("get_json_object", "any", json, quoted(`$${steps}`))
}

/** An entry of a Python dict that the UDF captures or holds. */
function inDict(t: Translator, expr: PyExpr, env: Env): Col | undefined {
  const { w } = t
  const found = lookup(expr)
  if (!found) return undefined
  const { dict, key, otherwise } = found
  let map: string
  if (dict.op === "dict") {
    if (dict.entries.length === 0) return undefined
    const parts = dict.entries.flat().map((part) => t.value(part, env))
    if (parts.some(({ form }) => form !== "literal")) return undefined
    map = `${w.name("create_map")}(${parts.map((part) => w.lit(part)).join(", ")})`
  } else if (dict.op === "name" && (dict.value ?? w.captured(dict.name))?.kind === "dict")
    map = `${w.name("create_map")}(*[${w.name("lit")}(part) for pair in ${dict.name}.items() for part in pair])`
  else return undefined
  w.sketch = "a large dict is better joined, as a DataFrame of its items"
  const entry: Col = { text: `${map}[${w.column(t.value(key, env))}]`, type: "any", form: "column" }
  return otherwise ? w.fn("coalesce", "any", entry, t.value(otherwise, env)) : entry
}

interface Lookup {
  readonly dict: PyExpr
  readonly key: PyExpr
  readonly otherwise?: PyExpr
}

function lookup(expr: PyExpr): Lookup | undefined {
  if (expr.op === "index") return { dict: expr.on, key: expr.index }
  if (expr.op !== "call" || expr.args.length === 0 || expr.args.length > 2) return undefined
  const [key, otherwise] = expr.args
  const name = /^(\w+)\.get$/.exec(expr.fn)?.[1]
  const dict: PyExpr | undefined = expr.on && expr.fn === "get" ? expr.on : name ? { op: "name", name } : undefined
  return dict && { dict, key: key!, ...(otherwise ? { otherwise } : {}) }
}
