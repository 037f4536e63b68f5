import type { Style } from "./terminal.ts"

/** Columns that prose is broken at. */
const width = 96

/** A rule's page for a terminal: headings bold, code set off, prose broken at words, quotes and lists kept. */
export function renderMarkdown(markdown: string, style: Style): string {
  let code = false
  const lines: string[] = []
  for (const line of markdown.trimEnd().split("\n")) {
    const fence = /^(>\s*)?```/.test(line)
    if (fence) code = !code
    if (fence) continue
    if (code) lines.push(`    ${codeLine(line, style)}`)
    else if (line.startsWith("#")) lines.push(style.bold(line.replace(/^#+\s*/, "")))
    else if (line.startsWith("|")) lines.push(line)
    else lines.push(...prose(line).map((each) => inline(each, style)))
  }
  return `${lines.join("\n")}\n`
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
    if (current !== "" && current.length + 1 + word.length > width) {
      broken.push(current)
      current = indent + word
    } else current = current === "" ? word : `${current} ${word}`
  }
  return [...broken, current]
}

function inline(text: string, style: Style): string {
  return text
    .replace(/\*\*([^*]+)\*\*/g, (_, bold: string) => style.bold(bold))
    .replace(/`([^`]+)`/g, (_, code: string) => style.green(code))
    .replace(/<(https?:[^>]+)>/g, "$1")
}
