import type { Comprehension, ComprehensionFor, Expr, Name, Starred, Subscript } from "../ast.ts"
import * as K from "../kinds.ts"
import { lowerArguments, lowerDict, lowerElements } from "./lists.ts"
import { numberValue } from "./literals.ts"
import {
  childIn,
  childOf,
  firstPart,
  hasBadChild,
  type Lowering,
  MAX_DEPTH,
  onlyPart,
  textOf,
  unknown,
  unknownSpan,
} from "./lowering.ts"
import { lowerParams } from "./params.ts"
import { lowerConcatenated, lowerString } from "./strings.ts"

/** Lowers an expression; what is none, or not whole, is `Unknown` with the expressions that stand in it. */
export function lowerExpr(l: Lowering, i: number): Expr {
  if (l.depth >= MAX_DEPTH) return unknown(l, i, [])
  l.depth++
  const lowered = lowerKnown(l, i) ?? unknown(l, i, partsOf(l, i))
  l.depth--
  return outermostStar(lowered)
}

/** The grammar reads `*a.b` in some places as `(*a).b`; the star belongs around the whole. */
function outermostStar(expr: Expr): Expr {
  switch (expr.kind) {
    case "Attribute":
    case "Subscript":
      return expr.value.kind === "Starred" ? starred(expr, expr.value, { ...expr, value: expr.value.value }) : expr
    case "Call":
      return expr.func.kind === "Starred" ? starred(expr, expr.func, { ...expr, func: expr.func.value }) : expr
    case "BinOp":
    case "Compare":
      return expr.left.kind === "Starred" ? starred(expr, expr.left, { ...expr, left: expr.left.value }) : expr
    case "IfExp":
      return expr.body.kind === "Starred" ? starred(expr, expr.body, { ...expr, body: expr.body.value }) : expr
    case "BoolOp": {
      const [first, ...rest] = expr.values
      return first?.kind === "Starred" ? starred(expr, first, { ...expr, values: [first.value, ...rest] }) : expr
    }
    default:
      return expr
  }
}

/** Two stars in a row are no Python, but the parser takes them, now in one shape and now in another. */
function starred(whole: Expr, star: Starred, inner: Expr): Expr {
  const value = outermostStar({ ...inner, start: star.value.start })
  return { kind: "Starred", start: whole.start, end: whole.end, value }
}

/** The child in `field` lowered, or an empty `Unknown` at the end of `i` where it lacks. */
export function lowerField(l: Lowering, i: number, field: number): Expr {
  const c = childIn(l.tree, i, field)
  return c < 0 ? unknownSpan(l, l.tree.end[i]!, l.tree.end[i]!, []) : lowerExpr(l, c)
}

/** All expressions directly under a node that isn't understood as a whole, in text order. */
export function partsOf(l: Lowering, i: number): Expr[] {
  const parts: Expr[] = []
  collectParts(l, i, parts)
  return parts
}

/** All expressions in several neighbours, in text order. */
export function partsOfAll(l: Lowering, nodes: readonly number[]): Expr[] {
  const parts: Expr[] = []
  for (const c of nodes) {
    if (l.tree.kind[c] === K.MISSING) continue
    const known = lowerKnown(l, c)
    if (known) parts.push(known)
    else collectParts(l, c, parts)
  }
  return parts
}

function collectParts(l: Lowering, i: number, parts: Expr[]): void {
  if (l.depth >= MAX_DEPTH) return
  l.depth++
  const { tree } = l
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind < K.FIRST_PART || kind === K.MISSING) continue
    const known = kind < K.FIRST_STATEMENT ? lowerKnown(l, c) : undefined
    if (known) parts.push(known)
    else collectParts(l, c, parts)
  }
  l.depth--
}

