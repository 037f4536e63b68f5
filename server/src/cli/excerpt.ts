import type { Range } from "./report.ts"
import { displayWidth, type Style } from "./terminal.ts"

/** Columns of code that are shown of a longer line. */
const maxColumns = 120

/** The source lines of a finding with their numbers, and carets under what it is about. */
export function renderExcerpt(lines: readonly string[], range: Range, paint: Style["red"], style: Style): string[] {
  const lastNumber = range.start.line + lines.length - 1
  const gutter = String(lastNumber).length
  const shown = lines.flatMap((line, index) => {
    const number = range.start.line + index
    const start = index === 0 ? range.start.column - 1 : indentOf(line)
    const end = number === range.end.line ? range.end.column - 1 : line.trimEnd().length
    const { text, before, carets } = cut(line, Math.min(start, line.length), Math.min(end, line.length))
    const bar = style.blue("│")
    return [
      `${style.blue(String(number).padStart(gutter))} ${bar} ${text}`,
      ...(line.trim() === "" ? [] : [`${" ".repeat(gutter)} ${bar} ${" ".repeat(before)}${paint("^".repeat(carets))}`]),
    ]
  })
  return lastNumber < range.end.line ? [...shown, `${" ".repeat(gutter)} ${style.blue("⋮")}`] : shown
}

/** The part of a line that is shown, with tabs as spaces, and the columns before and under what is marked. */
function cut(line: string, start: number, end: number): { text: string; before: number; carets: number } {
  const isLong = line.length > maxColumns
  const from = isLong ? wholeLetter(line, Math.max(0, Math.min(start - 30, line.length - maxColumns))) : 0
  const to = isLong ? wholeLetter(line, Math.min(line.length, from + maxColumns)) : line.length
  const prefix = from > 0 ? "…" : ""
  const suffix = to < line.length ? "…" : ""
  const head = expand(prefix + line.slice(from, start), 0)
  const marked = expand(line.slice(start, Math.min(end, to)), displayWidth(head))
  const tail = expand(line.slice(Math.min(end, to), to), displayWidth(head + marked))
  return { text: head + marked + tail + suffix, before: displayWidth(head), carets: Math.max(1, displayWidth(marked)) }
}

/** Tabs as spaces, to stops of four columns; what would move the cursor is taken out. */
function expand(text: string, column: number): string {
  let result = ""
  for (const char of text) {
    if (char === "\t") result += " ".repeat(4 - ((column + displayWidth(result)) % 4))
    else if (!/\p{Cc}/u.test(char)) result += char
  }
  return result
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** An offset that parts no surrogate pair. */
function wholeLetter(line: string, offset: number): number {
  const unit = line.charCodeAt(offset)
  return unit >= 0xdc00 && unit <= 0xdfff ? offset - 1 : offset
}
