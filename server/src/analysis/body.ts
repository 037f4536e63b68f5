import type { PyExpr, Value } from "../../../rules/api.ts"
import type { Call, Comprehension, Expr, FunctionDef, Lambda, Stmt } from "../syntax/ast.ts"
import { loopValue } from "./body-loops.ts"

/** Deepest nesting of expressions that is described. */
const MAX_DEPTH = 16
/** Blocks that one function may be described by: branches that go on share what follows them. */
const MAX_BLOCKS = 300
/** How deep calls of the user's own functions are followed. */
const MAX_CALLS = 3
const UNKNOWN: PyExpr = { op: "unknown" }
export const NONE_EXPR: PyExpr = { op: "constant", value: { kind: "constant", type: "None", value: null } }

/** Says what names outside of a function stand for. */
export interface Outside {
  /** A library's path, or undefined. */
  path(name: string): string | undefined
  /** The value, where it is known. */
  value(name: string): Value | undefined
  /** A function of the user's own by the name, or dotted path, that it is called by. */
  fn(path: string): { readonly node: FunctionDef | Lambda; readonly outside: Outside } | undefined
}

export interface BodyScope {
  readonly params: ReadonlySet<string>
  /** Names assigned so far, by what they hold; they hide parameters. */
  readonly locals: Map<string, PyExpr>
  readonly outside: Outside
  readonly budget: { blocks: number }
  readonly calls: number
}

/** What a function gives for its parameters, where its body is simple: assignments, branches, returns, one kind of loop. */
export function describeBody(fn: FunctionDef | Lambda, outside: Outside): PyExpr | undefined {
  // of `*columns` nothing is known: each is a column
  const params = new Set(
    (fn.kind === "Lambda" ? fn.args : fn.params)
      .filter(({ type }) => type !== "star" && type !== "starstar")
      .map(({ name }) => name),
  )
  return bodyOf(fn, { params, locals: new Map(), outside, budget: { blocks: 0 }, calls: 0 })
}

function bodyOf(fn: FunctionDef | Lambda, scope: BodyScope): PyExpr | undefined {
  return fn.kind === "Lambda" ? describe(fn.body, scope, 0) : block(fn.body, scope)
}

/** The value that a block returns on every way through it; undefined where it does more than compute a value. */
function block(body: readonly Stmt[], scope: BodyScope): PyExpr | undefined {
  if (scope.budget.blocks++ > MAX_BLOCKS) return undefined
  const fresh = (): BodyScope => ({ ...scope, locals: new Map(scope.locals) })
  for (let i = 0; i < body.length; i++) {
    const stmt = body[i]!
    switch (stmt.kind) {
      case "Return":
        return stmt.value ? describe(stmt.value, scope, 0) : NONE_EXPR
      case "If": {
        const rest = body.slice(i + 1)
        const test = describe(stmt.test, scope, 0)
        const then = block([...stmt.body, ...rest], fresh())
        const otherwise = block([...stmt.orelse, ...rest], fresh())
        return then && otherwise && { op: "if", test, value: then, otherwise }
      }
      case "Try": {
        // a value, or another where computing it fails
        const [handler] = stmt.handlers
        if (stmt.handlers.length !== 1 || stmt.finalbody.length > 0) return undefined
        const rest = body.slice(i + 1)
        const tried = fresh()
        const value = block([...stmt.body, ...stmt.orelse, ...rest], tried)
        // what is computed for its error alone is no part of the value
        for (const [name, held] of tried.locals)
          if (value && scope.locals.get(name) !== held && !contains(value, held)) return undefined
        const otherwise = block([...handler!.body, ...rest], fresh())
        return value && otherwise && { op: "try", value, otherwise }
      }
      case "For": {
        const found = loopValue(stmt, body.slice(i + 1), scope, describe)
        if (!found) return undefined
        if (found.returns) return found.value
        scope.locals.set(found.name, found.value)
        break
      }
      default:
        if (!assigns(stmt, scope)) return undefined
    }
  }
  return NONE_EXPR
}

