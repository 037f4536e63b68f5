import type { ColumnExpr, Plan } from "../api.ts"
import { consumersOf } from "./frames.ts"

/** A test of two different columns for equality: what Catalyst can turn into a join key. */
function equatesColumns(condition: ColumnExpr): boolean {
  if (condition.op === "sql") return /[^<>!=]==?[^=]|<=>/.test(condition.text)
  if (condition.op === "unknown" || condition.op === "udf") return condition.op === "unknown"
  if (condition.op !== "binary") return false
  const { left, right, symbol } = condition
  if (symbol === "&") return equatesColumns(left) || equatesColumns(right)
  if (symbol !== "==" && symbol !== "<=>") return false
  return left.op !== "literal" && right.op !== "literal" && !sameColumn(left, right)
}

function sameColumn(left: ColumnExpr, right: ColumnExpr): boolean {
  return left.op === "column" && right.op === "column" && left.name === right.name && left.frame === right.frame
}

/** A condition that holds for every pair of rows: `F.lit(True)`, `a.id == a.id`, `lit(1) == lit(1)`. */
export function alwaysTrue(condition: ColumnExpr): boolean {
  if (condition.op === "literal") return condition.value.value === true
  if (condition.op === "sql") return /^\s*(true|1\s*=\s*1)\s*$/i.test(condition.text)
  if (condition.op !== "binary") return false
  const { left, right, symbol } = condition
  if (symbol === "&") return alwaysTrue(left) && alwaysTrue(right)
  if (symbol === "|") return alwaysTrue(left) || alwaysTrue(right)
  if (symbol !== "==" && symbol !== "<=>") return false
  if (left.op === "literal" && right.op === "literal")
    return left.value.value !== undefined && left.value.value === right.value.value
  return left.op === "column" && left.frame !== undefined && sameColumn(left, right)
}

/** A filter on a product of rows that Catalyst pushes into the join as its condition. */
export function filteredToAJoin(product: Plan): boolean {
  return consumersOf(product).some((step) => {
    if (step.op === "project") return filteredToAJoin(step)
    return step.op === "filter" && (step.condition === undefined || equatesColumns(step.condition))
  })
}
