import type { Tree } from "web-tree-sitter"
import type { FlatTree } from "./flat.ts"
import { ERROR, MISSING, type Numbers } from "./kinds.ts"

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
      const i = flat.add(kind, fields[cursor.currentFieldId]!, cursor.startIndex, cursor.endIndex)
      if (cursor.gotoFirstChild()) {
        open.push(i)
        continue
      }
      flat.next[i] = flat.length
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
