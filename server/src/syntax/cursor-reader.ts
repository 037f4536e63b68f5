import type { Tree } from "web-tree-sitter"
import type { FlatTree } from "./flat.ts"
import { ERROR, MISSING, type Numbers, OTHER } from "./kinds.ts"

/** The type id that tree-sitter gives to ERROR nodes, in every grammar. */
const ERROR_TYPE_ID = 0xffff

/** Copies a tree into `flat` with tree-sitter's public cursor. The tree stays the caller's. */
export function readByCursor(tree: Tree, numbers: Numbers, flat: FlatTree): void {
  flat.length = 0
  const { kinds, fields } = numbers
  const cursor = tree.walk()
  const open: number[] = []
  try {
    for (;;) {
      const typeId = cursor.nodeTypeId
      const kind = cursor.nodeIsMissing ? MISSING : typeId === ERROR_TYPE_ID ? ERROR : kinds[typeId]!
      const field = fields[cursor.currentFieldId]!
      const start = cursor.startIndex
      const end = cursor.endIndex
      if (cursor.gotoFirstChild()) {
        open.push(flat.add(kind, field, start, end))
        continue
      }
      if (kind !== OTHER || field !== 0) {
        const leaf = flat.add(kind, field, start, end)
        flat.next[leaf] = flat.length
      }
      while (!cursor.gotoNextSibling()) {
        const parent = open.pop()
        if (parent === undefined) return
        cursor.gotoParent()
        flat.next[parent] = flat.length
      }
    }
  } finally {
    cursor.delete()
  }
}
