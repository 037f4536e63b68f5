import {
  type Connection,
  type DiagnosticServerCancellationData,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver"
import { Cancelled, Outdated, Unavailable } from "../workspace/unanswered.ts"
import type { Client } from "./client.ts"
import { cancelled, type DiagnosticsChannel, describe, type Feature } from "./context.ts"
import { toDiagnostics } from "./diagnostic.ts"

/** `textDocument/diagnostic`. */
export const pullDiagnostics: Feature = {
  capability: (client) =>
    client.pulls
      ? { diagnosticProvider: { identifier: "shufflewise", interFileDependencies: true, workspaceDiagnostics: false } }
      : {},

  install(context) {
    if (!context.client.pulls) return
    const { connection, documents, log, reports } = context
    connection.languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
      // What one cell's change does to the others nobody would pull: a notebook's diagnostics are pushed.
      const document = documents.file(textDocument.uri)
      if (document === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] }
      try {
        const report = await reports.current(document, token)
        if (report.id === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: report.id }
        const items = toDiagnostics(document, report, context.client, context)
        return { kind: DocumentDiagnosticReportKind.Full, resultId: report.id, items }
      } catch (error) {
        if (error instanceof Cancelled) return cancelled()
        if (error instanceof Outdated) return pullAgain(error)
        if (!(error instanceof Unavailable)) log.error(describe(error))
        return { kind: DocumentDiagnosticReportKind.Full, items: [] }
      }
    })
  },
}

/** LSP's way to say that the answer would be old and that the client should ask again. */
function pullAgain(error: Outdated): ResponseError<DiagnosticServerCancellationData> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, error.message, { retriggerRequest: true })
}

/** The client asks whenever a file changes; only what it cannot see it is told. Notebooks go by `pushed`. */
export function pullChannel(connection: Connection, client: Client, pushed: DiagnosticsChannel): DiagnosticsChannel {
  return {
    changed: pushed.changed,
    closed: pushed.closed,
    refresh: () => {
      pushed.refresh()
      if (client.refreshes) void connection.languages.diagnostics.refresh().catch(() => {})
    },
  }
}
