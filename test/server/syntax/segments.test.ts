import assert from "node:assert/strict"
import { findCells } from "../../../server/src/syntax/cells.ts"
import { Scanner } from "../../../server/src/syntax/scanner.ts"
import type { Segment } from "../../../server/src/syntax/segment.ts"

function segments(text: string): Segment[] {
  const scanner = new Scanner(text, findCells(text))
  const found: Segment[] = []
  let first = true
  for (let at = 0; at < text.length; ) {
    if (scanner.isCellStart(at)) first = true
    const segment = scanner.segment(at, first)
    assert.ok(segment.length > 0)
    assert.equal(segment.start, at)
    if (segment.kind !== "trivia") first = false
    found.push(segment)
    at += segment.length
  }
  return found
}

/** The code of each segment, `!` before what is no Python; segments of comments and blank lines left out. */
function codes(text: string): string[] {
  return segments(text)
    .filter(({ kind }) => kind !== "trivia")
    .map(({ start, codeLength, kind }) => (kind === "opaque" ? "!" : "") + text.slice(start, start + codeLength))
}

/** The logical lines of the first segment, with what is known of each. */
function lines(text: string): string[] {
  const [{ start, lines: found }] = segments(text) as [Segment]
  return found.map((line) => `${line.state}: ${text.slice(start + line.start, start + line.end)}`)
}

describe("cutting a text into segments", () => {
  it("cuts before each statement at column 0, and nowhere else", () => {
    assert.deepEqual(codes("import a\n\ndef f():\n    x = 1\n# c\n    y = 2\n\n\nz = (1,\n2)\nw\n"), [
      "import a",
      "def f():\n    x = 1\n# c\n    y = 2",
      "z = (1,\n2)",
      "w",
    ])
  })

  it("keeps a statement's clauses and a definition's decorators with it", () => {
    assert.deepEqual(codes("if a:\n    b\nelse:\n    c\nx = 1\nelse:\n    y\n@d\n@e(1)\nasync def f(): pass\ng"), [
      "if a:\n    b\nelse:\n    c",
      "x = 1",
      "else:\n    y",
      "@d\n@e(1)\nasync def f(): pass",
      "g",
    ])
  })

  it("sees strings as Python does", () => {
    for (const string of [
      "'''\nimport x\n'''",
      '"""a\\"""\nb\n"""',
      "r'''\\\n''' ",
      "f'''{\nx\n}'''",
      "f'''{x:{y}}\n{'''",
      `f"{d["k"]}" """\nz"""`,
      "'a\\\nb'",
      "rb'''\n'''",
      "F'{x!r}' '''\n'''",
      "f'{{' '''\n'''",
      `f"{x:%Y-'"`,
      "f\"\\N{BULLET}{x}\" '''\n'''",
    ]) {
      assert.deepEqual(codes(`s = ${string}\nt = 1`), [`s = ${string.trimEnd()}`, "t = 1"], string)
    }
  })

  it("goes on after a backslash, in brackets, and after a comment in brackets", () => {
    assert.deepEqual(codes("x = 1 + \\\n2\ny = [  # (\n3]\nz"), ["x = 1 + \\\n2", "y = [  # (\n3]", "z"])
    assert.deepEqual(codes("x = 1 + \\\r\n2\r\ny"), ["x = 1 + \\\r\n2", "y"])
  })

  it("ends an open bracket where a statement begins that can't stand in one", () => {
    assert.deepEqual(codes("f(a,\ndef g(): pass"), ["f(a,", "def g(): pass"])
    assert.deepEqual(codes("f(a,\n  b\nimport c"), ["f(a,\n  b", "import c"])
    assert.deepEqual(codes("f(a,\nfrom b import c"), ["f(a,", "from b import c"])
    assert.deepEqual(codes("x = (yield\nfrom y)\nz"), ["x = (yield\nfrom y)", "z"])
  })

  it("ends an open bracket before what looks like a statement when it is never closed", () => {
    assert.deepEqual(codes("f(a,\n  b,\nx = g(c)\ny = [1"), ["f(a,\n  b,", "x = g(c)", "y = [1"])
  })

  it("takes a byte order mark and a form feed for nothing", () => {
    assert.deepEqual(codes("\ufeffimport a\n\fdef f(): pass\n\f\nb"), ["\ufeffimport a", "\fdef f(): pass", "b"])
  })

  it("covers the whole text", () => {
    const text = "\n# a\nx = 1\n\n# b\n'''\n\ty\n"
    assert.equal(
      segments(text).reduce((sum, { length }) => sum + length, 0),
      text.length,
    )
  })

  it("knows from the characters alone what can't parse", () => {
    for (const line of [
      "x = (1]",
      "x = 1)",
      "x = (1",
      "x = 'a",
      "x +",
      "x.",
      "x = $a",
      "foo bar",
      "1 x",
      "'a' b",
      "f(x) y",
      ".a",
    ]) {
      assert.deepEqual(lines(line), [`broken: ${line}`], line)
    }
    for (const line of ["some plain words", "| a | b |", "**bold**", "= 1", "%", "1. first do this"]) {
      assert.deepEqual(lines(line), [`foreign: ${line}`], line)
    }
  })

  it("suspects nothing that is Python", () => {
    for (const line of [
      "print x",
      "exec 'a' in b",
      "match x: pass",
      "type X = int",
      "x = f'a' f'b' rb'c'",
      "x = 1if y else 2",
      "x = 1.",
      "x = ...",
      "from a import *",
      "*a, b = c",
      "x = not y is z",
      "lambda: 0",
      "async with a as b: pass",
      "x = [a for b in c if d]",
      "x = 0xFF if y else 1_000",
      "raise E from f",
      "x != y",
      "(a) if (b) else (c)",
      "-x",
      "~x",
      "`x`",
    ]) {
      assert.deepEqual(lines(line), [], line)
    }
  })
})

