import type { NotebookCell, TextDocumentItem } from "vscode-languageserver"
import {
  DidChangeNotebookDocumentNotification,
  DidCloseNotebookDocumentNotification,
  DidOpenNotebookDocumentNotification,
  DidSaveNotebookDocumentNotification,
  NotebookCellKind,
} from "vscode-languageserver"
import type { NewCell } from "../workspace/notebook.ts"
import type { Feature } from "./context.ts"

/**
 * Opening, changing, saving and closing of notebooks, of whatever kind: their Python cells are analysed as one text, in
 * the order in which they stand, and each is shown what is found in it.
 */
export const notebookSync: Feature = {
  capability: () => ({ notebookDocumentSync: { notebookSelector: [{ cells: [{ language: "python" }] }], save: true } }),

  install({ connection, documents, settings, reports, fileChanges, status, diagnostics }) {
    const close = (uri: string): void => {
      const notebook = documents.notebook(uri)
      if (notebook === undefined) return
      const cells = notebook.parts.map((cell) => cell.uri)
      documents.remove(uri)
      fileChanges.closed(notebook)
      settings.forget(uri)
      diagnostics.closed(uri)
      for (const cell of cells) diagnostics.closed(cell)
    }
    connection.onNotification(DidOpenNotebookDocumentNotification.type, (params) => {
      const { uri, cells } = params.notebookDocument
      close(uri)
      fileChanges.opened(documents.addNotebook(uri, newCells(cells, params.cellTextDocuments)))
      void settings.of(uri)
      diagnostics.changed(uri)
    })
    connection.onNotification(DidChangeNotebookDocumentNotification.type, ({ notebookDocument: { uri }, change }) => {
      const notebook = documents.notebook(uri)
      if (notebook === undefined || change.cells === undefined) return
      const { structure, textContent = [] } = change.cells
      if (structure !== undefined) {
        const { start, deleteCount, cells = [] } = structure.array
        const added = newCells(cells, structure.didOpen ?? [])
        for (const gone of documents.splice(notebook, start, deleteCount, added)) diagnostics.closed(gone)
      }
      for (const { document, changes } of textContent) notebook.update(document.uri, changes, document.version)
      if (structure === undefined && textContent.length === 0) return
      fileChanges.edited(uri)
      diagnostics.changed(uri)
    })
    connection.onNotification(DidSaveNotebookDocumentNotification.type, ({ notebookDocument: { uri } }) => {
      const notebook = documents.notebook(uri)
      const again = notebook !== undefined && reports.retry(notebook)
      if (again || reports.areStale()) diagnostics.refresh()
    })
    connection.onNotification(DidCloseNotebookDocumentNotification.type, ({ notebookDocument: { uri } }) => {
      close(uri)
      if (reports.areStale()) diagnostics.refresh()
      status.changed()
    })
  },
}

/** Editors that don't heed the selector tell of markdown, and of cells in other languages, as well. */
function newCells(cells: readonly NotebookCell[], opened: readonly TextDocumentItem[]): NewCell[] {
  const texts = new Map(opened.map((text) => [text.uri, text]))
  return cells.map(({ kind, document: uri }) => {
    const text = texts.get(uri)
    return kind === NotebookCellKind.Code && text?.languageId === "python" ? { uri, opened: text } : { uri }
  })
}
