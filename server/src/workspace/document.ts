import type { Position, Range } from "../protocol.ts"
import type { Module } from "../syntax/ast.ts"
import type { Syntax, SyntaxDocument, TextChange } from "../syntax/types.ts"
import { LineIndex } from "./lines.ts"

/** One change as a client sends it; without `range` it replaces the whole text. */
export interface ContentChange {
  readonly range?: Range
  readonly text: string
}

type Span = { readonly start: number; readonly end: number }

/** What is analysed as one: a file, or all the cells of a notebook. Spans and offsets count in `text`. */
export interface OpenSource {
  readonly uri: string
  /** Grows with every change. */
  readonly version: number
  readonly text: string
  /** The current version's AST; parses what changed since the last call. */
  module(parser: Syntax): Module
  /** What an editor shows of it, in order. */
  readonly parts: readonly OpenText[]
  /** The part that an offset stands in; undefined only where there is none at all. */
  partAt(offset: number): OpenText | undefined
  /** A change as it can be made for a finding at the offset `near`; undefined where it reaches into another part. */
  possible(change: TextChange, near: number): TextChange | undefined
  /** Frees the parse tree. It must not be used any more. */
  dispose(): void
}

/** What an editor shows as one text: a file, or a cell. Positions are its own; spans and offsets those of the source. */
export interface OpenText {
  readonly uri: string
  /** The version that the editor gave this text. */
  readonly textVersion: number
  readonly source: OpenSource
  /** Whether something that starts at an offset is shown here. */
  holds(offset: number): boolean
  offsetAt(position: Position): number
  positionAt(offset: number): Position
  rangeOf(span: Span): Range
}

/**
 * A text that an editor has open. Changes are applied to the text at once; they reach the parser when somebody asks
 * for the module, so that a burst of changes costs one reparse.
 */
export class OpenDocument implements OpenSource, OpenText {
  readonly uri: string
  readonly languageId: string
  readonly source = this
  readonly parts: readonly OpenText[] = [this]
  private currentVersion: number
  private currentText: string
  private readonly lines: LineIndex
  private pending: TextChange[] = []
  private syntax: SyntaxDocument | undefined

  constructor(uri: string, languageId: string, version: number, text: string) {
    this.uri = uri
    this.languageId = languageId
    this.currentVersion = version
    this.currentText = text
    this.lines = new LineIndex(text)
  }

  get version(): number {
    return this.currentVersion
  }

  get textVersion(): number {
    return this.currentVersion
  }

  get text(): string {
    return this.currentText
  }

  get lineCount(): number {
    return this.lines.count
  }

  offsetAt(position: Position): number {
    return this.lines.offsetAt(position, this.currentText)
  }

  positionAt(offset: number): Position {
    return this.lines.positionAt(offset, this.currentText)
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) }
  }

  holds(): boolean {
    return true
  }

  partAt(): OpenText {
    return this
  }

  possible(change: TextChange): TextChange {
    return change
  }

  /** Applies changes one after the other, each to the text that the one before left. */
  update(changes: readonly ContentChange[], version: number): void {
    for (const change of changes) {
      const edit = this.toTextChange(change)
      const before = this.currentText
      this.currentText = before.slice(0, edit.start) + edit.text + before.slice(edit.end)
      this.lines.replace(edit.start, edit.end, edit.text.length, this.currentText)
      if (this.syntax !== undefined) this.pending.push(edit)
    }
    this.currentVersion = version
  }

  module(parser: Syntax): Module {
    if (this.syntax === undefined) this.syntax = parser.open(this.currentText)
    else if (this.pending.length > 0) this.syntax.update(this.pending)
    this.pending = []
    return this.syntax.module
  }

  dispose(): void {
    this.syntax?.dispose()
    this.syntax = undefined
    this.pending = []
  }

  private toTextChange(change: ContentChange): TextChange {
    if (change.range === undefined) return differing(this.currentText, change.text)
    const a = this.offsetAt(change.range.start)
    const b = this.offsetAt(change.range.end)
    return { start: Math.min(a, b), end: Math.max(a, b), text: change.text }
  }
}

/** The smallest single change that makes one text of the other: editors that send whole texts cost one small reparse. */
export function differing(before: string, after: string): TextChange {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++
  let tail = 0
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++
  return { start: head, end: before.length - tail, text: after.slice(head, after.length - tail) }
}
