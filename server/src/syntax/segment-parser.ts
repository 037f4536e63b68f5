import type { Tree } from "web-tree-sitter"
import type { Stmt, Top, UnknownStmt } from "./ast.ts"
import type { Engine } from "./engine.ts"
import { FlatTree } from "./flat.ts"
import { FIRST_PART, MISSING } from "./kinds.ts"
import type { Lowering } from "./lower/lowering.ts"
import { lowerStmt } from "./lower/statements.ts"
import { type Mended, Recovery } from "./recovery.ts"
import type { LogicalLine, Segment } from "./segment.ts"
import { editTree } from "./tree-edit.ts"

/** What a segment lowers to. Offsets of the tops are absolute, for the segment's place at the time. */
export interface Parsed {
  readonly tops: readonly Top[]
  readonly broken: boolean
}

/** A tree kept for the next parse of a text that will differ little, and the text that it is of. */
export interface Kept {
  readonly tree: Tree
  readonly text: string
}

/** Segments are parsed many at a time up to this length: each call of the parser has its price. */
const BATCH_LENGTH = 8192
/** Milliseconds for a batch; it is parsed one segment at a time where it takes longer, which gives the same. */
const BATCH_TIME = 60
/** Milliseconds for all segments of a text that need to be parsed alone; the others of a text full of junk are `Unknown`. */
const ALONE_TIME = 5000
/** A broken segment longer than this is not given to the parser's own recovery as a whole. */
const RECOVERED_LENGTH = 4000

/** Parses and lowers segments. What a segment gives depends on its text and on nothing else. */
export class SegmentParser {
  readonly #engine: Engine
  readonly #recovery: Recovery
  readonly #flat = new FlatTree()

  constructor(engine: Engine) {
    this.#engine = engine
    this.#recovery = new Recovery(engine)
  }

  /** Parses segments; `done` is called for each, in order. */
  parseAll(text: string, segments: readonly Segment[], done: (parsed: Parsed) => void): void {
    let batch: { segment: Segment; code: string }[] = []
    let length = 0
    let left = ALONE_TIME
    const alone = (segment: Segment, code: string) => {
      if (left <= 0) return unparsed(segment)
      const begin = performance.now()
      const { parsed } = this.#parseAlone(segment, code, undefined)
      left -= performance.now() - begin
      return parsed
    }
    const flush = () => {
      if (batch.length === 0) return
      const parsed = this.#parseBatch(batch)
      batch.forEach(({ segment, code }, i) => {
        done(parsed?.[i] ?? alone(segment, code))
      })
      batch = []
      length = 0
    }
    for (const segment of segments) {
      if (segment.kind !== "code") {
        flush()
        done(segment.kind === "opaque" ? opaque(segment) : NOTHING)
        continue
      }
      const code = codeOf(text, segment)
      if (!mayBeWhole(segment)) {
        flush()
        done(alone(segment, code))
        continue
      }
      batch.push({ segment, code })
      length += code.length
      if (length >= BATCH_LENGTH) flush()
    }
    flush()
  }

  /**
   * Parses one segment of code.
   * @param kept the tree of its text before, which this takes over
   * @returns the new tree to keep with it
   */
  parseKeeping(text: string, segment: Segment, kept: Kept | undefined): { parsed: Parsed; kept: Kept | undefined } {
    return this.#parseAlone(segment, codeOf(text, segment), { kept })
  }

