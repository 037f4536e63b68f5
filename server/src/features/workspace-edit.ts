import type { TextEdit, WorkspaceEdit } from "vscode-languageserver"
import type { TextChange } from "../syntax/types.ts"
import type { OpenText } from "../workspace/document.ts"
import type { Client } from "./client.ts"

/**
 * Edits of the current version of a file or a cell. Clients that can are told the version, and refuse the edit if the text has
 * changed meanwhile.
 */
export function workspaceEdit(document: OpenText, edits: readonly TextEdit[], client: Client): WorkspaceEdit {
  const { uri, textVersion: version } = document
  if (!client.documentChanges) return { changes: { [uri]: [...edits] } }
  return { documentChanges: [{ textDocument: { uri, version }, edits: [...edits] }] }
}

export function textEdits(document: OpenText, changes: readonly TextChange[]): TextEdit[] {
  return changes.map((change) => ({ range: document.rangeOf(change), newText: change.text }))
}
