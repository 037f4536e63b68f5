import assert from "node:assert/strict"
import type { Expr } from "../../../server/src/syntax/ast.ts"
import type { Syntax } from "../../../server/src/syntax/types.ts"
import { parser } from "../parse.ts"
import { showModule } from "./show.ts"

let syntax: Syntax
before(async () => {
  syntax = await parser()
})

/** Source, and what it is to be lowered to. */
type Cases = readonly (readonly [source: string, shown: string])[]

function check(cases: Cases): void {
  for (const [source, shown] of cases) {
    const module = syntax.parse(source)
    assert.equal(showModule(module), shown, source)
    assert.equal(module.broken, false, source)
  }
}

describe("lowering of expressions", () => {
  it("reads literals", () => {
    check([
      ["1_000", "1000"],
      ["0xFF, 0o17, 0b11", "(255, 15, 3,)"],
      ["9007199254740993", "9007199254740993n"],
      ["1.5e3, .5, 1.", "(1500f, 0.5f, 1f,)"],
      ["2j", "2j"],
      ["True, False, None, ...", "(True, False, None, ...,)"],
      [String.raw`'a\tb\x41\u00e9\'' "c"`, '"a\\tbAé\'c"'],
      [String.raw`r'\d' rb'\d'`, '"\\\\d\\\\d"'],
      [String.raw`b'\x00\u1234'`, 'b"\\u0000\\\\u1234"'],
      ["'''a\r\nb'''", '"a\\nb"'],
      ["'a\\\nb'", '"ab"'],
      [String.raw`r'\\'`, '"\\\\\\\\"'],
      ["'😀'", '"😀"'],
    ])
  })

  it("reads f-strings with the expressions in them, also those in format specifiers", () => {
    check([
      ["f'a{x}b{{c}}'", 'f<"a" x "b{c}">'],
      ["f'{x!r:>{width}}'", "f<x width>"],
      ["'a' f'{x}' 'b'", 'f<"a" x "b">'],
      [`f"{d["k"]}"`, 'f<d["k"]>'],
      ['f"""{\nx\n}"""', "f<x>"],
      [String.raw`rf'\d{x}\\'`, 'f<"\\\\d" x "\\\\\\\\">'],
    ])
  })

  it("reads calls, attributes and subscripts", () => {
    check([
      ["df.join(b, on='k', *rest, **options)", 'df.join(b, *rest, on="k", **options)'],
      ["f(x for x in y)", "f((x for x in y))"],
      ["f(a, *b.c(), d=e,)", "f(a, *b.c(), d=e)"],
      ["a[1:2, ::3]", "a[(<1:2:>, <::3>,)]"],
      ["a[b,]", "a[(b,)]"],
      ["a[:-1]", "a[<:(- 1):>]"],
      ["(df\n  .select('a')  # why\n  .limit(1)\n)", 'df.select("a").limit(1)'],
    ])
  })

  it("reads operators by their precedence", () => {
    check([
      ["a + b * c ** -d", "(a + (b * (c ** (- d))))"],
      ["a | b & c", "(a | (b & c))"],
      ["not a and b or c", "(((not a) and b) or c)"],
      ["a and b and (c and d)", "(a and b and (c and d))"],
      ["a < b <= c is not d not  in e", "(a < b <= c is not d not in e)"],
      ["x if y else z if w else v", "(x if y else (z if w else v))"],
      ["(a := 1)", "(a := 1)"],
      ["(yield), (yield x)", "((yield), (yield x),)"],
      ["(yield from x)", "(yield from x)"],
      ["await f(x)", "(await f(x))"],
      ["a @ b // c % d << e", "((((a @ b) // c) % d) << e)"],
      ["~a >> b | c ^ d", "(((~ a) >> b) | (c ^ d))"],
    ])
  })

  it("reads containers and comprehensions", () => {
    check([
      ["(), (1,), [1, *a], {1, 2}", "((), (1,), [1, *a], {1, 2},)"],
      ["{'a': 1, **b}", '{"a": 1, **b}'],
      ["[a for (a, b) in x if c if d async for e in f]", "[a for (a, b,) in x if c if d async for e in f]"],
      ["{k: v for k, v in x}", "{k: v for (k, v,) in x}"],
      ["{a for (a) in b}", "{a for a in b}"],
      ["(*a.b, *c + d)", "(*a.b, *(c + d),)"],
    ])
  })

  it("reads lambdas and parameters", () => {
    check([
      ["lambda: 0", "(lambda : 0)"],
      ["lambda a, *b, c=1, **d: a", "(lambda a, *b, !c=1, **d: a)"],
      [
        "def f(a, /, b: int = 3, *, c=4, **kw: str) -> List[int]: ...",
        "def f(/a, b: int=3, !c=4, **kw: str) -> List[int]:\n  ...",
      ],
      ["def f(*args: int, key): pass", "def f(*args: int, !key):\n  pass"],
    ])
  })

  it("reads annotations", () => {
    check([
      ["x: Dict[str, list[int]] = {}", "x: Dict[(str, list[int],)] = {}"],
      ["x: 'DataFrame'", 'x: "DataFrame"'],
      ["x: a.b.C | None", "x: (a.b.C | None)"],
      ["def f(x: Optional[sql.DataFrame]): pass", "def f(x: Optional[sql.DataFrame]):\n  pass"],
      ["(x): int = 1", "x: int = 1"],
    ])
  })
})

