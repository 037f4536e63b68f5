import assert from "node:assert/strict"
import { applyFixes, type FixChoice, fixUntilStable, replaceAll } from "../../../server/src/lint/apply.ts"
import { suppressInFile, suppressOnLine } from "../../../server/src/lint/index.ts"
import { callRule, check, rename, ruleOf, short } from "./fixture.ts"
import { parse } from "./parse.ts"

const header =
  "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\ndf = spark.read.parquet('x')\n"
const rules = [
  callRule("counts", "DataFrame.count"),
  callRule("shows", "DataFrame.show"),
  callRule("guesses", "DataFrame.first", () => ({ confidence: "possible" })),
]
/** What is left to say of code below the header, lines counted from the header's end. */
const left = (code: string, options: Parameters<typeof check>[2] = {}, top = ""): string[] =>
  short(
    code,
    check(top + header + code, rules, options).findings.map((finding) => ({
      ...finding,
      span: { start: finding.span.start - header.length - top.length, end: 0 },
    })),
  )

describe("suppressions", () => {
  it("suppress at the line's end", () => {
    assert.deepEqual(left("df.count()  # shufflewise: ignore[counts]"), [])
    assert.deepEqual(left("df.count()  #shufflewise:ignore[ counts ,shows ] -- because\ndf.show()"), [
      "1:unused-suppression",
      "2:shows",
    ])
    assert.deepEqual(left("df.count()  # shufflewise: ignore"), [])
    assert.deepEqual(left("df.count()  # type: ignore  # shufflewise: ignore[counts]"), [])
    assert.deepEqual(left("df.count()\ndf.show()  # shufflewise: ignore[shows]"), ["1:counts"])
  })

  it("suppress from the line above", () => {
    assert.deepEqual(left("# shufflewise: ignore[counts]\ndf.count()\ndf.count()"), ["3:counts"])
    assert.deepEqual(left("# shufflewise: ignore[counts]\n# more words\ndf.count()"), [])
    assert.deepEqual(left("if df:\n    # shufflewise: ignore[counts]\n    df.count()"), [])
  })

  it("know where a statement of several lines begins and ends", () => {
    const chain = (first: string, middle: string, last: string): string[] =>
      left(`x = (${first}\n    df${middle}\n    .count()\n)${last}\n`)
    assert.deepEqual(chain("", "", ""), ["3:counts"])
    assert.deepEqual(chain("  # shufflewise: ignore[counts]", "", ""), [])
    assert.deepEqual(chain("", "", "  # shufflewise: ignore[counts]"), [])
    assert.deepEqual(chain("", "\n    # shufflewise: ignore[counts]", ""), [])
    assert.deepEqual(chain("", "  # shufflewise: ignore[counts]", ""), ["2:unused-suppression", "3:counts"])
    assert.deepEqual(left("# shufflewise: ignore[counts]\nx = (\n    df\n    .count()\n)"), [])
  })

  it("take a loop or function by its header, not by its body", () => {
    const loops = ruleOf({
      name: "loops",
      on: {
        loop: (loop, ctx) =>
          ctx.report({ at: loop.site, about: loop, message: "a loop", evidence: [], confidence: "certain" }),
      },
    })
    const lint = (code: string): string[] => short(code, check(code, [loops]).findings)
    const body = "    print(i)\n    print(i)"
    assert.deepEqual(lint(`for i in range(3):  # shufflewise: ignore[loops]\n${body}`), [])
    assert.deepEqual(lint(`for i in range(\n    3\n):  # shufflewise: ignore[loops]\n${body}`), [])
    assert.deepEqual(lint(`# shufflewise: ignore[loops]\nfor i in range(3):\n${body}`), [])
    assert.deepEqual(lint(`for i in range(3):\n${body}  # shufflewise: ignore[loops]`), [
      "1:loops",
      "3:unused-suppression",
    ])
  })

  it("hold for the whole file above its first statement", () => {
    const code = "df.count()\ndf.show()\n"
    assert.deepEqual(left(code, {}, "# shufflewise: ignore-file[counts]\n"), ["2:shows"])
    assert.deepEqual(left(code, {}, '"""Doc."""\n# shufflewise: ignore-file\n'), [])
    assert.deepEqual(left(`# shufflewise: ignore-file[counts]\n${code}`), [
      "1:malformed-suppression",
      "2:counts",
      "3:shows",
    ])
  })

  it("may be written as noqa, where names of others are theirs", () => {
    assert.deepEqual(left("df.count()  # noqa: E501, counts"), [])
    assert.deepEqual(left("df.count()  # noqa"), ["1:counts"])
    assert.deepEqual(left("df.count()  # noqa: E501,W291"), ["1:counts"])
    assert.deepEqual(left("x = 1  # NOQA: counts"), ["1:unused-suppression"])
  })

  it("are no suppressions inside strings", () => {
    assert.deepEqual(left("df.count(), '# shufflewise: ignore[counts]'"), ["1:counts"])
  })
})

