import assert from "node:assert/strict"
import * as vscode from "vscode"
import { closeAll, findings, show, showText, untilRules } from "./documents.ts"
import { virtualFiles } from "./virtualFiles.ts"
import { until } from "./wait.ts"

/** Findings as the editor has them: where, what, why, and where to read on. */
export function testFindings(): void {
  describe("findings", () => {
    afterEach(closeAll)

    it("appear in a file that is opened, at the call that costs", async () => {
      const { document } = await show("emptiness.py")
      const [first] = await untilRules(document, ["count-as-emptiness", "count-as-emptiness"])
      assert.ok(first)
      assert.match(document.getText(first.range), /orders\.count\(\)/)
      assert.match(first.message, /orders/)
      assert.equal(first.severity, vscode.DiagnosticSeverity.Warning)
    })

    it("carry their evidence as related information, with its place", async () => {
      const { document } = await show("countries.py")
      const [finding] = await untilRules(document, ["missing-broadcast"])
      const places = (finding?.relatedInformation ?? []).map(({ location }) => document.getText(location.range))
      assert.ok(
        places.some((place) => place.includes("createDataFrame")),
        `no evidence at createDataFrame, but at ${JSON.stringify(places)}`,
      )
    })

    it("link to the rule's page that ships with the extension, which needs no network", async () => {
      const { document } = await show("countries.py")
      const [finding] = await untilRules(document, ["missing-broadcast"])
      const code = finding?.code
      assert.ok(typeof code === "object")
      assert.equal(code.value, "missing-broadcast")
      assert.equal(code.target.toString(), "shufflewise-rule:/missing-broadcast.md")
    })

    it("come and go while a new text is typed", async () => {
      const editor = await showText("from pyspark.sql import SparkSession\n")
      const { document } = editor
      const type = (text: string) =>
        editor.edit((edit) => edit.insert(document.lineAt(document.lineCount - 1).range.end, text))
      await type('spark = SparkSession.builder.getOrCreate()\ndf = spark.read.parquet("/lake/a").filter("x > 1")\n')
      await type("if df.count() == 0:\n    pass\n")
      await untilRules(document, ["count-as-emptiness"])
      const end = document.lineCount - 1
      await editor.edit((edit) => edit.delete(new vscode.Range(3, 0, end, 0)))
      await untilRules(document, [])
    })

    it("follow the text when lines above them are added", async () => {
      const editor = await show("emptiness.py")
      const { document } = editor
      const [before] = await untilRules(document, ["count-as-emptiness", "count-as-emptiness"])
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "# one\n# two\n"))
      const line = (before?.range.start.line ?? 0) + 2
      await until("finding two lines further down", () => findings(document)[0]?.range.start.line === line)
    })

    it("appear in files that are on no disk", async () => {
      const content = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rows = spark.read.parquet("/lake/a").filter("x > 1")
if rows.count() == 0:
    raise ValueError("nothing")
`
      const files = virtualFiles({ "/job.py": content })
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse("vscode-vfs://github/job.py"))
      await vscode.window.showTextDocument(document)
      await untilRules(document, ["count-as-emptiness"])
      files.dispose()
    })

    it("of a clean file are none", async () => {
      const { document } = await showText(
        'from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nspark.range(3).show()\nnames = ["a"]\nnames.count("a") == 0\n',
      )
      await until("analysis", async () => (await hoverAt(document, 2, 8)) !== "")
      assert.deepEqual(findings(document), [])
    })
  })

  describe("the hover", () => {
    afterEach(closeAll)

    it("on a DataFrame shows the sketch of its plan", async () => {
      const { document } = await show("countries.py")
      await untilRules(document, ["missing-broadcast"])
      const line = 9
      assert.match(document.lineAt(line).text, /^named = /)
      const text = await hoverAt(document, line, 2)
      assert.match(text, /Shufflewise/)
      assert.match(text, /[Ss]huffles/)
    })
  })
}

async function hoverAt(document: vscode.TextDocument, line: number, character: number): Promise<string> {
  const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
    "vscode.executeHoverProvider",
    document.uri,
    new vscode.Position(line, character),
  )
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n")
}
