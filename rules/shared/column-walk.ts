import type { ColumnExpr } from "../api.ts"

/** Visits an expression and all that it is made of; the keys of windows aside. */
export function walkExpr(expr: ColumnExpr, visit: (part: ColumnExpr) => void): void {
  visit(expr)
  switch (expr.op) {
    case "call":
    case "udf":
      for (const arg of expr.args) walkExpr(arg, visit)
      break
    case "binary":
      walkExpr(expr.left, visit)
      walkExpr(expr.right, visit)
      break
    case "unary":
      walkExpr(expr.operand, visit)
      break
    case "alias":
    case "window":
      walkExpr(expr.child, visit)
      break
  }
}
