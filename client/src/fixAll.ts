/** The command that fixes everything in a file that can be fixed safely. */
import * as vscode from "vscode"

const KIND = vscode.CodeActionKind.SourceFixAll.append("shufflewise")
/** How long the answer stays in the status bar, in milliseconds. */
const SHOWN_MS = 4000

/**
 * Fixes the active file. Asks for the action itself rather than by `editor.action.codeAction`, which does nothing where
 * the editor has not the focus.
 */
export async function fixAll(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document
  if (document?.languageId !== "python") {
    vscode.window.setStatusBarMessage("Shufflewise: open a Python file to fix it", SHOWN_MS)
    return
  }
  const whole = new vscode.Range(0, 0, document.lineCount, 0)
  const actions: vscode.CodeAction[] = await vscode.commands.executeCommand(
    "vscode.executeCodeActionProvider",
    document.uri,
    whole,
    KIND.value,
    1,
  )
  const edit = actions.find(({ kind }) => kind !== undefined && KIND.contains(kind))?.edit
  if (edit === undefined) {
    vscode.window.setStatusBarMessage("Shufflewise: nothing here can be fixed safely", SHOWN_MS)
    return
  }
  await vscode.workspace.applyEdit(edit)
}
