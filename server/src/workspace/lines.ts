import { lineHolding } from "../lint/lines.ts"
import type { Position } from "../protocol.ts"

/**
 * Where the lines of a text start, kept up to date change by change. Lines end at `\n`, `\r\n` or `\r`, as in LSP.
 * Methods that need the text itself take it: it belongs to the document.
 */
export class LineIndex {
  private starts: number[]

  constructor(text: string) {
    this.starts = [0]
    pushStarts(text, 0, text.length, this.starts)
  }

  get count(): number {
    return this.starts.length
  }

  /** Zero-based line that holds the offset. Offsets outside the text count as its nearest end. */
  lineAt(offset: number): number {
    return lineHolding(this.starts, offset)
  }

  /** Position of an offset; inside a line break it is the line's end. */
  positionAt(offset: number, text: string): Position {
    const clamped = Math.max(0, Math.min(offset, text.length))
    const line = this.lineAt(clamped)
    const start = this.starts[line]!
    return { line, character: beforeBreak(text, start, clamped) - start }
  }

  /** Offset of a position; past a line's end it is that end, past the last line the text's end. Never throws. */
  offsetAt(position: Position, text: string): number {
    const line = Math.trunc(position.line)
    if (!(line >= 0)) return 0
    if (line >= this.starts.length) return text.length
    const start = this.starts[line]!
    const next = this.starts[line + 1] ?? text.length
    const character = Math.max(0, Math.trunc(position.character) || 0)
    return beforeBreak(text, start, Math.min(start + character, next))
  }

  /** Takes note that `[start, end)` of the old text became `inserted` units, which gave `text`. */
  replace(start: number, end: number, inserted: number, text: string): void {
    const delta = inserted - (end - start)
    // One unit more on each side, since a change can join `\r` and `\n` into one break, or part them.
    const first = this.lineAt(Math.max(0, start - 1))
    const last = this.lineAt(end + 1)
    const from = this.starts[first]!
    const after = this.starts[last + 1]
    const to = after === undefined ? text.length : after + delta
    const fresh: number[] = []
    pushStarts(text, from, to, fresh)
    // The start of the line after the window is kept, not found again.
    if (after !== undefined && fresh.at(-1) === to) fresh.pop()
    if (delta !== 0) for (let i = last + 1; i < this.starts.length; i++) this.starts[i]! += delta
    if (fresh.length === last - first) for (let i = 0; i < fresh.length; i++) this.starts[first + 1 + i] = fresh[i]!
    else this.starts = [...this.starts.slice(0, first + 1), ...fresh, ...this.starts.slice(last + 1)]
  }
}

/** Adds the offset after every line break in `text[from, to)` to `into`. */
function pushStarts(text: string, from: number, to: number, into: number[]): void {
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i)
    if (unit !== 10 && unit !== 13) continue
    if (unit === 13 && i + 1 < to && text.charCodeAt(i + 1) === 10) i++
    into.push(i + 1)
  }
}

function beforeBreak(text: string, lineStart: number, offset: number): number {
  let at = offset
  while (at > lineStart && isBreak(text.charCodeAt(at - 1))) at--
  return at
}

function isBreak(unit: number): boolean {
  return unit === 10 || unit === 13
}
