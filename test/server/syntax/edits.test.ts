import assert from "node:assert/strict"
import fc from "fast-check"
import { Parser, Tree } from "web-tree-sitter"
import type { Module } from "../../../server/src/syntax/ast.ts"
import type { Syntax, SyntaxDocument, TextChange } from "../../../server/src/syntax/types.ts"
import { pysparkSource, random } from "../../perf/syntax-source.ts"
import { parser } from "../parse.ts"
import { showModule } from "./show.ts"
import { uncommentedNotebook } from "./uncommented.ts"

let syntax: Syntax
before(async () => {
  syntax = await parser()
})

/** What people type, and what hurts. */
const TYPED = [
  ..."()[]{}'\"`\n:,.#\\=*;@!?$%x1 \t\0",
  '"""',
  "'''",
  "\n\n",
  "    ",
  "\r\n",
  "\\\n",
  "# note\n",
  "f'{",
  'f"""{',
  "}",
  "def f(x):\n",
  "class A:\n    ",
  "import x\n",
  "if x:\n",
  "elif y:\n",
  "else:\n",
  "for x in y:\n    pass\n",
  "try:\n",
  "except E, e:\n",
  "with x as y:\n",
  "match x:\n    case 1:\n        pass\n",
  "@udf\n",
  "async ",
  "return ",
  "lambda x",
  "df.join(",
  ".alias('a')",
  "some words side by side",
  "print x",
  "0777",
  "%sql\n",
  "%%time\n",
  "!ls\n",
  "😀",
  "é",
  "\ud83d",
  "\ufeff",
  "\f",
  "<<<<<<< HEAD\n",
  "=======\n",
  ">>>>>>> other\n",
  "\n# COMMAND ----------\n",
  "\n# %%\n",
  "# Databricks notebook source\n",
]

/** An edit of whatever text there is: where (in parts of a million), how much goes, what comes. */
interface Edit {
  readonly at: number
  readonly atLineStart: boolean
  readonly remove: number
  readonly insert: string
  /** Insert what stands here in the text instead, in parts of a million, and how long it is. */
  readonly copy: { readonly from: number; readonly length: number } | null
}

const million = fc.integer({ min: 0, max: 1_000_000 })
const edits: fc.Arbitrary<Edit> = fc.record({
  at: million,
  atLineStart: fc.boolean(),
  remove: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 200 })),
  insert: fc.oneof(fc.constant(""), fc.constantFrom(...TYPED)),
  copy: fc.option(fc.record({ from: million, length: fc.integer({ min: 1, max: 150 }) }), { freq: 6 }),
})

function changeOf(text: string, edit: Edit): TextChange {
  const offset = Math.floor((edit.at / 1_000_000) * text.length)
  const start = edit.atLineStart ? text.lastIndexOf("\n", offset) + 1 : offset
  const from = edit.copy ? Math.floor((edit.copy.from / 1_000_000) * text.length) : 0
  const inserted = edit.copy ? text.slice(from, from + edit.copy.length) : edit.insert
  return { start, end: Math.min(text.length, start + edit.remove), text: inserted }
}

function apply(text: string, { start, end, text: inserted }: TextChange): string {
  return text.slice(0, start) + inserted + text.slice(end)
}

const SOURCES: readonly string[] = [
  pysparkSource(60, 1),
  pysparkSource(150, 2),
  pysparkSource(60, 3).replaceAll("\n", "\r\n"),
  `class Long:\n${pysparkSource(120, 4).replace(/^(?=.)/gm, "    ")}\nx = 1\n`,
  `# Databricks notebook source\n${[5, 6, 7].map((seed) => pysparkSource(20, seed)).join("\n# COMMAND ----------\n")}`,
  `# %%\n%%time\nx = 1\n# %% [markdown]\n# # It's text\n# %%\n${pysparkSource(30, 8)}`,
  uncommentedNotebook(6, false),
  's = \'😀\'\nt = f\'{s!r:>{w}} é\' """\n😀\n"""\n',
  "",
]

