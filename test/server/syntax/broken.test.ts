import assert from "node:assert/strict"
import type { Syntax } from "../../../server/src/syntax/types.ts"
import { parser } from "../parse.ts"
import { showModule } from "./show.ts"

let syntax: Syntax
before(async () => {
  syntax = await parser()
})

/** Each source is broken, and is to be lowered to what is shown all the same. */
function check(cases: readonly (readonly [source: string, shown: string])[]): void {
  for (const [source, shown] of cases) {
    const module = syntax.parse(source)
    assert.equal(showModule(module), shown, source)
    assert.equal(module.broken, true, source)
  }
}

describe("half-typed code", () => {
  it("keeps a slip at the top level in its own line", () => {
    check([
      ["a = 1\ndf = df.join(\nb = 2", "a = 1\n?{df df.join}\nb = 2"],
      ["df.\nx = 1", "?{df}\nx = 1"],
      ["x =\ny = 3", "?{x}\ny = 3"],
      ["x = 1))\ny = 2", "?{}\n  x = 1\ny = 2"],
      ["x = [1, 2\ndef f(): pass", "?{x 1 2}\ndef f():\n  pass"],
      ["import \nx = 1", "?{}\nx = 1"],
    ])
  })

  it("keeps a slip in a function in its own line", () => {
    check([
      [
        "def f(df):\n    a = 1\n    df = df.join(other,\n    b = 2\n    return b\nc = 3",
        "def f(df):\n  a = 1\n  ?{df df.join other}\n  b = 2\n  return b\nc = 3",
      ],
      ["def f(df):\n    df.\n    return df", "def f(df):\n  ?{df}\n  return df"],
      ["if a:\n    for b in c:\n        d(\n    e = 1", "if a:\n  for b in c:\n    ?{d}\n  e = 1"],
    ])
  })

  it("ends a bracket that is never closed before the next statement", () => {
    check([
      [
        "df = (spark.read\n    .option('a', 1)\n    .parquet(x)\ndf2 = df.join(y)\ndef f(): pass",
        '?{df spark.read.option("a", 1).parquet(x)}\ndf2 = df.join(y)\ndef f():\n  pass',
      ],
      ["f(a,\n  b,\ng(c)", "?{f a b}\ng(c)"],
    ])
  })

  it("ends a quote that is never closed with its line", () => {
    check([
      ["s = 'a\nx = 1", "?{s ?() a}\nx = 1"],
      ['def f():\n    """doc\n    x = 1\ny = 2', "def f():\n  ?{?()}\n    doc\n  x = 1\ny = 2"],
    ])
  })

  it("keeps the block under a header that is not whole", () => {
    check([
      ["for c in cols\n    x = c", "for c in cols:\n  x = c"],
      ["if x ==:\n    a\nelif y\n    b\nelse\n    c", "if ?(x):\n  a\nelse:\n  if y:\n    b\n  else:\n    c"],
      ["def f(a, b\n    return a", "def f(a, b):\n  return a"],
      ["def f(a b): pass", "def f(a):\n  pass"],
      ["class A(\n    def f(self): pass", "class A():\n  def f(self):\n    pass"],
      ["with open(p) as :\n    a", "with open(p):\n  a"],
      ["try:\n    a\nexcept E as :\n    b", "try:\n  a\nexcept E:\n  b"],
      ["@udf(\ndef f(x): return x", "@?(udf)\ndef f(x):\n  return x"],
      [
        "match x:\n    case {'a':\n        b = 1\n    case _:\n        c = 2",
        "match x:\n  case binds nothing:\n  b = 1\n  case binds nothing always:\n  c = 2",
      ],
    ])
  })

  it("ends a call whose bracket nobody wrote where its line ends", () => {
    for (const source of ["if late.count(", "while f(x", "for a in b[0"]) {
      const [top] = syntax.parse(source).body
      const { stmt } = top!
      assert(stmt.kind === "If" || stmt.kind === "While" || stmt.kind === "For")
      assert.equal((stmt.kind === "For" ? stmt.iter : stmt.test).end, source.length, source)
    }
  })

  it("makes an argument Unknown and not the call", () => {
    check([
      ["df.join(other, on=)", "df.join(other, ?(on))"],
      ["df.filter(col('a') >).show()", 'df.filter(?(col("a"))).show()'],
      ["f(a, b c)", "f(a, ?(b c))"],
      ["f(a=1 b=2)", "f(?(a 1 b 2))"],
      ["{'a': 1, 'b'}", '{"a": 1, **?("b")}'],
    ])
  })

  it("never joins two lines to a statement that nobody wrote", () => {
    // Both parse as one statement where a line's end counts for white space.
    check([
      ["def f():\n    df.\n    x = 1", "def f():\n  ?{df}\n  x = 1"],
      ["def f():\n    x =\n    y = 1", "def f():\n  ?{x}\n  y = 1"],
    ])
  })

  it("keeps both sides of a merge that is not done", () => {
    check([
      [
        "def f():\n<<<<<<< HEAD\n    a = 1\n=======\n    a = 2\n>>>>>>> other\n    return a",
        "def f():\n  a = 1\n  a = 2\n  return a",
      ],
      ["<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n", "x = 1\nx = 2"],
    ])
  })

  it("does not take prose for code", () => {
    check([
      ["This isn't code, it's prose (of a kind.\nx = 1", "?{}\nx = 1"],
      ["| id | name |\n|----|------|\nx = 1", "?{}\n?{}\nx = 1"],
    ])
  })
})