describe("findings about suppressions", () => {
  const messages = (code: string, options: Parameters<typeof check>[2] = {}): string[] =>
    check(header + code, rules, options).findings.map((finding) => finding.message)

  it("say which names are not needed, and take them out", () => {
    const cases: [before: string, after: string][] = [
      ["x = 1  # shufflewise: ignore[counts]", "x = 1"],
      ["x = 1  # shufflewise: ignore[counts] -- it was slow\n", "x = 1\n"],
      ["x = 1  # keep  # shufflewise: ignore\n", "x = 1  # keep\n"],
      ["x = 1  # shufflewise: ignore[counts]  # keep", "x = 1  # keep"],
      ["if x:\n    # shufflewise: ignore[counts]\n    y = 1", "if x:\n    y = 1"],
      ["df.count()  # shufflewise: ignore[shows, counts]", "df.count()  # shufflewise: ignore[counts]"],
      ["df.count()  # shufflewise: ignore[counts, shows]", "df.count()  # shufflewise: ignore[counts]"],
      ["x = 1  # noqa: counts", "x = 1"],
      ["df.count()  # noqa: E1, counts, shows", "df.count()  # noqa: E1, counts"],
      ["x = 1  # noqa: E1, counts", "x = 1  # noqa: E1"],
    ]
    for (const [before, after] of cases) {
      const text = header + before
      const { findings } = check(text, rules)
      assert.deepEqual(
        findings.map((finding) => finding.rule),
        ["unused-suppression"],
        before,
      )
      assert.equal(findings[0]!.severity, "information")
      assert.equal(applyFixes(text, findings, { unsafe: false }).text, header + after)
    }
  })

  it("say nothing where a rule did not look at everything", () => {
    const code = "x = 1  # shufflewise: ignore[counts]\n"
    assert.deepEqual(messages(code, { settings: { ignore: ["counts"] } }), [])
    assert.deepEqual(messages(code, { settings: { select: ["shows", "unused-suppression"] } }), [])
    assert.deepEqual(messages(code, { path: "test_x.py" }), [])
    assert.deepEqual(messages(code, { switchedOff: new Map([["counts", "slow"]]) }), [])
    assert.deepEqual(messages(`${code}y = = 2\n`), [])
    assert.deepEqual(messages("x = 1  # shufflewise: ignore\n", { settings: { ignore: ["shows"] } }), [])
    assert.equal(messages(code).length, 1)
  })

  it("count a suppression of what the profile hides as used", () => {
    assert.deepEqual(messages("df.first()  # shufflewise: ignore[guesses]"), [])
  })

  it("can be switched off", () => {
    const code = "x = 1  # shufflewise: ignore[counts]"
    assert.deepEqual(messages(code, { settings: { "report-unused-suppressions": false } }), [])
    assert.deepEqual(messages(code, { settings: { rules: { "unused-suppression": "off" } } }), [])
    assert.deepEqual(messages(`x = 1  # shufflewise: ignore[counts, unused-suppression]`), [])
    const { findings } = check(header + code, rules, { settings: { rules: { "unused-suppression": "error" } } })
    assert.equal(findings[0]!.severity, "error")
  })

  it("name the nearest rule for one that does not exist", () => {
    const text = `${header}df.count()  # shufflewise: ignore[cuonts]\n`
    const { findings } = check(text, rules)
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ["counts", "unknown-rule-in-suppression"],
    )
    assert.equal(findings[1]!.message, "there is no rule `cuonts`; did you mean `counts`?")
    assert.equal(applyFixes(text, findings, { unsafe: false }).text, text)
    assert.equal(applyFixes(text, findings, { unsafe: true }).text, text.replace("cuonts", "counts"))
    assert.deepEqual(messages("x = 1  # shufflewise: ignore[zebra-crossing]"), [
      "there is no rule `zebra-crossing`; `shufflewise rules` lists them",
    ])
  })

  it("say what is wrong with a malformed one, which suppresses nothing", () => {
    const cases: [string, RegExp][] = [
      ["# shufflewise: disable[counts]", /`disable` is no suppression/],
      ["# shufflewise: ignore[counts", /the bracket is not closed/],
      ["# shufflewise: ignore[]", /no rule is named in the brackets/],
      ["# shufflewise: ignore counts", /put the name of the rule in brackets: `ignore\[counts\]`/],
      ["# shufflewise: ignore: counts", /put the name of the rule in brackets/],
    ]
    for (const [comment, message] of cases) {
      const { findings } = check(`${header}df.count()  ${comment}`, rules)
      assert.deepEqual(
        findings.map((finding) => finding.rule),
        ["counts", "malformed-suppression"],
        comment,
      )
      assert.match(findings[1]!.message, message)
    }
  })
})