  /** Parses several segments as one text; undefined where that isn't the same as parsing each. */
  #parseBatch(batch: readonly { segment: Segment; code: string }[]): Parsed[] | undefined {
    const text = batch.map(({ code }) => code).join("")
    const tree = this.#engine.parse(text, null, BATCH_TIME)
    if (!tree) return undefined
    try {
      if (tree.rootNode.hasError) return undefined
      this.#engine.read(tree, this.#flat)
    } finally {
      tree.delete()
    }
    const flat = this.#flat
    const results: Parsed[] = []
    let at = 0
    let c = 1
    for (const { segment, code } of batch) {
      const end = at + code.length
      const l = lowering(flat, text, false, segment.lines, at, undefined)
      const tops: Top[] = []
      for (; c < flat.length && flat.start[c]! < end; c = flat.next[c]!) {
        if (flat.end[c]! > end) return undefined
        if (flat.kind[c]! >= FIRST_PART) tops.push(lowerTop(l, c, segment.start - at))
      }
      if (l.straddles) return undefined
      results.push({ tops, broken: l.broken })
      at = end
    }
    return results
  }

  #parseAlone(
    segment: Segment,
    code: string,
    keeping: { kept: Kept | undefined } | undefined,
  ): { parsed: Parsed; kept: Kept | undefined } {
    let kept = keeping?.kept
    const keep = (tree: Tree | null, text: string) => {
      if (!tree) return
      if (keeping && !tree.rootNode.hasError) {
        kept?.tree.delete()
        kept = { tree, text }
      } else tree.delete()
    }
    const lines =
      segment.lines.length > 0 ? segment.lines : [{ start: 0, end: segment.codeLength, state: "unknown" as const }]
    if (mayBeWhole(segment)) {
      const tree = this.#parse(code, kept)
      const parsed = tree && !tree.rootNode.hasError ? this.#lower(tree, segment, code, undefined) : undefined
      keep(tree, code)
      if (parsed) return { parsed, kept }
    }
    const mended = this.#recovery.mend(code, lines)
    let tree = this.#parse(mended.text, kept)
    if (!tree || tree.rootNode.hasError) {
      // What is wrong is no single line. An error's tree must come from this text alone, not from the one before it.
      const short = mended.text.length <= RECOVERED_LENGTH
      if (!short || kept) {
        tree?.delete()
        tree = short ? this.#engine.parse(mended.text, null) : null
      }
    }
    const parsed = (tree && this.#lower(tree, segment, code, mended)) ?? unparsed(segment)
    keep(tree, mended.text)
    return { parsed: { ...parsed, broken: true }, kept }
  }

  #parse(text: string, kept: Kept | undefined): Tree | null {
    if (!kept) return this.#engine.parse(text, null)
    const old = kept.tree.copy()
    try {
      editTree(old, kept.text, text)
      return this.#engine.parse(text, old)
    } finally {
      old.delete()
    }
  }

  /** Undefined where nothing is mended yet and a statement goes on past its logical line. */
  #lower(tree: Tree, segment: Segment, code: string, mended: Mended | undefined): Parsed | undefined {
    const flat = this.#flat
    this.#engine.read(tree, flat)
    mended?.restore(flat)
    const l = lowering(flat, code, tree.rootNode.hasError, segment.lines, 0, mended?.substitutes)
    const tops: Top[] = []
    for (let c = 1; c < flat.length; c = flat.next[c]!) {
      const kind = flat.kind[c]!
      if (kind >= FIRST_PART && kind !== MISSING) tops.push(lowerTop(l, c, segment.start))
    }
    if (l.straddles && !mended) return undefined
    return { tops, broken: l.broken }
  }
}

/** False where the characters of a line say already that it won't parse. */
function mayBeWhole(segment: Segment): boolean {
  return segment.lines.every((line) => line.state === "unknown")
}

const NOTHING: Parsed = { tops: [], broken: false }
const NO_NAMES: ReadonlySet<string> = new Set()

function lowering(
  tree: FlatTree,
  text: string,
  mayHaveErrors: boolean,
  lines: readonly LogicalLine[],
  linesAt: number,
  substitutes: Lowering["substitutes"],
): Lowering {
  return {
    tree,
    text,
    mayHaveErrors,
    lines,
    linesAt,
    substitutes,
    base: 0,
    names: new Set(),
    depth: 0,
    broken: false,
    straddles: false,
  }
}

/** @param shift what to add to an offset in the parsed text to have it in the whole text */
function lowerTop(l: Lowering, i: number, shift: number): Top {
  const names = new Set<string>()
  l.base = l.tree.start[i]!
  l.names = names
  const stmt: Stmt = lowerStmt(l, i)
  return { offset: l.base + shift, stmt, names }
}

function opaque(segment: Segment): Parsed {
  return { ...unparsed(segment), broken: false }
}

function unparsed(segment: Segment): Parsed {
  const stmt: UnknownStmt = { kind: "UnknownStmt", start: 0, end: segment.codeLength, parts: [], exprs: [] }
  return { tops: [{ offset: segment.start, stmt, names: NO_NAMES }], broken: true }
}

/**
 * The code of a segment with its comments blank, and a newline after it. Without comments since the grammar
 * looks through all comments that follow at each of them: a notebook with long comments takes ten times as long.
 */
function codeOf(text: string, segment: Segment): string {
  const { start, codeLength, comments, blanks } = segment
  const code = text.slice(start, start + codeLength)
  const spans = blanks.length > 0 ? merged(comments, blanks) : comments
  const clean = (spans[0] ?? codeLength) >= codeLength ? code : blanked(code, spans)
  // Half a surrogate pair is no character, and the parser loses its place over it.
  return `${LONE_SURROGATE.test(clean) ? clean.replace(LONE_SURROGATES, "\ufffd") : clean}\n`
}

const LONE_SURROGATE = /\p{Surrogate}/u
const LONE_SURROGATES = /\p{Surrogate}/gu

function blanked(code: string, spans: readonly number[]): string {
  const pieces: string[] = []
  let at = 0
  for (let s = 0; s < spans.length && spans[s]! < code.length; s += 2) {
    const start = spans[s]!
    const end = Math.min(spans[s + 1]!, code.length)
    pieces.push(code.slice(at, start), " ".repeat(end - start))
    at = end
  }
  pieces.push(code.slice(at))
  return pieces.join("")
}

/** Two lists of spans as one, in order. */
function merged(a: readonly number[], b: readonly number[]): number[] {
  const spans: [number, number][] = []
  for (const list of [a, b]) for (let s = 0; s < list.length; s += 2) spans.push([list[s]!, list[s + 1]!])
  return spans.sort((x, y) => x[0] - y[0]).flat()
}
