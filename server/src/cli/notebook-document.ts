import { Lines, replaceAll } from "../lint/index.ts"
import { type CellText, joinCells, readNotebook } from "../syntax/notebook.ts"
import { type LintDocument, linesOf } from "./document.ts"
import { replaceSources } from "./notebook-json.ts"

/** A notebook file's cells as one document, or why it cannot be read and what to do. */
export function notebookDocument(json: string): LintDocument | { readonly reason: string } {
  const file = readNotebook(json)
  return file.ok ? documentOf(json, file.cells, new Map()) : { reason: file.reason }
}

/** `changed` are the cells whose text is no longer that of the file. */
function documentOf(json: string, cells: readonly CellText[], changed: ReadonlyMap<number, string>): LintDocument {
  const joined = joinCells(cells)
  const { cellAt } = joined
  return {
    text: joined.text,
    positionAt(offset) {
      const cell = joined.cells[cellAt(offset)]!
      const place = joined.placeAt(Math.max(cell.start, Math.min(offset, cell.end)))!
      return { cell: place.cell, position: { line: place.line + 1, column: place.column + 1 } }
    },
    linesBetween(start, end, limit) {
      const at = cellAt(start)
      // The cell's own text: in the joined one what is no Python is blank.
      const lines = new Lines(cells[at]!.text)
      return linesOf(lines, start - joined.cells[at]!.start, end - joined.cells[at]!.start, limit)
    },
    possible: (replacement, near) => joined.within(near, replacement),
    withEdits(replacements) {
      const fresh = new Map(changed)
      const next = cells.map((cell, at) => {
        const { start, end } = joined.cells[at]!
        const own = replacements
          .filter((each) => each.start >= start && each.end <= end)
          .map((each) => ({ ...each, start: each.start - start, end: each.end - start }))
        if (own.length === 0) return cell
        // Offsets are the same in the cell's own text, which is never shorter or longer than what is parsed.
        const text = replaceAll(cell.text, own)
        fresh.set(cell.index, text)
        return { ...cell, text }
      })
      return documentOf(json, next, fresh)
    },
    content: () => replaceSources(json, changed),
  }
}
