import type { PyExpr } from "../api.ts"
import { type Col, type ColumnType, isNone, NoColumn } from "./python-writer.ts"

/** The parameter that a test asks to be None: `x is None`. */
export function isNullTest(expr: PyExpr): string | undefined {
  if (expr.op !== "binary" || !isNone(expr.right) || expr.left.op !== "param") return undefined
  return expr.symbol === "is" || expr.symbol === "==" ? expr.left.name : undefined
}

export function common(cols: readonly Col[]): ColumnType {
  const types = new Set(cols.map(({ type }) => type).filter((type) => type !== "null"))
  if (types.size === 1) return [...types][0]!
  return types.size === 0 ? "null" : "any"
}

/** A name from outside that holds one Python value. */
export function outsideName(expr: Extract<PyExpr, { op: "name" }>): Col {
  const { value, name } = expr
  if (name.includes(".") && !/^(math|numpy|np)\.(pi|e)$/.test(name)) throw new NoColumn()
  if (value !== undefined && value.kind !== "unknown" && value.kind !== "constant") throw new NoColumn()
  if (value === undefined && !name.includes(".")) throw new NoColumn()
  if (value?.kind !== "constant") return { text: name, type: "any", form: "literal" }
  const type = { str: "string", int: "int", float: "double", bool: "boolean", None: "null" }[value.type as string]
  return { text: name, type: (type as ColumnType | undefined) ?? "any", form: "literal", value: value.value }
}
