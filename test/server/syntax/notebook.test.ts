import assert from "node:assert/strict"
import { joinCells, pythonOf, readNotebook } from "../../../server/src/syntax/notebook.ts"
import { parser } from "../parse.ts"
import { showModule } from "./show.ts"

const notebook = {
  nbformat: 4,
  metadata: { kernelspec: { language: "python" } },
  cells: [
    { cell_type: "markdown", source: ["# Title"] },
    { cell_type: "code", source: ["import a\n", "\n", "df = spark.table('é😀t')"] },
    { cell_type: "code", source: "%%sql\nselect 1" },
    { cell_type: "raw", source: "x" },
    { cell_type: "code", source: ["!pip install x\n", "for c in d:\n", "    %time f(c)\n", "    g(c)\n"] },
    { cell_type: "code", source: [] },
  ],
}

describe("notebook files", () => {
  it("give their code cells, counted over all cells", () => {
    const file = readNotebook(JSON.stringify(notebook))
    assert.ok(file.ok)
    assert.deepEqual(
      file.cells.map(({ index }) => index),
      [1, 2, 4, 5],
    )
    assert.equal(file.cells[0]!.text, "import a\n\ndf = spark.table('é😀t')")
  })

  it("are read with a byte order mark, without metadata, and in the formats after 4.0", () => {
    for (const text of [
      `\ufeff${JSON.stringify(notebook)}`,
      JSON.stringify({ ...notebook, metadata: undefined, nbformat: 4.5 }),
    ]) {
      const file = readNotebook(text)
      assert.ok(file.ok && file.cells.length === 4)
    }
  })

  it("in another language have no cells for us", () => {
    for (const metadata of [{ language_info: { name: "scala" } }, { kernelspec: { language: "R" } }]) {
      const file = readNotebook(JSON.stringify({ ...notebook, metadata }))
      assert.ok(file.ok)
      assert.deepEqual(file.cells, [])
    }
    const spark = readNotebook(JSON.stringify({ ...notebook, metadata: { language_info: { name: "pyspark" } } }))
    assert.ok(spark.ok && spark.cells.length === 4)
  })

  it("that can't be read say why and what to do", () => {
    const reasons: readonly (readonly [text: string, reason: RegExp])[] = [
      ["", /not valid JSON .*save it again/],
      ['{"cells": [', /not valid JSON/],
      ["[]", /not a JSON object/],
      ["null", /not a JSON object/],
      ['{"nbformat": 3, "worksheets": []}', /format 3.*nbconvert/],
      ['{"nbformat": 4}', /no list "cells"/],
    ]
    for (const [text, reason] of reasons) {
      const file = readNotebook(text)
      assert.ok(!file.ok)
      assert.match(file.reason, reason)
    }
  })

  it("with cells of no sense are read without them", () => {
    const file = readNotebook(
      '{"nbformat": 4, "cells": [null, 1, {"cell_type": "code"}, {"cell_type": "code", "source": [1, "x"]}]}',
    )
    assert.ok(file.ok)
    assert.deepEqual(file.cells, [
      { index: 2, text: "" },
      { index: 3, text: "x" },
    ])
  })
})

describe("a notebook's joined text", () => {
  const file = readNotebook(JSON.stringify(notebook))
  assert.ok(file.ok)
  const { cells } = file
  const joined = joinCells(cells)

  it("is Python with everything else blank, and parses as a notebook", async () => {
    const module = (await parser()).parse(joined.text)
    assert.equal(module.flavor, "notebook")
    assert.equal(module.broken, false)
    assert.equal(showModule(module), 'import a\ndf = spark.table("é😀t")\nfor c in d:\n  g(c)')
  })

  it("has the same lines as the cells", () => {
    for (const [i, { start, end }] of joined.cells.entries()) {
      const lines = joined.text.slice(start, end).split("\n")
      assert.deepEqual(
        lines.map((line) => line.length),
        cells[i]!.text.split("\n").map((line) => line.length),
      )
    }
  })

  it("maps each offset to its place and back", () => {
    let inCells = 0
    for (let offset = 0; offset <= joined.text.length; offset++) {
      const place = joined.placeAt(offset)
      const span = joined.cells.find(({ start, end }) => start <= offset && offset <= end)
      assert.equal(place?.cell, span?.index)
      if (!place) continue
      inCells++
      assert.equal(joined.offsetAt(place), offset)
      const source = cells.find(({ index }) => index === place.cell)!.text
      const before = source.slice(0, offset - span!.start)
      assert.deepEqual(
        [place.line, place.column],
        [before.split("\n").length - 1, before.length - before.lastIndexOf("\n") - 1],
      )
    }
    assert.ok(inCells > 100)
  })

  it("clamps places outside of a cell, and has none for cells that are no code", () => {
    const { start, end } = joined.cells[0]!
    assert.equal(joined.offsetAt({ cell: 1, line: 0, column: 99 }), start + "import a".length)
    assert.equal(joined.offsetAt({ cell: 1, line: 99, column: 0 }), end)
    assert.equal(joined.offsetAt({ cell: 0, line: 0, column: 0 }), undefined)
    assert.equal(joined.offsetAt({ cell: 7, line: 0, column: 0 }), undefined)
  })

  it("of no cells is empty", () => {
    assert.equal(joinCells([]).text, "")
    assert.equal(joinCells([]).placeAt(0), undefined)
  })

  it("keeps an open bracket or quote in its cell", async () => {
    const { text } = joinCells([
      { index: 0, text: "df = f(" },
      { index: 1, text: "x = '''" },
      { index: 2, text: "y = 1" },
    ])
    assert.equal(
      showModule((await parser()).parse(text))
        .split("\n")
        .at(-1),
      "y = 1",
    )
  })
})

describe("the Python of a cell", () => {
  it("is as long as the cell", () => {
    const sources: readonly (readonly [cell: string, python: string])[] = [
      ["x = 1", "x = 1"],
      ["%%time\nx = 1", "      \nx = 1"],
      ["%%bash\nls\r\ncd x", "      \n  \r\n    "],
      ["%sql select 1\ny", "             \ny"],
      ["%sql\nselect 1", "    \n        "],
      ["if a:\n    !ls\n    b", "if a:\n       \n    b"],
      ["x = (a\n%b)", "x = (a\n%b)"],
      ["s = '''\n%md\n'''", "s = '''\n%md\n'''"],
    ]
    for (const [cell, python] of sources) assert.equal(pythonOf(cell), python)
  })
})
