/** Notebooks as one Python text, and the way back from an offset in it to a cell. */

import { CELL_MARKER } from "./cells.ts"
import { Scanner } from "./scanner.ts"
import type { TextChange } from "./types.ts"

/** A code cell. */
export interface CellText {
  /** Its place among all the notebook's cells, markdown's too, from 0. */
  readonly index: number
  readonly text: string
  /** What `pythonOf` gave for the text, where that is known. */
  readonly python?: string
}

/** A place in a cell. Lines and columns count from 0, columns in UTF-16 units. */
export interface CellPlace {
  readonly cell: number
  readonly line: number
  readonly column: number
}

/** The joined text of a notebook's code cells. Its `flavor` is "notebook" once it is parsed. */
export interface NotebookText {
  /**
   * Each cell after a line that marks it. Lines that are no Python (magics, shell and help lines) are blank, and so
   * is all of a cell in another language; everything else stands as it does in the cell.
   */
  readonly text: string
  /** Where each cell's text stands in `text`, in order. */
  readonly cells: readonly { readonly index: number; readonly start: number; readonly end: number }[]
  /** The place of an offset; undefined where it is in no cell. */
  placeAt(offset: number): CellPlace | undefined
  /** The offset of a place; undefined where there is no such code cell. Lines and columns are clamped to the cell. */
  offsetAt(place: CellPlace): number | undefined
  /** Which of `cells` an offset stands in; the one before it where it stands in none, the first before all. */
  cellAt(offset: number): number
  /**
   * A replacement as it can be made in the cell that holds the offset `near`; undefined where it reaches out of it.
   * Lines behind a cell's last one, whose line break is not the cell's own, go to the cell's end.
   */
  within(near: number, replacement: TextChange): TextChange | undefined
}

/** A notebook file, or why it can't be read and what to do. */
export type NotebookFile =
  | { readonly ok: true; readonly language: string; readonly cells: readonly CellText[] }
  | { readonly ok: false; readonly reason: string }

/** Joins code cells to one text. */
export function joinCells(cells: readonly CellText[]): NotebookText {
  const pieces: string[] = []
  const spans: { index: number; start: number; end: number }[] = []
  let length = 0
  for (const { index, text, python } of cells) {
    const start = length + CELL_MARKER.length + 1
    spans.push({ index, start, end: start + text.length })
    pieces.push(CELL_MARKER, "\n", python ?? pythonOf(text), "\n")
    length = start + text.length + 1
  }
  const text = pieces.join("")
  const byIndex = new Map(spans.map((span) => [span.index, span]))
  const cellAt = (offset: number): number => {
    let low = 0
    let high = spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (spans[middle]!.start > offset) high = middle
      else low = middle + 1
    }
    return Math.max(0, low - 1)
  }
  const spanAt = (offset: number) => {
    const span = spans[cellAt(offset)]
    return span && span.start <= offset && offset <= span.end ? span : undefined
  }
  return {
    text,
    cells: spans,
    placeAt(offset) {
      const span = spanAt(offset)
      if (!span) return undefined
      let line = 0
      let lineStart = span.start
      for (let at = text.indexOf("\n", lineStart); at >= 0 && at < offset; at = text.indexOf("\n", lineStart)) {
        line++
        lineStart = at + 1
      }
      return { cell: span.index, line, column: offset - lineStart }
    },
    offsetAt({ cell, line, column }) {
      const span = byIndex.get(cell)
      if (!span) return undefined
      let lineStart = span.start
      for (let l = 0; l < line; l++) {
        const newline = text.indexOf("\n", lineStart)
        if (newline < 0 || newline >= span.end) return span.end
        lineStart = newline + 1
      }
      const newline = text.indexOf("\n", lineStart)
      const lineEnd = newline < 0 ? span.end : Math.min(newline, span.end)
      return Math.min(lineStart + Math.max(0, column), lineEnd)
    },
    cellAt,
    within(near, { start, end, text: fresh }) {
      const span = spans[cellAt(near)]
      if (!span) return undefined
      if (start >= span.start && end <= span.end) return { start, end, text: fresh }
      if (start !== span.end + 1 || end !== start || !fresh.endsWith("\n")) return undefined
      return { start: span.end, end: span.end, text: `\n${fresh.slice(0, -1)}` }
    },
  }
}

/** `%run other`, which is no Python either, but binds names: it stays, for who follows it. */
const RUN = /^[ \t]*%run[ \t]+\S/

/** A cell's text with everything that is no Python blank; as long as the text, and with the same lines. */
export function pythonOf(text: string): string {
  const scanner = new Scanner(text, { flavor: "notebook", markers: [] })
  const pieces: string[] = []
  let copied = 0
  const blank = (start: number, end: number) => {
    if (RUN.test(text.slice(start, start + 200))) return
    pieces.push(text.slice(copied, start), text.slice(start, end).replace(/[^\r\n]/g, " "))
    copied = end
  }
  let first = true
  for (let at = 0; at < text.length; ) {
    const { start, length, kind, codeLength, blanks } = scanner.segment(at, first)
    if (kind === "opaque") blank(start, start + codeLength)
    else for (let b = 0; b < blanks.length; b += 2) blank(start + blanks[b]!, start + blanks[b + 1]!)
    if (kind !== "trivia") first = false
    at += length
  }
  if (copied === 0) return text
  pieces.push(text.slice(copied))
  return pieces.join("")
}

/** The joined text of an `.ipynb` file's cells; undefined where it can't be read. */
export function notebookText(json: string): string | undefined {
  const file = readNotebook(json)
  return file.ok ? joinCells(file.cells).text : undefined
}

/** Reads an `.ipynb` file's text. A notebook in another language than Python has no cells for us. */
export function readNotebook(json: string): NotebookFile {
  let file: unknown
  try {
    file = JSON.parse(json.charCodeAt(0) === 0xfeff ? json.slice(1) : json)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      reason: `This notebook is not valid JSON (${detail}). Restore it, or open it in Jupyter and save it again.`,
    }
  }
  if (!isRecord(file))
    return { ok: false, reason: "This notebook is not a JSON object. Check that it is an .ipynb file." }
  const format = file.nbformat
  if (typeof format === "number" && format < 4) {
    return {
      ok: false,
      reason: `This notebook has format ${format}; only 4 and later are read. Convert it: jupyter nbconvert --to notebook --nbformat 4 FILE`,
    }
  }
  if (!Array.isArray(file.cells)) {
    return {
      ok: false,
      reason: 'This notebook has no list "cells". Check that it is an .ipynb file of format 4 or later.',
    }
  }
  const language = languageOf(file.metadata)
  const cells: CellText[] = []
  if (/python|pyspark/i.test(language)) {
    for (const [index, cell] of file.cells.entries()) {
      if (isRecord(cell) && cell.cell_type === "code") cells.push({ index, text: sourceOf(cell.source) })
    }
  }
  return { ok: true, language, cells }
}

function languageOf(metadata: unknown): string {
  if (!isRecord(metadata)) return "python"
  const { language_info: info, kernelspec: kernel } = metadata
  if (isRecord(info) && typeof info.name === "string") return info.name
  if (isRecord(kernel) && typeof kernel.language === "string") return kernel.language
  return "python"
}

/** A cell's source is a string, or a list of its lines with their newlines. */
function sourceOf(source: unknown): string {
  if (typeof source === "string") return source
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : ""
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
