import type { WorkspaceEdit } from "vscode-languageserver"
import type { OpenDocument } from "../workspace/document.ts"
import type { Waiting } from "../workspace/reports.ts"
import { Outdated } from "../workspace/unanswered.ts"
import type { Context } from "./context.ts"
import { textEdits, workspaceEdit } from "./workspace-edit.ts"

/** `CodeAction.data` of a fix-all whose edit is computed when it is chosen. */
export interface FixAllData {
  readonly fixAll: true
  readonly uri: string
  readonly version: number
  /** Only this rule's fixes; absent: all rules'. */
  readonly rule?: string
}

export function isFixAllData(data: unknown): data is FixAllData {
  const { fixAll, uri, version, rule } = (data ?? {}) as Partial<FixAllData>
  return (
    fixAll === true &&
    typeof uri === "string" &&
    typeof version === "number" &&
    (rule === undefined || typeof rule === "string")
  )
}

/** The safe fixes of a file as one edit. Throws `Outdated` where the file is not at that version any more. */
export async function fixAll(context: Context, data: FixAllData, waiting: Waiting): Promise<WorkspaceEdit> {
  const document = context.documents.get(data.uri)
  if (document === undefined || document.version !== data.version) throw new Outdated()
  const [engine, report] = await Promise.all([context.engine, context.reports.current(document, waiting)])
  const source = { text: document.text, module: document.module(engine.syntax) }
  const changes = engine.safeFixes(source, report.findings, data.rule)
  return workspaceEdit(document, textEdits(document, changes), context.client)
}

/** The edit that silences a rule on the line of a finding, or in the whole file. */
export async function suppress(
  context: Context,
  document: OpenDocument,
  where: "line" | "file",
  finding: { readonly rule: string; readonly start: number },
): Promise<WorkspaceEdit> {
  const engine = await context.engine
  const module = document.module(engine.syntax)
  const change = engine.suppression(where, { text: document.text, module }, finding)
  return workspaceEdit(document, textEdits(document, [change]), context.client)
}
