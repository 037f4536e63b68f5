import * as C from "./characters.ts"
import type { LogicalLine } from "./segment.ts"
import { Strings } from "./strings.ts"
import { isKeyword, mayBeHeader, startsStatement } from "./words.ts"

/** More than is looked ahead anywhere to tell one word from another. */
export const LOOK_AHEAD = 64

/** With this much side by side a line is prose, and no bracket in it means anything. */
const PROSE = 2

// What the token before was, if another operand can't follow it.
const NO_OPERAND = 0
const WORD_OPERAND = 1
const STRING_OPERAND = 2
const OTHER_OPERAND = 3

/** What is found while a segment is read; offsets relative to `start`. */
export class Findings {
  readonly start: number
  readonly comments: number[] = []
  readonly blanks: number[] = []
  /** Absolute: how far the text was looked at. */
  reach: number

  constructor(start: number) {
    this.start = start
    this.reach = start
  }

  /** Notes a comment that begins at `hash`, and gives the offset of the line after it. */
  comment(text: string, hash: number, limit: number): number {
    return this.#note(this.comments, text, hash, limit)
  }

  /** Notes the rest of a line that is to be read as blank, and gives the offset of the line after it. */
  blank(text: string, at: number, limit: number): number {
    return this.#note(this.blanks, text, at, limit)
  }

  reaches(offset: number): void {
    if (offset > this.reach) this.reach = offset
  }

  #note(spans: number[], text: string, at: number, limit: number): number {
    const next = C.nextLine(text, at, limit)
    spans.push(at - this.start, C.withoutNewline(text, at, next) - this.start)
    return next
  }
}

/** Reads logical lines of one text. */
export class LineReader {
  readonly #text: string
  readonly #strings: Strings
  /** Brackets that are known not to be closed before `#unclosedUntil`. */
  #unclosed = new Set<number>()
  #unclosedUntil = 0

  constructor(text: string) {
    this.#text = text
    this.#strings = new Strings(text)
  }

