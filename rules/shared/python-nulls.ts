import type { PyExpr } from "../api.ts"
import { plainName } from "./python-writer.ts"

/** Functions and methods whose column is null where their first argument, or what they are called on, is. */
const KEEPS =
  /^(len|int|float|str|abs|round|ord|sum|any|all|sorted|list|bool|math\.\w+|numpy\.\w+|re\.\w+|datetime(\.datetime)?\.strptime|json\.loads|hashlib\.\w+|join)$/

/** True where the expression's column is null whenever this parameter is. */
export function propagatesNull(expr: PyExpr, name: string): boolean {
  const inner = (part: PyExpr): boolean => propagatesNull(part, name)
  switch (expr.op) {
    case "param":
      return expr.name === name
    case "attribute":
      return inner(expr.on)
    case "index":
      return inner(expr.on)
    case "call": {
      if (expr.on) return inner(expr.on) || (expr.fn === "join" && expr.args.some(inner))
      const fn = plainName(expr.fn)
      return KEEPS.test(fn) && expr.args.some(inner)
    }
    case "binary":
      if (/^(==|!=|is|is not|in|not in|and|or)$/.test(expr.symbol)) return false
      return inner(expr.left) || inner(expr.right)
    case "unary":
      return expr.symbol === "-" && inner(expr.operand)
    case "format":
      return expr.parts.some(inner)
    case "comprehension":
      return inner(expr.over)
    case "if":
      return (inner(expr.value) || neverHolds(expr.test, name)) && inner(expr.otherwise)
    case "try":
      return inner(expr.value)
    default:
      return false
  }
}

/** True where a test of `when` can't hold for a parameter that is null. */
function neverHolds(test: PyExpr, name: string): boolean {
  if (test.op !== "binary" || (test.right.op === "constant" && test.right.value.type === "None")) return false
  const { symbol, left, right } = test
  if (symbol === "and") return neverHolds(left, name) || neverHolds(right, name)
  if (symbol === "or") return neverHolds(left, name) && neverHolds(right, name)
  if (symbol === "in") return right.op === "sequence" && propagatesNull(left, name)
  return /^(==|<|<=|>|>=)$/.test(symbol) && (propagatesNull(left, name) || propagatesNull(right, name))
}