/** An expression is part of another: the very object. */
function contains(whole: unknown, part: PyExpr): boolean {
  if (whole === part) return true
  if (typeof whole !== "object" || whole === null) return false
  // a name and a constant hold a value, which leads anywhere
  if ("op" in whole && (whole.op === "name" || whole.op === "constant")) return false
  return Object.values(whole).some((inner) => contains(inner, part))
}

/** Takes a statement that only binds a name, or does nothing; false for any other. */
function assigns(stmt: Stmt, scope: BodyScope): boolean {
  switch (stmt.kind) {
    case "Assign": {
      const [target] = stmt.targets
      if (stmt.targets.length !== 1 || target?.kind !== "Name") return false
      scope.locals.set(target.id, describe(stmt.value, scope, 0))
      return true
    }
    case "AnnAssign":
      if (stmt.target.kind !== "Name" || !stmt.value) return false
      scope.locals.set(stmt.target.id, describe(stmt.value, scope, 0))
      return true
    case "AugAssign": {
      if (stmt.target.kind !== "Name") return false
      const left = describe(stmt.target, scope, 0)
      scope.locals.set(stmt.target.id, { op: "binary", symbol: stmt.op, left, right: describe(stmt.value, scope, 0) })
      return true
    }
    case "Expr":
      // a docstring
      return stmt.value.kind === "Constant"
    case "Pass":
    case "Import":
    case "ImportFrom":
      return true
    default:
      return false
  }
}

const isOwn = (name: string, scope: BodyScope): boolean => scope.params.has(name) || scope.locals.has(name)

/** Dotted path of a name that is not local: `datetime.strptime`. */
function pathOf(expr: Expr, scope: BodyScope): string | undefined {
  if (expr.kind === "Name") return isOwn(expr.id, scope) ? undefined : (scope.outside.path(expr.id) ?? expr.id)
  if (expr.kind !== "Attribute") return undefined
  const base = pathOf(expr.value, scope)
  return base === undefined ? undefined : `${base}.${expr.attr}`
}

/** What an expression gives, in terms of the function's parameters. */
export function describe(expr: Expr, scope: BodyScope, depth: number): PyExpr {
  if (depth > MAX_DEPTH) return UNKNOWN
  const e = (inner: Expr): PyExpr => describe(inner, scope, depth + 1)
  switch (expr.kind) {
    case "Name": {
      const local = scope.locals.get(expr.id)
      if (local) return local
      if (scope.params.has(expr.id)) return { op: "param", name: expr.id }
      const value = scope.outside.value(expr.id)
      // a constant of a function that was followed has no name here
      if (scope.calls > 0 && value?.kind === "constant" && value.value !== undefined) return { op: "constant", value }
      return value ? { op: "name", name: expr.id, value } : { op: "name", name: expr.id }
    }
    case "Constant":
      return { op: "constant", value: { kind: "constant", type: expr.type, value: expr.value } }
    case "Attribute": {
      const path = pathOf(expr, scope)
      return path === undefined ? { op: "attribute", on: e(expr.value), name: expr.attr } : { op: "name", name: path }
    }
    case "Call":
      return called(expr, scope, depth)
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
      return { op: "format", parts: expr.values.map((part, i) => (isPlainHole(expr, i) ? e(part) : UNKNOWN)) }
    case "Tuple":
    case "List":
    case "Set":
      return { op: "sequence", items: expr.elts.map(e) }
    case "Dict":
      return expr.keys.includes(null)
        ? UNKNOWN
        : { op: "dict", entries: expr.keys.map((key, i) => [e(key!), e(expr.values[i]!)] as const) }
    case "Comprehension":
      return comprehended(expr, scope, depth)
    default:
      return UNKNOWN
  }
}

/** A literal part of an f-string, or a hole without a format of its own: `{x}`, not `{x:02d}` nor `{x!r}`. */
function isPlainHole(expr: Extract<Expr, { kind: "JoinedStr" }>, i: number): boolean {
  const part = expr.values[i]!
  if (part.kind === "Constant") return true
  const next = expr.values[i + 1]
  if (next) return next.start - part.end === (next.kind === "Constant" ? 1 : 2)
  // the closing bracket, and one or three quotes
  const rest = expr.end - part.end
  return rest === 2 || rest === 4
}

