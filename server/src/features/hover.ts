import { type Hover, MarkupKind } from "vscode-languageserver"
import type { Site } from "../../../rules/api.ts"
import type { OpenText } from "../workspace/document.ts"
import type { Host } from "../workspace/host.ts"
import { LineIndex } from "../workspace/lines.ts"
import { OpenNotebook } from "../workspace/notebook.ts"
import { answer, type Feature } from "./context.ts"
import { planSketch, type Where } from "./plan-sketch.ts"

/** `textDocument/hover`: what is known of the DataFrame under the cursor. */
export const hover: Feature = {
  capability: () => ({ hoverProvider: true }),

  install({ connection, client, documents, host, log, reports }) {
    connection.onHover(({ textDocument, position }, token) =>
      answer<Hover | null>(log, token, null, async () => {
        const document = documents.get(textDocument.uri)
        if (document === undefined) return null
        const { analysis } = await reports.current(document.source, token)
        const found = analysis?.valueAt(document.offsetAt(position))
        const markdown = found && planSketch(found.value, where(document, host))
        if (found === undefined || markdown === undefined) return null
        const value = client.markdownHover ? markdown : plain(markdown)
        const kind = client.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText
        return { contents: { kind, value }, range: document.rangeOf(found) }
      }),
    )
  },
}

/** `line 3`, `line 3 of Python cell 2`, or `line 3 of helpers.py`. */
function where(shown: OpenText, host: Host): Where {
  return ({ path, top, start }: Site) => {
    const offset = top.offset + start
    if (path !== undefined) return elsewhere(path, offset, host)
    const part = shown.source.partAt(offset) ?? shown
    const line = `line ${part.positionAt(offset).line + 1}`
    const { source } = shown
    return part === shown || !(source instanceof OpenNotebook)
      ? line
      : `${line} of Python cell ${source.numberOf(part)}`
  }
}

/** Only the file's name where the file can't be read any more, or is a notebook, whose lines count in its cells. */
function elsewhere(path: string, offset: number, host: Host): string {
  const name = path.split(/[/\\]/).at(-1) ?? path
  const text = path.endsWith(".ipynb") ? undefined : host.readFile(path)
  return text === undefined ? name : `line ${new LineIndex(text).lineAt(offset) + 1} of ${name}`
}

/** The sketch without markup, for clients that show none. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\*\*|`/g, "")
}
