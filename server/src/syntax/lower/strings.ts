import type { Constant, Expr } from "../ast.ts"
import { FIRST_PART, FORMAT_EXPRESSION, FORMAT_SPECIFIER, INTERPOLATION, STRING_START } from "../kinds.ts"
import { lowerExpr, partsOf } from "./expressions.ts"
import { literalPartValue, stringValue } from "./literals.ts"
import { hasBadChild, type Lowering, unknown } from "./lowering.ts"

/** A string literal: a constant, an f-string, or `Unknown` where it isn't closed or is Python 2's backtick repr. */
export function lowerString(l: Lowering, i: number): Expr {
  const { tree, text } = l
  const open = i + 1
  if (tree.kind[open] !== STRING_START || (l.mayHaveErrors && hasBadChild(tree, i))) return unknown(l, i, partsOf(l, i))
  const bodyStart = tree.end[open]!
  let prefixEnd = tree.start[open]!
  let raw = false
  let bytes = false
  let formatted = false
  for (; prefixEnd < bodyStart; prefixEnd++) {
    const c = text.charCodeAt(prefixEnd) | 0x20
    if (c === 0x72) raw = true
    else if (c === 0x62) bytes = true
    else if (c === 0x66 || c === 0x74) formatted = true
    else if (c !== 0x75) break
  }
  if (text[prefixEnd] === "`") return unknown(l, i, [])
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  // The token of the closing quotes may begin with escapes, so its length says nothing.
  const bodyEnd = tree.end[i]! - (bodyStart - prefixEnd)
  if (!formatted) {
    const value = stringValue(text.slice(bodyStart, bodyEnd), raw, bytes)
    return { kind: "Constant", start, end, type: bytes ? "bytes" : "str", value }
  }
  const values: Expr[] = []
  let at = bodyStart
  const literal = (to: number) => {
    if (to <= at) return
    const value = literalPartValue(text.slice(at, to), raw)
    values.push({ kind: "Constant", start: at - l.base, end: to - l.base, type: "str", value })
  }
  const stop = tree.next[i]!
  for (let c = open; c < stop; c = tree.next[c]!) {
    if (tree.kind[c] !== INTERPOLATION) continue
    literal(tree.start[c]!)
    lowerHole(l, c, values)
    at = tree.end[c]!
  }
  literal(bodyEnd)
  return { kind: "JoinedStr", start, end, values }
}

/** The expressions of a hole, those in its format specifier after it. */
function lowerHole(l: Lowering, i: number, values: Expr[]): void {
  const { tree } = l
  if (l.mayHaveErrors && hasBadChild(tree, i)) {
    values.push(unknown(l, i, partsOf(l, i)))
    return
  }
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind === FORMAT_SPECIFIER) {
      const specifierStop = tree.next[c]!
      for (let e = c + 1; e < specifierStop; e = tree.next[e]!)
        if (tree.kind[e] === FORMAT_EXPRESSION) lowerHole(l, e, values)
    } else if (tree.field[c] !== 0) values.push(lowerExpr(l, c))
  }
}

/** Strings that stand side by side: one constant, or one f-string of all their parts. */
export function lowerConcatenated(l: Lowering, i: number): Expr {
  const { tree } = l
  const pieces: Expr[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c]! >= FIRST_PART) pieces.push(lowerExpr(l, c))
  const constants: Constant[] = []
  for (const piece of pieces) {
    if (piece.kind === "Constant") constants.push(piece)
    else if (piece.kind !== "JoinedStr") return unknown(l, i, pieces)
  }
  const start = tree.start[i]! - l.base
  const end = tree.end[i]! - l.base
  if (constants.length === pieces.length) {
    const value = constants.map((constant) => constant.value).join("")
    return { kind: "Constant", start, end, type: constants[0]?.type ?? "str", value }
  }
  const values = pieces.flatMap((piece): readonly Expr[] => (piece.kind === "JoinedStr" ? piece.values : [piece]))
  return { kind: "JoinedStr", start, end, values }
}