/** A scope in which a name is bound to each element of something. */
export function withElement(scope: BodyScope, name: string): BodyScope {
  const locals = new Map(scope.locals)
  locals.delete(name)
  return { ...scope, params: new Set([...scope.params, name]), locals }
}

function comprehended(expr: Comprehension, scope: BodyScope, depth: number): PyExpr {
  const [generator] = expr.generators
  if (expr.generators.length !== 1 || generator?.target.kind !== "Name" || expr.value || generator.ifs.length > 1)
    return UNKNOWN
  const name = generator.target.id
  const inner = withElement(scope, name)
  const only = generator.ifs[0]
  return {
    op: "comprehension",
    type: expr.type,
    name,
    over: describe(generator.iter, scope, depth + 1),
    each: describe(expr.elt, inner, depth + 1),
    only: only ? describe(only, inner, depth + 1) : undefined,
  }
}

function called(expr: Call, scope: BodyScope, depth: number): PyExpr {
  if (expr.keywords.some((keyword) => keyword.arg === null) || expr.args.some((arg) => arg.kind === "Starred"))
    return UNKNOWN
  const path = pathOf(expr.func, scope)
  if (path === "map" || path === "filter") {
    const mapped = overElements(expr, path, scope, depth)
    if (mapped) return mapped
  }
  const args = [...expr.args, ...expr.keywords.map((keyword) => keyword.value)].map((arg) =>
    describe(arg, scope, depth + 1),
  )
  const followed = path === undefined ? undefined : follow(path, expr, args, scope)
  if (followed) return followed
  const keywords = expr.keywords.map((keyword) => keyword.arg!)
  const named = keywords.length > 0 ? { keywords } : {}
  if (path !== undefined) {
    // `PATTERN.sub(…)`: the name says which pattern
    const base = expr.func.kind === "Attribute" && expr.func.value.kind === "Name" ? { base: expr.func.value.id } : {}
    return { op: "call", fn: path, on: undefined, args, ...named, ...base }
  }
  if (expr.func.kind !== "Attribute") return UNKNOWN
  return { op: "call", fn: expr.func.attr, on: describe(expr.func.value, scope, depth + 1), args, ...named }
}

/** `map(lambda x: …, xs)` and `filter(lambda x: …, xs)` are comprehensions. */
function overElements(expr: Call, path: "map" | "filter", scope: BodyScope, depth: number): PyExpr | undefined {
  const [fn, over] = expr.args
  if (expr.args.length !== 2 || fn?.kind !== "Lambda" || fn.args.length !== 1) return undefined
  const { name } = fn.args[0]!
  const inner = describe(fn.body, withElement(scope, name), depth + 1)
  const each: PyExpr = path === "map" ? inner : { op: "param", name }
  return {
    op: "comprehension",
    type: "generator",
    name,
    over: describe(over!, scope, depth + 1),
    each,
    only: path === "map" ? undefined : inner,
  }
}

/** What a call of one of the user's own functions gives, by that function's body. */
function follow(path: string, expr: Call, args: readonly PyExpr[], scope: BodyScope): PyExpr | undefined {
  if (scope.calls >= MAX_CALLS) return undefined
  const found = scope.outside.fn(path)
  if (!found) return undefined
  const { node, outside } = found
  const params = (node.kind === "Lambda" ? node.args : node.params).filter(({ name }) => name !== "self")
  if (params.some(({ type }) => type === "star" || type === "starstar")) return undefined
  const locals = new Map<string, PyExpr>()
  const inner: BodyScope = { params: new Set(), locals, outside, budget: scope.budget, calls: scope.calls + 1 }
  for (const [i, param] of params.entries()) {
    const keyword = expr.keywords.findIndex(({ arg }) => arg === param.name)
    const given = i < expr.args.length ? args[i] : keyword < 0 ? undefined : args[expr.args.length + keyword]
    const value = given ?? (param.default ? describe(param.default, inner, 0) : undefined)
    if (!value) return undefined
    locals.set(param.name, value)
  }
  return bodyOf(node, inner)
}

function slices(slice: Extract<Expr, { kind: "Slice" }>, e: (expr: Expr) => PyExpr): PyExpr[] {
  return [slice.lower, slice.upper, slice.step].map((part) => (part ? e(part) : NONE_EXPR))
}
