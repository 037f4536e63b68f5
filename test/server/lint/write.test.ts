import assert from "node:assert/strict"
import type { Edit, Site } from "../../../rules/api.ts"
import { impossible, lineAfter, lineBefore, type Source } from "../../../server/src/lint/edits.ts"
import { importName } from "../../../server/src/lint/imports.ts"
import { Lines, lineBreakOf } from "../../../server/src/lint/lines.ts"
import { parse } from "./parse.ts"

function sourceOf(text: string): Source {
  return { text, module: parse(text), lines: new Lines(text), lineBreak: lineBreakOf(text) }
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const { site, text: put } of edits.toReversed())
    result = result.slice(0, site.top.offset + site.start) + put + result.slice(site.top.offset + site.end)
  return result
}

/** The site of the only `@` in the code, which is taken out. */
function marked(code: string): { source: Source; site: Site } {
  const at = code.indexOf("@@")
  const source = sourceOf(code.replace("@@", ""))
  return { source, site: { top: { offset: 0 }, start: at, end: at + 1 } }
}

describe("writing lines", () => {
  const above = (code: string, text = "new()"): string => {
    const { source, site } = marked(code)
    const edit = lineBefore(source, site, text)
    return edit === impossible ? "impossible" : apply(source.text, [edit])
  }
  const under = (code: string, text = "new()"): string => {
    const { source, site } = marked(code)
    const edit = lineAfter(source, site, text)
    return edit === impossible ? "impossible" : apply(source.text, [edit])
  }

  it("puts them around a simple statement, at its indentation", () => {
    assert.equal(above("def f():\n    x = @@1\n    y = 2\n"), "def f():\n    new()\n    x = 1\n    y = 2\n")
    assert.equal(under("def f():\n    x = @@1\n    y = 2\n"), "def f():\n    x = 1\n    new()\n    y = 2\n")
    assert.equal(under("if a:\n\tx = @@1\n"), "if a:\n\tx = 1\n\tnew()\n")
  })

  it("puts them around statements of several lines and behind comments", () => {
    const code = "x = (\n    a\n    .b@@()\n)  # why\ny = 1\n"
    assert.equal(above(code), "new()\nx = (\n    a\n    .b()\n)  # why\ny = 1\n")
    assert.equal(under(code), "x = (\n    a\n    .b()\n)  # why\nnew()\ny = 1\n")
  })

  it("puts them around a whole loop or function, decorators included", () => {
    const code = "for i in ran@@ge(3):\n    x()\n\ny = 1\n"
    assert.equal(above(code), "new()\nfor i in range(3):\n    x()\n\ny = 1\n")
    assert.equal(under(code), "for i in range(3):\n    x()\nnew()\n\ny = 1\n")
    assert.equal(above("@udf\ndef f@@(x):\n    return x\n"), "new()\n@udf\ndef f(x):\n    return x\n")
  })

  it("keeps the text's line breaks, and copes with a missing one at its end", () => {
    assert.equal(under("x = @@1\r\ny = 2\r\n", "a\n    b"), "x = 1\r\na\r\n    b\r\ny = 2\r\n")
    assert.equal(under("if a:\n    x = @@1"), "if a:\n    x = 1\n    new()")
  })

  it("stays on the line where others share it", () => {
    assert.equal(above("a = 1; b = @@2; c = 3\n"), "a = 1; new(); b = 2; c = 3\n")
    assert.equal(under("a = 1; b = @@2; c = 3\n"), "a = 1; b = 2; new(); c = 3\n")
    assert.equal(under("if a: b = @@2\n"), "if a: b = 2; new()\n")
    assert.equal(under("if a: b = @@2\n", "if x:\n    y()"), "impossible")
  })
})

