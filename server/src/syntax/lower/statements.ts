import type { Expr, Stmt, UnknownStmt } from "../ast.ts"
import * as K from "../kinds.ts"
import { lowerFor, lowerIf, lowerMatch, lowerTry, lowerWhile, lowerWith } from "./compound.ts"
import { lowerClass, lowerDecorated, lowerFunction } from "./definitions.ts"
import { lowerExpr, partsOf } from "./expressions.ts"
import { lowerFromImport, lowerImport } from "./imports.ts"
import { lowerElements } from "./lists.ts"
import {
  childIn,
  childOf,
  firstPart,
  hasBadChild,
  type Lowering,
  MAX_DEPTH,
  type Substitute,
  straddles,
  textOf,
  unknown,
} from "./lowering.ts"

/** Lowers the statements of a block, or of anything else whose children are statements. */
export function lowerBody(l: Lowering, i: number): Stmt[] {
  const { tree } = l
  const body: Stmt[] = []
  if (i < 0) return body
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind >= K.FIRST_PART && kind !== K.MISSING) body.push(lowerStmt(l, c))
  }
  return body
}

/** Lowers one statement; what is none, or not whole, is `UnknownStmt` with what did parse in it. */
export function lowerStmt(l: Lowering, i: number): Stmt {
  if (l.depth >= MAX_DEPTH) return unknownStmt(l, i)
  l.depth++
  const decorated = l.tree.kind[i] === K.DECORATED_DEFINITION
  const substitute = decorated ? undefined : l.substitutes?.get(l.tree.start[i]!)
  const lowered = substitute
    ? lowerSubstituted(l, i, substitute)
    : (lowerCompound(l, i) ?? lowerSimple(l, i) ?? unknownStmt(l, i))
  l.depth--
  return lowered
}

/** The statement of a line that did not parse; where it is a header, with the body that stands under it. */
function lowerSubstituted(l: Lowering, i: number, substitute: Substitute): Stmt {
  l.broken = true
  const stmt = substitute.lower(l.base, l.names, l.depth)
  if (l.tree.kind[i] !== K.IF_STATEMENT) return stmt
  const { body, orelse, end } = lowerIf(l, i)
  if (body.length + orelse.length === 0) return stmt
  switch (stmt.kind) {
    case "If":
    case "For":
    case "While":
      return { ...stmt, body, orelse, end }
    case "FunctionDef":
    case "ClassDef":
    case "With":
      return { ...stmt, body: [...body, ...orelse], end }
    case "UnknownStmt":
      return { ...stmt, parts: [...stmt.parts, ...body, ...orelse], end }
    default:
      return { kind: "UnknownStmt", start: stmt.start, end, parts: [stmt, ...body, ...orelse], exprs: [] }
  }
}

function lowerCompound(l: Lowering, i: number): Stmt | undefined {
  switch (l.tree.kind[i]) {
    case K.IF_STATEMENT:
      return lowerIf(l, i)
    case K.FOR_STATEMENT:
      return lowerFor(l, i)
    case K.WHILE_STATEMENT:
      return lowerWhile(l, i)
    case K.TRY_STATEMENT:
      return lowerTry(l, i)
    case K.WITH_STATEMENT:
      return lowerWith(l, i)
    case K.MATCH_STATEMENT:
      return lowerMatch(l, i)
    case K.FUNCTION_DEFINITION:
      return lowerFunction(l, i, i, [])
    case K.CLASS_DEFINITION:
      return lowerClass(l, i, i, [])
    case K.DECORATED_DEFINITION:
      return lowerDecorated(l, i)
    default:
      return undefined
  }
}

