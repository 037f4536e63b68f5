import { Edit, type Point, type Tree } from "web-tree-sitter"

/** Edits the tree of text `before` to fit text `after`: one edit from their first difference to their last. */
export function editTree(tree: Tree, before: string, after: string): void {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++
  if (start === before.length && start === after.length) return
  let tail = 0
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++
  const oldEnd = before.length - tail
  const newEnd = after.length - tail
  const startPosition = pointAt(after, start)
  tree.edit(
    new Edit({
      startIndex: start,
      oldEndIndex: oldEnd,
      newEndIndex: newEnd,
      startPosition,
      oldEndPosition: pointAt(before, oldEnd),
      newEndPosition: pointAt(after, newEnd),
    }),
  )
}

function pointAt(text: string, index: number): Point {
  let row = 0
  let lineStart = 0
  for (let at = text.indexOf("\n"); at >= 0 && at < index; at = text.indexOf("\n", at + 1)) {
    row++
    lineStart = at + 1
  }
  return { row, column: index - lineStart }
}