describe("suppressing by an edit", () => {
  const suppressed = (code: string, rule = "counts"): string => {
    const text = header + code
    const finding = check(text, rules).findings.find((each) => each.rule === rule)!
    const { span, text: put } = suppressOnLine(parse(text), text, finding.span.start, rule)
    const result = text.slice(0, span.start) + put + text.slice(span.end)
    assert.deepEqual(
      check(result, rules).findings.filter((each) => each.rule !== "shows"),
      [],
      result,
    )
    return result.slice(header.length)
  }

  it("writes a comment, or adds to one", () => {
    assert.equal(suppressed("df.count()\n"), "df.count()  # shufflewise: ignore[counts]\n")
    assert.equal(suppressed("df.count()  \r\n"), "df.count()  # shufflewise: ignore[counts]\r\n")
    assert.equal(suppressed("df.count()  # note"), "df.count()  # note  # shufflewise: ignore[counts]")
    assert.equal(
      suppressed("df.show(df.count())  # shufflewise: ignore[shows]"),
      "df.show(df.count())  # shufflewise: ignore[shows, counts]",
    )
    assert.equal(
      suppressed("x = (\n    df\n    .count()\n)\n"),
      "x = (\n    df\n    .count()  # shufflewise: ignore[counts]\n)\n",
    )
  })

  it("finds a place where the line has no room for a comment", () => {
    assert.equal(
      suppressed("x = df.count() + \\\n    1\n"),
      "x = df.count() + \\\n    1  # shufflewise: ignore[counts]\n",
    )
    assert.equal(
      suppressed("x = df.count(), '''a\nb'''\n"),
      "x = df.count(), '''a\nb'''  # shufflewise: ignore[counts]\n",
    )
    assert.equal(
      suppressed("def f():\n    return df.count(), '''\n    a''' + \\\n\\\n    b\n"),
      "def f():\n    return df.count(), '''\n    a''' + \\\n\\\n    b  # shufflewise: ignore[counts]\n",
    )
  })

  it("writes the file's suppression at its top, or adds to one", () => {
    const inFile = (text: string): string => {
      const { span, text: put } = suppressInFile(parse(text), text, "counts")
      return text.slice(0, span.start) + put + text.slice(span.end)
    }
    assert.equal(inFile("import a\n"), "# shufflewise: ignore-file[counts]\nimport a\n")
    assert.equal(
      inFile("#!/usr/bin/python\n# -*- coding: utf-8 -*-\nimport a\n"),
      "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n# shufflewise: ignore-file[counts]\nimport a\n",
    )
    assert.equal(
      inFile("# Databricks notebook source\r\nimport a\r\n"),
      "# Databricks notebook source\r\n# shufflewise: ignore-file[counts]\r\nimport a\r\n",
    )
    assert.equal(
      inFile("# shufflewise: ignore-file[shows] -- why\nimport a\n"),
      "# shufflewise: ignore-file[shows, counts] -- why\nimport a\n",
    )
    assert.equal(inFile(""), "# shufflewise: ignore-file[counts]\n")
  })
})