/** Lowers what is an expression and is whole; undefined for everything else. */
function lowerKnown(l: Lowering, i: number): Expr | undefined {
  const { tree } = l
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  switch (tree.kind[i]) {
    case K.IDENTIFIER:
      return lowerName(l, i)
    case K.STRING:
      return lowerString(l, i)
    case K.CONCATENATED_STRING:
      return lowerConcatenated(l, i)
    case K.INTEGER:
    case K.FLOAT: {
      const { type, value } = numberValue(textOf(l, i))
      return { kind: "Constant", start, end, type, value }
    }
    case K.TRUE:
      return { kind: "Constant", start, end, type: "bool", value: true }
    case K.FALSE:
      return { kind: "Constant", start, end, type: "bool", value: false }
    case K.NONE:
      return { kind: "Constant", start, end, type: "None", value: null }
    case K.ELLIPSIS:
      return { kind: "Constant", start, end, type: "Ellipsis", value: null }
    case K.TUPLE_PATTERN:
      // `for (x) in y`: brackets alone make no tuple.
      if (childOf(tree, i, K.COMMA) < 0 && onlyPart(tree, i) >= 0) return lowerExpr(l, firstPart(tree, i))
      return { kind: "Tuple", start, end, elts: lowerElements(l, i) }
    case K.TUPLE:
    case K.EXPRESSION_LIST:
    case K.PATTERN_LIST:
      return { kind: "Tuple", start, end, elts: lowerElements(l, i) }
    case K.LIST:
    case K.LIST_PATTERN:
      return { kind: "List", start, end, elts: lowerElements(l, i) }
    case K.SET:
      return { kind: "Set", start, end, elts: lowerElements(l, i) }
    case K.DICTIONARY:
      return lowerDict(l, i)
    case K.CALL:
      return lowerCall(l, i)
    case K.BOOLEAN_OPERATOR:
      return lowerBoolOp(l, i)
  }
  if (l.mayHaveErrors && hasBadChild(tree, i)) return undefined
  switch (tree.kind[i]) {
    case K.ATTRIBUTE:
    case K.MEMBER_TYPE: {
      const attr = lastPart(l, i)
      const value = lowerExpr(l, firstPart(tree, i))
      return { kind: "Attribute", start, end, value, attr: textOf(l, attr), attrStart: tree.start[attr]! - l.base }
    }
    case K.SUBSCRIPT:
      return lowerSubscript(l, i)
    case K.GENERIC_TYPE:
      return lowerGenericType(l, i)
    case K.SLICE:
      return lowerSlice(l, i)
    case K.BINARY_OPERATOR: {
      const left = lowerField(l, i, K.F_LEFT)
      const op = textOf(l, childIn(tree, i, K.F_OPERATOR))
      return { kind: "BinOp", start, end, left, op, right: lowerField(l, i, K.F_RIGHT) }
    }
    case K.UNION_TYPE: {
      const left = lowerExpr(l, firstPart(tree, i))
      return { kind: "BinOp", start, end, left, op: "|", right: lowerExpr(l, lastPart(l, i)) }
    }
    case K.UNARY_OPERATOR: {
      const op = textOf(l, childIn(tree, i, K.F_OPERATOR))
      return { kind: "UnaryOp", start, end, op, operand: lowerField(l, i, K.F_ARGUMENT) }
    }
    case K.NOT_OPERATOR:
      return { kind: "UnaryOp", start, end, op: "not", operand: lowerField(l, i, K.F_ARGUMENT) }
    case K.COMPARISON_OPERATOR:
      return lowerCompare(l, i)
    case K.CONDITIONAL_EXPRESSION: {
      const [body, test, orelse] = lowerElements(l, i)
      return body && test && orelse && { kind: "IfExp", start, end, test, body, orelse }
    }
    case K.LAMBDA: {
      const params = childIn(tree, i, K.F_PARAMETERS)
      const args = params < 0 ? [] : lowerParams(l, params)
      return { kind: "Lambda", start, end, args, body: lowerField(l, i, K.F_BODY) }
    }
    case K.LIST_COMPREHENSION:
      return lowerComprehension(l, i, "list")
    case K.SET_COMPREHENSION:
      return lowerComprehension(l, i, "set")
    case K.DICTIONARY_COMPREHENSION:
      return lowerComprehension(l, i, "dict")
    case K.GENERATOR_EXPRESSION:
      return lowerComprehension(l, i, "generator")
    case K.LIST_SPLAT:
    case K.LIST_SPLAT_PATTERN:
    case K.SPLAT_TYPE:
      return { kind: "Starred", start, end, value: lowerExpr(l, firstPart(tree, i)) }
    case K.AWAIT:
      return { kind: "Await", start, end, value: lowerExpr(l, firstPart(tree, i)) }
    case K.YIELD: {
      const value = firstPart(tree, i)
      const from = value > i + 1 && tree.kind[i + 1] === K.FROM
      return { kind: "Yield", start, end, from, value: value < 0 ? null : lowerExpr(l, value) }
    }
    case K.NAMED_EXPRESSION: {
      const target = lowerName(l, childIn(tree, i, K.F_NAME))
      return { kind: "NamedExpr", start, end, target, value: lowerField(l, i, K.F_VALUE) }
    }
    case K.PARENTHESIZED_EXPRESSION:
    case K.TYPE:
    case K.AS_PATTERN_TARGET: {
      const inner = firstPart(tree, i)
      return inner < 0 ? undefined : lowerExpr(l, inner)
    }
    case K.DOTTED_NAME:
      return lowerDotted(l, i)
    default:
      return undefined
  }
}