describe("lowering of statements", () => {
  it("reads assignments", () => {
    check([
      ["a = b = c", "a = b = c"],
      ["a, *b = c", "(a, *b,) = c"],
      ["a[0], b.c = x, y", "(a[0], b.c,) = (x, y,)"],
      ["a += 1", "a += 1"],
      ["a //= b", "a //= b"],
      ["type X[T] = list[T]", "X = list[T]"],
      ["type(self).count = 1", "type(self).count = 1"],
      ["x = 1; y = 2;", "x = 1\ny = 2"],
    ])
  })

  it("reads imports", () => {
    check([
      ["import a.b as c, d", "import a.b as c, d"],
      ["from ..a.b import (c as d, e,)", "from ..a.b import c as d, e"],
      ["from . import *", "from . import *"],
      ["from __future__ import annotations", "from __future__ import annotations"],
    ])
  })

  it("reads compound statements", () => {
    check([
      ["if a: b\nelif c:\n    d\nelse:\n    e", "if a:\n  b\nelse:\n  if c:\n    d\n  else:\n    e"],
      ["for a, b in c, d:\n    continue\nelse:\n    pass", "for (a, b,) in (c, d,):\n  continue\nelse:\n  pass"],
      ["while x:\n    break", "while x:\n  break"],
      ["with a as b, c() as (d, e): pass", "with a as b, c() as (d, e,):\n  pass"],
      ["with (open(a) as f): pass", "with open(a) as f:\n  pass"],
      ["with (a as b, c): pass", "with a as b, c:\n  pass"],
      [
        "try:\n    a\nexcept (B, C) as e:\n    d\nexcept:\n    f\nelse:\n    g\nfinally:\n    h",
        "try:\n  a\nexcept (B, C,) as e:\n  d\nexcept:\n  f\nelse:\n  g\nfinally:\n  h",
      ],
      ["async def f():\n    async for x in y: pass", "async def f():\n  async for x in y:\n    pass"],
      ["@a\n@b(1)\nclass C(D, metaclass=E):\n    x = 1", "@a\n@b(1)\nclass C(D, metaclass=E):\n  x = 1"],
    ])
  })

  it("reads what patterns bind", () => {
    check([
      [
        "match x, y:\n    case {'a': b, **c}: 1\n    case P(q=d) | [e, *_] if f: 2\n    case g.h as i: 3\n    case _: 4\n    case j: 5",
        "match (x, y,):\n  case binds b c:\n  1\n  case binds d e if f:\n  2\n  case binds i:\n  3\n  case binds nothing always:\n  4\n  case binds j always:\n  5",
      ],
    ])
  })

  it("reads simple statements", () => {
    check([
      ["def f():\n    global a, b\n    nonlocal c\n    return", "def f():\n  global a, b\n  nonlocal c\n  return"],
      ["del a, b[0]", "del a, b[0]"],
      ["raise A from b", "raise A from b"],
      ["raise", "raise"],
      ["assert a, 'why'", 'assert a, "why"'],
      ["print(x)", "print(x)"],
      ["match = case = type = 1\nprint = match", "match = case = type = 1\nprint = match"],
    ])
  })
})

