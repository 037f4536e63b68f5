import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findExamples, summaryOf, titleOf } from "../../client/src/examples.ts"

describe("the example jobs", () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "examples-"))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it("are the numbered files, in their order", async () => {
    writeFileSync(join(folder, "10_last.py"), "")
    writeFileSync(join(folder, "03_joins.py"), '"""Joins, measured.\n\nMore.\n"""\n')
    for (const name of ["measuring.py", "README.md", "04_notes.txt"]) writeFileSync(join(folder, name), "")
    assert.deepEqual(await findExamples(folder), [
      { name: "03_joins", path: join(folder, "03_joins.py"), summary: "Joins, measured." },
      { name: "10_last", path: join(folder, "10_last.py"), summary: "" },
    ])
  })

  it("are none where the folder is missing", async () => {
    assert.deepEqual(await findExamples(join(folder, "gone")), [])
  })

  it("are summed up by the first line of their docstring", () => {
    assert.equal(summaryOf("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n'''One line.'''\n"), "One line.")
    assert.equal(summaryOf('\n"""\nBelow the quotes.\n"""'), "Below the quotes.")
    assert.equal(summaryOf('import os\n"""No docstring."""'), "")
  })

  it("have titles for people", () => {
    assert.equal(titleOf("03_distributed_joins"), "Distributed joins")
    assert.equal(titleOf("06_gpu_udfs"), "Gpu udfs")
  })
})