export function lowerName(l: Lowering, i: number): Name {
  const start = l.tree.start[i]!
  const end = l.tree.end[i]!
  const id = l.text.slice(start, end)
  l.names.add(id)
  return { kind: "Name", start: start - l.base, end: end - l.base, id }
}

function lastPart(l: Lowering, i: number): number {
  const { tree } = l
  const stop = tree.next[i]!
  let last = -1
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c]! >= K.FIRST_PART) last = c
  return last
}

function lowerDotted(l: Lowering, i: number): Expr {
  const { tree } = l
  const first = firstPart(tree, i)
  let value: Expr = lowerName(l, first)
  const stop = tree.next[i]!
  for (let c = tree.next[first]!; c < stop; c = tree.next[c]!) {
    if (tree.kind[c] !== K.IDENTIFIER) continue
    const end = tree.end[c]! - l.base
    value = {
      kind: "Attribute",
      start: value.start,
      end,
      value,
      attr: textOf(l, c),
      attrStart: tree.start[c]! - l.base,
    }
  }
  return value
}

function lowerCall(l: Lowering, i: number): Expr | undefined {
  const { tree } = l
  const list = childIn(tree, i, K.F_ARGUMENTS)
  const func = childIn(tree, i, K.F_FUNCTION)
  if (list < 0 || func < 0 || (l.mayHaveErrors && hasBadChild(tree, i))) return undefined
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  const lowered = lowerExpr(l, func)
  const { args, keywords } = lowerArguments(l, list)
  return { kind: "Call", start, end, func: lowered, args, keywords }
}

/** `a and b and c` is one node with three values, as in Python's own AST. */
function lowerBoolOp(l: Lowering, i: number): Expr | undefined {
  const { tree } = l
  if (l.mayHaveErrors && hasBadChild(tree, i)) return undefined
  const op = textOf(l, childIn(tree, i, K.F_OPERATOR)) === "and" ? "and" : "or"
  const operands: number[] = []
  let at = i
  for (;;) {
    operands.push(childIn(tree, at, K.F_RIGHT))
    const left = childIn(tree, at, K.F_LEFT)
    const same =
      tree.kind[left] === K.BOOLEAN_OPERATOR &&
      !(l.mayHaveErrors && hasBadChild(tree, left)) &&
      textOf(l, childIn(tree, left, K.F_OPERATOR)) === op
    if (!same) {
      operands.push(left)
      break
    }
    at = left
  }
  const values = operands.reverse().map((operand) => lowerExpr(l, operand))
  return { kind: "BoolOp", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, op, values }
}

function lowerCompare(l: Lowering, i: number): Expr {
  const { tree } = l
  const ops: string[] = []
  const operands: Expr[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    if (tree.field[c] === K.F_OPERATORS) ops.push(comparison(textOf(l, c)))
    else if (tree.kind[c]! >= K.FIRST_PART) operands.push(lowerExpr(l, c))
  }
  const [left, ...comparators] = operands
  if (!left || comparators.length !== ops.length) return unknown(l, i, operands)
  return { kind: "Compare", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, left, ops, comparators }
}

function comparison(operator: string): string {
  if (operator === "<>") return "!="
  if (operator.length <= 2) return operator
  return operator.startsWith("not") ? "not in" : "is not"
}