describe("cells", () => {
  it("of a Databricks notebook begin at its markers, inside strings and brackets too", () => {
    const text = "# Databricks notebook source\nx = (\n# COMMAND ----------\ny = '''\n# COMMAND ----------\nz"
    assert.equal(findCells(text).flavor, "databricks")
    assert.deepEqual(codes(text), ["x = (", "y = '''", "z"])
  })

  it("of a script begin at `# %%`", () => {
    assert.deepEqual(findCells("a\n# %%\nb\n#%% [markdown]\n# c\n  # %%\nx = 5 %% 3"), {
      flavor: "percent",
      markers: [2, 9],
    })
    assert.equal(findCells("x = '%%'").flavor, "module")
  })

  it("in another language are opaque as a whole, others from their magic line only", () => {
    const text = [
      "# Databricks notebook source",
      "%md",
      "# Title",
      "It isn't code (",
      "# COMMAND ----------",
      "%sql",
      "select 1 as (",
      "# COMMAND ----------",
      "%python",
      "x = 1",
      "# COMMAND ----------",
      "y = 2",
      "%sql select 2",
      "z = 3",
      "# COMMAND ----------",
      "# MAGIC %sql select 'it''s'",
    ].join("\n")
    assert.deepEqual(codes(text), [
      "!%md\n# Title\nIt isn't code (",
      "!%sql\nselect 1 as (",
      "!%python",
      "x = 1",
      "y = 2",
      "!%sql select 2",
      "z = 3",
    ])
  })

  it("know Jupyter's magics from operators", () => {
    const text =
      "# %%\n%%time\nx = 1\n!pip install \\\n  a\n%matplotlib inline\ny = (x\n% 2)\n# %%\n%%sql\nselect 1\n# %%\n?x\nz"
    assert.deepEqual(codes(text), [
      "!%%time",
      "x = 1",
      "!!pip install \\\n  a",
      "!%matplotlib inline",
      "y = (x\n% 2)",
      "!%%sql\nselect 1",
      "!?x",
      "z",
    ])
  })
})
