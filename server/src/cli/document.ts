import { Lines } from "../lint/index.ts"
import type { Position } from "./report.ts"

/** A text to lint, and how its offsets are shown to people. */
export interface LintDocument {
  /** What is parsed. */
  readonly text: string
  /** Where an offset stands. */
  positionAt(offset: number): { cell: number | null; position: Position }
  /** The source lines from one offset to another, at most `limit`. */
  linesBetween(start: number, end: number, limit: number): string[]
  /** The file's content with another text in place of `text`. */
  withText(text: string): string
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
    linesBetween(start, end, limit) {
      const first = lines().lineOf(start)
      const last = Math.min(lines().lineOf(Math.max(start, end - 1)), first + limit - 1)
      return Array.from({ length: last - first + 1 }, (_, index) => lines().textOf(first + index))
    },
    withText: (replaced) => replaced,
  }
}
