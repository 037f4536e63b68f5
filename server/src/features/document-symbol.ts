import { type DocumentSymbol, SymbolKind } from "vscode-languageserver"
import { answer, type Feature } from "./context.ts"
import { type Landmark, pipeline } from "./pipeline.ts"

const KINDS: Readonly<Record<Landmark["kind"], SymbolKind>> = {
  source: SymbolKind.File,
  join: SymbolKind.Operator,
  write: SymbolKind.Event,
}

/** `textDocument/documentSymbol`: the pipeline in an outline. */
export const documentSymbol: Feature = {
  capability: () => ({ documentSymbolProvider: { label: "Spark pipeline" } }),

  install({ connection, documents, log, reports }) {
    connection.onDocumentSymbol(({ textDocument }, token) =>
      answer<DocumentSymbol[] | null>(log, token, null, async () => {
        const document = documents.get(textDocument.uri)
        if (document === undefined) return null
        const { analysis } = await reports.current(document.source, token)
        if (analysis === undefined) return null
        const span = ({ top, start, end }: Landmark["site"]) =>
          document.rangeOf({ start: top.offset + start, end: top.offset + end })
        const own = pipeline(analysis.program).filter(({ site }) => document.holds(site.top.offset + site.start))
        return own.map(({ kind, name, detail, statement, site }) => ({
          name,
          detail,
          kind: KINDS[kind],
          range: span(statement),
          selectionRange: span(site),
        }))
      }),
    )
  },
}
