import { Lines, type Replacement, replaceAll } from "../lint/index.ts"
import type { Position } from "./report.ts"

/** What is linted: a text with a way back to the file that it came from. */
export interface LintDocument {
  /** What is parsed. All offsets below count in it. */
  readonly text: string
  /** Where an offset stands for people. */
  positionAt(offset: number): { readonly cell: number | null; readonly position: Position }
  /** The source lines from one offset to another, at most `limit`. */
  linesBetween(start: number, end: number, limit: number): string[]
  /**
   * A replacement as it can be made for a finding at the offset `near`; undefined where it cannot, since it reaches out
   * of the finding's cell.
   */
  possible(replacement: Replacement, near: number): Replacement | undefined
  /** The document after replacements that are possible and do not overlap. */
  withEdits(replacements: readonly Replacement[]): LintDocument
  /** What the file holds. */
  content(): string
}

/** A plain Python file. */
export function plainDocument(text: string): LintDocument {
  let made: Lines | undefined
  const lines = (): Lines => {
    made ??= new Lines(text)
    return made
  }
  return {
    text,
    positionAt(offset) {
      const line = lines().lineOf(offset)
      const end = Math.min(offset, lines().endOf(line))
      return { cell: null, position: { line: line + 1, column: end - lines().startOf(line) + 1 } }
    },
    linesBetween: (start, end, limit) => linesOf(lines(), start, end, limit),
    possible: (replacement) => replacement,
    withEdits: (replacements) => plainDocument(replaceAll(text, replacements)),
    content: () => text,
  }
}

/** The lines from one offset to another. */
export function linesOf(lines: Lines, start: number, end: number, limit: number): string[] {
  const first = lines.lineOf(start)
  const last = Math.min(lines.lineOf(Math.max(start, end - 1)), first + limit - 1)
  return Array.from({ length: last - first + 1 }, (_, index) => lines.textOf(first + index))
}
