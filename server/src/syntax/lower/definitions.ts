import type { ClassDef, Expr, FunctionDef, Stmt } from "../ast.ts"
import * as K from "../kinds.ts"
import { endOf, lowerSuite } from "./compound.ts"
import { lowerExpr, partsOf } from "./expressions.ts"
import { lowerArguments } from "./lists.ts"
import { childIn, firstPart, type Lowering, textOf, unknown } from "./lowering.ts"
import { lowerParams } from "./params.ts"

/** @param outer the node that the statement spans: the definition with its decorators */
export function lowerFunction(
  l: Lowering,
  i: number,
  outer: number,
  decorators: readonly Expr[],
): FunctionDef | undefined {
  const { tree } = l
  const named = childIn(tree, i, K.F_NAME)
  const parameters = childIn(tree, i, K.F_PARAMETERS)
  if (named < 0 || tree.kind[named] !== K.IDENTIFIER) return undefined
  const name = textOf(l, named)
  l.names.add(name)
  const returns = childIn(tree, i, K.F_RETURN_TYPE)
  const params = parameters < 0 ? [] : lowerParams(l, parameters)
  const returned = returns < 0 ? null : lowerExpr(l, returns)
  const body = lowerSuite(l, i, childIn(tree, i, K.F_BODY))
  return {
    kind: "FunctionDef",
    start: tree.start[outer]! - l.base,
    end: endOf(l, i, body),
    name,
    nameStart: tree.start[named]! - l.base,
    async: tree.kind[i + 1] === K.ASYNC,
    params,
    returns: returned,
    decorators,
    body,
  }
}

/** @param outer the node that the statement spans: the definition with its decorators */
export function lowerClass(l: Lowering, i: number, outer: number, decorators: readonly Expr[]): ClassDef | undefined {
  const { tree } = l
  const named = childIn(tree, i, K.F_NAME)
  if (named < 0 || tree.kind[named] !== K.IDENTIFIER) return undefined
  const name = textOf(l, named)
  l.names.add(name)
  const superclasses = childIn(tree, i, K.F_SUPERCLASSES)
  const { args, keywords } = superclasses < 0 ? { args: [], keywords: [] } : lowerArguments(l, superclasses)
  const body = lowerSuite(l, i, childIn(tree, i, K.F_BODY))
  return {
    kind: "ClassDef",
    start: tree.start[outer]! - l.base,
    end: endOf(l, i, body),
    name,
    nameStart: tree.start[named]! - l.base,
    bases: args,
    keywords,
    decorators,
    body,
  }
}

export function lowerDecorated(l: Lowering, i: number): Stmt | undefined {
  const { tree } = l
  const decorators: Expr[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const substitute = l.substitutes?.get(tree.start[c]!)
    if (substitute && tree.kind[c] === K.DECORATOR) {
      const stmt = substitute.lower(l.base, l.names, l.depth)
      decorators.push(unknown(l, c, stmt.kind === "UnknownStmt" ? stmt.exprs : []))
    } else if (tree.kind[c] === K.DECORATOR) {
      const expression = firstPart(tree, c)
      decorators.push(expression < 0 ? unknown(l, c, partsOf(l, c)) : lowerExpr(l, expression))
    } else if (tree.kind[c] === K.ERROR) decorators.push(unknown(l, c, partsOf(l, c)))
  }
  const definition = childIn(tree, i, K.F_DEFINITION)
  if (tree.kind[definition] === K.FUNCTION_DEFINITION) return lowerFunction(l, definition, i, decorators)
  if (tree.kind[definition] === K.CLASS_DEFINITION) return lowerClass(l, definition, i, decorators)
  return undefined
}
