import type { PyExpr } from "../../../rules/api.ts"
import type { Expr, For, Stmt } from "../syntax/ast.ts"
import { type BodyScope, withElement } from "./body.ts"

type Describe = (expr: Expr, scope: BodyScope, depth: number) => PyExpr

/** What a loop leaves: the value of a name, or what the function returns. */
type LoopValue =
  | { readonly returns: false; readonly name: string; readonly value: PyExpr }
  | { readonly returns: true; readonly value: PyExpr }

function constantOf(expr: PyExpr | undefined): string | number | bigint | boolean | null | undefined {
  return expr?.op === "constant" ? expr.value.value : undefined
}

const call = (fn: string, on: PyExpr | undefined, args: readonly PyExpr[]): PyExpr => ({ op: "call", fn, on, args })

/**
 * A loop that only gathers: `out.append(f(x))` from an empty list, `total += f(x)` from 0 or a text, or returns True or
 * False at the first element for which a condition holds. It is what a comprehension would be.
 */
export function loopValue(
  loop: For,
  rest: readonly Stmt[],
  scope: BodyScope,
  describe: Describe,
): LoopValue | undefined {
  if (loop.target.kind !== "Name" || loop.orelse.length > 0 || loop.body.length !== 1) return undefined
  const name = loop.target.id
  const inner = withElement(scope, name)
  const [first] = loop.body
  const condition = first?.kind === "If" && first.orelse.length === 0 && first.body.length === 1 ? first : undefined
  const only = condition ? describe(condition.test, inner, 0) : undefined
  const stmt = condition ? condition.body[0]! : first!
  const over = describe(loop.iter, scope, 0)
  const each = (value: PyExpr, type: string, when = only): PyExpr => ({
    op: "comprehension",
    type,
    name,
    over,
    each: value,
    only: when,
  })
  if (stmt.kind === "Return" && only)
    return quantified(stmt.value, rest, each(only, "generator", undefined), scope, describe)
  const found = gathered(stmt)
  if (!found) return undefined
  const start = scope.locals.get(found.name)
  // the new element may not look at what was gathered before
  const blind: BodyScope = { ...inner, locals: new Map([...inner.locals, [found.name, { op: "unknown" }]]) }
  const value = describe(found.value, blind, 0)
  if (found.how === "append")
    return start?.op === "sequence" && start.items.length === 0
      ? { returns: false, name: found.name, value: each(value, "list") }
      : undefined
  if (constantOf(start) === 0 || constantOf(start) === 0.0)
    return { returns: false, name: found.name, value: call("sum", undefined, [each(value, "generator")]) }
  if (constantOf(start) === "")
    return { returns: false, name: found.name, value: call("join", start, [each(value, "generator")]) }
  return undefined
}

/** `if condition: return True` in a loop, `return False` after it; and the other way round. */
function quantified(
  returned: Expr | null,
  rest: readonly Stmt[],
  condition: PyExpr,
  scope: BodyScope,
  describe: Describe,
): LoopValue | undefined {
  const [next] = rest
  if (next?.kind !== "Return" || !next.value || !returned) return undefined
  const inside = constantOf(describe(returned, scope, 0))
  const after = constantOf(describe(next.value, scope, 0))
  const any = call("any", undefined, [condition])
  if (inside === true && after === false) return { returns: true, value: any }
  if (inside === false && after === true) return { returns: true, value: { op: "unary", symbol: "not", operand: any } }
  return undefined
}

/** `out.append(value)`, `total += value` and `total = total + value`. */
function gathered(stmt: Stmt): { how: "append" | "add"; name: string; value: Expr } | undefined {
  if (stmt.kind === "AugAssign" && stmt.op === "+" && stmt.target.kind === "Name")
    return { how: "add", name: stmt.target.id, value: stmt.value }
  if (stmt.kind === "Assign" && stmt.targets.length === 1) {
    const [target] = stmt.targets
    const { value } = stmt
    if (target?.kind !== "Name" || value.kind !== "BinOp" || value.op !== "+") return undefined
    return addedTo(target.id, value)
  }
  if (stmt.kind !== "Expr" || stmt.value.kind !== "Call") return undefined
  const { func, args, keywords } = stmt.value
  if (func.kind !== "Attribute" || func.attr !== "append" || func.value.kind !== "Name") return undefined
  return args.length === 1 && keywords.length === 0
    ? { how: "append", name: func.value.id, value: args[0]! }
    : undefined
}

/** What `name + a + b` adds to `name`. */
function addedTo(
  name: string,
  sum: Extract<Expr, { kind: "BinOp" }>,
): { how: "add"; name: string; value: Expr } | undefined {
  const { left, right } = sum
  if (left.kind === "Name" && left.id === name) return { how: "add", name, value: right }
  if (left.kind !== "BinOp" || left.op !== "+") return undefined
  const rest = addedTo(name, left)
  return rest && { ...rest, value: { ...sum, left: rest.value, right } }
}
