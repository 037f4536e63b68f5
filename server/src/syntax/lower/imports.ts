import type { Alias, Stmt } from "../ast.ts"
import * as K from "../kinds.ts"
import { childIn, firstPart, type Lowering, textOf } from "./lowering.ts"

export function lowerImport(l: Lowering, i: number): Stmt {
  const { tree } = l
  const names = aliases(l, i)
  for (const { name, asname } of names) l.names.add(asname ?? name.split(".", 1)[0]!)
  return { kind: "Import", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, names }
}

export function lowerFromImport(l: Lowering, i: number): Stmt {
  const { tree } = l
  const names = aliases(l, i)
  for (const { name, asname } of names) if (name !== "*") l.names.add(asname ?? name)
  const from = childIn(tree, i, K.F_MODULE_NAME)
  let module: string | null = null
  let level = 0
  if (from < 0) module = "__future__"
  else if (tree.kind[from] === K.RELATIVE_IMPORT) {
    const named = firstPart(tree, from)
    const dots = l.text.slice(tree.start[from]!, named < 0 ? tree.end[from]! : tree.start[named]!)
    level = dots.split(".").length - 1
    module = named < 0 ? null : dotted(l, named)
  } else module = dotted(l, from)
  return { kind: "ImportFrom", start: tree.start[i]! - l.base, end: tree.end[i]! - l.base, module, level, names }
}

function aliases(l: Lowering, i: number): Alias[] {
  const { tree } = l
  const names: Alias[] = []
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const start = tree.start[c]! - l.base
    const end = tree.end[c]! - l.base
    if (tree.kind[c] === K.WILDCARD_IMPORT) names.push({ start, end, name: "*", asname: null })
    else if (tree.field[c] === K.F_NAME && tree.kind[c]! >= K.FIRST_PART) {
      const aliased = tree.kind[c] === K.ALIASED_IMPORT
      const name = dotted(l, aliased ? childIn(tree, c, K.F_NAME) : c)
      const asname = aliased ? textOf(l, childIn(tree, c, K.F_ALIAS)) : null
      names.push({ start, end, name, asname })
    }
  }
  return names
}

/** `a.b.c`, without the white space that may stand around the dots. */
function dotted(l: Lowering, i: number): string {
  const source = textOf(l, i)
  return /^[\w.]*$/.test(source) ? source : source.replace(/\\?\s+/g, "")
}
