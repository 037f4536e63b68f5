import type { Param } from "../ast.ts"
import * as K from "../kinds.ts"
import { lowerExpr, partsOf } from "./expressions.ts"
import { childIn, firstPart, hasBadChild, type Lowering, textOf } from "./lowering.ts"

/** The parameters of a function or lambda. One that did not parse is left out, and the statement is `broken`. */
export function lowerParams(l: Lowering, i: number): Param[] {
  const { tree } = l
  let params: Param[] = []
  let type: Param["type"] = "pos"
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]!
    if (kind === K.KEYWORD_SEPARATOR) type = "kwonly"
    else if (kind === K.POSITIONAL_SEPARATOR) params = params.map((param) => ({ ...param, type: "posonly" }))
    else if (kind >= K.FIRST_PART) {
      const param = lowerParam(l, c, type)
      if (!param) continue
      if (param.type === "star") type = "kwonly"
      params.push(param)
    }
  }
  return params
}

function lowerParam(l: Lowering, i: number, type: Param["type"]): Param | undefined {
  const { tree } = l
  const kind = tree.kind[i]!
  let named = i
  let typed = -1
  let value = -1
  if (kind === K.DEFAULT_PARAMETER || kind === K.TYPED_DEFAULT_PARAMETER) {
    named = childIn(tree, i, K.F_NAME)
    value = childIn(tree, i, K.F_VALUE)
    typed = childIn(tree, i, K.F_TYPE)
  } else if (kind === K.TYPED_PARAMETER) {
    named = firstPart(tree, i)
    typed = childIn(tree, i, K.F_TYPE)
  }
  const splat = tree.kind[named]
  if (splat === K.LIST_SPLAT_PATTERN || splat === K.DICTIONARY_SPLAT_PATTERN) {
    type = splat === K.LIST_SPLAT_PATTERN ? "star" : "starstar"
    named = firstPart(tree, named)
  }
  const bad = named < 0 || tree.kind[named] !== K.IDENTIFIER || (l.mayHaveErrors && hasBadChild(tree, i))
  if (bad) {
    // Python 2's `def f((a, b))` too: its names are bound, but not as a parameter that a call could fill.
    partsOf(l, i)
    l.broken = true
    return undefined
  }
  const name = textOf(l, named)
  l.names.add(name)
  return {
    start: tree.start[i]! - l.base,
    end: tree.end[i]! - l.base,
    name,
    type,
    annotation: typed < 0 ? null : lowerExpr(l, typed),
    default: value < 0 ? null : lowerExpr(l, value),
  }
}
