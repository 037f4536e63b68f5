/** The status item: shown where it has something to say, leads to the menu. */
import * as vscode from "vscode"
import type { Status } from "../../server/src/protocol.ts"
import { type Connection, statusText } from "./statusText.ts"

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem
  private readonly listener: vscode.Disposable
  private connection: Connection = "starting"
  private status: Status | undefined

  constructor(menuCommand: string) {
    this.item = vscode.window.createStatusBarItem("shufflewise.status", vscode.StatusBarAlignment.Right, 90)
    this.item.name = "Shufflewise"
    this.item.command = menuCommand
    this.listener = vscode.window.onDidChangeActiveTextEditor(() => this.show())
    this.show()
  }

  /** What the server said. */
  update(status: Status): void {
    this.status = status
    this.show()
  }

  /** What became of the server's process. */
  connected(connection: Connection): void {
    this.connection = connection
    if (connection !== "running") this.status = undefined
    this.show()
  }

  dispose(): void {
    this.listener.dispose()
    this.item.dispose()
  }

  private show(): void {
    const { text, tooltip, severity } = statusText(this.connection, this.status)
    this.item.text = text
    this.item.tooltip = new vscode.MarkdownString(tooltip, true)
    this.item.backgroundColor =
      severity === "normal" ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`)
    // Trouble is shown always; the rest only beside Python.
    if (severity === "error" || vscode.window.activeTextEditor?.document.languageId === "python") this.item.show()
    else this.item.hide()
  }
}
