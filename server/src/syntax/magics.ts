import type { Module } from "./ast.ts"

/** Cell magics whose cell is still Python. */
const PYTHON_CELL =
  /%%(?:time|timeit|capture|prun|python[23]?|pyspark|spark|local|memit|mprun|skip)\b|%(?:python|time|timeit|pyspark)\b/y
/** Line magics of Databricks that make the whole cell something else where they stand first in it. */
const FOREIGN_CELL = /%(?:md|md-sandbox|sql|sh|scala|r|fs|run)(?![\w-])/y
const CELL_MAGIC = /%%[A-Za-z]/y

/** True where a line that begins at `at` is a notebook's magic, shell or help line. */
export function isMagic(text: string, at: number): boolean {
  const c = text[at]
  if (c === "!") return text[at + 1] !== "="
  if (c === "?") return true
  return c === "%" && /[%A-Za-z]/.test(text[at + 1] ?? "")
}

/**
 * True where the magic at `at` makes the rest of its cell something else than Python.
 * @param first no code stands before it in its cell
 */
export function takesCell(text: string, at: number, first: boolean, flavor: Module["flavor"]): boolean {
  if (!first || flavor === "module") return false
  PYTHON_CELL.lastIndex = at
  if (PYTHON_CELL.test(text)) return false
  CELL_MAGIC.lastIndex = at
  if (CELL_MAGIC.test(text)) return true
  FOREIGN_CELL.lastIndex = at
  if (!FOREIGN_CELL.test(text)) return false
  // Jupyter's own `%sql select 1` is a line; Databricks's is a cell, and one with nothing beside it is as well.
  return flavor === "databricks" || text.slice(FOREIGN_CELL.lastIndex, lineEnd(text, at)).trim() === ""
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at)
  return newline < 0 ? text.length : newline
}
