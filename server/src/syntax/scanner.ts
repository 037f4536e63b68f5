import type { Cells } from "./cells.ts"
import { isMagic, takesCell } from "./magics.ts"
import type { LogicalLine, Segment } from "./segment.ts"
import { Strings } from "./strings.ts"
import { isClause, isDecorated, isKeyword, startsStatement, takesClauses } from "./words.ts"

const NEWLINE = 0x0a
const HASH = 0x23
const BACKSLASH = 0x5c
const EXCLAMATION = 0x21
const EQUALS = 0x3d

/** What a character is to the scanner. */
const SPACE = 1
const WORD = 2
const DIGIT = 3
const QUOTE = 4
const OPEN = 5
const CLOSE = 6
const SPECIAL = 7

const CLASSES = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const char = String.fromCharCode(c)
  if (" \t\f\r".includes(char)) CLASSES[c] = SPACE
  else if (/[A-Za-z_]/.test(char)) CLASSES[c] = WORD
  else if (/[0-9]/.test(char)) CLASSES[c] = DIGIT
  else if (char === '"' || char === "'") CLASSES[c] = QUOTE
  else if ("([{".includes(char)) CLASSES[c] = OPEN
  else if (")]}".includes(char)) CLASSES[c] = CLOSE
  else if ("\n#\\$?!".includes(char)) CLASSES[c] = SPECIAL
}

function classOf(c: number): number {
  return c < 128 ? CLASSES[c]! : WORD
}

