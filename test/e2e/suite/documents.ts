/** Documents of the test's workspace, and what the extension says about them. */
import * as vscode from "vscode"
import { failurePicture } from "./page.ts"
import { until } from "./wait.ts"

export const EXTENSION_ID = "shufflewise.shufflewise"

/** URI of a file in the workspace. */
export function inWorkspace(...path: string[]): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]
  if (!folder) throw new Error("No workspace is open.")
  return vscode.Uri.joinPath(folder.uri, ...path)
}

let copies = 0

/** Opens and shows a copy of a file of the workspace, in a folder of its own: what a test does to it is its alone. */
export async function show(name: string): Promise<vscode.TextEditor> {
  copies++
  const copy = inWorkspace(`copy${copies}`, name)
  await vscode.workspace.fs.copy(inWorkspace(name), copy)
  return vscode.window.showTextDocument(copy, { preview: false })
}

/** Opens and shows a new, unsaved Python text. */
export async function showText(content: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content })
  return vscode.window.showTextDocument(document, { preview: false })
}

/** Our diagnostics of a document. */
export function findings(document: { readonly uri: vscode.Uri }): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "shufflewise")
}

/** The name of the rule that a diagnostic is of. */
export function ruleOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic
  return String(typeof code === "object" ? code.value : code)
}

/** Names of the rules of a document's findings, sorted. */
export function rules(document: { readonly uri: vscode.Uri }): string[] {
  return findings(document).map(ruleOf).sort()
}

/** Waits until a document's findings are of exactly these rules. */
export async function untilRules(
  document: vscode.TextDocument,
  wanted: readonly string[],
): Promise<vscode.Diagnostic[]> {
  const target = [...wanted].sort().join()
  await until(`set of findings [${target}]`, () => rules(document).join() === target).catch((error: Error) => {
    throw new Error(`${error.message} There are [${rules(document)}].`)
  })
  return findings(document)
}

/** The code actions at a finding. */
export async function actionsAt(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind?: vscode.CodeActionKind,
): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, range, kind?.value, 20)
}

/** Applies a code action as the light bulb does. */
export async function apply(action: vscode.CodeAction): Promise<void> {
  if (action.edit) await vscode.workspace.applyEdit(action.edit)
  if (action.command) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []))
}

/**
 * For `afterEach`: takes a picture where the test has failed, then closes every editor and throws away what was not
 * saved.
 */
export async function closeAll(this: Mocha.Context): Promise<void> {
  if (this.currentTest?.state === "failed") await failurePicture(this.currentTest.fullTitle())
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty) continue
    await vscode.window.showTextDocument(document)
    await vscode.commands.executeCommand("workbench.action.files.revert")
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors")
}
