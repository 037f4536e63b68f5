import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import fc from "fast-check"
import { notebookDocument } from "../../../server/src/cli/notebook-document.ts"
import { replaceSources } from "../../../server/src/cli/notebook-json.ts"
import { folderWith, lintJson, places, shufflewise } from "./shell.ts"

type Cell = { cell_type: string; source: string | string[]; [key: string]: unknown }

/** A notebook as Jupyter writes it. */
function notebook(...cells: (string | Cell)[]): string {
  const full = cells.map((cell) =>
    typeof cell === "string"
      ? {
          cell_type: "code",
          execution_count: 1,
          metadata: {},
          outputs: [{ data: "dürfte bleiben" }],
          source: cell.split(/(?<=\n)/),
        }
      : cell,
  )
  const metadata = { language_info: { name: "python" } }
  return `${JSON.stringify({ cells: full, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`
}

const markdown: Cell = { cell_type: "markdown", metadata: {}, source: ["# Title"] }
const imports = "from pyspark.sql import SparkSession"
const read =
  "%matplotlib inline\ndf = spark.read.parquet('s3://lake/orders')\nsmall = spark.createDataFrame([(1, 'a')], ['id', 'x'])"

describe("notebooks", () => {
  it("are linted cell by cell, with lines inside the cell", async () => {
    const check = "!pip list\nif df.filter('x > 1').count() == 0:\n    pass"
    const cwd = folderWith({ "n.ipynb": notebook(markdown, imports, read, "%%sql\nselect 1", check) })
    const { code, report } = await lintJson([], { cwd })
    assert.equal(code, 1)
    assert.deepEqual(places(report), ["n.ipynb:4:2:4 count-as-emptiness"])
    const [finding] = report.findings
    assert.ok(finding!.fixes[0]!.edits.every((edit) => (edit as { cell?: number }).cell === 4))
    const { out } = await shufflewise(["lint"], { cwd })
    assert.match(out, /^n\.ipynb:cell 4:2:4: warning/)
    assert.match(out, /2 │ if df\.filter\('x > 1'\)\.count\(\) == 0:\n/)
    assert.match(out, /\(n\.ipynb:cell|\(line \d+\)/)
  })

  it("are fixed in place, each finding within its cell: every byte but the fixed lines stays", async () => {
    const before = notebook(
      markdown,
      imports,
      read,
      "joined = df.join(small, 'id')\n%time joined.show()",
      "if joined.count() == 0:\n    pass",
    )
    const cwd = folderWith({ "n.ipynb": before })
    const { code, err } = await shufflewise(["lint", "--fix", "--select", "missing-broadcast,count-as-emptiness"], {
      cwd,
    })
    assert.equal(code, 0, err)
    const after = readFileSync(path.join(cwd, "n.ipynb"), "utf8")
    const expected = before
      .replace(
        `"joined = df.join(small, 'id')`,
        `"from pyspark.sql import functions as F\\n",\n    "joined = df.join(F.broadcast(small), 'id')`,
      )
      .replace("joined.count() == 0", "joined.isEmpty()")
    assert.equal(after, expected)
    assert.equal((await lintJson(["--select", "missing-broadcast"], { cwd })).report.findings.length, 0)
  })

  it("follow notebooks that they run, and say in which cell evidence stands", async () => {
    const cwd = folderWith({
      "lib/setup.ipynb": notebook(markdown, imports, read.replace("orders')", "orders').repartition(7)")),
      "job.ipynb": notebook("%run ./lib/setup", "if df.count() == 0:\n    pass"),
    })
    const { report, err } = await lintJson(["job.ipynb"], { cwd })
    assert.deepEqual(places(report), ["job.ipynb:1:1:4 count-as-emptiness"], err)
    const evidence = report.findings[0]!.evidence.map((each) => ({ cell: null, ...each }))
    const there = evidence.find((each) => each.path === "lib/setup.ipynb")
    assert.equal(there?.cell, 2, JSON.stringify(evidence))
    assert.deepEqual((there.range as { start: object }).start, { line: 2, column: 6 })
  })

  it("keep a source that is one string, and obey suppressions", async () => {
    const check = "if df.filter('x').count() == 0:"
    const cells = [
      imports,
      read,
      { cell_type: "code", source: `${check}\n    pass` },
      `${check}  # shufflewise: ignore[count-as-emptiness]\n    pass`,
    ]
    const cwd = folderWith({ "n.ipynb": notebook(...cells) })
    assert.deepEqual(places((await lintJson([], { cwd })).report), ["n.ipynb:2:1:4 count-as-emptiness"])
    await shufflewise(["lint", "--fix"], { cwd })
    const fixed = JSON.parse(readFileSync(path.join(cwd, "n.ipynb"), "utf8")) as { cells: Cell[] }
    assert.equal(fixed.cells[2]!.source, "if df.filter('x').isEmpty():\n    pass")
  })

  it("are left alone in other languages, and fail with a reason when they are none", async () => {
    const scala = notebook("df.filter(1).count() == 0").replace('"python"', '"scala"')
    const cwd = folderWith({
      "scala.ipynb": scala,
      "broken.ipynb": '{"cells": [spark',
      "old.ipynb": '{"nbformat": 3, "x": "spark"}',
    })
    const { code, report } = await lintJson([], { cwd })
    assert.equal(code, 2)
    assert.deepEqual(report.findings, [])
    assert.deepEqual(
      report.failures.map((failure) => failure.path),
      ["broken.ipynb", "old.ipynb"],
    )
    assert.match(report.failures[0]!.reason, /not valid JSON/)
    assert.match(report.failures[1]!.reason, /format 3.*jupyter nbconvert/)
  })

  it("see words behind a line break of a source that is one string", async () => {
    const source = "import os\nsc.textFile('x').map(lambda w: (w, 1)).groupByKey().mapValues(sum).collect()"
    const cwd = folderWith({ "n.ipynb": notebook({ cell_type: "code", source }) })
    const { report } = await lintJson(["--profile", "strict"], { cwd })
    assert.ok(
      report.findings.some((finding) => finding.rule === "group-by-key"),
      JSON.stringify(report.findings),
    )
  })
})

describe("a notebook as a document", () => {
  const documentOf = (json: string) => {
    const document = notebookDocument(json)
    assert.ok(!("reason" in document))
    return document
  }

  it("puts new lines behind a cell's last one, and refuses what would cross cells", () => {
    const document = documentOf(notebook("a = 1", markdown, "b = 2\n"))
    const end = document.text.indexOf("a = 1") + 5
    const possible = (start: number, stop: number, text: string, near = end - 1) =>
      document.possible({ start, end: stop, text }, near)
    assert.deepEqual(possible(end + 1, end + 1, "new\n"), { start: end, end, text: "\nnew" })
    assert.deepEqual(possible(end, end, "x"), { start: end, end, text: "x" })
    assert.equal(possible(end - 1, end + 3, ""), undefined)
    assert.equal(possible(end + 3, end + 3, "x\n"), undefined)
    assert.equal(possible(end + 1, end + 1, "no line break"), undefined)
    assert.equal(possible(end, end, "x", document.text.indexOf("b = 2")), undefined)
  })

  it("maps every offset of a cell there and back, and gives its own text as it is", () => {
    const document = documentOf(notebook("%magic\nx = 1", markdown, "y = 2"))
    const x = document.text.indexOf("x = 1")
    assert.deepEqual(document.positionAt(x), { cell: 0, position: { line: 2, column: 1 } })
    assert.deepEqual(document.positionAt(document.text.indexOf("y")), { cell: 2, position: { line: 1, column: 1 } })
    assert.deepEqual(document.linesBetween(x - 7, x + 5, 6), ["%magic", "x = 1"])
    assert.equal(document.content(), notebook("%magic\nx = 1", markdown, "y = 2"))
  })

  it("writes sources of every shape, and touches nothing else", () => {
    const source = fc.oneof(fc.string(), fc.array(fc.string()))
    const cell = fc.record({
      cell_type: fc.constant("code"),
      source,
      metadata: fc.jsonValue(),
      outputs: fc.jsonValue(),
    })
    const file = fc.record({
      before: fc.jsonValue(),
      cells: fc.array(cell, { minLength: 1, maxLength: 4 }),
      after: fc.jsonValue(),
    })
    fc.assert(
      fc.property(file, fc.nat(3), fc.string(), fc.constantFrom(0, 1, 4, "\t"), (content, at, text, indent) => {
        const index = at % content.cells.length
        const json = JSON.stringify(content, null, indent)
        const after = JSON.parse(replaceSources(json, new Map([[index, text]]))) as typeof content
        const written = after.cells[index]!.source
        assert.equal(Array.isArray(written) ? written.join("") : written, text)
        assert.equal(Array.isArray(written), Array.isArray(content.cells[index]!.source))
        const cells = content.cells.map((each, i) => (i === index ? { ...each, source: written } : each))
        assert.deepEqual(after, JSON.parse(JSON.stringify({ ...content, cells })))
        if (Array.isArray(written) && written.length > 0)
          assert.equal(
            replaceSources(JSON.stringify(after, null, indent), new Map([[index, text]])),
            JSON.stringify(after, null, indent),
          )
      }),
      { numRuns: 500 },
    )
  })
})
