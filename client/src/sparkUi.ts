/** The way to the Spark UI of a running job: an item in the status bar, there while the UI is. */
import * as vscode from "vscode"
import { commands } from "./commandNames.ts"

export class SparkUi implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem
  private url: string | undefined

  constructor() {
    this.item = vscode.window.createStatusBarItem("shufflewise.sparkUi", vscode.StatusBarAlignment.Right, 89)
    this.item.name = "Spark UI"
    this.item.text = "$(link-external) Spark UI"
    this.item.command = commands.openSparkUi
  }

  show(url: string): void {
    this.url = url
    this.item.tooltip = `Open the Spark UI of the running job (${url})`
    this.item.show()
  }

  hide(): void {
    this.url = undefined
    this.item.hide()
  }

  /** Opens the UI in the browser, tunnelled where VS Code runs on another machine. */
  async open(): Promise<void> {
    if (this.url === undefined) {
      void vscode.window.showInformationMessage("No example job is running. The Spark UI lives only while one does.")
      return
    }
    await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(this.url)))
  }

  dispose(): void {
    this.item.dispose()
  }
}
