/** The very .vsix file, installed into a clean VS Code. */
import assert from "node:assert/strict"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { calculatorFrame, headlineOf } from "./calculatorPage.ts"
import { actionsAt, apply, closeAll, EXTENSION_ID, show, untilRules } from "./documents.ts"
import { runMocha } from "./mocha.ts"
import { workbenchPage } from "./page.ts"
import { until } from "./wait.ts"

export function run(): Promise<void> {
  return runMocha(() => {
    describe("the packaged extension", () => {
      afterEach(closeAll)

      it("is the installed one, not the checkout's", () => {
        const extension = vscode.extensions.getExtension(EXTENSION_ID)
        const installed = process.env.E2E_EXTENSIONS_DIR ?? "?"
        assert.ok(extension?.extensionPath.startsWith(installed), extension?.extensionPath)
      })

      it("finds, and fixes", async () => {
        const { document } = await show("countries.py")
        const [finding] = await untilRules(document, ["missing-broadcast"])
        const actions = await actionsAt(document, finding!.range, vscode.CodeActionKind.QuickFix)
        const fix = actions.find(({ title }) => /[Bb]roadcast/.test(title) && !/Allow|Explain/.test(title))
        assert.ok(fix, actions.map(({ title }) => title).join())
        await apply(fix)
        await untilRules(document, [])
      })

      it("carries the calculator's page", async () => {
        await vscode.commands.executeCommand(commands.openSizingCalculator)
        const frame = await calculatorFrame(await workbenchPage())
        await until("answer", async () => /executors of \d+ cores/.test(await headlineOf(frame)))
      })

      it("carries its rule pages and its example jobs", async () => {
        const page = await vscode.workspace.openTextDocument(vscode.Uri.parse("shufflewise-rule:/missing-broadcast.md"))
        assert.match(page.getText(), /^# .*missing-broadcast/m)
        const tasks = await vscode.tasks.fetchTasks({ type: "shufflewise" })
        assert.ok(tasks.length > 0)
      })
    })
  })
}
