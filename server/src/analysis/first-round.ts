import type { Stmt } from "../syntax/ast.ts"
import { assignedIn, walk } from "./names.ts"

const cache = new WeakMap<readonly Stmt[], ReadonlySet<string>>()

/**
 * Names that the first round of a loop makes and later rounds go on from: `if i == 0: out = df`, with
 * `else: out = out.union(df)`. Before the loop they hold nothing.
 */
export function madeInFirstRound(body: readonly Stmt[]): ReadonlySet<string> {
  const known = cache.get(body)
  if (known) return known
  const names = new Set<string>()
  for (const stmt of body) {
    if (stmt.kind !== "If" || stmt.orelse.length === 0) continue
    const other = assignedIn(stmt.orelse)
    for (const name of assignedIn(stmt.body)) {
      if (other.has(name) && callsOn(stmt.body, name) !== callsOn(stmt.orelse, name)) names.add(name)
    }
  }
  cache.set(body, names)
  return names
}

/** Statements use an attribute of what a name holds. */
function callsOn(body: readonly Stmt[], name: string): boolean {
  let found = false
  walk(body, {
    expr(expr) {
      found ||= expr.kind === "Attribute" && expr.value.kind === "Name" && expr.value.id === name
      return !found
    },
  })
  return found
}
