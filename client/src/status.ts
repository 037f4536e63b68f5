/** The status item: shown where it has something to say, leads to the menu. */
import * as vscode from "vscode"
import type { Status } from "../../server/src/protocol.ts"
import { type Connection, type Shown, statusText } from "./statusText.ts"

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem
  private readonly listeners: readonly vscode.Disposable[]
  private connection: Connection = "starting"
  private status: Status | undefined

  constructor(menuCommand: string) {
    this.item = vscode.window.createStatusBarItem("shufflewise.status", vscode.StatusBarAlignment.Right, 90)
    this.item.name = "Shufflewise"
    this.item.command = menuCommand
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.languages.onDidChangeDiagnostics(() => this.show()),
    ]
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
    for (const listener of this.listeners) listener.dispose()
    this.item.dispose()
  }

  private show(): void {
    const { text, tooltip, severity } = statusText(this.connection, this.status, countShown())
    this.item.text = text
    this.item.tooltip = new vscode.MarkdownString(tooltip, true)
    this.item.backgroundColor =
      severity === "normal" ? undefined : new vscode.ThemeColor(`statusBarItem.${severity}Background`)
    // Trouble is shown always; the rest only beside Python.
    if (severity === "error" || vscode.window.activeTextEditor?.document.languageId === "python") this.item.show()
    else this.item.hide()
  }
}

/** Counts our findings that the editor shows; problems of configuration files have no code and are not among them. */
function countShown(): Shown {
  let findings = 0
  let files = 0
  for (const [, diagnostics] of vscode.languages.getDiagnostics()) {
    const ours = diagnostics.filter(({ source, code }) => source === "shufflewise" && code !== undefined).length
    findings += ours
    if (ours > 0) files++
  }
  return { findings, files }
}
