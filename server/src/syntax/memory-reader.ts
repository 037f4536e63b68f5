import type { FlatTree } from "./flat.ts"
import { ERROR, MISSING, type Numbers, OTHER } from "./kinds.ts"

/**
 * Reads a tree straight from the runtime's memory: one pass without a single call into wasm. The layouts below
 * are tree-sitter's own structures as the locked runtime has them; `Engine` compares what this gives with what
 * the public cursor gives when it loads, and uses the cursor where they differ.
 */

/** The runtime's memory; the views change when it grows, so they are taken anew for each tree. */
export interface Memory {
  readonly HEAPU8: Uint8Array
  readonly HEAPU16: Uint16Array
  readonly HEAPU32: Uint32Array
}

// TSTree: the root Subtree (8 bytes), then the TSLanguage pointer.
const TREE_LANGUAGE = 8

// TSLanguage.
const LANGUAGE_MAX_ALIAS_SEQUENCE = 36
const LANGUAGE_FIELD_MAP_SLICES = 64
const LANGUAGE_FIELD_MAP_ENTRIES = 68
const LANGUAGE_PUBLIC_SYMBOLS = 76
const LANGUAGE_ALIAS_SEQUENCES = 84

// Subtree: 8 bytes, either inline (lowest bit set) or a pointer to SubtreeHeapData.
const SUBTREE_SIZE = 8
const INLINE = 1
const INLINE_VISIBLE = 1 << 1
const INLINE_EXTRA = 1 << 3
const INLINE_MISSING = 1 << 5

// SubtreeHeapData.
const HEAP_PADDING_BYTES = 4
const HEAP_SIZE_BYTES = 16
const HEAP_CHILD_COUNT = 36
const HEAP_SYMBOL = 40
const HEAP_FLAGS = 44
const HEAP_PRODUCTION = 66
const HEAP_VISIBLE = 1 << 0
const HEAP_EXTRA = 1 << 2
const HEAP_MISSING = 1 << 9

const ERROR_SYMBOL = 0xffff
/** An error's hidden repetition; it has no entry in the symbol tables. */
const ERROR_REPEAT_SYMBOL = 0xfffe

/** What is kept of each node that is entered: see `read`. */
const FRAME = 8
const frames = { stack: new Int32Array(FRAME << 10) }

/**
 * Copies a tree into `flat`.
 * @param root address of the tree, which is its root node's id
 */
