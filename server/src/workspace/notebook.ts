import type { Position, Range } from "../protocol.ts"
import type { Module } from "../syntax/ast.ts"
import { joinCells, type NotebookText, pythonOf } from "../syntax/notebook.ts"
import type { Syntax, SyntaxDocument, TextChange } from "../syntax/types.ts"
import { type ContentChange, differing, OpenDocument, type OpenSource, type OpenText } from "./document.ts"

/** A cell as an editor sends it. */
export interface NewCell {
  readonly uri: string
  /** What the editor opened for it; absent for a cell that is in the notebook already, and for one of no interest. */
  readonly opened?: { readonly version: number; readonly text: string } | undefined
}

/**
 * The Python cells of a notebook that an editor has open. They share one state in their order, and so they are one text
 * to whoever analyses them. The text is put together when somebody asks for it.
 */
export class OpenNotebook implements OpenSource {
  readonly uri: string
  /** All cells that the editor tells of, by which it counts. */
  private all: Entry[]
  private cells: Cell[] = []
  private changes = 0
  private joined: NotebookText | undefined
  private parsed: SyntaxDocument | undefined

  constructor(uri: string, cells: readonly NewCell[]) {
    this.uri = uri
    this.all = []
    this.splice(0, 0, cells)
  }

  get version(): number {
    return this.changes
  }

  get text(): string {
    return this.whole.text
  }

  get parts(): readonly OpenText[] {
    return this.cells
  }

  /** The text, with the way to each cell. */
  get whole(): NotebookText {
    this.joined ??= joinCells(this.cells.map((cell, index) => ({ index, text: cell.text, python: cell.python })))
    return this.joined
  }

  partAt(offset: number): Cell | undefined {
    return this.cells[this.whole.cellAt(offset)]
  }

  possible(change: TextChange, near: number): TextChange | undefined {
    return this.whole.within(near, change)
  }

  /** Puts cells in the place of `count` others. One that moves keeps its text. Gives the Python cells that are gone. */
  splice(start: number, count: number, cells: readonly NewCell[]): readonly OpenText[] {
    const before = this.cells
    const known = new Map(this.cells.map((cell) => [cell.uri, cell]))
    const entries = cells.map(
      ({ uri, opened }): Entry => ({ uri, cell: opened ? new Cell(this, uri, opened) : known.get(uri) }),
    )
    this.all.splice(start, count, ...entries)
    this.cells = this.all.flatMap(({ cell }) => cell ?? [])
    this.changed()
    const left = new Set(this.cells.map(({ uri }) => uri))
    return before.filter(({ uri }) => !left.has(uri))
  }

  /** Applies changes to one cell's text. */
  update(uri: string, changes: readonly ContentChange[], version: number): void {
    this.cells.find((cell) => cell.uri === uri)?.update(changes, version)
    this.changed()
  }

  module(parser: Syntax): Module {
    if (this.parsed === undefined) this.parsed = parser.open(this.text)
    else if (this.parsed.text !== this.text) this.parsed.update([differing(this.parsed.text, this.text)])
    return this.parsed.module
  }

  dispose(): void {
    this.parsed?.dispose()
    this.parsed = undefined
  }

  /** The offset of a cell's text in the whole. */
  startOf(cell: Cell): number {
    return this.whole.cells[this.cells.indexOf(cell)]?.start ?? 0
  }

  /** A cell's place among the Python cells, from 1. */
  numberOf(cell: OpenText): number {
    return this.cells.indexOf(cell as Cell) + 1
  }

  private changed(): void {
    this.changes++
    this.joined = undefined
  }
}

interface Entry {
  readonly uri: string
  /** Only of a Python cell. */
  readonly cell: Cell | undefined
}

class Cell implements OpenText {
  readonly source: OpenNotebook
  private readonly own: OpenDocument
  private known: string | undefined

  constructor(notebook: OpenNotebook, uri: string, { version, text }: NonNullable<NewCell["opened"]>) {
    this.source = notebook
    this.own = new OpenDocument(uri, "python", version, text)
  }

  get uri(): string {
    return this.own.uri
  }

  get textVersion(): number {
    return this.own.version
  }

  get text(): string {
    return this.own.text
  }

  /** The text with all that is no Python blank. */
  get python(): string {
    this.known ??= pythonOf(this.own.text)
    return this.known
  }

  holds(offset: number): boolean {
    return this.source.partAt(offset) === this
  }

  offsetAt(position: Position): number {
    return this.source.startOf(this) + this.own.offsetAt(position)
  }

  positionAt(offset: number): Position {
    return this.own.positionAt(offset - this.source.startOf(this))
  }

  rangeOf({ start, end }: { readonly start: number; readonly end: number }): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) }
  }

  update(changes: readonly ContentChange[], version: number): void {
    this.own.update(changes, version)
    this.known = undefined
  }
}
