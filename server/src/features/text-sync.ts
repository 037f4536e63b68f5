import { TextDocumentSyncKind } from "vscode-languageserver"
import type { Feature } from "./context.ts"

/** Opening, changing, saving and closing of files. The cells of notebooks go by `notebook-sync.ts`. */
export const textSync: Feature = {
  capability: () => ({
    textDocumentSync: {
      openClose: true,
      change: TextDocumentSyncKind.Incremental,
      save: { includeText: false },
    },
  }),

  install({ connection, client, documents, settings, reports, fileChanges, log, status, diagnostics }) {
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      if (!isPython(languageId, uri)) {
        log.info(`${uri} is ${languageId}, not Python: it is not looked at`)
        return
      }
      const before = documents.file(uri)
      if (before !== undefined) fileChanges.closed(before)
      fileChanges.opened(documents.add(uri, languageId, version, text))
      // Asked for now, so that the first diagnostics need not wait for the client's answer.
      void settings.of(uri)
      diagnostics.changed(uri)
    })
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      if (!documents.change(uri, contentChanges, version)) return
      fileChanges.edited(uri)
      diagnostics.changed(uri)
    })
    connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
      const document = documents.file(uri)
      const again = document !== undefined && reports.retry(document)
      // A client that watches no files says only so that a configuration file may have changed.
      const reconfigured = !client.registersWatchers && settings.filesChanged()
      // What depends on the text was told nothing while it was being written.
      if (reconfigured || again || reports.areStale()) diagnostics.refresh()
    })
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      const document = documents.file(uri)
      if (document === undefined) return
      documents.remove(uri)
      fileChanges.closed(document)
      if (reports.areStale()) diagnostics.refresh()
      settings.forget(uri)
      diagnostics.closed(uri)
      status.changed()
    })
  },
}

/** Some editors give a file no language id; its ending then tells. */
function isPython(languageId: string, uri: string): boolean {
  return languageId === "python" || (languageId === "" && uri.endsWith(".py"))
}
