import type { Edit, Site } from "../../../rules/api.ts"
import type { Module } from "../syntax/ast.ts"
import type { Lines } from "./lines.ts"
import { statementAt } from "./statements.ts"

/** A text with all that is needed to write into it. */
export interface Source {
  readonly text: string
  readonly module: Module
  readonly lines: Lines
  readonly lineBreak: string
}

/** Stands for an edit that the text's shape does not allow; a fix that holds it is left out. */
export const impossible: Edit = { site: { top: { offset: 0 }, start: -1, end: -1 }, text: "" }

/** An edit at absolute offsets. */
export function editAt(start: number, end: number, text: string): Edit {
  return { site: { top: { offset: 0 }, start, end }, text }
}

/** Absolute offset of a site's start. */
export function startOf(site: Site): number {
  return site.top.offset + site.start
}

/** Writes `text` as lines of their own before the statement that holds `site`, at its indentation. */
export function lineBefore(source: Source, site: Site, text: string): Edit {
  const { lines } = source
  const statement = statementAt(source.module, startOf(site), lines)
  const start = statement?.start ?? lines.startOf(lines.lineOf(startOf(site)))
  const lineStart = lines.startOf(lines.lineOf(start))
  const before = source.text.slice(lineStart, start)
  if (before.trim() !== "") return isOneLine(text) ? editAt(start, start, `${text}; `) : impossible
  return editAt(lineStart, lineStart, block(text, before, source.lineBreak))
}

/** Writes `text` as lines of their own behind the statement that holds `site`, at its indentation. */
export function lineAfter(source: Source, site: Site, text: string): Edit {
  const { lines } = source
  const statement = statementAt(source.module, startOf(site), lines)
  const start = statement?.start ?? startOf(site)
  const end = Math.max(statement?.end ?? 0, site.top.offset + site.end)
  const before = source.text.slice(lines.startOf(lines.lineOf(start)), start)
  const lastLine = lines.lineOf(Math.max(start, end - 1))
  const after = source.text.slice(end, lines.endOf(lastLine))
  if (before.trim() !== "" || !/^\s*(#.*)?$/.test(after))
    return isOneLine(text) && !statement?.compound ? editAt(end, end, `; ${text}`) : impossible
  return afterLine(source, lastLine, block(text, before, source.lineBreak))
}

/** Puts whole lines (each with its break) behind a line, which may be the last and without a break. */
export function afterLine(source: Source, line: number, text: string): Edit {
  const { lines, lineBreak } = source
  if (line + 1 < lines.count) return editAt(lines.startOf(line + 1), lines.startOf(line + 1), text)
  const end = source.text.length
  return editAt(end, end, lineBreak + text.slice(0, -lineBreak.length))
}

function block(text: string, indent: string, lineBreak: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? lineBreak : indent + line + lineBreak))
    .join("")
}

function isOneLine(text: string): boolean {
  return !text.includes("\n")
}
