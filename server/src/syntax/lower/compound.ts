import type { ExceptHandler, Expr, If, MatchCase, Stmt, WithItem } from "../ast.ts"
import * as K from "../kinds.ts"
import { lowerExpr, partsOf } from "./expressions.ts"
import {
  childIn,
  childOf,
  firstPart,
  type Lowering,
  MAX_DEPTH,
  straddles,
  textOf,
  unknown,
  unknownSpan,
} from "./lowering.ts"
import { caseBinds, isIrrefutable } from "./patterns.ts"
import { lowerBody, unknownStmt } from "./statements.ts"

/** Where a statement with a body ends: where its last statement does, comments after it left out. */
export function endOf(l: Lowering, i: number, ...bodies: readonly (readonly Stmt[])[]): number {
  let end = -1
  for (const body of bodies) end = Math.max(end, body.at(-1)?.end ?? -1)
  return end >= 0 ? end : l.tree.end[i]! - l.base
}

/** The statements of `block`, a child of `i`, and after them what of `i` behind it did not parse. */
export function lowerSuite(l: Lowering, i: number, block: number): Stmt[] {
  const body = lowerBody(l, block)
  if (!l.mayHaveErrors) return body
  const { tree } = l
  const stop = tree.next[i]!
  for (let c = block < 0 ? i + 1 : tree.next[block]!; c < stop; c = tree.next[c]!) {
    if (tree.kind[c] === K.BLOCK || tree.kind[c]! >= K.ELIF_CLAUSE) break
    if (tree.kind[c] === K.ERROR) body.push(unknownStmt(l, c))
  }
  return body
}

/** The header of clause `i` where it did not parse by itself, as a statement of the kind given. */
function lowerSubstitute<Kind extends Stmt["kind"]>(
  l: Lowering,
  i: number,
  kind: Kind,
): Extract<Stmt, { kind: Kind }> | undefined {
  const substitute = l.substitutes?.get(l.tree.start[i]!)
  if (!substitute) return undefined
  l.broken = true
  const stmt = substitute.lower(l.base, l.names, l.depth)
  return stmt.kind === kind ? (stmt as Extract<Stmt, { kind: Kind }>) : undefined
}

/** The header's expression in `field`; `Unknown` where the header has an error before `block`. */
function lowerHeader(l: Lowering, i: number, field: number, block: number): Expr {
  const { tree } = l
  const found = childIn(tree, i, field)
  const bad =
    (l.mayHaveErrors && hasBadHeader(l, i, block)) || (found >= 0 && straddles(l, tree.start[i]!, tree.end[found]!))
  if (found >= 0 && !bad) return lowerExpr(l, found)
  const start = tree.start[found < 0 ? i : found]!
  const end = block < 0 ? tree.end[i]! : Math.max(start, tree.start[block]!)
  return unknownSpan(l, start, end, found < 0 ? [] : [lowerExpr(l, found)])
}

function hasBadHeader(l: Lowering, i: number, block: number): boolean {
  const { tree } = l
  const stop = block < 0 ? tree.next[i]! : block
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    if (tree.kind[c] === K.ERROR || (tree.kind[c] === K.MISSING && tree.field[c] !== K.NO_FIELD)) return true
  }
  return false
}

export function lowerIf(l: Lowering, i: number): If {
  const { tree } = l
  const block = childIn(tree, i, K.F_CONSEQUENCE)
  const test = lowerHeader(l, i, K.F_CONDITION, block)
  const body = lowerSuite(l, i, block)
  const branches: number[] = []
  let orelse: Stmt[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    if (tree.kind[c] === K.ELIF_CLAUSE) branches.push(c)
    else if (tree.kind[c] === K.ELSE_CLAUSE) orelse = lowerSuite(l, c, childIn(tree, c, K.F_BODY))
  }
  // An `elif` is an `If` in the `else` of the one before it, so a long row of them is a deep tree.
  for (let b = branches.length - 1; b >= 0; b--) {
    const c = branches[b]!
    if (l.depth + b >= MAX_DEPTH) {
      orelse = [unknownStmt(l, c), ...orelse.filter((stmt) => stmt.kind !== "UnknownStmt")]
      continue
    }
    const inner = childIn(tree, c, K.F_CONSEQUENCE)
    const branchTest = lowerSubstitute(l, c, "If")?.test ?? lowerHeader(l, c, K.F_CONDITION, inner)
    const branchBody = lowerSuite(l, c, inner)
    const branch: If = {
      kind: "If",
      start: tree.start[c]! - l.base,
      end: endOf(l, c, branchBody, orelse),
      test: branchTest,
      body: branchBody,
      orelse,
    }
    orelse = [branch]
  }
  return { kind: "If", start: tree.start[i]! - l.base, end: endOf(l, i, body, orelse), test, body, orelse }
}

