import type { Cells } from "./cells.ts"
import * as C from "./characters.ts"
import { Findings, LineReader, LOOK_AHEAD } from "./line-reader.ts"
import { isMagic, takesCell } from "./magics.ts"
import type { LogicalLine, Segment } from "./segment.ts"
import { isClause, isDecorated, takesClauses } from "./words.ts"

/**
 * Cuts a text into segments at column 0: each is a top-level statement with the comments after it, found by
 * Python's lexical rules alone. In valid Python the cuts are exactly between statements. In broken Python a
 * bracket that is never closed ends before the next line that looks like a statement, so a slip stays in its
 * own segment. Where a segment ends depends on the text from its start on and on nothing else.
 */
export class Scanner {
  readonly #text: string
  readonly #cells: Cells
  readonly #cellStarts: ReadonlySet<number>
  readonly #lines: LineReader
  #nextMarker = 0

  constructor(text: string, cells: Cells) {
    this.#text = text
    this.#cells = cells
    this.#cellStarts = new Set(cells.markers)
    this.#lines = new LineReader(text)
  }

  /** True where a cell begins at `at`. */
  isCellStart(at: number): boolean {
    return at === 0 || this.#cellStarts.has(at)
  }

  /**
   * Reads the segment that begins at `start`, which is 0 or where the segment before it ended.
   * @param first no code stands before it in its cell
   */
  segment(start: number, first: boolean): Segment {
    const text = this.#text
    const found = new Findings(start)
    const lines: LogicalLine[] = []
    const limit = this.#cellEnd(start)
    let kind: Segment["kind"] = "trivia"
    let codeEnd = start
    let clauses = false
    let decorator = false
    let at = start
    while (at < limit) {
      const begin = C.skipSpace(text, at, limit)
      const c = text.charCodeAt(begin)
      if (begin >= limit || c === C.NEWLINE) {
        at = begin + 1
        continue
      }
      if (c === C.HASH) {
        at = found.comment(text, begin, limit)
        continue
      }
      if (C.isConflictMarker(text, at)) {
        // Both sides of the merge are read as if they stood there one after the other.
        at = found.blank(text, at, limit)
        continue
      }
      const indented = isIndented(text, at, begin)
      if (kind === "trivia") {
        // Code begins a segment of its own.
        if (at > start) break
      } else if (!indented) {
        const goesOn =
          kind === "code" && ((clauses && isClause(text, begin)) || (decorator && isDecorated(text, begin)))
        if (!goesOn) break
      }
      if (isMagic(text, begin)) {
        if (kind === "code") {
          at = found.blank(text, begin, limit)
          continue
        }
        const wholeCell = kind === "trivia" && takesCell(text, begin, first, this.#cells.flavor)
        at = wholeCell ? limit : magicEnd(text, begin, limit)
        kind = "opaque"
        codeEnd = at
        continue
      }
      if (kind === "opaque") {
        at = C.nextLine(text, at, limit)
        codeEnd = at
        continue
      }
      if (!indented || kind === "trivia") {
        clauses = takesClauses(text, begin) || (clauses && isClause(text, begin))
        decorator = c === C.AT_SIGN
      }
      kind = "code"
      const { line, next } = this.#lines.read(begin, begin - at, limit, found)
      lines.push(line)
      at = next
      codeEnd = start + line.end
    }
    const end = Math.min(at, limit)
    if (kind === "opaque") while (codeEnd > start && text.charCodeAt(codeEnd - 1) <= 0x20) codeEnd--
    found.reaches(end + LOOK_AHEAD)
    const [only] = lines
    const plain = lines.length === 1 && only!.start === 0 && only!.state === "unknown"
    return {
      start,
      length: end - start,
      kind,
      codeLength: codeEnd - start,
      first,
      reach: found.reach - start,
      comments: found.comments,
      blanks: found.blanks,
      lines: plain ? NO_LINES : lines,
    }
  }

  /** The offset of the first cell marker after `start`, or the text's end. */
  #cellEnd(start: number): number {
    const { markers } = this.#cells
    while (this.#nextMarker > 0 && markers[this.#nextMarker - 1]! > start) this.#nextMarker--
    while (this.#nextMarker < markers.length && markers[this.#nextMarker]! <= start) this.#nextMarker++
    return markers[this.#nextMarker] ?? this.#text.length
  }
}

const NO_LINES: readonly LogicalLine[] = []

/** A form feed begins the line's columns anew, and a byte order mark takes none. */
function isIndented(text: string, at: number, begin: number): boolean {
  if (begin === at) return false
  const last = text.charCodeAt(begin - 1)
  return last !== C.FORM_FEED && last !== C.BYTE_ORDER_MARK
}

/** A magic line with the lines that its backslashes go on to. */
function magicEnd(text: string, at: number, limit: number): number {
  let next = C.nextLine(text, at, limit)
  while (next < limit && /\\\r?\n$/.test(text.slice(Math.max(at, next - 3), next))) next = C.nextLine(text, next, limit)
  return next
}