/** With this many pairs of words side by side a line is prose, and no bracket or quote in it means anything. */
const PROSE = 2
/** More than the scanner looks ahead anywhere to tell one word from another. */
const LOOK_AHEAD = 64

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
  readonly #strings: Strings
  /** Brackets that are known not to be closed before `#unclosedUntil`. */
  #unclosed = new Set<number>()
  #unclosedUntil = 0
  #nextMarker = 0

  // The segment being read.
  #comments: number[] = []
  #blanks: number[] = []
  #lines: LogicalLine[] = []
  #reach = 0
  #start = 0

  constructor(text: string, cells: Cells) {
    this.#text = text
    this.#cells = cells
    this.#cellStarts = new Set(cells.markers)
    this.#strings = new Strings(text)
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
    this.#comments = []
    this.#blanks = []
    this.#lines = []
    this.#reach = start
    this.#start = start
    const limit = this.#cellEnd(start)
    const text = this.#text
    let kind: Segment["kind"] = "trivia"
    let codeEnd = start
    let clauses = false
    let decorator = false
    let at = start
    while (at < limit) {
      const begin = this.#skipIndent(at, limit)
      const c = text.charCodeAt(begin)
      if (begin >= limit || c === NEWLINE) {
        at = begin + 1
        continue
      }
      if (c === HASH) {
        at = this.#comment(begin, limit)
        continue
      }
      if (this.#conflictMarker(at)) {
        at = this.#blank(at, limit)
        continue
      }
      const indented = this.#isIndented(at, begin)
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
          at = this.#blank(begin, limit)
          continue
        }
        at =
          kind === "trivia" && takesCell(text, begin, first, this.#cells.flavor) ? limit : this.#magicEnd(begin, limit)
        kind = "opaque"
        codeEnd = at
        continue
      }
      if (kind === "opaque") {
        at = this.#lineEnd(at, limit)
        codeEnd = at
        continue
      }
      if (!indented || kind === "trivia") {
        clauses = takesClauses(text, begin) || (clauses && isClause(text, begin))
        decorator = c === 0x40
      }
      kind = "code"
      at = this.#logicalLine(begin, begin - at, limit)
      codeEnd = start + this.#lines[this.#lines.length - 1]!.end
    }
    const end = Math.min(at, limit)
    if (kind === "opaque") while (codeEnd > start && text.charCodeAt(codeEnd - 1) <= 0x20) codeEnd--
    const only = this.#lines.length === 1 && this.#lines[0]!.state === "unknown" && this.#lines[0]!.start === 0
    return {
      start,
      length: end - start,
      kind,
      codeLength: codeEnd - start,
      first,
      reach: Math.max(this.#reach, end + LOOK_AHEAD) - start,
      comments: this.#comments,
      blanks: this.#blanks,
      lines: only ? NO_LINES : this.#lines,
    }
  }

  /** The offset of the first cell marker after `start`, or the text's end. */
  #cellEnd(start: number): number {
    const { markers } = this.#cells
    while (this.#nextMarker > 0 && markers[this.#nextMarker - 1]! > start) this.#nextMarker--
    while (this.#nextMarker < markers.length && markers[this.#nextMarker]! <= start) this.#nextMarker++
    return markers[this.#nextMarker] ?? this.#text.length
  }

  #skipIndent(at: number, limit: number): number {
    const text = this.#text
    let i = at
    for (; i < limit; i++) {
      const c = text.charCodeAt(i)
      if (c !== 0xfeff && (c >= 128 || CLASSES[c] !== SPACE)) break
    }
    return i
  }

  /** A form feed begins the line's columns anew, and a byte order mark takes none. */
  #isIndented(at: number, begin: number): boolean {
    if (begin === at) return false
    const last = this.#text.charCodeAt(begin - 1)
    return last !== 0x0c && last !== 0xfeff
  }

  #lineEnd(at: number, limit: number): number {
    const newline = this.#text.indexOf("\n", at)
    return newline < 0 || newline >= limit ? limit : newline + 1
  }

  #comment(hash: number, limit: number): number {
    const next = this.#lineEnd(hash, limit)
    this.#comments.push(hash - this.#start, this.#withoutNewline(hash, next) - this.#start)
    return next
  }

  #blank(at: number, limit: number): number {
    const next = this.#lineEnd(at, limit)
    this.#blanks.push(at - this.#start, this.#withoutNewline(at, next) - this.#start)
    return next
  }

  #withoutNewline(at: number, next: number): number {
    let end = next
    while (end > at && (this.#text.charCodeAt(end - 1) === NEWLINE || this.#text.charCodeAt(end - 1) === 0x0d)) end--
    return end
  }

  /** Git's marks of a merge that is not done. Both sides are read as if they stood there one after the other. */
  #conflictMarker(at: number): boolean {
    const c = this.#text[at]
    if (c !== "<" && c !== "=" && c !== ">" && c !== "|") return false
    CONFLICT.lastIndex = at
    return CONFLICT.test(this.#text)
  }

  /** A magic line with the lines that its backslashes go on to. */
  #magicEnd(at: number, limit: number): number {
    let next = this.#lineEnd(at, limit)
    while (next < limit && /\\\r?\n$/.test(this.#text.slice(Math.max(at, next - 3), next)))
      next = this.#lineEnd(next, limit)
    return next
  }

  /**
   * Reads a logical line and gives the offset after its newline.
   * @param begin offset of its first token
   * @param indent how many characters stand before it in its line
   */
  #logicalLine(begin: number, indent: number, limit: number): number {
    const text = this.#text
    const comments = this.#comments.length
    const blanks = this.#blanks.length
    const open: number[] = []
    let relaxed = false
    let broken = false
    let pairs = 0
    let wordStart = -1
    let wordEnd = -1
    let lastWasWord = false
    let end = begin
    let i = begin
    while (i < limit) {
      const c = text.charCodeAt(i)
      switch (classOf(c)) {
        case SPACE:
          i++
          continue
        case WORD: {
          const from = i++
          while (i < limit && isWordPart(text.charCodeAt(i))) i++
          if (
            lastWasWord &&
            pairs < PROSE &&
            !isKeyword(text.slice(wordStart, wordEnd)) &&
            !isKeyword(text.slice(from, i))
          ) {
            pairs++
          }
          wordStart = from
          wordEnd = i
          lastWasWord = true
          end = i
          continue
        }
        case DIGIT:
          i++
          while (i < limit && isWordPart(text.charCodeAt(i))) i++
          break
        case QUOTE: {
          const prefix = wordEnd === i ? i - wordStart : 0
          const formatted = prefix > 0 && prefix <= 2 && /^(?:[ft]r?|r[ft])$/i.test(text.slice(wordStart, wordEnd))
          i = this.#strings.end(i, formatted, limit)
          if (!this.#strings.closed) broken = true
          this.#reach = Math.max(this.#reach, this.#strings.reach)
          break
        }
        case OPEN:
          if (open.length === 0 && this.#unclosed.has(i)) {
            relaxed = true
            this.#reach = Math.max(this.#reach, this.#unclosedUntil)
          }
          open.push(i)
          i++
          break
        case CLOSE: {
          const opener = open.pop()
          if (opener === undefined || !isPair(text.charCodeAt(opener), c)) broken = true
          i++
          break
        }
        case SPECIAL:
          if (c === HASH) {
            const next = this.#comment(i, limit)
            i = text.charCodeAt(next - 1) === NEWLINE ? next - 1 : next
            continue
          }
          if (c === BACKSLASH) {
            i++
            if (text.charCodeAt(i) === 0x0d) i++
            if (text.charCodeAt(i) === NEWLINE) i++
            break
          }
          i++
          if (c !== NEWLINE) {
            if (c !== EXCLAMATION || text.charCodeAt(i) !== EQUALS) broken = true
            break
          }
          if (open.length === 0 || pairs >= PROSE) return this.#endLine(begin, end, pairs, broken || open.length > 0, i)
          lastWasWord = false
          if (this.#conflictMarker(i)) {
            i = this.#blank(i, limit)
            continue
          }
          {
            const next = this.#skipIndent(i, limit)
            if (next < limit && relaxed && next - i <= indent && beginsWord(text.charCodeAt(next))) {
              return this.#endLine(begin, end, pairs, true, i)
            }
            if (next < limit && startsStatement(text, next)) {
              return this.#unclosedAt(begin, indent, limit, i, open, relaxed, pairs, end, comments, blanks)
            }
          }
          continue
        default:
          i++
      }
      lastWasWord = false
      end = Math.min(i, limit)
    }
    if (open.length > 0)
      return this.#unclosedAt(begin, indent, limit, limit, open, relaxed, pairs, end, comments, blanks)
    return this.#endLine(begin, end, pairs, broken, limit)
  }

  /** The text or the cell ends at `at`, or a statement begins there, and brackets are open. */
  #unclosedAt(
    begin: number,
    indent: number,
    limit: number,
    at: number,
    open: readonly number[],
    relaxed: boolean,
    pairs: number,
    end: number,
    comments: number,
    blanks: number,
  ): number {
    this.#reach = Math.max(this.#reach, at + LOOK_AHEAD)
    if (relaxed) return this.#endLine(begin, end, pairs, true, at)
    // Now that it is known which brackets stay open, read the line again: it ends where it looks as if it did.
    this.#unclosed = new Set(open)
    this.#unclosedUntil = at + LOOK_AHEAD
    this.#comments.length = comments
    this.#blanks.length = blanks
    return this.#logicalLine(begin, indent, limit)
  }

  #endLine(begin: number, end: number, pairs: number, broken: boolean, next: number): number {
    const text = this.#text
    const begins = mayBegin(text, begin)
    // A line that begins with a dot is the rest of a chain.
    const foreign = pairs >= PROSE || (!begins && text[begin] !== ".")
    const state = foreign ? "foreign" : broken || !begins || !mayEnd(text, begin, end) ? "broken" : "unknown"
    this.#lines.push({ start: begin - this.#start, end: end - this.#start, state })
    return next
  }
}

