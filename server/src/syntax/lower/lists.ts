import type { DictExpr, Expr, Keyword } from "../ast.ts"
import * as K from "../kinds.ts"
import { lowerExpr, lowerField, partsOfAll } from "./expressions.ts"
import { childIn, firstPart, hasBadChild, type Lowering, textOf, unknownSpan } from "./lowering.ts"

/**
 * Calls `element` for each element of a comma-separated list, or `slip` for what stands between two commas
 * where that is an error or more than one element.
 */
function eachElement(l: Lowering, i: number, element: (child: number) => void, slip: (unknown: Expr) => void): void {
  const { tree } = l
  const stop = tree.next[i]!
  if (!(l.mayHaveErrors && hasBadChild(tree, i))) {
    for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c]! >= K.FIRST_PART) element(c)
    return
  }
  let group: number[] = []
  const flush = () => {
    const [first] = group
    if (first === undefined) return
    const bad = group.length > 1 || tree.kind[first] === K.ERROR || tree.kind[first] === K.MISSING
    if (bad) slip(lowerGroup(l, group))
    else element(first)
    group = []
  }
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind === K.COMMA) flush()
    else if (kind >= K.FIRST_PART) group.push(c)
  }
  flush()
}

/** One `Unknown` over several neighbours. */
function lowerGroup(l: Lowering, group: readonly number[]): Expr {
  const { tree } = l
  return unknownSpan(l, tree.start[group[0]!]!, tree.end[group[group.length - 1]!]!, partsOfAll(l, group))
}

/** The elements of a comma-separated list. */
export function lowerElements(l: Lowering, i: number): Expr[] {
  const elements: Expr[] = []
  eachElement(
    l,
    i,
    (c) => elements.push(lowerExpr(l, c)),
    (slip) => elements.push(slip),
  )
  return elements
}

/** The arguments of a call or the bases of a class. */
export function lowerArguments(l: Lowering, i: number): { args: Expr[]; keywords: Keyword[] } {
  const { tree } = l
  const args: Expr[] = []
  const keywords: Keyword[] = []
  if (tree.kind[i] === K.GENERATOR_EXPRESSION) return { args: [lowerExpr(l, i)], keywords }
  eachElement(
    l,
    i,
    (c) => {
      const kind = tree.kind[c]
      const start = tree.start[c]! - l.base
      const end = tree.end[c]! - l.base
      if (kind === K.KEYWORD_ARGUMENT && !(l.mayHaveErrors && hasBadChild(tree, c))) {
        const arg = textOf(l, childIn(tree, c, K.F_NAME))
        keywords.push({ start, end, arg, value: lowerField(l, c, K.F_VALUE) })
      } else if (kind === K.DICTIONARY_SPLAT) {
        const value = firstPart(tree, c)
        if (value >= 0) keywords.push({ start, end, arg: null, value: lowerExpr(l, value) })
      } else args.push(lowerExpr(l, c))
    },
    (slip) => args.push(slip),
  )
  return { args, keywords }
}

export function lowerDict(l: Lowering, i: number): DictExpr {
  const { tree } = l
  const keys: (Expr | null)[] = []
  const values: Expr[] = []
  eachElement(
    l,
    i,
    (c) => {
      const pair = tree.kind[c] === K.PAIR && !(l.mayHaveErrors && hasBadChild(tree, c))
      const splat = tree.kind[c] === K.DICTIONARY_SPLAT ? firstPart(tree, c) : -1
      keys.push(pair ? lowerField(l, c, K.F_KEY) : null)
      values.push(pair ? lowerField(l, c, K.F_VALUE) : lowerExpr(l, splat < 0 ? c : splat))
    },
    (slip) => {
      keys.push(null)
      values.push(slip)
    },
  )
  return { kind: "Dict", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, keys, values }
}