function lowerSimple(l: Lowering, i: number): Stmt | undefined {
  const { tree } = l
  if (l.mayHaveErrors && hasBadChild(tree, i)) return undefined
  if (straddles(l, tree.start[i]!, tree.end[i]!)) return undefined
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  switch (tree.kind[i]) {
    case K.EXPRESSION_STATEMENT:
      return lowerExpressionStatement(l, i)
    case K.RETURN_STATEMENT: {
      const value = firstPart(tree, i)
      return { kind: "Return", start, end, value: value < 0 ? null : lowerExpr(l, value) }
    }
    case K.DELETE_STATEMENT: {
      const targets = firstPart(tree, i)
      const list = tree.kind[targets] === K.EXPRESSION_LIST
      return { kind: "Delete", start, end, targets: list ? lowerElements(l, targets) : [lowerExpr(l, targets)] }
    }
    case K.RAISE_STATEMENT: {
      const exc = firstPart(tree, i)
      const cause = childIn(tree, i, K.F_CAUSE)
      return {
        kind: "Raise",
        start,
        end,
        exc: exc < 0 || exc === cause ? null : lowerExpr(l, exc),
        cause: cause < 0 ? null : lowerExpr(l, cause),
      }
    }
    case K.ASSERT_STATEMENT: {
      const [test, msg] = lowerElements(l, i)
      return test && { kind: "Assert", start, end, test, msg: msg ?? null }
    }
    case K.PASS_STATEMENT:
      return { kind: "Pass", start, end }
    case K.BREAK_STATEMENT:
      return { kind: "Break", start, end }
    case K.CONTINUE_STATEMENT:
      return { kind: "Continue", start, end }
    case K.IMPORT_STATEMENT:
      return lowerImport(l, i)
    case K.IMPORT_FROM_STATEMENT:
    case K.FUTURE_IMPORT_STATEMENT:
      return lowerFromImport(l, i)
    case K.GLOBAL_STATEMENT:
    case K.NONLOCAL_STATEMENT: {
      const names: string[] = []
      const stop = tree.next[i]!
      for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c] === K.IDENTIFIER) names.push(textOf(l, c))
      for (const name of names) l.names.add(name)
      return { kind: "Global", start, end, nonlocal: tree.kind[i] === K.NONLOCAL_STATEMENT, names }
    }
    case K.TYPE_ALIAS_STATEMENT: {
      const target = childIn(tree, i, K.F_LEFT)
      const value = childIn(tree, i, K.F_RIGHT)
      return { kind: "Assign", start, end, targets: [lowerAliasTarget(l, target, start)], value: lowerExpr(l, value) }
    }
    default:
      return undefined
  }
}

/** The target of `type Name[T] = …`, and of `type(x).y = …`, which the grammar takes for one too. */
function lowerAliasTarget(l: Lowering, i: number, start: number): Expr {
  const { tree } = l
  switch (tree.kind[i]) {
    case K.IDENTIFIER:
      return lowerExpr(l, i)
    case K.GENERIC_TYPE:
      return lowerExpr(l, firstPart(tree, i))
    case K.TYPE:
      return lowerAliasTarget(l, firstPart(tree, i), start)
    case K.ATTRIBUTE: {
      const object = childIn(tree, i, K.F_OBJECT)
      const attr = childIn(tree, i, K.F_ATTRIBUTE)
      if (attr < 0) break
      const end = tree.end[attr]! - l.base
      const value = lowerAliasTarget(l, object, start)
      return { kind: "Attribute", start, end, value, attr: textOf(l, attr), attrStart: tree.start[attr]! - l.base }
    }
    case K.PARENTHESIZED_EXPRESSION:
    case K.TUPLE: {
      l.names.add("type")
      const func: Expr = { kind: "Name", start, end: start + "type".length, id: "type" }
      return { kind: "Call", start, end: tree.end[i]! - l.base, func, args: lowerElements(l, i), keywords: [] }
    }
  }
  return unknown(l, i, partsOf(l, i))
}

