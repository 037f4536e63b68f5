import type { Position, Range } from "../protocol.ts"
import type { Module } from "../syntax/ast.ts"
import type { Syntax, SyntaxDocument, TextChange } from "../syntax/types.ts"
import { LineIndex } from "./lines.ts"

/** One change as a client sends it; without `range` it replaces the whole text. */
export interface ContentChange {
  readonly range?: Range
  readonly text: string
}

/**
 * A text that an editor has open. Changes are applied to the text at once; they reach the parser when somebody asks
 * for the module, so that a burst of changes costs one reparse.
 *
 * Notebooks will be a second class with this public face: a joined text whose `rangeOf` maps into its cells.
 */
export class OpenDocument {
  readonly uri: string
  readonly languageId: string
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

  rangeOf(span: { readonly start: number; readonly end: number }): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) }
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

  /** The current version's AST; parses what changed since the last call. */
  module(parser: Syntax): Module {
    if (this.syntax === undefined) this.syntax = parser.open(this.currentText)
    else if (this.pending.length > 0) this.syntax.update(this.pending)
    this.pending = []
    return this.syntax.module
  }

  /** Frees the parse tree. The document must not be used any more. */
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
function differing(before: string, after: string): TextChange {
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
