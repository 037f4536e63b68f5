import type { Expr, Unknown } from "../ast.ts"
import type { FlatTree } from "../flat.ts"
import { ERROR, FIRST_PART, MISSING } from "../kinds.ts"

/**
 * How deep the AST may get. Everything above walks it by recursion, so a chain of thousands of calls or a
 * thousand brackets inside each other must not reach them; what is deeper is `Unknown`.
 */
export const MAX_DEPTH = 800

/** What lowering one top-level statement reads and gathers. */
export interface Lowering {
  readonly tree: FlatTree
  /** The text that was parsed; the tree's offsets count in it. */
  readonly text: string
  /** False where no node of the tree is an error, so that nobody has to look for them. */
  readonly mayHaveErrors: boolean
  /** Offset of the top-level statement in `text`; the AST's offsets are relative to it. */
  base: number
  names: Set<string>
  depth: number
  /** Set when something became `Unknown`. */
  broken: boolean
}

/** The first child of `i` in `field`, or -1. */
export function childIn(tree: FlatTree, i: number, field: number): number {
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.field[c] === field) return c
  return -1
}

/** The first child of `i` of a kind, or -1. */
export function childOf(tree: FlatTree, i: number, kind: number): number {
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c] === kind) return c
  return -1
}

/** The first child of `i` that is no token, or -1. */
export function firstPart(tree: FlatTree, i: number): number {
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) if (tree.kind[c]! >= FIRST_PART) return c
  return -1
}

/** True where a direct child of `i` is an error or was made up by the parser. */
export function hasBadChild(tree: FlatTree, i: number): boolean {
  const stop = tree.next[i]!
  for (let c = i + 1; c < stop; c = tree.next[c]!) {
    const kind = tree.kind[c]
    if (kind === ERROR || kind === MISSING) return true
  }
  return false
}

export function textOf(l: Lowering, i: number): string {
  return l.text.slice(l.tree.start[i], l.tree.end[i])
}

/** An `Unknown` over node `i`. */
export function unknown(l: Lowering, i: number, parts: readonly Expr[]): Unknown {
  return unknownSpan(l, l.tree.start[i]!, l.tree.end[i]!, parts)
}

/** An `Unknown` over a span of the parsed text. */
export function unknownSpan(l: Lowering, start: number, end: number, parts: readonly Expr[]): Unknown {
  l.broken = true
  return { kind: "Unknown", start: start - l.base, end: end - l.base, parts }
}
