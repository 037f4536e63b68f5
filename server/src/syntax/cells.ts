import type { Module } from "./ast.ts"

/** The line that `notebook.ts` puts before each cell's text; a text that begins with it is a notebook's. */
export const CELL_MARKER = "# %% [notebook cell]"

const DATABRICKS_HEADER = "# Databricks notebook source"
const DATABRICKS_MARKER = "# COMMAND ----------"

/** What a text is, and where its cells begin. */
export interface Cells {
  readonly flavor: Module["flavor"]
  /** Offsets of the lines that begin a cell, in order; the text before the first is a cell too. */
  readonly markers: readonly number[]
}

/** Finds the cells of a text. A marker is one wherever its line stands, inside a string or bracket too. */
export function findCells(text: string): Cells {
  const begin = text.charCodeAt(0) === 0xfeff ? 1 : 0
  if (text.startsWith(DATABRICKS_HEADER, begin)) return { flavor: "databricks", markers: databricksMarkers(text) }
  const markers = percentMarkers(text)
  if (text.startsWith(CELL_MARKER, begin)) return { flavor: "notebook", markers }
  return { flavor: markers.length > 0 ? "percent" : "module", markers }
}

function databricksMarkers(text: string): number[] {
  const markers: number[] = []
  for (let at = text.indexOf(DATABRICKS_MARKER); at >= 0; at = text.indexOf(DATABRICKS_MARKER, at + 1)) {
    if (isLineStart(text, at)) markers.push(at)
  }
  return markers
}

function percentMarkers(text: string): number[] {
  const markers: number[] = []
  for (let at = text.indexOf("%%"); at >= 0; at = text.indexOf("%%", at + 2)) {
    const hash = text[at - 1] === "#" ? at - 1 : text[at - 1] === " " && text[at - 2] === "#" ? at - 2 : -1
    if (hash >= 0 && isLineStart(text, hash)) markers.push(hash)
  }
  return markers
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === "\n" || (at === 1 && text.charCodeAt(0) === 0xfeff)
}