describe("offsets", () => {
  const text = "\n# note\n@udf('int')\ndef f(x):\n    y = x.cast('long')  # why\n    # after\n\ndf.select(a)\n"

  it("are relative to the top-level statement, decorators included", () => {
    const [first, second] = syntax.parse(text).body
    assert.equal(first!.offset, text.indexOf("@udf"))
    assert.equal(first!.stmt.start, 0)
    assert.equal(second!.offset, text.indexOf("df.select"))
    assert.equal(text.slice(second!.offset + second!.stmt.start, second!.offset + second!.stmt.end), "df.select(a)")
  })

  it("end a definition with its last statement, not with the comments after it", () => {
    const { offset, stmt } = syntax.parse(text).body[0]!
    assert.ok(text.slice(offset, offset + stmt.end).endsWith("y = x.cast('long')"))
  })

  it("say where an attribute's and a definition's own name begins", () => {
    const { offset, stmt } = syntax.parse(text).body[0]!
    assert.equal(stmt.kind, "FunctionDef")
    if (stmt.kind !== "FunctionDef") return
    assert.equal(text.slice(offset + stmt.nameStart, offset + stmt.nameStart + 4), "f(x)")
    const assign = stmt.body[0]!
    assert.ok(assign.kind === "Assign" && assign.value.kind === "Call" && assign.value.func.kind === "Attribute")
    assert.ok(text.startsWith("cast(", offset + assign.value.func.attrStart))
  })

  it("count UTF-16 units", () => {
    const source = "s = '😀é'; df = t\n"
    const body = syntax.parse(source).body
    assert.equal(body[1]!.offset, source.indexOf("df"))
  })

  it("cover exactly the expression's own text", () => {
    const source = "x = (a + b).c[d](e, f=g) if not h else [i for j in k]\n"
    const [top] = syntax.parse(source).body
    const seen: string[] = []
    const visit = (node: unknown): void => {
      if (Array.isArray(node)) node.forEach(visit)
      else if (typeof node === "object" && node !== null) {
        const { kind, start, end } = node as Expr
        if (kind) seen.push(source.slice(start, end))
        Object.values(node).forEach(visit)
      }
    }
    assert.ok(top?.stmt.kind === "Assign")
    visit(top.stmt.value)
    assert.deepEqual(seen, [
      "(a + b).c[d](e, f=g) if not h else [i for j in k]",
      "not h",
      "h",
      "(a + b).c[d](e, f=g)",
      "(a + b).c[d]",
      "(a + b).c",
      "a + b",
      "a",
      "b",
      "d",
      "e",
      "g",
      "[i for j in k]",
      "i",
      "j",
      "k",
    ])
  })
})

describe("names", () => {
  it("are those that a statement binds or reads anywhere in it", () => {
    const source =
      "def f(a, *b, c: T = d) -> R:\n    import x.y, z as w\n    from m import n as o, p\n    global g\n    q.attr(kw=r)\n    try: pass\n    except E as e: pass\n    match s:\n        case t.u: pass\n        case V(k=v): pass\n"
    const [top] = syntax.parse(source).body
    const expected = "f a b c T d R x w o p g q r E e s t V v".split(" ")
    assert.deepEqual([...top!.names].sort(), expected.sort())
  })
})

describe("comments", () => {
  it("are listed in text order with absolute offsets", () => {
    const source = "# a\nx = 1  # b\n\n# c\ndef f():\n    # d\n    s = '# no'\n    return f'{x}# no'  # e\n# f"
    const { comments } = syntax.parse(source)
    assert.deepEqual(
      comments.map(({ text }) => text),
      ["# a", "# b", "# c", "# d", "# e", "# f"],
    )
    for (const { start, end, text } of comments) assert.equal(source.slice(start, end), text)
  })
})