function lowerSubscript(l: Lowering, i: number): Subscript {
  const { tree } = l
  const value = lowerField(l, i, K.F_VALUE)
  const indices: Expr[] = []
  let comma = -1
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    if (tree.field[c] === K.F_SUBSCRIPT) indices.push(lowerExpr(l, c))
    else if (tree.kind[c] === K.COMMA) comma = tree.end[c]! - l.base
  }
  return {
    kind: "Subscript",
    start: tree.start[i]! - l.base,
    end: tree.end[i]! - l.base,
    value,
    slice: oneOrTuple(l, i, indices, comma),
  }
}

/** `List[int]` where only a type may stand; the same as a subscript. */
function lowerGenericType(l: Lowering, i: number): Expr {
  const { tree } = l
  const name = firstPart(tree, i)
  const parameter = lastPart(l, i)
  const value = lowerName(l, name)
  const indices = lowerElements(l, parameter)
  const slice = oneOrTuple(l, parameter, indices, lastComma(l, parameter))
  return { kind: "Subscript", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, value, slice }
}

/** Where the last comma under `i` ends, or -1. */
function lastComma(l: Lowering, i: number): number {
  const { tree } = l
  const stop = tree.next[i]!
  let end = -1
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c] === K.COMMA) end = tree.end[c]! - l.base
  return end
}

/** @param comma where the last comma ends; -1: there is none */
function oneOrTuple(l: Lowering, i: number, indices: readonly Expr[], comma: number): Expr {
  const [first] = indices
  if (!first) return unknownSpan(l, l.tree.end[i]!, l.tree.end[i]!, [])
  if (indices.length === 1 && comma < 0) return first
  return { kind: "Tuple", start: first.start, end: Math.max(comma, indices[indices.length - 1]!.end), elts: indices }
}

function lowerSlice(l: Lowering, i: number): Expr {
  const { tree } = l
  const bounds: (Expr | null)[] = [null, null, null]
  let at = 0
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind === K.COLON) at++
    else if (kind >= K.FIRST_PART) bounds[at] = lowerExpr(l, c)
  }
  const [lower, upper, step] = bounds
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  return { kind: "Slice", start, end, lower: lower ?? null, upper: upper ?? null, step: step ?? null }
}

function lowerComprehension(l: Lowering, i: number, type: Comprehension["type"]): Expr | undefined {
  const { tree } = l
  const body = childIn(tree, i, K.F_BODY)
  if (body < 0) return undefined
  const pair = tree.kind[body] === K.PAIR
  if (pair && l.mayHaveErrors && hasBadChild(tree, body)) return undefined
  const elt = pair ? lowerField(l, body, K.F_KEY) : lowerExpr(l, body)
  const value = pair ? lowerField(l, body, K.F_VALUE) : null
  const generators: (ComprehensionFor & { ifs: Expr[] })[] = []
  const stop = tree.next[i]!
  for (let c = tree.next[body]!; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]
    if (kind === K.FOR_IN_CLAUSE) generators.push(lowerFor(l, c))
    else if (kind === K.IF_CLAUSE) {
      const test = firstPart(tree, c)
      if (test >= 0) generators.at(-1)?.ifs.push(lowerExpr(l, test))
    }
  }
  return {
    kind: "Comprehension",
    start: tree.start[i]! - l.base,
    end: tree.end[i]! - l.base,
    type,
    elt,
    value,
    generators,
  }
}

function lowerFor(l: Lowering, i: number): ComprehensionFor & { ifs: Expr[] } {
  const { tree } = l
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  const async = tree.kind[i + 1] === K.ASYNC
  if (l.mayHaveErrors && hasBadChild(tree, i)) {
    return { start, end, target: unknown(l, i, []), iter: unknown(l, i, partsOf(l, i)), ifs: [], async }
  }
  const target = lowerField(l, i, K.F_LEFT)
  const iters: Expr[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    if (tree.field[c] === K.F_RIGHT && tree.kind[c]! >= K.FIRST_PART) iters.push(lowerExpr(l, c))
  }
  return { start, end, target, iter: oneOrTuple(l, i, iters, -1), ifs: [], async }
}
