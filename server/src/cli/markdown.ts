import type { Style } from "./terminal.ts"

/** Columns that prose is broken at. */
const width = 96

/** A rule's page for a terminal: headings bold, code set off, prose broken at words, tables in columns. */
export function renderMarkdown(markdown: string, style: Style): string {
  let code = false
  let table: string[][] = []
  const lines: string[] = []
  for (const line of [...markdown.trimEnd().split("\n"), ""]) {
    if (!code && line.startsWith("|")) {
      table.push(cellsOf(line))
      continue
    }
    lines.push(...columns(table))
    table = []
    const fence = /^(>\s*)?```/.test(line)
    if (fence) code = !code
    else if (code) lines.push(line === "" ? "" : `    ${codeLine(line, style)}`)
    else if (line.startsWith("#")) lines.push(style.bold(line.replace(/^#+\s*/, "")))
    else lines.push(...prose(line).map((each) => inline(each, style)))
  }
  return `${lines.join("\n").trimEnd()}\n`
}

function cellsOf(line: string): string[] {
  const cells = line.replace(/^\||\|\s*$/g, "").split("|")
  return cells.map((cell) => cell.trim().replaceAll("`", ""))
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)))
  const widths = (shown[0] ?? []).map((_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)))
  return shown.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd())
}

/** Carets are comments in a page's code: they stand out. */
function codeLine(line: string, style: Style): string {
  return /^\s*#\s*\^+$/.test(line) || /^#\^*$/.test(line) ? style.yellow(line) : line
}

/** Breaks at words; what a quote or a list item goes on with is indented as it began. */
function prose(line: string): string[] {
  const start = /^(> - |> |- )?/.exec(line)![0]
  const indent = start === "> " ? "> " : start.startsWith(">") ? ">   " : " ".repeat(start.length)
  const broken: string[] = []
  let current = ""
  for (const word of line.split(" ")) {
    if (current.length > start.length && current.length + 1 + word.length > width) {
      broken.push(current)
      current = indent + word
    } else current = current === "" ? word : `${current} ${word}`
  }
  return [...broken, current]
}

function inline(text: string, style: Style): string {
  return (
    text
      .replace(/\*\*([^*]+)\*\*/g, (_, bold: string) => style.bold(bold))
      // Without colours the backticks are what sets code off.
      .replace(/`([^`]+)`/g, (quoted, code: string) => (style.green("x") === "x" ? quoted : style.green(code)))
      .replace(/<(https?:[^>]+)>/g, "$1")
  )
}
