import type { Evidence } from "../../../rules/api.ts"
import type { Compare, Expr } from "../syntax/ast.ts"
import type { Interpreter } from "./interpreter.ts"

/** Names that say: only when somebody asks for it. */
const DEBUG_FLAG =
  /(^|_)(debug|verbose|dry_?run|test_mode|testing|is_test|dev_?mode|show_?(plan|stats|counts?)|explain|profil(e|ing)|sanity_?check)($|_)|isEnabledFor|loglevel|log_level/i

/** Where the real data isn't. */
const TRIAL =
  /^(dev|devel|develop|development|local|localhost|test|tests|testing|debug|qa|uat|sandbox|stg|stage|staging)$/i

/** The value that says where the program runs is one of those for trying things: `env in ["dev", "staging"]`. */
function onlyInTrial({ left, ops, comparators }: Compare): boolean {
  const asked = left.kind === "Call" && left.func.kind === "Attribute" ? left.func.value : left
  const name = asked.kind === "Name" ? asked.id : asked.kind === "Attribute" ? asked.attr : ""
  const [against] = comparators
  if (comparators.length !== 1 || !against || !/(^|_)(env|environment|stage)($|_)/i.test(name)) return false
  const values = ops[0] === "==" ? [against] : ops[0] === "in" && "elts" in against ? against.elts : []
  return (
    values.length > 0 &&
    values.every((value) => value.kind === "Constant" && typeof value.value === "string" && TRIAL.test(value.value))
  )
}

/** What says that a branch runs only when somebody looks into something, or only where there is no real data. */
export function debugFlag(it: Interpreter, test: Expr): Evidence | undefined {
  let found: Evidence | undefined
  const look = (expr: Expr): void => {
    const name = expr.kind === "Name" ? expr.id : expr.kind === "Attribute" ? expr.attr : undefined
    if (name && DEBUG_FLAG.test(name)) found ??= { message: `only under \`${name}\``, site: it.site(expr) }
    if (expr.kind === "Call") look(expr.func)
    else if (expr.kind === "BoolOp" && expr.op === "and") for (const value of expr.values) look(value)
    else if (expr.kind === "Compare") {
      look(expr.left)
      if (onlyInTrial(expr)) found ??= { message: "only where things are tried out", site: it.site(expr) }
    } else if (
      expr.kind === "Subscript" &&
      expr.slice.kind === "Constant" &&
      typeof expr.slice.value === "string" &&
      DEBUG_FLAG.test(expr.slice.value)
    )
      found ??= { message: `only under \`${expr.slice.value}\``, site: it.site(expr) }
  }
  look(test)
  return found
}
