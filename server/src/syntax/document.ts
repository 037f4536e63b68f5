import type { Comment, Module, Top } from "./ast.ts"
import { type Cells, findCells } from "./cells.ts"
import { Scanner } from "./scanner.ts"
import type { Segment } from "./segment.ts"
import type { Kept, Parsed, SegmentParser } from "./segment-parser.ts"
import { applyChanges, type ChangedSpan } from "./text-change.ts"
import type { SyntaxDocument, TextChange } from "./types.ts"

/** A segment as it stands in a document. */
interface Piece {
  readonly segment: Segment
  parsed: Parsed
  kept: Kept | undefined
  /** Its comments with absolute offsets, for the start in `commentsAt`. */
  comments: readonly Comment[]
  commentsAt: number
}

/** Trees are kept for code longer than this, so that a keystroke in a long class doesn't parse all of it anew. */
const KEPT_LENGTH = 2000

const NOTHING: Parsed = { tops: [], broken: false }
const NO_COMMENTS: readonly Comment[] = []

/** A text that is kept parsed: see `SyntaxDocument`. */
export class Document implements SyntaxDocument {
  text: string
  module: Module
  readonly #parser: SegmentParser
  #cells: Cells
  #pieces: Piece[]

  constructor(parser: SegmentParser, text: string) {
    this.#parser = parser
    this.text = text
    this.#cells = findCells(text)
    this.#pieces = scan(text, this.#cells, 0, true, () => false).map(newPiece)
    this.#parse(this.#pieces)
    this.module = this.#assemble()
  }

  update(changes: readonly TextChange[]): void {
    const before = this.text
    const { text, span } = applyChanges(before, changes)
    if (!span) return
    const { flavor } = this.#cells
    this.text = text
    this.#cells = findCells(text)
    this.#replace(
      before,
      this.#cells.flavor === flavor ? span : { start: 0, oldEnd: before.length, newEnd: text.length },
    )
    this.module = this.#assemble()
  }

  dispose(): void {
    for (const piece of this.#pieces) piece.kept?.tree.delete()
    this.#pieces = []
  }

  /** Reads anew the segments that a change may have altered, up to the first that is as it was. */
  #replace(before: string, span: ChangedSpan): void {
    const old = this.#pieces
    const delta = span.newEnd - span.oldEnd
    const altered = old.findIndex(({ segment }) => segment.start + segment.reach >= span.start)
    const from = altered < 0 ? old.length : altered
    const begin = old[from]?.segment
    let to = from
    const isAsBefore = (start: number, first: boolean) => {
      if (start < span.newEnd) return false
      while (to < old.length && old[to]!.segment.start + delta < start) to++
      const same = old[to]?.segment
      return same !== undefined && same.start >= span.oldEnd && same.start + delta === start && same.first === first
    }
    const fresh = scan(this.text, this.#cells, begin?.start ?? before.length, begin?.first ?? true, isAsBefore).map(
      newPiece,
    )
    const end = fresh.reduce((at, { segment }) => at + segment.length, begin?.start ?? before.length)
    if (end >= this.text.length) to = old.length
    for (let p = to; p < old.length; p++) move(old[p]!, delta)
    this.#pieces = [...old.slice(0, from), ...fresh, ...old.slice(to)]
    this.#fill(old.slice(from, to), before, fresh)
  }

  /** Gives fresh pieces what a removed one of the same code had, and parses the others. */
  #fill(removed: readonly Piece[], before: string, fresh: readonly Piece[]): void {
    const byCode = new Map<string, Piece[]>()
    for (const piece of removed) {
      const code = codeOf(before, piece.segment)
      const same = byCode.get(code)
      if (same) same.push(piece)
      else byCode.set(code, [piece])
    }
    const others: Piece[] = []
    for (const piece of fresh) {
      const twin = byCode.get(codeOf(this.text, piece.segment))?.shift()
      if (!twin || !isSame(twin.segment, piece.segment)) {
        others.push(piece)
        continue
      }
      piece.parsed = twin.parsed
      piece.kept = twin.kept
      twin.kept = undefined
      const delta = piece.segment.start - twin.segment.start
      for (const top of piece.parsed.tops) top.offset += delta
    }
    const kept = removed.filter((piece) => piece.kept !== undefined)
    const short: Piece[] = []
    for (const piece of others) {
      if (piece.segment.kind !== "code" || piece.segment.codeLength < KEPT_LENGTH) {
        short.push(piece)
        continue
      }
      const last = kept.shift()
      const result = this.#parser.parseKeeping(this.text, piece.segment, last?.kept)
      if (last) last.kept = undefined
      piece.parsed = result.parsed
      piece.kept = result.kept
    }
    this.#parse(short)
    for (const piece of kept) piece.kept?.tree.delete()
  }

  #parse(pieces: readonly Piece[]): void {
    let next = 0
    const segments = pieces.map(({ segment }) => segment)
    this.#parser.parseAll(this.text, segments, (parsed) => {
      pieces[next++]!.parsed = parsed
    })
  }

  #assemble(): Module {
    const { text } = this
    const { flavor } = this.#cells
    const body: Top[] = []
    const comments: Comment[] = []
    let broken = false
    for (const piece of this.#pieces) {
      const { segment, parsed } = piece
      for (const top of parsed.tops) body.push(top)
      if (segment.comments.length > 0) {
        if (piece.commentsAt !== segment.start) placeComments(piece, text)
        for (const comment of piece.comments) comments.push(comment)
      }
      // Magics belong into notebooks only, and marks of a merge nowhere.
      const foreign = segment.kind === "opaque" || segment.blanks.length > 0
      if (parsed.broken || (foreign && flavor === "module")) broken = true
    }
    return { body, comments, broken, flavor }
  }
}

/**
 * Reads segments from `start` on, up to the text's end or the first of which `until` says that it is known.
 * @param first no code stands before `start` in its cell
 */
function scan(
  text: string,
  cells: Cells,
  start: number,
  first: boolean,
  until: (start: number, first: boolean) => boolean,
): Segment[] {
  const scanner = new Scanner(text, cells)
  const segments: Segment[] = []
  for (let at = start, isFirst = first; at < text.length; ) {
    if (scanner.isCellStart(at)) isFirst = true
    if (at !== start && until(at, isFirst)) break
    const segment = scanner.segment(at, isFirst)
    if (segment.kind !== "trivia") isFirst = false
    segments.push(segment)
    at += segment.length
  }
  return segments
}

function newPiece(segment: Segment): Piece {
  return { segment, parsed: NOTHING, kept: undefined, comments: NO_COMMENTS, commentsAt: -1 }
}

function move(piece: Piece, delta: number): void {
  if (delta === 0) return
  piece.segment.start += delta
  for (const top of piece.parsed.tops) top.offset += delta
}

function placeComments(piece: Piece, text: string): void {
  const { start, comments } = piece.segment
  const placed: Comment[] = []
  for (let c = 0; c < comments.length; c += 2) {
    const from = start + comments[c]!
    const to = start + comments[c + 1]!
    placed.push({ start: from, end: to, text: text.slice(from, to) })
  }
  piece.comments = placed
  piece.commentsAt = start
}

function codeOf(text: string, { start, codeLength }: Segment): string {
  return text.slice(start, start + codeLength)
}

/** True where two segments of the same code lower to the same. */
function isSame(a: Segment, b: Segment): boolean {
  return (
    a.kind === b.kind &&
    a.blanks.length === b.blanks.length &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, i) => line.end === b.lines[i]!.end && line.state === b.lines[i]!.state)
  )
}
