import assert from "node:assert/strict"
import { Language, Parser } from "web-tree-sitter"
import { readGrammar } from "../../../grammars/node.ts"
import type { Module } from "../../../server/src/syntax/ast.ts"
import type { Syntax } from "../../../server/src/syntax/types.ts"
import { pysparkSource } from "../../perf/syntax-source.ts"
import { parser } from "../parse.ts"
import { showModule } from "./show.ts"
import { uncommentedNotebook } from "./uncommented.ts"

let syntax: Syntax
before(async () => {
  syntax = await parser()
  syntax.parse(pysparkSource(1000))
})

/** Milliseconds of CPU: what else the machine does is not counted. */
function cpu(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function last(module: Module): string {
  return showModule({ ...module, body: module.body.slice(-1) })
}

describe("input that is hardly Python", () => {
  it("of nothing at all is an empty module", () => {
    for (const text of ["", "\n", "  \n\t\n", "\ufeff", "# a"]) {
      const module = syntax.parse(text)
      assert.deepEqual([module.body.length, module.broken, module.flavor], [0, false, "module"], JSON.stringify(text))
    }
  })

  it("with NULs, control characters and halves of surrogate pairs keeps its other lines", () => {
    for (const junk of ["\0", "\x01\x02", "\ud83d", "\ude00\ud83d", "\ufffe", "\u2028"]) {
      assert.equal(last(syntax.parse(`a = 1\nb = ${junk}\nc = 3\n`)), "c = 3", JSON.stringify(junk))
      assert.equal(last(syntax.parse(`s = '${junk}'\nc = 3\n`)), "c = 3", JSON.stringify(junk))
    }
  })

  it("with a byte order mark, tabs and CRLF is what it is without", () => {
    const plain = "if a:\n    b = [\n        1,\n    ]\nelse:\n    c = '''\nd'''\n"
    const shown = showModule(syntax.parse(plain))
    for (const text of [`\ufeff${plain}`, plain.replaceAll("    ", "\t"), plain.replaceAll("\n", "\r\n")]) {
      assert.equal(showModule(syntax.parse(text)), shown)
    }
  })

  it("of random bytes does not throw", () => {
    const bytes = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode((i * 7919 + (i >> 3)) % 256)).join("")
    assert.equal(syntax.parse(bytes).broken, true)
  })
})

/** Texts by what they are, and the most CPU that they may take, in milliseconds: several times what they do. */
const LARGE: readonly (readonly [name: string, text: () => string, most: number, shown: string])[] = [
  ["one line of 1 MB", () => `x = [${Array(250_000).fill("123").join(",")}]`, 4000, "y = 1"],
  ["a string of 1 MB", () => `x = '${"a".repeat(1_000_000)}'`, 1500, "y = 1"],
  ["a line of 1 MB of prose", () => "hello world ".repeat(90_000), 1000, "y = 1"],
  ["a line of 1 MB of brackets", () => ") ( ] [ } { ".repeat(90_000), 1000, "y = 1"],
  ["a line of 1 MB of operators", () => "+ - * / ".repeat(125_000), 1000, "y = 1"],
  ["a line of 1 MB of a table", () => "|---|---".repeat(125_000), 1000, "y = 1"],
  ["200,000 lines", () => "x = 1\n".repeat(199_999), 6000, "y = 1"],
  ["200,000 comments", () => "# c\n".repeat(199_999), 1500, "y = 1"],
  ["100,000 open brackets", () => "foo(\n".repeat(100_000), 9000, "y = 1"],
  ["100,000 open quotes", () => "x = '\n".repeat(100_000), 9000, "y = 1"],
  ["20,000 escaped triple quotes", () => 'x = """\n\\"""\n'.repeat(20_000), 9000, "y = 1"],
  ["5 MB", () => pysparkSource(128_000), 15_000, "y = 1"],
]

describe("input that is large", () => {
  for (const [name, text, most, shown] of LARGE) {
    it(`as ${name}, takes its time and not more`, () => {
      const source = `${text()}\ny = 1\n`
      let module: Module | undefined
      const spent = cpu(() => {
        module = syntax.parse(source)
      })
      assert.equal(last(module!), shown)
      assert.ok(spent < most, `${spent.toFixed(0)} ms`)
    })
  }
})

describe("input that makes tree-sitter's recovery run wild", () => {
  it("as a notebook whose markdown and SQL are not commented out, takes a small part of the time", async () => {
    const text = uncommentedNotebook(400, false)
    assert.ok(text.split("\n").length >= 2400)
    const bare = new Parser()
    bare.setLanguage(await Language.load((await readGrammar()).python))
    // It takes seconds; more than this need not be waited for.
    const enough = 1500
    const begin = process.cpuUsage()
    const spentBare = cpu(() => {
      const progressCallback = () => {
        const { user, system } = process.cpuUsage(begin)
        return (user + system) / 1000 > enough
      }
      bare.parse(text, null, { progressCallback })?.delete()
    })
    bare.delete()
    let module: Module | undefined
    const spent = Math.min(
      ...Array.from({ length: 5 }, () =>
        cpu(() => {
          module = syntax.parse(text)
        }),
      ),
    )
    assert.equal(module!.flavor, "databricks")
    const python = module!.body.filter(({ stmt }) => stmt.kind !== "UnknownStmt")
    assert.equal(python.length, 266, "each function and each call after it")
    assert.ok(spent * 10 < spentBare, `${spent.toFixed(0)} ms, the bare parser ${spentBare.toFixed(0)} ms`)
  })

  it("as the same with magics, is not even broken", () => {
    const module = syntax.parse(uncommentedNotebook(400, true))
    assert.equal(module.broken, false)
  })

  it("as a notebook with long comments, is parsed without them", () => {
    const comments = "# MAGIC | a table's row | of the notebook's text | in a comment |\n".repeat(1500)
    const text = `# Databricks notebook source\n${comments}x = 1\n`
    let module: Module | undefined
    const spent = cpu(() => {
      module = syntax.parse(text)
    })
    assert.equal(module!.comments.length, 1501)
    assert.equal(last(module!), "x = 1")
    assert.ok(spent < 500, `${spent.toFixed(0)} ms`)
  })

  for (const [name, block] of Object.entries({
    table: ")\n\n)\n|----|------|\n",
    tries: "try:\ntry:\n|----|------|\n)\n",
    bold: "  .option('a', 'b')\n**bold** and _italic_\n**bold** and _italic_\n",
  })) {
    it(`as ${name} over and over, takes linear time`, () => {
      const times = [500, 2000].map((count) => {
        const text = block.repeat(count)
        return Math.min(
          cpu(() => syntax.parse(text)),
          cpu(() => syntax.parse(text)),
        )
      })
      assert.ok(times[1]! < 16 * Math.max(times[0]!, 10), times.map((time) => time.toFixed(0)).join(" → "))
    })
  }
})
