import type { Expr, Stmt } from "./ast.ts"
import type { Engine } from "./engine.ts"
import { FlatTree } from "./flat.ts"
import { FIRST_PART, MISSING } from "./kinds.ts"
import { completed, type LineForm, lineForm } from "./line-forms.ts"
import type { Lowering, Substitute } from "./lower/lowering.ts"
import { lowerStmt } from "./lower/statements.ts"
import type { LogicalLine } from "./segment.ts"

/**
 * The longest line whose parts are looked for after an error in it. The parser's own recovery takes quadratic
 * time on some texts; on one this short that is a few milliseconds at worst.
 */
const RECOVERED_LENGTH = 1000
const REMEMBERED_LINES = 5000

/** A segment's text in which each line that doesn't parse by itself has something in its place that does. */
export interface Mended {
  readonly text: string
  /** By the offset of the line in the segment. */
  readonly substitutes: ReadonlyMap<number, Substitute>
  /** Moves a tree's offsets from `text` to the segment's own. */
  restore(flat: FlatTree): void
}

/**
 * Confines errors to their lines. tree-sitter's recovery lets a slip take the statements around it along, and
 * gives other trees after an edit than for the same text anew; so it is used on single lines only.
 */
export class Recovery {
  readonly #engine: Engine
  readonly #flat = new FlatTree()
  /** Whether a line parses by itself, for the lines seen lately. */
  readonly #whole = new Map<string, boolean>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** @param code a segment's code, which did not parse as a whole */
  mend(code: string, lines: readonly LogicalLine[]): Mended {
    const pieces: string[] = []
    const substitutes = new Map<number, Substitute>()
    const moves: Move[] = []
    let copied = 0
    let length = 0
    for (const line of lines) {
      const text = code.slice(line.start, line.end)
      const form = lineForm(text)
      if (line.state === "unknown" && this.#parses(form.text)) continue
      pieces.push(code.slice(copied, line.start), form.filler)
      length += line.start - copied
      moves.push({ at: length, length: form.filler.length, start: line.start, end: line.end })
      length += form.filler.length
      copied = line.end
      substitutes.set(line.start, { lower: (base, names, depth) => this.#lower(text, form, line, base, names, depth) })
    }
    pieces.push(code.slice(copied))
    return { text: pieces.join(""), substitutes, restore: (flat) => restore(flat, moves) }
  }

  #parses(text: string): boolean {
    let whole = this.#whole.get(text)
    if (whole === undefined) {
      const tree = this.#engine.parse(text, null)
      whole = tree !== null && !tree.rootNode.hasError
      tree?.delete()
      if (this.#whole.size >= REMEMBERED_LINES) this.#whole.clear()
      this.#whole.set(text, whole)
    }
    return whole
  }

  /** The statement that a broken line is: whole with `Unknown` in it where that can be told, else `UnknownStmt`. */
  #lower(source: string, form: LineForm, line: LogicalLine, base: number, names: Set<string>, depth: number): Stmt {
    const start = line.start - base
    const end = line.end - base
    const nothing: Stmt = { kind: "UnknownStmt", start, end, parts: [], exprs: [] }
    if (line.state === "foreign" || source.length > RECOVERED_LENGTH) return nothing
    const stmt = this.#lowerForm(form, start, end, names, depth)
    const whole = completed(form)
    if (whole === form || (stmt && stmt.kind !== "UnknownStmt" && stmt.kind !== "Expr")) return stmt ?? nothing
    return this.#lowerForm(whole, start, end, names, depth) ?? nothing
  }

  #lowerForm(form: LineForm, start: number, end: number, names: Set<string>, depth: number): Stmt | undefined {
    const { text, shift, suffix } = form
    const tree = this.#engine.parse(text, null)
    if (!tree) return undefined
    try {
      const flat = this.#flat
      this.#engine.read(tree, flat)
      const l: Lowering = {
        tree: flat,
        text,
        mayHaveErrors: true,
        lines: [],
        linesAt: 0,
        substitutes: undefined,
        base: shift - start,
        names,
        depth,
        broken: false,
        straddles: false,
      }
      const stmts: Stmt[] = []
      const limit = text.length - suffix.length
      // a call whose bracket was made up ends where the line does
      for (let i = 0; i < flat.length; i++) if (flat.start[i]! < limit && flat.end[i]! > limit) flat.end[i] = limit
      for (let c = 1; c < flat.length; c = flat.next[c]!) {
        const isPart = flat.kind[c]! >= FIRST_PART && flat.kind[c] !== MISSING
        if (isPart && flat.start[c]! < limit) stmts.push(lowerStmt(l, c))
      }
      return asOne(stmts, start, end, suffix !== "")
    } finally {
      tree.delete()
    }
  }
}

/** @param bodyless the body was made up */
function asOne(stmts: readonly Stmt[], start: number, end: number, bodyless: boolean): Stmt {
  const [first] = stmts
  if (first && stmts.length === 1) {
    if (!bodyless) return { ...first, start, end }
    switch (first.kind) {
      case "If":
      case "For":
      case "While":
      case "With":
      case "FunctionDef":
      case "ClassDef":
        return { ...first, start, end, body: [] }
      case "Try":
        return {
          ...first,
          start,
          end,
          body: [],
          handlers: first.handlers.map((handler) => ({ ...handler, end, body: [] })),
        }
      case "Match":
        return { ...first, start, end, cases: first.cases.map((item) => ({ ...item, end, body: [] })) }
    }
  }
  const parts: Stmt[] = []
  const exprs: Expr[] = []
  for (const stmt of stmts) {
    if (stmt.kind === "UnknownStmt") {
      parts.push(...stmt.parts)
      exprs.push(...stmt.exprs)
    } else if (!bodyless || stmt.end <= end) parts.push(stmt)
  }
  return { kind: "UnknownStmt", start, end, parts, exprs }
}

/** A filler at `at` in the mended text stands for the line from `start` to `end`. */
interface Move {
  readonly at: number
  readonly length: number
  readonly start: number
  readonly end: number
}

function restore(flat: FlatTree, moves: readonly Move[]): void {
  if (moves.length === 0) return
  for (let i = 0; i < flat.length; i++) {
    flat.start[i] = moved(flat.start[i]!, moves)
    flat.end[i] = moved(flat.end[i]!, moves)
  }
}

function moved(offset: number, moves: readonly Move[]): number {
  // The last filler that begins at or before the offset.
  let low = 0
  let high = moves.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (moves[middle]!.at > offset) high = middle
    else low = middle + 1
  }
  const move = moves[low - 1]
  if (!move) return offset
  if (offset === move.at) return move.start
  return move.end + Math.max(0, offset - move.at - move.length)
}
