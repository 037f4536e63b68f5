/** The menu behind the status item. */
import * as vscode from "vscode"
import { commands } from "./commandNames.ts"

const ITEMS: readonly (vscode.QuickPickItem & { readonly command: string })[] = [
  { label: "$(output) Show Log", command: commands.showLog },
  { label: "$(debug-restart) Restart Server", command: commands.restart },
  { label: "$(gear) Open Settings", command: commands.openSettings },
  { label: "$(book) Open Rule…", command: commands.explainRule },
  { label: "$(server) Open Sizing Calculator", command: commands.openSizingCalculator },
  { label: "$(play) Run Example Job…", command: commands.runExampleJob },
]

/** Shows the menu and carries out the choice. */
export async function showMenu(): Promise<void> {
  const choice = await vscode.window.showQuickPick(ITEMS, { title: "Shufflewise" })
  if (choice) await vscode.commands.executeCommand(choice.command)
}
