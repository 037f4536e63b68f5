/** A parsed tree copied out of wasm into arrays, so that lowering never crosses into wasm again. */

const FIRST_CAPACITY = 1 << 12

/**
 * Nodes in preorder: `next[i]` is the index just after node i's last descendant, so `i + 1` is i's first child
 * when it is below `next[i]`, and `next[child]` is that child's next sibling. Offsets are UTF-16 units of the
 * parsed text. One instance is filled again and again; what is read from it must be copied out.
 */
export class FlatTree {
  length = 0
  kind = new Uint8Array(FIRST_CAPACITY)
  field = new Uint8Array(FIRST_CAPACITY)
  start = new Int32Array(FIRST_CAPACITY)
  end = new Int32Array(FIRST_CAPACITY)
  next = new Int32Array(FIRST_CAPACITY)

  /** Makes room for one node more and gives its index. Its `next` is to be set when its descendants are in. */
  add(kind: number, field: number, start: number, end: number): number {
    const i = this.length++
    if (i >= this.kind.length) this.#grow()
    this.kind[i] = kind
    this.field[i] = field
    this.start[i] = start
    this.end[i] = end
    return i
  }

  equals(other: FlatTree): boolean {
    if (other.length !== this.length) return false
    for (let i = 0; i < this.length; i++) {
      const same =
        this.kind[i] === other.kind[i] &&
        this.field[i] === other.field[i] &&
        this.start[i] === other.start[i] &&
        this.end[i] === other.end[i] &&
        this.next[i] === other.next[i]
      if (!same) return false
    }
    return true
  }

  #grow(): void {
    const capacity = this.kind.length * 2
    const bytes = (old: Uint8Array<ArrayBuffer>) => {
      const more = new Uint8Array(capacity)
      more.set(old)
      return more
    }
    const ints = (old: Int32Array<ArrayBuffer>) => {
      const more = new Int32Array(capacity)
      more.set(old)
      return more
    }
    this.kind = bytes(this.kind)
    this.field = bytes(this.field)
    this.start = ints(this.start)
    this.end = ints(this.end)
    this.next = ints(this.next)
  }
}
