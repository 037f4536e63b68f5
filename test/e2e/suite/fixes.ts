import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { actionsAt, apply, closeAll, show, untilRules } from "./documents.ts"
import { until } from "./wait.ts"

const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append("shufflewise")
const TWICE = ["count-as-emptiness", "count-as-emptiness"]

/** What the light bulb offers, and what it does to the text. */
export function testFixes(): void {
  describe("the light bulb", () => {
    afterEach(closeAll)

    const actionTitled = async (document: vscode.TextDocument, at: vscode.Range, title: RegExp) => {
      const actions = await actionsAt(document, at, vscode.CodeActionKind.QuickFix)
      const action = actions.find((one) => title.test(one.title))
      assert.ok(action, `${title} is not among ${JSON.stringify(actions.map((one) => one.title))}`)
      return action
    }

    it("fixes one finding, and prefers that fix where it is safe", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, TWICE)
      const fix = await actionTitled(document, first!.range, /isEmpty/)
      assert.equal(fix.isPreferred, true)
      await apply(fix)
      await untilRules(document, ["count-as-emptiness"])
      assert.match(document.getText(), /^if orders\.isEmpty\(\):$/m)
      assert.match(document.getText(), /^if returns\.count\(\) == 0:$/m)
    })

    it("adds the import that a fix needs", async () => {
      const { document } = await show("countries.py")
      const [finding] = await untilRules(document, ["missing-broadcast"])
      await apply(await actionTitled(document, finding!.range, /[Bb]roadcast/))
      await untilRules(document, [])
      assert.match(document.getText(), /broadcast\(countries\)/)
      assert.match(document.getText(), /^from pyspark\.sql(\.functions)? import .*(broadcast|functions)/m)
    })

    it("fixes every finding of the rule in the file", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, TWICE)
      await apply(await actionTitled(document, first!.range, /Fix all 'count-as-emptiness' in this file/))
      await untilRules(document, [])
      assert.doesNotMatch(document.getText(), /count\(\)/)
    })

    it("allows a finding on its line, and leaves the others", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, TWICE)
      await apply(await actionTitled(document, first!.range, /on this line/))
      await untilRules(document, ["count-as-emptiness"])
      assert.match(document.getText(), /^if orders\.count\(\) == 0: +# shufflewise: ignore\[count-as-emptiness\]$/m)
    })

    it("allows a rule in the file", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, TWICE)
      await apply(await actionTitled(document, first!.range, /^Allow .* in this file$/))
      await untilRules(document, [])
      assert.match(document.getText(), /# shufflewise: ignore-file\[count-as-emptiness\]/)
    })

    it("leads to the rule's page", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, TWICE)
      const { command } = await actionTitled(document, first!.range, /Explain/)
      assert.deepEqual([command?.command, command?.arguments], [commands.explainRule, ["count-as-emptiness"]])
    })
  })

  describe("fix all", () => {
    const onDisk = (document: vscode.TextDocument) => readFileSync(document.uri.fsPath, "utf8")
    afterEach(async function () {
      await closeAll.call(this)
      await settings().update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Workspace)
    })
    const settings = () => vscode.workspace.getConfiguration("editor")

    it("is one source action for the whole file", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      const whole = new vscode.Range(0, 0, document.lineCount, 0)
      const actions = await actionsAt(document, whole, FIX_ALL)
      assert.equal(actions.length, 1)
      await apply(actions[0]!)
      await untilRules(document, [])
    })

    it("is a command", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      await vscode.commands.executeCommand(commands.fixAll)
      await untilRules(document, [])
      assert.match(document.getText(), /returns\.isEmpty\(\)/)
    })

    it("is a command that works where the editor has not the focus", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      await vscode.commands.executeCommand("workbench.view.explorer")
      await vscode.commands.executeCommand(commands.fixAll)
      await untilRules(document, [])
    })

    it("changes nothing where nothing can be fixed", async () => {
      const { document } = await show("emptiness.py")
      await untilRules(document, TWICE)
      await vscode.commands.executeCommand(commands.fixAll)
      await untilRules(document, [])
      const { version } = document
      await vscode.commands.executeCommand(commands.fixAll)
      assert.equal(document.version, version)
    })

    it("runs on save where the user asks for it", async () => {
      await settings().update(
        "codeActionsOnSave",
        { "source.fixAll.shufflewise": "explicit" },
        vscode.ConfigurationTarget.Workspace,
      )
      const editor = await show("emptiness.py")
      const { document } = editor
      await untilRules(document, TWICE)
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# Edited.\n"))
      assert.equal(await document.save(), true)
      await until("file without count()", () => !onDisk(document).includes("count()"))
      assert.match(onDisk(document), /^# Edited\.\n/)
    })

    it("does not run on save otherwise", async () => {
      const editor = await show("emptiness.py")
      const { document } = editor
      await untilRules(document, TWICE)
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# Edited.\n"))
      assert.equal(await document.save(), true)
      assert.match(onDisk(document), /orders\.count\(\) == 0/)
    })
  })
}