describe("incremental updates", () => {
  it("give just what parsing the text anew gives, after any edits", () => {
    const scripts = fc.array(fc.array(edits, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.constantFrom(...SOURCES), scripts, (source, script) => {
        const document = syntax.open(source)
        try {
          let text = source
          for (const step of script) {
            const changes = step.map((edit) => {
              const change = changeOf(text, edit)
              text = apply(text, change)
              return change
            })
            document.update(changes)
            assert.equal(document.text, text)
            assert.deepEqual(document.module, syntax.parse(text))
          }
        } finally {
          document.dispose()
        }
      }),
      { numRuns: 80, seed: Number(process.env.SHUFFLEWISE_SEED ?? 1) },
    )
  })

  it("give the same while a call is typed letter by letter, in a long class too", () => {
    for (const source of [pysparkSource(80, 9), SOURCES[3]!]) {
      const document = syntax.open(source)
      const at = source.indexOf("\n", source.length / 2)
      const word = '\n    df2 = df.join(other, on=["a", "b"])  # why'
      for (let i = 0; i < word.length; i++) {
        document.update([{ start: at + i, end: at + i, text: word[i]! }])
        assert.deepEqual(document.module, syntax.parse(document.text), word.slice(0, i + 1))
      }
      for (let i = word.length; i > 0; i--) document.update([{ start: at + i - 1, end: at + i, text: "" }])
      assert.equal(document.text, source)
      assert.deepEqual(document.module, syntax.parse(source))
      document.dispose()
    }
  })

  it("give the same where the grammar can read a line in two ways", () => {
    // Alone and among others the parser chooses differently here.
    const source = "def f(v):\n    return v.strip().lower()[:-1]\n\nx = [*a.b(), *c]\n"
    const document = syntax.open(source)
    for (const star of ["*", "**", "* *", "***"]) {
      for (const at of [source.indexOf(" v.strip"), source.indexOf("a.b()"), source.indexOf("[*a")]) {
        document.update([{ start: at, end: at, text: star }])
        assert.deepEqual(document.module, syntax.parse(document.text), document.text)
        document.update([{ start: at, end: at + star.length, text: "" }])
      }
    }
    assert.deepEqual(document.module, syntax.parse(source))
    document.dispose()
  })

  it("take offsets that are outside of the text", () => {
    const document = syntax.open("x = 1\n")
    document.update([{ start: 99, end: 120, text: "y = 2\n" }])
    document.update([{ start: -5, end: -1, text: "# a\n" }])
    document.update([{ start: 4, end: 2, text: "" }])
    document.update([])
    assert.equal(document.text, "# a\nx = 1\ny = 2\n")
    assert.deepEqual(document.module, syntax.parse(document.text))
    document.dispose()
  })
})

describe("statements that did not change", () => {
  const source = "import a\n\n\ndef f(x):\n    return x  # why\n\n\ny = f(1)\n\nz = [\n    2,\n]\n"
  let document: SyntaxDocument
  let before: Module
  beforeEach(() => {
    document = syntax.open(source)
    before = document.module
  })
  afterEach(() => document.dispose())

  const edit = (found: string, replacement: string) => {
    const start = document.text.indexOf(found)
    document.update([{ start, end: start + found.length, text: replacement }])
  }

  it("are the same objects, and only their offsets move", () => {
    const [importA, f, y, z] = before.body
    const offsets = before.body.map(({ offset }) => offset)
    edit("return x", "return x + 1000")
    assert.equal(document.module.body[0], importA)
    assert.notEqual(document.module.body[1], f)
    assert.equal(document.module.body[2], y)
    assert.equal(document.module.body[3], z)
    assert.deepEqual(
      document.module.body.map(({ offset }) => offset),
      [offsets[0]!, offsets[1]!, offsets[2]! + 7, offsets[3]! + 7],
    )
  })

  it("stay when blank lines or comments between them change", () => {
    edit("\n\ny =", "\n# new\n\n\ny =")
    edit("import a\n", "# first\nimport a  # c\n")
    assert.deepEqual(
      document.module.comments.map(({ text }) => text),
      ["# first", "# c", "# why", "# new"],
    )
    for (const [i, top] of before.body.entries()) assert.equal(document.module.body[i], top)
  })

  it("stay when another is put before, between or after them, or goes", () => {
    edit("import a\n", "import b\nimport a\n")
    edit("y = f(1)\n", "")
    edit("z = [", "w = 0\nz = [")
    document.update([{ start: document.text.length, end: document.text.length, text: "v" }])
    const [importA, f, , z] = before.body
    const { body } = document.module
    assert.equal(body[1], importA)
    assert.equal(body[2], f)
    assert.equal(body[4], z)
    assert.equal(body.length, 6)
  })

  it("stay when their lines change places", () => {
    const [importA, f, y, z] = before.body
    document.update([
      { start: source.indexOf("z ="), end: source.length, text: "" },
      { start: 0, end: 0, text: "z = [\n    2,\n]\n" },
    ])
    const { body } = document.module
    assert.equal(showModule({ ...document.module, body: body.slice(0, 1) }), "z = [2]")
    assert.deepEqual(body.slice(1), [importA, f, y])
    assert.ok(z)
  })

  it("stay while a bracket is open before them", () => {
    const [importA, , y, z] = before.body
    edit("return x", "return (x")
    assert.equal(document.module.broken, true)
    const { body } = document.module
    assert.deepEqual(
      [body[0], body[2], body[3]].map((top, i) => top === [importA, y, z][i]),
      [true, true, true],
    )
  })
})

describe("the parser's trees", () => {
  it("are all deleted once their documents are", () => {
    let made = 0
    let deleted = 0
    const { parse } = Parser.prototype
    const { copy, delete: free } = Tree.prototype
    Parser.prototype.parse = function (...args) {
      const tree = parse.apply(this, args)
      if (tree) made++
      return tree
    }
    Tree.prototype.copy = function () {
      made++
      return copy.call(this)
    }
    Tree.prototype.delete = function () {
      deleted++
      free.call(this)
    }
    try {
      const next = random(7)
      for (const source of SOURCES) {
        const document = syntax.open(source)
        for (let i = 0; i < 40; i++) {
          const at = Math.floor(next() * document.text.length)
          const text = TYPED[Math.floor(next() * TYPED.length)]!
          document.update([{ start: at, end: at + Math.floor(next() * 3), text }])
        }
        document.dispose()
        syntax.parse(source)
      }
    } finally {
      Parser.prototype.parse = parse
      Object.assign(Tree.prototype, { copy, delete: free })
    }
    assert.ok(made > 500, String(made))
    assert.equal(deleted, made)
  })
})