function lowerElse(l: Lowering, i: number): Stmt[] {
  const clause = childOf(l.tree, i, K.ELSE_CLAUSE)
  return clause < 0 ? [] : lowerSuite(l, clause, childIn(l.tree, clause, K.F_BODY))
}

export function lowerFor(l: Lowering, i: number): Stmt {
  const { tree } = l
  const block = childIn(tree, i, K.F_BODY)
  const target = lowerHeader(l, i, K.F_LEFT, block)
  const iter = lowerHeader(l, i, K.F_RIGHT, block)
  const body = lowerSuite(l, i, block)
  const orelse = lowerElse(l, i)
  const start = tree.start[i]! - l.base
  return {
    kind: "For",
    start,
    end: endOf(l, i, body, orelse),
    async: tree.kind[i + 1] === K.ASYNC,
    target,
    iter,
    body,
    orelse,
  }
}

export function lowerWhile(l: Lowering, i: number): Stmt {
  const { tree } = l
  const block = childIn(tree, i, K.F_BODY)
  const test = lowerHeader(l, i, K.F_CONDITION, block)
  const body = lowerSuite(l, i, block)
  const orelse = lowerElse(l, i)
  return { kind: "While", start: tree.start[i]! - l.base, end: endOf(l, i, body, orelse), test, body, orelse }
}

export function lowerTry(l: Lowering, i: number): Stmt {
  const { tree } = l
  const body = lowerSuite(l, i, childIn(tree, i, K.F_BODY))
  const handlers: ExceptHandler[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!)
    if (tree.kind[c] === K.EXCEPT_CLAUSE) handlers.push(lowerHandler(l, c))
  const orelse = lowerElse(l, i)
  const clause = childOf(tree, i, K.FINALLY_CLAUSE)
  const finalbody = clause < 0 ? [] : lowerSuite(l, clause, childOf(tree, clause, K.BLOCK))
  const lastHandler = handlers.at(-1)
  const end = Math.max(endOf(l, i, body, orelse, finalbody), lastHandler?.end ?? -1)
  return { kind: "Try", start: tree.start[i]! - l.base, end, body, handlers, orelse, finalbody }
}

function lowerHandler(l: Lowering, i: number): ExceptHandler {
  const { tree } = l
  const block = childOf(tree, i, K.BLOCK)
  const values: number[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.field[c] === K.F_VALUE) values.push(c)
  const [first, second] = values
  let type: Expr | null = null
  let name: string | null = null
  if (first !== undefined && l.mayHaveErrors && hasBadHeader(l, i, block)) {
    type = unknown(l, first, [lowerExpr(l, first)])
  } else if (first !== undefined && tree.kind[first] === K.AS_PATTERN) {
    type = lowerExpr(l, firstPart(tree, first))
    const alias = childIn(tree, first, K.F_ALIAS)
    if (alias >= 0) name = textOf(l, alias)
  } else if (first !== undefined && second !== undefined && isPython2Name(l, values)) {
    type = lowerExpr(l, first)
    name = textOf(l, second)
  } else if (first !== undefined && second !== undefined) {
    const elts = values.map((value) => lowerExpr(l, value))
    type = { kind: "Tuple", start: elts[0]!.start, end: elts[elts.length - 1]!.end, elts }
  } else if (first !== undefined) type = lowerExpr(l, first)
  if (name !== null) l.names.add(name)
  if (l.substitutes?.has(tree.start[i]!)) type = lowerSubstitute(l, i, "Try")?.handlers[0]?.type ?? unknown(l, i, [])
  const body = lowerSuite(l, i, block)
  return { start: tree.start[i]! - l.base, end: endOf(l, i, body), type, name, body }
}

