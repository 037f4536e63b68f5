import type { ColumnExpr, Plan, Program, Site } from "../api.ts"
import { samePlace } from "./collected.ts"
import { walkInputs } from "./frames.ts"

/** The name of a column that stands there as it is, in lower case; undefined for anything else. */
export function plainColumn(expr: ColumnExpr | undefined): string | undefined {
  if (expr?.op === "alias") return plainColumn(expr.child)
  if (expr?.op === "column") return expr.name.split(".").at(-1)!.toLowerCase()
  return expr?.op === "sql" && /^\s*\w+\s*$/.test(expr.text) ? expr.text.trim().toLowerCase() : undefined
}

const TESTS = /^(==|<|<=|>|>=|<=>)$/

/** A condition keeps only some values of a column: compares it, or asks whether it is among some. Nulls aside. */
export function limitsColumn(condition: ColumnExpr | undefined, column: string): boolean {
  switch (condition?.op) {
    case "binary":
      if (condition.symbol === "&") return limitsColumn(condition.left, column) || limitsColumn(condition.right, column)
      return (
        TESTS.test(condition.symbol) && [condition.left, condition.right].some((side) => plainColumn(side) === column)
      )
    case "call":
      return /^(isin|between|startswith|eqNullSafe)$/.test(condition.fn) && plainColumn(condition.args[0]) === column
    case "sql":
      return (
        !/\bor\b/i.test(condition.text) &&
        new RegExp(`\\b${column}\`?\\s*(=|<|>|in\\s*\\(|between\\b)`, "i").test(condition.text)
      )
    default:
      return false
  }
}

/** The step of a plan's last projection that gives a column one value for all rows: `withColumn("day", F.lit(day))`. */
export function constantColumn(plan: Plan, column: string, program: Program): Plan | undefined {
  let found: Plan | undefined
  let decided = false
  walkInputs(plan, (step) => {
    if (decided || step.op === "union") return false
    const made = step.exprs?.find((expr) => expr.op === "alias" && expr.name.toLowerCase() === column)
    const [name, value] = step.call?.api === "DataFrame.withColumn" ? step.call.args : []
    const named = name?.value.kind === "constant" && String(name.value.value).toLowerCase() === column
    const expr =
      made?.op === "alias" ? made.child : named && value?.value.kind === "column" ? value.value.expr : undefined
    if (expr || made || named) {
      decided = true
      if ((expr && isConstant(expr)) || (named && isLiteral(value!.site, program))) found = step
    }
    return !decided
  })
  return found
}

/** `F.lit(day)`, whatever `day` is. */
function isLiteral(site: Site, program: Program): boolean {
  return program.calls.some((call) => call.api === "functions.lit" && samePlace(call.site, site))
}

function isConstant(expr: ColumnExpr): boolean {
  if (expr.op === "literal") return true
  if (expr.op === "alias") return isConstant(expr.child)
  if (expr.op !== "call") return false
  if (/^(lit|current_date|current_timestamp|now)$/.test(expr.fn)) return true
  return expr.args.length > 0 && expr.args.every(isConstant)
}