export function readFromMemory(memory: Memory, root: number, numbers: Numbers, flat: FlatTree): void {
  const u8 = memory.HEAPU8
  const u16 = memory.HEAPU16
  const u32 = memory.HEAPU32
  const { kinds, fields } = numbers
  const language = u32[(root + TREE_LANGUAGE) >> 2]!
  const maxAliases = u16[(language + LANGUAGE_MAX_ALIAS_SEQUENCE) >> 1]!
  const slices = u32[(language + LANGUAGE_FIELD_MAP_SLICES) >> 2]!
  const entries = u32[(language + LANGUAGE_FIELD_MAP_ENTRIES) >> 2]!
  const publicSymbols = u32[(language + LANGUAGE_PUBLIC_SYMBOLS) >> 2]! >> 1
  const aliasSequences = u32[(language + LANGUAGE_ALIAS_SEQUENCES) >> 2]! >> 1
  let { stack } = frames
  flat.length = 0

  // The frame of the node whose children are being read, in variables; the frames around it are on the stack.
  let top = -FRAME
  let child = 0 // address of the next child
  let stop = 0 // address after the last child
  let position = 0 // bytes; where the next child's padding begins
  let structural = 0 // index among the children that are no extras
  let aliases = 0 // index in u16 of the production's alias sequence, or 0
  let fieldFrom = 0 // index in u32 of the production's first field entry
  let fieldTo = 0
  let outerField = 0 // the field that a hidden node passes on to its children
  let open = -1 // the node's index in `flat`, or -1 where it is hidden

  // The root, a visible node with no parent.
  {
    const data = u32[root >> 2]!
    const symbol = u16[(data + HEAP_SYMBOL) >> 1]!
    const padding = u32[(data + HEAP_PADDING_BYTES) >> 2]!
    const size = u32[(data + HEAP_SIZE_BYTES) >> 2]!
    const kind = symbol === ERROR_SYMBOL ? ERROR : kinds[u16[publicSymbols + symbol]!]!
    open = flat.add(kind, 0, padding >> 1, (padding + size) >> 1)
    const count = u32[(data + HEAP_CHILD_COUNT) >> 2]!
    child = data - count * SUBTREE_SIZE
    stop = data
    position = padding
    const production = count > 0 ? u16[(data + HEAP_PRODUCTION) >> 1]! : 0
    aliases = production ? aliasSequences + production * maxAliases : 0
    fieldFrom = (entries >> 2) + u16[(slices >> 1) + production * 2]!
    fieldTo = fieldFrom + u16[(slices >> 1) + production * 2 + 1]!
  }
  let first = true

  for (;;) {
    if (child === stop) {
      if (open >= 0) flat.next[open] = flat.length
      if (top < 0) return
      child = stack[top]!
      stop = stack[top + 1]!
      position = stack[top + 2]!
      structural = stack[top + 3]!
      aliases = stack[top + 4]!
      fieldFrom = stack[top + 5]!
      fieldTo = fieldFrom + (stack[top + 6]! >> 8)
      outerField = stack[top + 6]! & 0xff
      open = stack[top + 7]!
      top -= FRAME
      first = false
      continue
    }
    const data = u32[child >> 2]!
    let symbol: number
    let size: number
    let visible: boolean
    let extra: boolean
    let missing: boolean
    let count = 0
    if (data & INLINE) {
      visible = (data & INLINE_VISIBLE) !== 0
      extra = (data & INLINE_EXTRA) !== 0
      missing = (data & INLINE_MISSING) !== 0
      symbol = (data >> 8) & 0xff
      size = u8[child + 7]!
      if (!first) position += u8[child + 6]!
    } else {
      const flags = u16[(data + HEAP_FLAGS) >> 1]!
      visible = (flags & HEAP_VISIBLE) !== 0
      extra = (flags & HEAP_EXTRA) !== 0
      missing = (flags & HEAP_MISSING) !== 0
      symbol = u16[(data + HEAP_SYMBOL) >> 1]!
      size = u32[(data + HEAP_SIZE_BYTES) >> 2]!
      count = u32[(data + HEAP_CHILD_COUNT) >> 2]!
      if (!first) position += u32[(data + HEAP_PADDING_BYTES) >> 2]!
    }
    first = false
    child += SUBTREE_SIZE
    let field = 0
    if (!extra) {
      if (aliases !== 0) {
        const alias = u16[aliases + structural]!
        if (alias !== 0) {
          symbol = alias
          visible = true
        }
      }
      field = outerField
      for (let e = fieldFrom; e < fieldTo; e++) {
        const entry = u32[e]!
        // field id: 16 bits; child index: 8 bits; inherited: 8 bits.
        if (entry >>> 16 === structural) {
          field = fields[entry & 0xffff]!
          break
        }
      }
      structural++
    }
    const start = position
    position += size
    let node = -1
    if (visible) {
      const kind = missing ? MISSING : symbol === ERROR_SYMBOL ? ERROR : kinds[u16[publicSymbols + symbol]!]!
      if (count === 0 && kind === OTHER && field === 0) continue
      node = flat.add(kind, field, start >> 1, position >> 1)
      if (count === 0) {
        flat.next[node] = flat.length
        continue
      }
    } else if (count === 0) continue

    top += FRAME
    if (top + FRAME > stack.length) {
      const more = new Int32Array(stack.length * 2)
      more.set(stack)
      stack = more
      frames.stack = more
    }
    stack[top] = child
    stack[top + 1] = stop
    stack[top + 2] = position
    stack[top + 3] = structural
    stack[top + 4] = aliases
    stack[top + 5] = fieldFrom
    stack[top + 6] = ((fieldTo - fieldFrom) << 8) | outerField
    stack[top + 7] = open
    child = data - count * SUBTREE_SIZE
    stop = data
    position = start
    structural = 0
    open = node
    outerField = visible ? 0 : field
    first = true
    if (symbol >= ERROR_REPEAT_SYMBOL) {
      aliases = 0
      fieldFrom = 0
      fieldTo = 0
      continue
    }
    const production = u16[(data + HEAP_PRODUCTION) >> 1]!
    aliases = production ? aliasSequences + production * maxAliases : 0
    fieldFrom = (entries >> 2) + u16[(slices >> 1) + production * 2]!
    fieldTo = fieldFrom + u16[(slices >> 1) + production * 2 + 1]!
  }
}
