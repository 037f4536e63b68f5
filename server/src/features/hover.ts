import { type Hover, MarkupKind } from "vscode-languageserver"
import type { Site } from "../../../rules/api.ts"
import type { OpenDocument } from "../workspace/document.ts"
import { answer, type Feature } from "./context.ts"
import { planSketch, type Where } from "./plan-sketch.ts"

/** `textDocument/hover`: what is known of the DataFrame under the cursor. */
export const hover: Feature = {
  capability: () => ({ hoverProvider: true }),

  install({ connection, client, documents, log, reports }) {
    connection.onHover(({ textDocument, position }, token) =>
      answer<Hover | null>(log, token, null, async () => {
        const document = documents.get(textDocument.uri)
        if (document === undefined) return null
        const { analysis } = await reports.current(document, token)
        const found = analysis?.valueAt(document.offsetAt(position))
        const markdown = found && planSketch(found.value, where(document))
        if (found === undefined || markdown === undefined) return null
        const value = client.markdownHover ? markdown : plain(markdown)
        const kind = client.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText
        return { contents: { kind, value }, range: document.rangeOf(found) }
      }),
    )
  },
}

function where(document: OpenDocument): Where {
  return (site: Site) =>
    site.path === undefined
      ? `line ${document.positionAt(site.top.offset + site.start).line + 1}`
      : (site.path.split(/[/\\]/).at(-1) ?? site.path)
}

/** The sketch without markup, for clients that show none. */
function plain(markdown: string): string {
  return markdown.replaceAll(/\*\*|`/g, "")
}
