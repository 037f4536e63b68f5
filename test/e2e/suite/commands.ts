import assert from "node:assert/strict"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { closeAll, EXTENSION_ID } from "./documents.ts"
import { until } from "./wait.ts"

/** What package.json promises, and the rule pages. */
export function testCommands(): void {
  describe("the commands", () => {
    afterEach(closeAll)

    it("are all registered, and package.json declares exactly those", async () => {
      const registered = await vscode.commands.getCommands(true)
      const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON
      const declared: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command)
      assert.deepEqual(declared.sort(), Object.values(commands).sort())
      for (const name of declared) assert.ok(registered.includes(name), `${name} is declared but not registered`)
    })

    it("lead from the walkthrough's links to themselves", () => {
      const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON
      const text = JSON.stringify(manifest.contributes.walkthroughs)
      const linked = [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, name]) => name)
      assert.equal(linked.length, 5)
      for (const name of linked) assert.ok((Object.values(commands) as string[]).includes(String(name)), name)
    })

    it("open an example job", async () => {
      await vscode.commands.executeCommand(commands.openExample, "03_distributed_joins")
      assert.match(vscode.window.activeTextEditor?.document.uri.path ?? "", /samples\/jobs\/03_distributed_joins\.py$/)
    })
  })

  describe("a rule's page", () => {
    afterEach(closeAll)

    it("opens as a preview", async () => {
      await vscode.commands.executeCommand(commands.explainRule, "missing-broadcast")
      const tab = await until("preview", () => vscode.window.tabGroups.activeTabGroup.activeTab)
      assert.match(tab.label, /missing-broadcast/)
      assert.ok(tab.input instanceof vscode.TabInputCustom)
    })

    it("is the server's markdown, with a heading, a bad and a good example", async () => {
      const page = await vscode.workspace.openTextDocument(vscode.Uri.parse("shufflewise-rule:/missing-broadcast.md"))
      assert.match(page.getText(), /^# .*missing-broadcast/m)
      assert.equal([...page.getText().matchAll(/^```py/gm)].length >= 2, true)
    })

    it("says so where there is no such rule", async () => {
      const page = await vscode.workspace.openTextDocument(vscode.Uri.parse("shufflewise-rule:/no-such-rule.md"))
      assert.match(page.getText(), /There is no rule of this name/)
    })
  })
}
