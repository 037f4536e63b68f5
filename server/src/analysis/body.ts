import type { PyExpr } from "../../../rules/api.ts"
import type { Expr, FunctionDef, Lambda, Stmt } from "../syntax/ast.ts"

/** Deepest nesting that is described. */
const MAX_DEPTH = 12
const UNKNOWN: PyExpr = { op: "unknown" }

/** Says what names outside stand for: a library's path, or undefined. */
type Paths = (name: string) => string | undefined

interface Scope {
  readonly params: ReadonlySet<string>
  /** Local names that were assigned once, by what they hold. */
  readonly locals: Map<string, PyExpr>
  readonly paths: Paths
}

/** What a function gives for its parameters, where its body is simple: assignments, branches and returns. */
export function describeBody(fn: FunctionDef | Lambda, paths: Paths): PyExpr | undefined {
  const params = new Set((fn.kind === "Lambda" ? fn.args : fn.params).map((param) => param.name))
  const scope: Scope = { params, locals: new Map(), paths }
  if (fn.kind === "Lambda") return expression(fn.body, scope, 0)
  return block(fn.body, scope, 0)
}

/** The value that a block returns on every way through it; undefined where it does more than compute a value. */
function block(body: readonly Stmt[], scope: Scope, depth: number): PyExpr | undefined {
  if (depth > MAX_DEPTH) return undefined
  for (let i = 0; i < body.length; i++) {
    const stmt = body[i]!
    switch (stmt.kind) {
      case "Return":
        return stmt.value
          ? expression(stmt.value, scope, depth)
          : { op: "constant", value: { kind: "constant", type: "None", value: null } }
      case "Assign": {
        const target = stmt.targets[0]
        if (stmt.targets.length !== 1 || target?.kind !== "Name" || scope.params.has(target.id)) return undefined
        scope.locals.set(target.id, expression(stmt.value, scope, depth))
        break
      }
      case "If": {
        const rest = body.slice(i + 1)
        const then = block(stmt.body, { ...scope, locals: new Map(scope.locals) }, depth + 1)
        const otherwise = block(
          stmt.orelse.length > 0 ? [...stmt.orelse, ...rest] : rest,
          { ...scope, locals: new Map(scope.locals) },
          depth + 1,
        )
        if (!then || !otherwise) return undefined
        return { op: "if", test: expression(stmt.test, scope, depth), value: then, otherwise }
      }
      case "Expr":
        // a docstring
        if (stmt.value.kind === "Constant") break
        return undefined
      case "Pass":
        break
      case "Import":
      case "ImportFrom":
        break
      default:
        return undefined
    }
  }
  // falls off the end: None
  return { op: "constant", value: { kind: "constant", type: "None", value: null } }
}

/** Dotted path of a name that is not local: `datetime.strptime`. */
function pathOf(expr: Expr, scope: Scope): string | undefined {
  if (expr.kind === "Name")
    return scope.params.has(expr.id) || scope.locals.has(expr.id) ? undefined : (scope.paths(expr.id) ?? expr.id)
  if (expr.kind !== "Attribute") return undefined
  const base = pathOf(expr.value, scope)
  return base === undefined ? undefined : `${base}.${expr.attr}`
}

function expression(expr: Expr, scope: Scope, depth: number): PyExpr {
  if (depth > MAX_DEPTH) return UNKNOWN
  const e = (inner: Expr): PyExpr => expression(inner, scope, depth + 1)
  switch (expr.kind) {
    case "Name":
      if (scope.params.has(expr.id)) return { op: "param", name: expr.id }
      return scope.locals.get(expr.id) ?? { op: "name", name: expr.id }
    case "Constant":
      return { op: "constant", value: { kind: "constant", type: expr.type, value: expr.value } }
    case "Attribute":
      return pathOf(expr, scope) === undefined
        ? { op: "attribute", on: e(expr.value), name: expr.attr }
        : { op: "name", name: pathOf(expr, scope)! }
    case "Call": {
      if (expr.keywords.some((keyword) => keyword.arg === null) || expr.args.some((arg) => arg.kind === "Starred"))
        return UNKNOWN
      const args = [...expr.args.map(e), ...expr.keywords.map((keyword) => e(keyword.value))]
      const path = pathOf(expr.func, scope)
      if (path !== undefined) return { op: "call", fn: path, on: undefined, args }
      if (expr.func.kind === "Attribute") return { op: "call", fn: expr.func.attr, on: e(expr.func.value), args }
      return UNKNOWN
    }
    case "Subscript":
      return expr.slice.kind === "Slice"
        ? { op: "call", fn: "[:]", on: e(expr.value), args: slices(expr.slice, e) }
        : { op: "index", on: e(expr.value), index: e(expr.slice) }
    case "BinOp":
      return { op: "binary", symbol: expr.op, left: e(expr.left), right: e(expr.right) }
    case "UnaryOp":
      return { op: "unary", symbol: expr.op, operand: e(expr.operand) }
    case "BoolOp":
      return expr.values.map(e).reduce((left, right) => ({ op: "binary", symbol: expr.op, left, right }))
    case "Compare": {
      const parts = expr.ops.map(
        (symbol, i): PyExpr => ({
          op: "binary",
          symbol,
          left: e(i === 0 ? expr.left : expr.comparators[i - 1]!),
          right: e(expr.comparators[i]!),
        }),
      )
      return parts.reduce((left, right) => ({ op: "binary", symbol: "and", left, right }))
    }
    case "IfExp":
      return { op: "if", test: e(expr.test), value: e(expr.body), otherwise: e(expr.orelse) }
    case "JoinedStr":
      return { op: "format", parts: expr.values.map(e) }
    case "Tuple":
    case "List":
    case "Set":
      return { op: "sequence", items: expr.elts.map(e) }
    case "Comprehension": {
      const [generator] = expr.generators
      if (expr.generators.length !== 1 || generator?.target.kind !== "Name" || expr.value || generator.ifs.length > 1)
        return UNKNOWN
      const name = generator.target.id
      const inner: Scope = { ...scope, params: new Set([...scope.params, name]) }
      const only = generator.ifs[0]
      return {
        op: "comprehension",
        type: expr.type,
        name,
        over: e(generator.iter),
        each: expression(expr.elt, inner, depth + 1),
        only: only ? expression(only, inner, depth + 1) : undefined,
      }
    }
    default:
      return UNKNOWN
  }
}

function slices(slice: Extract<Expr, { kind: "Slice" }>, e: (expr: Expr) => PyExpr): PyExpr[] {
  const none: PyExpr = { op: "constant", value: { kind: "constant", type: "None", value: null } }
  return [slice.lower, slice.upper, slice.step].map((part) => (part ? e(part) : none))
}
