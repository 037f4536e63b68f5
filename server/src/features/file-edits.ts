import type { WorkspaceEdit } from "vscode-languageserver"
import type { OpenText } from "../workspace/document.ts"
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

/** The safe fixes of a file, or of a cell, as one edit. Throws `Outdated` where it is not at that version any more. */
export async function fixAll(context: Context, data: FixAllData, waiting: Waiting): Promise<WorkspaceEdit> {
  const shown = context.documents.get(data.uri)
  if (shown === undefined || shown.source.version !== data.version) throw new Outdated()
  const { source } = shown
  const [engine, report] = await Promise.all([context.engine, context.reports.current(source, waiting)])
  const own = report.findings.filter((finding) => shown.holds(finding.span.start))
  const changes = engine.safeFixes({ text: source.text, module: source.module(engine.syntax) }, own, data.rule)
  return workspaceEdit(shown, textEdits(shown, changes), context.client)
}

/**
 * The edit that silences a rule on the line of a finding, or in the whole file. Undefined where it would change another
 * cell than the finding's.
 */
export async function suppress(
  context: Context,
  shown: OpenText,
  where: "line" | "file",
  finding: { readonly rule: string; readonly start: number },
): Promise<WorkspaceEdit | undefined> {
  const { source } = shown
  const engine = await context.engine
  const module = source.module(engine.syntax)
  const change = source.possible(engine.suppression(where, { text: source.text, module }, finding), finding.start)
  return change && workspaceEdit(shown, textEdits(shown, [change]), context.client)
}