  /**
   * Reads the logical line whose first token begins at `begin`.
   * @param indent how many characters stand before it in its line
   * @param limit no line goes past this offset
   * @returns the line and the offset after its newline
   */
  read(begin: number, indent: number, limit: number, found: Findings): { line: LogicalLine; next: number } {
    const comments = found.comments.length
    const blanks = found.blanks.length
    const read = this.#read(begin, indent, limit, found)
    if (!read.open) return read
    // Now that it is known which brackets stay open, read the line again: it ends where it looks as if it did.
    this.#unclosed = new Set(read.open)
    this.#unclosedUntil = read.next + LOOK_AHEAD
    found.reaches(this.#unclosedUntil)
    found.comments.length = comments
    found.blanks.length = blanks
    const again = this.#read(begin, indent, limit, found)
    // A line that begins behind the first words side by side may find a bracket closed where this one met prose.
    if (read.firstAdjacent >= 0) {
      for (const bracket of read.open) if (bracket >= read.firstAdjacent) this.#unclosed.delete(bracket)
    }
    return again
  }

  /** `open`: brackets that the line leaves open, where they are not among those known. */
  #read(
    begin: number,
    indent: number,
    limit: number,
    found: Findings,
  ): { line: LogicalLine; next: number; open?: readonly number[]; firstAdjacent: number } {
    const text = this.#text
    const open: number[] = []
    let relaxed = false
    let broken = false
    let adjacent = 0
    let firstAdjacent = -1
    let operand = NO_OPERAND
    let wordStart = -1
    let wordEnd = -1
    let prefixStart = -1
    let end = begin
    let i = begin
    const isBeside = (kind: number) => {
      if (operand === NO_OPERAND || (operand === STRING_OPERAND && kind === STRING_OPERAND)) return false
      return operand !== WORD_OPERAND || !isKeyword(text.slice(wordStart, wordEnd))
    }
    const line = (next: number, isBroken: boolean) => {
      const begins = C.mayBegin(text, begin)
      // A line that begins with a dot is the rest of a chain.
      const foreign = adjacent >= PROSE || (!begins && text[begin] !== ".")
      const sound = !isBroken && adjacent === 0 && begins && C.mayEnd(text, begin, end)
      const state: LogicalLine["state"] = foreign ? "foreign" : sound ? "unknown" : "broken"
      return { line: { start: begin - found.start, end: end - found.start, state }, next, firstAdjacent }
    }
    const noteAdjacent = (at: number) => {
      if (adjacent++ === 0) firstAdjacent = at
    }
    while (i < limit) {
      const c = text.charCodeAt(i)
      switch (C.classOf(c)) {
        case C.SPACE:
          i++
          continue
        case C.WORD: {
          const from = i++
          while (i < limit && C.isWordPart(text.charCodeAt(i))) i++
          if (C.classOf(text.charCodeAt(i)) === C.QUOTE) {
            prefixStart = from
            break
          }
          if (adjacent < PROSE && isBeside(WORD_OPERAND) && !isKeyword(text.slice(from, i))) noteAdjacent(from)
          operand = WORD_OPERAND
          wordStart = from
          wordEnd = i
          break
        }
        case C.DIGIT:
          if (isBeside(OTHER_OPERAND)) noteAdjacent(i)
          while (++i < limit && C.isWordPart(text.charCodeAt(i)));
          // `1if x else y` is legal.
          operand = C.classOf(text.charCodeAt(i - 1)) === C.DIGIT ? OTHER_OPERAND : NO_OPERAND
          break
        case C.QUOTE: {
          const prefix = prefixStart < 0 ? "" : text.slice(prefixStart, i)
          prefixStart = -1
          if (isBeside(STRING_OPERAND)) noteAdjacent(i)
          i = this.#strings.end(i, prefix.length <= 2 && /^(?:[ft]r?|r[ft])$/i.test(prefix), limit)
          if (!this.#strings.closed) broken = true
          found.reaches(this.#strings.reach)
          operand = STRING_OPERAND
          break
        }
        case C.OPEN:
          if (open.length === 0 && this.#unclosed.has(i)) {
            relaxed = true
            found.reaches(this.#unclosedUntil)
          }
          open.push(i)
          i++
          operand = NO_OPERAND
          break
        case C.CLOSE: {
          const opener = open.pop()
          if (opener === undefined || !C.isPair(text.charCodeAt(opener), c)) broken = true
          i++
          operand = OTHER_OPERAND
          break
        }
        case C.SPECIAL:
          operand = NO_OPERAND
          if (c === C.HASH) {
            const next = found.comment(text, i, limit)
            i = text.charCodeAt(next - 1) === C.NEWLINE ? next - 1 : next
            continue
          }
          i++
          if (c === C.NEWLINE) {
            if (open.length === 0) return line(i, broken)
            if (adjacent >= PROSE) return relaxed ? line(i, true) : { ...line(i, true), open }
            if (C.isConflictMarker(text, i)) {
              i = found.blank(text, i, limit)
              continue
            }
            // An open bracket in a header with its colon: the block comes next.
            if (relaxed && text[end - 1] === ":" && mayBeHeader(text, begin)) return line(i, true)
            const next = C.skipSpace(text, i, limit)
            if (next === limit) continue
            if (relaxed && next - i <= indent && beginsStatement(text.charCodeAt(next))) return line(i, true)
            if (startsStatement(text, next)) return relaxed ? line(i, true) : { ...line(i, true), open }
            continue
          }
          if (c === C.BACKSLASH) {
            if (text.charCodeAt(i) === C.RETURN) i++
            if (text.charCodeAt(i) === C.NEWLINE) i++
          } else if (c !== C.EXCLAMATION || text.charCodeAt(i) !== C.EQUALS) broken = true
          break
        default:
          i++
          operand = NO_OPERAND
      }
      end = Math.min(i, limit)
    }
    if (open.length === 0) return line(limit, broken)
    found.reaches(limit + LOOK_AHEAD)
    return relaxed ? line(limit, true) : { ...line(limit, true), open }
  }
}

function beginsStatement(c: number): boolean {
  return c === C.AT_SIGN || C.classOf(c) === C.WORD
}
