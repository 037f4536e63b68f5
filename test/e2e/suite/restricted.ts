/** The extension in Restricted Mode: it checks, and runs nothing. */
import assert from "node:assert/strict"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { calculatorFrame, headlineOf } from "./calculatorPage.ts"
import { closeAll, show, untilRules } from "./documents.ts"
import { runMocha } from "./mocha.ts"
import { notifications, workbenchPage } from "./page.ts"
import { ours } from "./processes.ts"
import { until } from "./wait.ts"

export function run(): Promise<void> {
  return runMocha(() => {
    describe("in Restricted Mode", () => {
      afterEach(closeAll)

      it("files are checked", async () => {
        assert.equal(vscode.workspace.isTrusted, false)
        const { document } = await show("emptiness.py")
        await untilRules(document, ["count-as-emptiness", "count-as-emptiness"])
      })

      it("an example job does not run, and the message says why", async () => {
        const page = await workbenchPage()
        const answer = vscode.commands.executeCommand(commands.runExampleJob, "03_distributed_joins")
        const [message] = await until("notification", async () => {
          const shown = await notifications(page)
          return shown.length > 0 && shown
        })
        assert.match(message ?? "", /Restricted Mode doesn't allow. Trust this workspace/)
        await vscode.commands.executeCommand("notifications.clearAll")
        assert.equal(await answer, undefined)
        assert.deepEqual(ours("03_distributed_joins.py"), [])
      })

      it("the calculator answers: it runs nothing", async () => {
        await vscode.commands.executeCommand(commands.openSizingCalculator, { nodes: "3", executorCores: "4" })
        const frame = await calculatorFrame(await workbenchPage())
        await until("answer", async () => /of 4 cores/.test(await headlineOf(frame)))
      })

      it("the workspace's settings for Python and Java are ignored", async () => {
        const settings = vscode.workspace.getConfiguration("shufflewise")
        await settings.update("python.path", "/from/the/workspace", vscode.ConfigurationTarget.Workspace)
        await settings.update("java.home", "/from/the/workspace", vscode.ConfigurationTarget.Workspace)
        const now = vscode.workspace.getConfiguration("shufflewise")
        assert.notEqual(now.get("python.path"), "/from/the/workspace")
        assert.notEqual(now.get("java.home"), "/from/the/workspace")
      })
    })
  })
}
