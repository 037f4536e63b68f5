import type { Expr, Stmt, Unknown } from "../ast.ts"
import type { FlatTree } from "../flat.ts"
import { ERROR, FIRST_PART, MISSING } from "../kinds.ts"
import type { LogicalLine } from "../segment.ts"

/**
 * How deep the AST may get. Everything above walks it by recursion, so a chain of thousands of calls or a
 * thousand brackets inside each other must not reach them; what is deeper is `Unknown`.
 */
export const MAX_DEPTH = 800

/**
 * A line that did not parse by itself, in whose place something that does was parsed. Gives its statement, with
 * offsets relative to the top-level statement at `base`.
 */
export interface Substitute {
  lower(base: number, names: Set<string>, depth: number): Stmt
}

/** What lowering one top-level statement reads and gathers. */
export interface Lowering {
  readonly tree: FlatTree
  /** The text that the tree's offsets count in. */
  readonly text: string
  /** False where no node of the tree is an error, so that nobody has to look for them. */
  readonly mayHaveErrors: boolean
  /** The logical lines of the segment, and the offset in `text` that they count from. Empty: there is but one. */
  readonly lines: readonly LogicalLine[]
  readonly linesAt: number
  /** By the offset in `text` that the line begins at. */
  readonly substitutes: ReadonlyMap<number, Substitute> | undefined
  /** Offset of the top-level statement in `text`; the AST's offsets are relative to it. */
  base: number
  names: Set<string>
  depth: number
  /** Set when something became `Unknown`. */
  broken: boolean
  /** Set when a statement was found to go on past the end of its logical line, as none can. */
  straddles: boolean
}

/** True where the span goes past the end of the logical line that it begins in. */
export function straddles(l: Lowering, start: number, end: number): boolean {
  const { lines } = l
  if (lines.length === 0) return false
  const from = start - l.linesAt
  const to = end - l.linesAt
  // The first line that begins after `from`.
  let low = 0
  let high = lines.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (lines[middle]!.start > from) high = middle
    else low = middle + 1
  }
  if (low === lines.length || lines[low]!.start >= to) return false
  l.straddles = true
  return true
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

/** The child of `i` that is no token where there is just one, else -1. */
export function onlyPart(tree: FlatTree, i: number): number {
  const first = firstPart(tree, i)
  if (first < 0) return -1
  const stop = tree.next[i]!
  for (let c = tree.next[first]!; c < stop; c = tree.next[c]!) if (tree.kind[c]! >= FIRST_PART) return -1
  return first
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
