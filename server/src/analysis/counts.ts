import type { Expr, FunctionDef, Lambda, Stmt } from "../syntax/ast.ts"

/** The name that a place belongs to: `counts` of `counts["x"].y`. */
function rootOf(expr: Expr): string | undefined {
  if (expr.kind === "Name") return expr.id
  return expr.kind === "Subscript" || expr.kind === "Attribute" ? rootOf(expr.value) : undefined
}

/** Names from outside that a function counts up in place, by `+=` and the like. */
export function countsOf(fn: FunctionDef | Lambda): readonly string[] {
  if (fn.kind === "Lambda") return []
  const own = new Set(fn.params.map(({ name }) => name))
  const outer = new Set<string>()
  const counted = new Set<string>()
  const visit = (body: readonly Stmt[]): void => {
    for (const stmt of body) {
      switch (stmt.kind) {
        case "Global":
          for (const name of stmt.names) outer.add(name)
          break
        case "Assign":
          for (const target of stmt.targets) if (target.kind === "Name") own.add(target.id)
          break
        case "AnnAssign":
          if (stmt.target.kind === "Name") own.add(stmt.target.id)
          break
        case "AugAssign": {
          const name = rootOf(stmt.target)
          if (name !== undefined && (outer.has(name) || (stmt.target.kind !== "Name" && !own.has(name))))
            counted.add(name)
          break
        }
        case "For":
          if (stmt.target.kind === "Name") own.add(stmt.target.id)
          visit(stmt.body)
          break
        case "While":
        case "With":
          visit(stmt.body)
          break
        case "If":
          visit(stmt.body)
          visit(stmt.orelse)
          break
        case "Try":
          visit(stmt.body)
          for (const handler of stmt.handlers) visit(handler.body)
          break
      }
    }
  }
  visit(fn.body)
  return [...counted]
}