const NO_LINES: readonly LogicalLine[] = []
const CONFLICT = /(?:<{7}|>{7}|\|{7})(?: |$|\r?\n)|={7}(?:$|\r?\n)/y

function isWordPart(c: number): boolean {
  const kind = classOf(c)
  return kind === WORD || kind === DIGIT
}

function beginsWord(c: number): boolean {
  return c === 0x40 || classOf(c) === WORD
}

function isPair(open: number, close: number): boolean {
  // "()" are neighbours; between "[]" and between "{}" there is one more.
  return close - open === (open === 0x28 ? 1 : 2)
}

/** False where no statement can begin with the character at `at`. */
function mayBegin(text: string, at: number): boolean {
  const c = text[at]!
  if (c === ".") return /\.\.\.|\.[0-9]/y.test(text.slice(at, at + 3))
  if (c === "*") return text[at + 1] !== "*"
  return !"|/%&^<>=,:;)]}".includes(c)
}

/** False where no statement can end with the character before `end`. */
function mayEnd(text: string, begin: number, end: number): boolean {
  const c = text[end - 1]!
  if (c === ".") return /[0-9.]/.test(text[end - 2] ?? "")
  if (c === "*") return /import[ \t]*\*$/.test(text.slice(Math.max(begin, end - 20), end))
  return !"+-/%&|^<>=@~".includes(c)
}
