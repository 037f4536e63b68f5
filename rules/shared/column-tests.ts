import type { ColumnExpr, Plan, Program, Site } from "../api.ts"
import { samePlace } from "./collected.ts"
import { walkInputs } from "./frames.ts"

/** The name of a column that stands there as it is, in lower case; undefined for anything else. */
export function plainColumn(expr: ColumnExpr | undefined): string | undefined {
  if (expr?.op === "alias") return plainColumn(expr.child)
  if (expr?.op === "column") return expr.name.split(".").at(-1)!.toLowerCase()
  return expr?.op === "sql" && /^\s*\w+\s*$/.test(expr.text) ? expr.text.trim().toLowerCase() : undefined
}

const EQUALS = /^(==|<=>)$/
const COMPARES = /^(<|<=|>|>=)$/

/** A value that another run may have otherwise: it comes from outside, or is the time. */
function varies(expr: ColumnExpr | undefined): boolean {
  if (expr?.op === "unknown") return true
  if (expr?.op === "literal") return expr.value.value === undefined
  if (expr?.op === "alias") return varies(expr.child)
  if (expr?.op !== "call") return false
  return /^(current_date|current_timestamp|now)$/.test(expr.fn) || expr.args.some(varies)
}

function compares(symbol: string, column: string, one: ColumnExpr, other: ColumnExpr): boolean {
  if (plainColumn(one) !== column) return false
  return EQUALS.test(symbol) ? other.op === "literal" || varies(other) : COMPARES.test(symbol) && varies(other)
}

/**
 * A condition keeps the rows of one run: it compares a column with one value, or with bounds or values that come from
 * outside. Bounds that are written out are rather what the data is limited to.
 */
export function limitsColumn(condition: ColumnExpr | undefined, column: string): boolean {
  switch (condition?.op) {
    case "binary": {
      const { left, right, symbol } = condition
      if (symbol === "&") return limitsColumn(left, column) || limitsColumn(right, column)
      return compares(symbol, column, left, right) || compares(symbol, column, right, left)
    }
    case "call":
      return (
        /^(isin|between|startswith|eqNullSafe)$/.test(condition.fn) &&
        plainColumn(condition.args[0]) === column &&
        condition.args.slice(1).some(varies)
      )
    case "sql": {
      const { text } = condition
      if (/\bor\b/i.test(text)) return false
      const one = new RegExp(`\\b${column}\`?\\s*={1,2}`, "i")
      const some = new RegExp(`\\b${column}\`?\\s*(<|>|in\\s*\\(|between\\b)[^=]*?\\{\\}`, "i")
      return one.test(text) || some.test(text) || new RegExp(`\\b${column}\`?\\s*[<>]=\\s*'?\\{\\}`, "i").test(text)
    }
    default:
      return false
  }
}

/** The step of a plan's last projection that gives a column the run's value in all rows: `withColumn("day", F.lit(day))`. */
export function valueOfRun(plan: Plan, column: string, program: Program): Plan | undefined {
  let found: Plan | undefined
  let decided = false
  walkInputs(plan, (step) => {
    if (decided || step.op === "union") return false
    const made = step.exprs?.find((expr) => expr.op === "alias" && expr.name.toLowerCase() === column)
    const [name, value] = step.call?.api === "DataFrame.withColumn" ? step.call.args : []
    const named = name?.value.kind === "constant" && String(name.value.value).toLowerCase() === column
    if (!made && !named) return true
    decided = true
    const expr = made?.op === "alias" ? made.child : value?.value.kind === "column" ? value.value.expr : undefined
    if (expr?.op === "unknown" ? named && isLiteral(value!.site, program) : varies(expr)) found = step
    return false
  })
  return found
}

/** `F.lit(day)`, whatever `day` is. */
function isLiteral(site: Site, program: Program): boolean {
  return program.calls.some((call) => call.api === "functions.lit" && samePlace(call.site, site))
}