describe("fixing", () => {
  const fix = async (text: string, fixing: typeof rules, choice: FixChoice) => {
    const look = (code: string) => ({ findings: check(code, fixing).findings, broken: parse(code).broken })
    const { state, ...rest } = await fixUntilStable(text, look, replaceAll, choice)
    return { text: state, ...rest }
  }

  it("applies safe fixes, and unsafe ones when asked", async () => {
    const safe = callRule("counts", "DataFrame.count", (call) => ({ fixes: [rename(call, "isEmpty")] }))
    const unsafe = callRule("shows", "DataFrame.show", (call) => ({ fixes: [rename(call, "head", "unsafe")] }))
    const text = `${header}df.count()\ndf.show()\ndf.count()\n`
    const careful = await fix(text, [safe, unsafe], { unsafe: false })
    assert.equal(careful.text, `${header}df.isEmpty()\ndf.show()\ndf.isEmpty()\n`)
    assert.deepEqual([...careful.fixed], [["counts", 2]])
    assert.deepEqual(
      careful.last.findings.map((finding) => finding.rule),
      ["shows"],
    )
    const bold = await fix(text, [safe, unsafe], { unsafe: true })
    assert.equal(bold.text, `${header}df.isEmpty()\ndf.head()\ndf.isEmpty()\n`)
    assert.equal(bold.trouble, undefined)
  })

  it("makes an edit that several share once, and leaves fixes in each other's way for the next round", async () => {
    const wrap = callRule("joins", "DataFrame.join", (call, ctx) => {
      const { text, edits } = ctx.imported("pyspark.sql.functions", "broadcast")
      const { site } = call.args[0]!
      if (ctx.text(site).includes("broadcast")) return { confidence: "possible" }
      const at = (offset: number, put: string) => ({ site: { ...site, start: offset, end: offset }, text: put })
      return {
        at: site,
        fixes: [{ title: "", safety: "safe", edits: [...edits, at(site.start, `${text}(`), at(site.end, ")")] }],
      }
    })
    const text = `${header}df.join(df.join(df, 'a'), 'a')\ndf.join(df, 'b')\n`
    const { text: fixed } = await fix(text, [wrap], { unsafe: false })
    assert.equal(
      fixed,
      header.replace("\n", "\nfrom pyspark.sql import functions as F\n") +
        "df.join(F.broadcast(df.join(F.broadcast(df), 'a')), 'a')\ndf.join(F.broadcast(df), 'b')\n",
    )
  })

  it("stops where fixes call for each other, and takes back what does not parse", async () => {
    const ping = callRule("pings", "DataFrame.count", (call) => ({ fixes: [rename(call, "first")] }))
    const pong = callRule("pongs", "DataFrame.first", (call) => ({ fixes: [rename(call, "count")] }))
    const endless = await fix(`${header}df.count()\n`, [ping, pong], { unsafe: false })
    assert.match(endless.trouble ?? "", /did not come to an end in 10 rounds/)
    const breaker = callRule("breaks", "DataFrame.count", (call) => ({ fixes: [rename(call, "cou(nt")] }))
    const broken = await fix(`${header}df.count()\n`, [breaker], { unsafe: false })
    assert.match(broken.trouble ?? "", /taken back: the result would not parse/)
    assert.equal(broken.text, `${header}df.count()\n`)
  })
})