describe("Python 2", () => {
  it("is parsed as far as it goes", () => {
    check([
      ['print "a", b\nx = 1', '?{"a" b}\nx = 1'],
      ["print >>log, x", "?{log x}"],
      ['exec "code" in ns', '?{"code" ns}'],
      ["try:\n    a\nexcept E, e:\n    print e", "try:\n  a\nexcept E as e:\n  ?{e}"],
      ["x = `y`\nz = 1", "x = ?()\nz = 1"],
      ["def f((a, b), c): return a", "def f(c):\n  return a"],
    ])
  })

  it("has numbers, strings and operators of its own", () => {
    const module = syntax.parse("x = 0777 + 10L\ny = ur'a'\nif x <> y: pass")
    assert.equal(showModule(module), 'x = (511 + 10)\ny = "a"\nif (x != y):\n  pass')
  })

  it("does not take Python 3.14's tuple of exceptions for a name", () => {
    assert.equal(showModule(syntax.parse("try:\n    a\nexcept E, F:\n    b")), "try:\n  a\nexcept (E, F,):\n  b")
  })
})

describe("depth", () => {
  const deepest = (node: unknown): number => {
    let most = 0
    const todo: [unknown, number][] = [[node, 0]]
    for (let next = todo.pop(); next; next = todo.pop()) {
      const [value, depth] = next
      if (typeof value !== "object" || value === null) continue
      const inner = "kind" in value ? depth + 1 : depth
      most = Math.max(most, inner)
      for (const child of Object.values(value)) todo.push([child, inner])
    }
    return most
  }

  const chains: Readonly<Record<string, string>> = {
    calls: `x = a${".foo(1)".repeat(3000)}`,
    "calls over many lines": `x = (a\n${"  .foo(1)\n".repeat(3000)})`,
    sums: `x = ${Array(3000).fill("a").join(" + ")}`,
    powers: `x = ${Array(3000).fill("a").join(" ** ")}`,
    brackets: `x = ${"[".repeat(2000)}${"]".repeat(2000)}`,
    "open brackets": `x = ${"[".repeat(2000)}`,
    lambdas: `x = ${"lambda: ".repeat(3000)}a`,
    conditions: `x = ${"a if b else ".repeat(3000)}a`,
    nots: `x = ${"not ".repeat(3000)}a`,
    subscripts: `x = a${"[0]".repeat(3000)}`,
    elifs: `if a:\n    pass\n${"elif b:\n    pass\n".repeat(3000)}`,
    blocks: `${Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}if x:\n`).join("")}${" ".repeat(1500)}pass`,
  }
  for (const [name, source] of Object.entries(chains)) {
    it(`of ${name} is bounded, and what follows is not harmed`, () => {
      const module = syntax.parse(`${source}\ny = 1\n`)
      assert.ok(deepest(module.body) < 900, String(deepest(module.body)))
      assert.equal(showModule({ ...module, body: module.body.slice(-1) }), "y = 1")
      assert.equal(module.broken, true)
    })
  }

  it("does not count what is flat in Python's own tree", () => {
    for (const [source, length] of [
      [`x = ${Array(3000).fill("a").join(" and ")}`, 3000],
      [`x = ${Array(3000).fill("a").join(" < ")}`, 3000],
    ] as const) {
      const module = syntax.parse(source)
      assert.equal(module.broken, false)
      assert.equal([...showModule(module).matchAll(/\ba\b/g)].length, length)
    }
  })

  it("keeps the near end of a chain whole", () => {
    const [top] = syntax.parse(`x = a${".foo(1)".repeat(3000)}.last(2)\n`).body
    assert.ok(top?.stmt.kind === "Assign" && top.stmt.value.kind === "Call")
    assert.ok(top.stmt.value.func.kind === "Attribute" && top.stmt.value.func.attr === "last")
  })
})
