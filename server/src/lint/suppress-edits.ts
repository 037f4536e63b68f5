import type { Module } from "../syntax/ast.ts"
import { CELL_MARKER } from "../syntax/cells.ts"
import { Lines, lineBreakOf } from "./lines.ts"
import { statementAt } from "./statements.ts"
import { readSuppressions } from "./suppressions.ts"
import type { Span } from "./types.ts"

/** One replacement, at absolute offsets. */
export interface TextEdit {
  readonly span: Span
  readonly text: string
}

/**
 * The edit that suppresses a rule where a finding stands: at the end of its line, in the brackets of a suppression
 * that is there already, or in a line of its own above where the line cannot take a comment.
 */
export function suppressOnLine(module: Module, text: string, offset: number, rule: string): TextEdit {
  const lines = new Lines(text)
  const statement = statementAt(module, offset, lines)
  const line = lines.lineOf(offset)
  const candidates = [line, ...(statement === undefined ? [] : [statement.lastLine])]
  const known = existing(module, text, lines, rule, "line")
  const open = known.find((each) => !each.alone && candidates.includes(each.line))
  if (open !== undefined) return extend(open, rule)
  // A backslash or an open triple quote at the end of the line leaves no room for a comment.
  const free = candidates.find((each) => canTakeComment(module, text, lines, each))
  if (free !== undefined) {
    const end = lines.startOf(free) + lines.textOf(free).trimEnd().length
    return { span: { start: end, end: lines.endOf(free) }, text: `  # shufflewise: ignore[${rule}]` }
  }
  const above = statement?.firstLine ?? line
  const start = lines.startOf(above)
  const comment = `${lines.indentOf(above)}# shufflewise: ignore[${rule}]${lineBreakOf(text)}`
  return { span: { start, end: start }, text: comment }
}

/** The edit that suppresses a rule in the whole file, above its first statement. */
export function suppressInFile(module: Module, text: string, rule: string): TextEdit {
  const lines = new Lines(text)
  const open = existing(module, text, lines, rule, "file")[0]
  if (open !== undefined) return extend(open, rule)
  let line = 0
  // A shebang, an encoding and a notebook's first line must stay where they are.
  while (/^#(!|.*coding[:=]|\s*Databricks notebook source)/.test(lines.textOf(line))) line++
  // A cell's magics must stand first in it; they are blank here.
  if (module.flavor === "notebook")
    while (line + 1 < lines.count && (lines.textOf(line).trim() === "" || lines.textOf(line) === CELL_MARKER)) line++
  const start = lines.startOf(line)
  const comment = `# shufflewise: ignore-file[${rule}]${lineBreakOf(text)}`
  return { span: { start, end: start }, text: start > 0 && line >= lines.count ? lineBreakOf(text) + comment : comment }
}

function existing(module: Module, text: string, lines: Lines, rule: string, scope: "line" | "file") {
  const { all } = readSuppressions(module, text, () => lines, new Set([rule]))
  return all.filter((each) => each.scope === scope && !each.noqa && each.rules !== null)
}

function extend({ rules }: { rules: readonly { end: number }[] | null }, rule: string): TextEdit {
  const end = rules!.at(-1)!.end
  return { span: { start: end, end }, text: `, ${rule}` }
}

function canTakeComment(module: Module, text: string, lines: Lines, line: number): boolean {
  const end = lines.endOf(line)
  if (text.slice(lines.startOf(line), end).trimEnd().endsWith("\\")) return false
  return !insideString(module, end)
}

/** Whether an offset lies inside a string literal: it does where text of a string goes on over the line's end. */
function insideString(module: Module, offset: number): boolean {
  const top = module.body.find((each) => each.offset <= offset && offset < each.offset + each.stmt.end)
  return top !== undefined && holdsString(top.stmt, offset - top.offset)
}

function holdsString(node: unknown, offset: number): boolean {
  if (typeof node !== "object" || node === null) return false
  if (Array.isArray(node)) return node.some((each) => holdsString(each, offset))
  if ("start" in node && "end" in node) {
    if (Number(node.start) > offset || Number(node.end) <= offset) return false
    if ("kind" in node && isString(node as { kind: unknown; type?: unknown })) return true
  }
  return Object.values(node).some((field) => holdsString(field, offset))
}

function isString(node: { kind: unknown; type?: unknown }): boolean {
  return node.kind === "JoinedStr" || (node.kind === "Constant" && (node.type === "str" || node.type === "bytes"))
}