function lowerExpressionStatement(l: Lowering, i: number): Stmt | undefined {
  const { tree } = l
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  const first = firstPart(tree, i)
  if (first < 0) return undefined
  switch (tree.kind[first]) {
    case K.ASSIGNMENT:
      return lowerAssignment(l, first)
    case K.AUGMENTED_ASSIGNMENT: {
      if (l.mayHaveErrors && hasBadChild(tree, first)) return undefined
      const target = lowerExpr(l, childIn(tree, first, K.F_LEFT))
      const op = textOf(l, childIn(tree, first, K.F_OPERATOR)).slice(0, -1)
      const right = childIn(tree, first, K.F_RIGHT)
      return { kind: "AugAssign", start, end, target, op, value: lowerExpr(l, right) }
    }
  }
  if (childOf(tree, i, K.COMMA) < 0) return { kind: "Expr", start, end, value: lowerExpr(l, first) }
  return { kind: "Expr", start, end, value: { kind: "Tuple", start, end, elts: lowerElements(l, i) } }
}

/** `a = b = value` nests in the grammar's tree; here it is one statement with two targets. */
function lowerAssignment(l: Lowering, i: number): Stmt | undefined {
  const { tree } = l
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  const type = childIn(tree, i, K.F_TYPE)
  const targets: number[] = []
  let at = i
  let right: number
  for (;;) {
    if (l.mayHaveErrors && hasBadChild(tree, at)) return undefined
    targets.push(childIn(tree, at, K.F_LEFT))
    right = childIn(tree, at, K.F_RIGHT)
    if (right < 0 || tree.kind[right] !== K.ASSIGNMENT) break
    if (childIn(tree, right, K.F_TYPE) >= 0) return undefined
    at = right
  }
  const [target] = targets
  if (target === undefined || (type >= 0 && targets.length > 1)) return undefined
  if (type >= 0) {
    const lowered = lowerExpr(l, target)
    const annotation = lowerExpr(l, type)
    return { kind: "AnnAssign", start, end, target: lowered, annotation, value: right < 0 ? null : lowerExpr(l, right) }
  }
  if (right < 0) return undefined
  return { kind: "Assign", start, end, targets: targets.map((left) => lowerExpr(l, left)), value: lowerExpr(l, right) }
}

/** A statement that isn't whole, with the statements and expressions that did parse in it. */
export function unknownStmt(l: Lowering, i: number): UnknownStmt {
  const parts: Stmt[] = []
  const exprs: Expr[] = []
  l.broken = true
  if (l.depth < MAX_DEPTH) collect(l, i, parts, exprs)
  return { kind: "UnknownStmt", start: l.tree.start[i]! - l.base, end: l.tree.end[i]! - l.base, parts, exprs }
}

function collect(l: Lowering, i: number, parts: Stmt[], exprs: Expr[]): void {
  const { tree } = l
  if (tree.kind[i]! < K.FIRST_STATEMENT && tree.kind[i] !== K.ERROR) {
    exprs.push(lowerExpr(l, i))
    return
  }
  l.depth++
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind < K.FIRST_PART || kind === K.MISSING) continue
    if (isStatement(kind)) parts.push(lowerStmt(l, c))
    else if (kind >= K.FIRST_STATEMENT || kind === K.ERROR) {
      if (l.depth < MAX_DEPTH) collect(l, c, parts, exprs)
    } else if (kind === K.ARGUMENT_LIST || kind === K.PAIR || kind === K.KEYWORD_ARGUMENT) exprs.push(...partsOf(l, c))
    else exprs.push(lowerExpr(l, c))
  }
  l.depth--
}

function isStatement(kind: number): boolean {
  switch (kind) {
    case K.BLOCK:
    case K.MODULE:
    case K.ASSIGNMENT:
    case K.AUGMENTED_ASSIGNMENT:
    case K.ALIASED_IMPORT:
    case K.WILDCARD_IMPORT:
    case K.RELATIVE_IMPORT:
    case K.CHEVRON:
    case K.ELIF_CLAUSE:
    case K.ELSE_CLAUSE:
    case K.EXCEPT_CLAUSE:
    case K.FINALLY_CLAUSE:
    case K.WITH_CLAUSE:
    case K.WITH_ITEM:
    case K.DECORATOR:
    case K.CASE_CLAUSE:
    case K.CASE_PATTERN:
    case K.KEYWORD_PATTERN:
    case K.SPLAT_PATTERN:
    case K.CLASS_PATTERN:
      return false
    default:
      return kind >= K.FIRST_STATEMENT
  }
}
