/**
 * The sizing calculator's web view. The page computes by itself; here it is opened, and gets what only the editor can
 * do: the clipboard, and text at a cursor.
 */
import { randomBytes } from "node:crypto"
import * as vscode from "vscode"
import { type ToHost, type ToPage, VIEW_TYPE } from "../webview/calculator/messages.ts"
import { calculatorHtml } from "./calculatorHtml.ts"

const NOTEBOOK_CELL = "vscode-notebook-cell"

export class Calculator implements vscode.WebviewPanelSerializer, vscode.Disposable {
  /** Holds the page's script and stylesheet, and nothing else. */
  private readonly folder: vscode.Uri
  private readonly registration: vscode.Disposable
  private shown: vscode.WebviewPanel | undefined
  /** What is said to the page once it listens. */
  private waiting: ToPage[] = []
  private listening = false
  /** The text editor that was used last: while the page is in front there is no active one. */
  private editor: vscode.TextEditor | undefined

  constructor(folder: vscode.Uri) {
    this.folder = folder
    this.registration = vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this)
  }

  /** Shows the calculator, filled with the fields of `state` (a `StartingState`) if there are any. */
  open(state?: unknown): void {
    const given = typeof state === "object" && state !== null ? state : undefined
    if (this.shown) {
      this.shown.reveal()
      if (given) this.say({ kind: "show", state: given })
      return
    }
    const panel = vscode.window.createWebviewPanel(VIEW_TYPE, "Sizing Calculator", vscode.ViewColumn.Active)
    this.fill(panel, given)
  }

  /** Gives a page that VS Code kept over a reload its content back; the page has kept its state itself. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.fill(panel, undefined)
  }

  /** Leaves the page open: on a reload VS Code keeps it. */
  dispose(): void {
    this.registration.dispose()
  }

  private fill(panel: vscode.WebviewPanel, start: unknown): void {
    this.shown = panel
    this.remember(vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0])
    this.listening = false
    const { webview } = panel
    webview.options = { enableScripts: true, localResourceRoots: [this.folder] }
    const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.folder, name)).toString()
    const listeners = [
      vscode.window.onDidChangeActiveTextEditor((editor) => this.remember(editor)),
      webview.onDidReceiveMessage((message: ToHost) => this.hear(message)),
      // a page that is hidden is thrown away, and made anew when it is shown again
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.listening = false
      }),
    ]
    panel.onDidDispose(() => {
      for (const listener of listeners) listener.dispose()
      if (this.shown === panel) this.shown = undefined
      this.waiting = []
      this.editor = undefined
    })
    webview.html = calculatorHtml({
      script: address("calculator.js"),
      style: address("calculator.css"),
      source: webview.cspSource,
      nonce: randomBytes(16).toString("base64url"),
      start,
    })
  }

  /** Keeps a text editor in mind, unless it is one that nobody writes in. */
  private remember(editor: vscode.TextEditor | undefined): void {
    if (editor && editor.document.uri.scheme !== "output") this.editor = editor
  }

  private say(message: ToPage): void {
    if (this.listening) void this.shown?.webview.postMessage(message)
    else this.waiting.push(message)
  }

  private async hear(message: ToHost): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.listening = true
        for (const each of this.waiting.splice(0)) this.say(each)
        return
      case "copy":
        await vscode.env.clipboard.writeText(message.text)
        this.say({ kind: "done", text: "Copied." })
        return
      case "insert":
        await this.insert(message.text, message.language)
    }
  }

  /** Replaces the selection of the editor that was used last; a new file holds the text where there is none. */
  private async insert(text: string, language: string): Promise<void> {
    const { editor } = this
    const open = editor && vscode.window.visibleTextEditors.includes(editor) ? editor : await this.shownAgain()
    if (open === undefined) {
      const document = await vscode.workspace.openTextDocument({ content: text, language })
      await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside)
      this.say({ kind: "done", text: "No editor was open: the text is in a new file." })
      return
    }
    const done = await open.edit((edit) => edit.replace(open.selection, text))
    const name = vscode.workspace.asRelativePath(open.document.uri)
    this.say({
      kind: "done",
      text: done ? `Inserted into ${name}.` : `${name} can't be edited; copy the text instead.`,
    })
  }

  /** The editor that was used last, brought back where the page covers it. */
  private async shownAgain(): Promise<vscode.TextEditor | undefined> {
    const { editor } = this
    // a notebook's cell has no editor of its own once its notebook is out of sight
    if (editor === undefined || editor.document.isClosed || editor.document.uri.scheme === NOTEBOOK_CELL)
      return undefined
    const { viewColumn, selection } = editor
    return vscode.window.showTextDocument(editor.document, { viewColumn, selection })
  }
}