describe("writing a name of a module", () => {
  const functions = "pyspark.sql.functions"
  /** The name as it is written at the end of the code, and the code with what must be added. */
  const imported = (code: string, module = functions, name = "broadcast", offset = code.length): [string, string] => {
    const { text, edits } = importName(sourceOf(code), module, name, offset)
    return [text, apply(code, edits)]
  }
  const reused = (code: string, text: string, module?: string, name?: string): void =>
    assert.deepEqual(imported(code, module, name), [text, code])

  it("reuses every form of import", () => {
    reused("from pyspark.sql import functions as F\nx = 1\n", "F.broadcast")
    reused("from pyspark.sql import functions\nx = 1\n", "functions.broadcast")
    reused("import pyspark.sql.functions as F\nx = 1\n", "F.broadcast")
    reused("import pyspark.sql.functions\nx = 1\n", "pyspark.sql.functions.broadcast")
    reused("from pyspark.sql.functions import col, broadcast\nx = 1\n", "broadcast")
    reused("from pyspark.sql.functions import broadcast as bc\nx = 1\n", "bc")
    reused("from pyspark.sql.functions import *\nx = 1\n", "broadcast")
    reused("from pyspark import StorageLevel\nx = 1\n", "StorageLevel", "pyspark", "StorageLevel")
  })

  it("adds one behind the first imports", () => {
    const add = "from pyspark.sql import functions as F\n"
    assert.deepEqual(imported("import os\nfrom a import (\n    b,\n)  # c\n\nx = 1\n"), [
      "F.broadcast",
      `import os\nfrom a import (\n    b,\n)  # c\n${add}\nx = 1\n`,
    ])
    assert.deepEqual(imported('"""Doc."""\nx = 1\n')[1], `"""Doc."""\n${add}x = 1\n`)
    assert.deepEqual(
      imported('"""Doc."""\nfrom __future__ import annotations\n__all__ = []\nimport a\nx = 1\n')[1],
      `"""Doc."""\nfrom __future__ import annotations\n__all__ = []\nimport a\n${add}x = 1\n`,
    )
    assert.deepEqual(
      imported("#!/usr/bin/env python\n# licence\nx = 1\n")[1],
      `#!/usr/bin/env python\n# licence\n${add}x = 1\n`,
    )
    assert.deepEqual(
      imported("import a\r\nx = 1\r\n")[1],
      "import a\r\nfrom pyspark.sql import functions as F\r\nx = 1\r\n",
    )
  })

  it("adds it to the place's own cell in a notebook, unless a cell above has it", () => {
    const add = "from pyspark.sql import functions as F\n"
    const cells = (...each: string[]): string =>
      `# Databricks notebook source\n${each.join("\n# COMMAND ----------\n")}\n`
    assert.equal(imported(cells("import os", "x = 1"))[1], cells("import os", `${add}x = 1`))
    assert.equal(
      imported(cells("import os", "# MAGIC %md hi", "import re\nx = 1"))[1],
      cells("import os", "# MAGIC %md hi", `import re\n${add}x = 1`),
    )
    const first = cells("x = 1", "import os")
    assert.equal(imported(first, functions, "broadcast", first.indexOf("x"))[1], cells(`${add}x = 1`, "import os"))
    assert.deepEqual(imported(cells(add.trim(), "x = 1")), ["F.broadcast", cells(add.trim(), "x = 1")])
  })
  it("takes no import below the place, nor one inside a function, but may repeat it", () => {
    const late = "x = 1\nfrom pyspark.sql import functions as F\n"
    assert.deepEqual(imported(late, functions, "broadcast", 3), [
      "F.broadcast",
      `from pyspark.sql import functions as F\n${late}`,
    ])
    const inner = "def f():\n    from pyspark.sql import functions as F\n    return F.col('a')\n"
    assert.deepEqual(imported(inner), ["F.broadcast", `from pyspark.sql import functions as F\n${inner}`])
  })

  it("respects names that mean something else", () => {
    assert.deepEqual(imported("import torch.nn.functional as F\nx = 1\n"), [
      "broadcast",
      "import torch.nn.functional as F\nfrom pyspark.sql.functions import broadcast\nx = 1\n",
    ])
    assert.deepEqual(imported("F = 3\nx = 1\n")[0], "broadcast")
    assert.deepEqual(imported("def f(F):\n    pass\n")[0], "broadcast")
    assert.deepEqual(imported("x = [F for F in y]\n")[0], "broadcast")
    assert.deepEqual(imported("from pyspark.sql import functions as F\ndef g():\n    F = 1\n")[0], "broadcast")
    assert.deepEqual(imported("F = 3\ndef broadcast(x):\n    return x\n"), [
      "spark_broadcast",
      "from pyspark.sql.functions import broadcast as spark_broadcast\nF = 3\ndef broadcast(x):\n    return x\n",
    ])
    assert.deepEqual(imported("from pyspark.sql.functions import *\nbroadcast = 3\n")[0], "F.broadcast")
    assert.deepEqual(imported("try:\n    pass\nexcept E as F:\n    pass\n")[0], "broadcast")
    assert.deepEqual(imported("with a as (F, b):\n    pass\n")[0], "broadcast")
    assert.deepEqual(imported("from a import b as F\n")[0], "broadcast")
    assert.deepEqual(imported("print(F)\n")[0], "broadcast")
  })

  it("trusts the names that a notebook's kernel gives", () => {
    reused("# Databricks notebook source\nx = F.col('a')\n", "F.broadcast")
  })
})
