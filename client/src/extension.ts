/** The extension's start and end: makes the parts and joins them. */
import * as vscode from "vscode"
import { Calculator } from "./calculator.ts"
import { commands } from "./commandNames.ts"
import { ExampleTasks } from "./exampleTasks.ts"
import { fixAll } from "./fixAll.ts"
import { LanguageServer } from "./languageServer.ts"
import { showMenu } from "./menu.ts"
import { RulePages } from "./rulePages.ts"
import { SparkUi } from "./sparkUi.ts"
import { StatusItem } from "./status.ts"

let server: LanguageServer | undefined

export function activate(context: vscode.ExtensionContext): void {
  const inExtension = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, ...path)
  const log = vscode.window.createOutputChannel("Shufflewise", { log: true })
  const status = new StatusItem(commands.showMenu)
  const declared = Object.keys(context.extension.packageJSON.contributes.configuration.properties)
  const running = new LanguageServer(inExtension("dist", "server.cjs").fsPath, declared, log, {
    onStatus: (said) => status.update(said),
    onConnection: (connection) => status.connected(connection),
  })
  server = running
  const pages = new RulePages(inExtension("dist", "rules"), (method, params) => running.request(method, params))
  const ui = new SparkUi()
  const calculator = new Calculator(inExtension("dist", "webview"))
  const storage = vscode.Uri.joinPath(context.globalStorageUri, "example-jobs")
  const examples = new ExampleTasks(inExtension("samples", "jobs"), storage, inExtension("runner"), ui)

  const handlers: Record<(typeof commands)[keyof typeof commands], (...args: unknown[]) => unknown> = {
    [commands.explainRule]: (rule) => pages.open(rule),
    [commands.fixAll]: () => fixAll(),
    [commands.openExample]: (name) => examples.openSource(name),
    [commands.openSettings]: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", "@ext:shufflewise.shufflewise"),
    [commands.openSizingCalculator]: (state) => calculator.open(state),
    [commands.openSparkUi]: () => ui.open(),
    [commands.restart]: () => running.restart(),
    [commands.runExampleJob]: (name, args) => examples.run(name, args),
    [commands.showLog]: () => log.show(true),
    [commands.showMenu]: () => showMenu(),
  }
  context.subscriptions.push(
    log,
    status,
    pages,
    ui,
    calculator,
    examples,
    vscode.tasks.registerTaskProvider("shufflewise", examples),
    ...Object.entries(handlers).map(([name, handler]) => vscode.commands.registerCommand(name, handler)),
  )
  // Not awaited: the server starts while VS Code goes on.
  void running.start()
}

export async function deactivate(): Promise<void> {
  await server?.stop()
  server = undefined
}