/** `except Error, e` binds `e` in Python 2; `except Error, Other` without brackets is a tuple since Python 3.14. */
function isPython2Name(l: Lowering, values: readonly number[]): boolean {
  const second = values[1]!
  return values.length === 2 && l.tree.kind[second] === K.IDENTIFIER && /^[a-z_]/.test(textOf(l, second))
}

export function lowerWith(l: Lowering, i: number): Stmt {
  const { tree } = l
  const block = childIn(tree, i, K.F_BODY)
  const items: WithItem[] = []
  const clause = childOf(tree, i, K.WITH_CLAUSE)
  if (clause >= 0) {
    const stop = tree.next[clause]!
    for (let c = clause + 1; c < stop; c = tree.next[c]!) {
      if (tree.kind[c] === K.WITH_ITEM) lowerWithItem(l, firstPart(tree, c), items)
      else if (tree.kind[c] === K.ERROR)
        items.push({ ...spanOf(l, c), value: unknown(l, c, partsOf(l, c)), target: null })
    }
  }
  const body = lowerSuite(l, i, block)
  const start = tree.start[i]! - l.base
  return { kind: "With", start, end: endOf(l, i, body), async: tree.kind[i + 1] === K.ASYNC, items, body }
}

function spanOf(l: Lowering, i: number): { start: number; end: number } {
  return { start: l.tree.start[i]! - l.base, end: l.tree.end[i]! - l.base }
}

/** One item; `(a as b)` in brackets of its own is parsed as an expression, and means the same. */
function lowerWithItem(l: Lowering, i: number, items: WithItem[]): void {
  const { tree } = l
  if (i < 0) return
  const inner = tree.kind[i] === K.PARENTHESIZED_EXPRESSION ? firstPart(tree, i) : i
  const alias = inner >= 0 && tree.kind[inner] === K.AS_PATTERN ? childIn(tree, inner, K.F_ALIAS) : -1
  if (alias < 0) {
    items.push({ ...spanOf(l, i), value: lowerExpr(l, i), target: null })
    return
  }
  const value = lowerExpr(l, firstPart(tree, inner))
  items.push({ ...spanOf(l, inner), value, target: lowerExpr(l, alias) })
}

export function lowerMatch(l: Lowering, i: number): Stmt | undefined {
  const { tree } = l
  const block = childIn(tree, i, K.F_BODY)
  const subjects: Expr[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.field[c] === K.F_SUBJECT) subjects.push(lowerExpr(l, c))
  const [first] = subjects
  if (!first || (l.mayHaveErrors && hasBadHeader(l, i, block))) return undefined
  const subject: Expr =
    subjects.length === 1 ? first : { kind: "Tuple", start: first.start, end: subjects.at(-1)!.end, elts: subjects }
  const cases: MatchCase[] = []
  if (block >= 0) {
    const blockStop = tree.next[block]!
    for (let c = block + 1; c < blockStop; c = tree.next[c]!)
      if (tree.kind[c] === K.CASE_CLAUSE) cases.push(lowerCase(l, c))
  }
  const end = cases.at(-1)?.end ?? tree.end[i]! - l.base
  return { kind: "Match", start: tree.start[i]! - l.base, end, subject, cases }
}

function lowerCase(l: Lowering, i: number): MatchCase {
  const { tree } = l
  const guarded = childIn(tree, i, K.F_GUARD)
  const test = guarded < 0 ? -1 : firstPart(tree, guarded)
  const guard = test < 0 ? null : lowerExpr(l, test)
  const block = childIn(tree, i, K.F_CONSEQUENCE)
  const substituted = lowerSubstitute(l, i, "Match")?.cases[0]
  const bad = l.substitutes?.has(tree.start[i]!) || (l.mayHaveErrors && hasBadHeader(l, i, block))
  const binds = substituted?.binds ?? caseBinds(l, i)
  for (const name of binds) l.names.add(name)
  if (bad) l.broken = true
  const irrefutable = !bad && guarded < 0 && isIrrefutable(l, i)
  const body = lowerSuite(l, i, block)
  return { start: tree.start[i]! - l.base, end: endOf(l, i, body), binds, irrefutable, guard, body }
}
