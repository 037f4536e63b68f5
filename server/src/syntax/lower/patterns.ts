import * as K from "../kinds.ts"
import { childOf, firstPart, type Lowering, textOf } from "./lowering.ts"

/** The names that a `case` binds, in text order. Those that it reads are noted too. */
export function caseBinds(l: Lowering, i: number): string[] {
  const { tree } = l
  const binds: string[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c] === K.CASE_PATTERN) collectBinds(l, c, binds)
  return binds
}

function collectBinds(l: Lowering, i: number, binds: string[]): void {
  const { tree } = l
  // Preorder: all that is below `i` is the stretch up to `next`, so no recursion is needed.
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; ) {
    const kind = tree.kind[c]
    if (kind === K.DOTTED_NAME) {
      if (isCapture(l, c)) binds.push(textOf(l, c))
      else l.names.add(textOf(l, firstPart(tree, c)))
      c = tree.next[c]!
    } else if (kind === K.CLASS_PATTERN) {
      // Its first child is the class, which is read.
      const named = firstPart(tree, c)
      l.names.add(textOf(l, firstPart(tree, named)))
      c = tree.next[named]!
    } else if (kind === K.KEYWORD_PATTERN) c = tree.next[firstPart(tree, c)]!
    else if (kind === K.IDENTIFIER) {
      // The name of `as name` and of `*name`.
      binds.push(textOf(l, c))
      c = tree.next[c]!
    } else c++
  }
}

/** A single name, which captures; `a.b` is a value to compare with. */
function isCapture(l: Lowering, i: number): boolean {
  const { tree } = l
  const only = firstPart(tree, i)
  return only >= 0 && tree.next[only] === tree.next[i]
}

/** `case _` or `case name`: it takes whatever comes. */
export function isIrrefutable(l: Lowering, i: number): boolean {
  const { tree } = l
  const pattern = childOf(tree, i, K.CASE_PATTERN)
  if (pattern < 0 || childOf(tree, i, K.COMMA) >= 0) return false
  const inner = firstPart(tree, pattern)
  if (inner < 0) return textOf(l, pattern) === "_"
  return tree.kind[inner] === K.DOTTED_NAME && isCapture(l, inner)
}
