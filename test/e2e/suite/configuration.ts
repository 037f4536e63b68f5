import assert from "node:assert/strict"
import { rmSync, writeFileSync } from "node:fs"
import * as vscode from "vscode"
import { closeAll, findings, inWorkspace, show, untilRules } from "./documents.ts"
import { until } from "./wait.ts"

const TWICE = ["count-as-emptiness", "count-as-emptiness"]

/** Settings and configuration files, changed while files are open. */
export function testConfiguration(): void {
  const settings = () => vscode.workspace.getConfiguration("shufflewise")
  const file = () => inWorkspace("pyproject.toml")

  describe("a change of the configuration", () => {
    afterEach(async function () {
      await closeAll.call(this)
      for (const name of ["ignore", "enable", "profile", "codeLens"]) {
        await settings().update(name, undefined, vscode.ConfigurationTarget.Workspace)
      }
      rmSync(file().fsPath, { force: true })
    })

    it("in the settings takes effect at once, without a restart", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      await settings().update("ignore", ["count-as-emptiness"], vscode.ConfigurationTarget.Workspace)
      await untilRules(document, [])
      await settings().update("ignore", undefined, vscode.ConfigurationTarget.Workspace)
      await untilRules(document, TWICE)
    })

    it("switches Shufflewise off and on", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      await settings().update("enable", false, vscode.ConfigurationTarget.Workspace)
      await untilRules(document, [])
      await settings().update("enable", true, vscode.ConfigurationTarget.Workspace)
      await untilRules(document, TWICE)
    })

    it("brings the lenses over actions, which are off until somebody wants them", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const lenses = (): Thenable<vscode.CodeLens[]> =>
        vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 20)
      assert.deepEqual(await lenses(), [])
      await settings().update("codeLens", true, vscode.ConfigurationTarget.Workspace)
      await until("lens", async () => (await lenses()).length > 0)
    })

    it("in pyproject.toml takes effect when the file is written", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      writeFileSync(file().fsPath, '[tool.shufflewise]\nignore = ["count-as-emptiness"]\n')
      await untilRules(document, [])
      rmSync(file().fsPath)
      await untilRules(document, TWICE)
    })

    it("in a file is not undone by a setting that nobody made", async () => {
      writeFileSync(file().fsPath, "[tool.shufflewise]\nenable = false\n")
      const { document } = await show("emptiness.py")
      await until("settings' default", () => settings().get("enable") === true)
      await settings().update("profile", "strict", vscode.ConfigurationTarget.Workspace)
      await untilRules(document, [])
    })

    it("that is wrong is marked in the file, at the key, with the nearest valid one", async () => {
      writeFileSync(file().fsPath, "[tool.shufflewise]\nprofil = 'quiet'\n")
      const config = await vscode.workspace.openTextDocument(file())
      await show("emptiness.py")
      const [problem] = await until("problem in pyproject.toml", () => {
        const found = findings(config)
        return found.length > 0 && found
      })
      assert.ok(problem)
      assert.equal(config.getText(problem.range), "profil")
      assert.match(problem.message, /profile/)
    })
  })
}
