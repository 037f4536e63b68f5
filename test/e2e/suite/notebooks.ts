import assert from "node:assert/strict"
import * as vscode from "vscode"
import { actionsAt, apply, closeAll, findings, inWorkspace, ruleOf, untilRules } from "./documents.ts"
import { until } from "./wait.ts"

/** Notebooks in the notebook editor: findings, hover and fixes in their cells. */
export function testNotebooks(): void {
  describe("a notebook", () => {
    afterEach(async function () {
      // Each is a copy of its test's: saved, it can be closed without a question.
      for (const notebook of vscode.workspace.notebookDocuments) if (notebook.isDirty) await notebook.save()
      await closeAll.call(this)
      await until("end of the notebook", () => vscode.workspace.notebookDocuments.length === 0)
    })

    const open = async (): Promise<vscode.NotebookDocument> => {
      const copy = inWorkspace("notebooks", `sales${Date.now()}.ipynb`)
      await vscode.workspace.fs.copy(inWorkspace("sales.ipynb"), copy)
      // One that an extension opens stays open for minutes; one that a person opens is closed with its editor.
      await vscode.commands.executeCommand("vscode.openWith", copy, "jupyter-notebook")
      return until("notebook editor", () => {
        const notebook = vscode.window.activeNotebookEditor?.notebook
        return notebook?.uri.toString() === copy.toString() && notebook
      })
    }
    const cell = (notebook: vscode.NotebookDocument, index: number): vscode.TextDocument =>
      notebook.cellAt(index).document

    it("shows in a cell what follows from the cells above it, and fixes it there", async () => {
      const notebook = await open()
      const document = cell(notebook, 3)
      const [finding] = await untilRules(document, ["missing-broadcast"])
      assert.equal(document.getText(finding!.range), "countries")
      assert.equal(finding!.relatedInformation?.[0]?.location.uri.toString(), cell(notebook, 2).uri.toString())
      const before = notebook.getCells().map((each) => each.document.getText())
      const actions = await actionsAt(document, finding!.range, vscode.CodeActionKind.QuickFix)
      const fix = actions.find((one) => /roadcast/.test(one.title))
      assert.ok(fix, JSON.stringify(actions.map((one) => one.title)))
      await apply(fix)
      await until("cell without findings", () => findings(document).length === 0)
      const after = notebook.getCells().map((each) => each.document.getText())
      assert.deepEqual(after.slice(0, 3), before.slice(0, 3))
      assert.match(
        after[3]!,
        /^from pyspark\.sql import functions as F\nnamed = sales\.join\(F\.broadcast\(countries\)/,
      )
    })

    it("has a hover in its cells, and follows cells that come and go", async () => {
      const notebook = await open()
      await untilRules(cell(notebook, 3), ["missing-broadcast"])
      const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
        "vscode.executeHoverProvider",
        cell(notebook, 3).uri,
        new vscode.Position(0, 1),
      )
      const said = hovers.flatMap(({ contents }) =>
        contents.map((each) => (typeof each === "string" ? each : each.value)),
      )
      assert.match(said.join(), /Shufflewise/)
      const added = new vscode.NotebookCellData(
        vscode.NotebookCellKind.Code,
        "if named.count() == 0:\n    pass",
        "python",
      )
      const edit = new vscode.WorkspaceEdit()
      edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(4, [added])])
      await vscode.workspace.applyEdit(edit)
      await until("finding in the new cell", () =>
        findings(cell(notebook, 4)).map(ruleOf).includes("count-as-emptiness"),
      )
      const removal = new vscode.WorkspaceEdit()
      removal.set(notebook.uri, [vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(2, 3))])
      await vscode.workspace.applyEdit(removal)
      await until("no finding about a frame that is gone", () =>
        notebook.getCells().every((each) => !findings(each.document).map(ruleOf).includes("missing-broadcast")),
      )
    })
  })
}
