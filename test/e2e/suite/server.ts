import assert from "node:assert/strict"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { closeAll, show, untilRules } from "./documents.ts"
import { notifications, workbenchPage } from "./page.ts"
import { languageServers } from "./processes.ts"
import { until } from "./wait.ts"

const TWICE = ["count-as-emptiness", "count-as-emptiness"]

/** The server's process: its death and its restart. */
export function testServer(): void {
  describe("the language server", () => {
    afterEach(closeAll)

    it("is one process of its own", async () => {
      await show("emptiness.py")
      await until("server process", () => languageServers().length === 1)
    })

    it("comes back when it is killed, with the findings, and nothing pops up", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const [server] = languageServers()
      assert.ok(server)
      process.kill(server.pid, "SIGKILL")
      const next = await until("new server process", () => languageServers().find(({ pid }) => pid !== server.pid))
      assert.notEqual(next.pid, server.pid)
      const editor = vscode.window.activeTextEditor
      assert.ok(editor)
      // Only a server that is alive sees that one of the two is gone.
      await editor.edit((edit) => edit.replace(document.lineAt(9).range, "if orders.isEmpty():"))
      await untilRules(document, ["count-as-emptiness"])
      const page = await workbenchPage()
      assert.deepEqual(await notifications(page), [])
    })

    it("is another process after a restart by command", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const [server] = languageServers()
      await vscode.commands.executeCommand(commands.restart)
      await until("new server process", () => languageServers().some(({ pid }) => pid !== server?.pid))
      await until("end of the old process", () => !languageServers().some(({ pid }) => pid === server?.pid))
      await untilRules(document, TWICE)
    })
  })
}
