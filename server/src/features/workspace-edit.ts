import type { TextEdit, WorkspaceEdit } from "vscode-languageserver"
import type { TextChange } from "../syntax/types.ts"
import type { OpenDocument } from "../workspace/document.ts"
import type { Client } from "./client.ts"

/**
 * Edits of one document's current version. Clients that can are told the version, and refuse the edit if the text has
 * changed meanwhile.
 */
export function workspaceEdit(document: OpenDocument, edits: readonly TextEdit[], client: Client): WorkspaceEdit {
  const { uri, version } = document
  if (!client.documentChanges) return { changes: { [uri]: [...edits] } }
  return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] }
}

export function textEdits(document: OpenDocument, changes: readonly TextChange[]): TextEdit[] {
  return changes.map((change) => ({ range: document.rangeOf(change), newText: change.text }))
}
