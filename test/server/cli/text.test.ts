import assert from "node:assert/strict"
import { renderExcerpt } from "../../../server/src/cli/excerpt.ts"
import { formatText } from "../../../server/src/cli/format/text.ts"
import { renderMarkdown } from "../../../server/src/cli/markdown.ts"
import { progressOn } from "../../../server/src/cli/progress.ts"
import type { Report, ReportedFinding } from "../../../server/src/cli/report.ts"
import { displayWidth, styleFor, wantsColors } from "../../../server/src/cli/terminal.ts"
import { folderWith, job, shufflewise } from "./shell.ts"

const plain = styleFor(false)

function finding(more: Partial<ReportedFinding> = {}): ReportedFinding {
  return {
    path: "jobs/etl.py",
    cell: null,
    range: { start: { line: 9, column: 10 }, end: { line: 9, column: 19 } },
    rule: "missing-broadcast",
    family: "joins",
    severity: "warning",
    confidence: "likely",
    message: "`countries` is small",
    evidence: [],
    fixes: [],
    excerpt: ["x = join(countries)"],
    ...more,
  }
}

function report(findings: readonly ReportedFinding[], more: Partial<Report> = {}): Report {
  return { version: "0.1.0", files: 2, seconds: 0.414, failures: [], findings, fixed: 0, known: 0, ...more }
}

const text = (findings: readonly ReportedFinding[], more: Partial<Report> = {}, quiet = false): string =>
  formatText(report(findings, more), { style: plain, quiet, statistics: false })

describe("the text format", () => {
  it("shows place, code, evidence, confidence, fixes and a closing line", () => {
    const range = { start: { line: 4, column: 1 }, end: { line: 4, column: 5 } }
    const full = finding({
      evidence: [
        { message: "it has 3 rows", path: "jobs/etl.py", cell: null, range },
        { message: "seen elsewhere", path: "lib.py", cell: null, range },
        { message: "by its name" },
      ],
      fixes: [
        { title: "Broadcast `countries`", safety: "unsafe", edits: [] },
        { title: "Write a window:\nWindow.partitionBy", safety: "suggestion", edits: [] },
      ],
    })
    assert.equal(
      text([full]),
      [
        "jobs/etl.py:9:10: warning: `countries` is small [missing-broadcast]",
        "  9 │ x = join(countries)",
        "    │          ^^^^^^^^^",
        "  because it has 3 rows (line 4)",
        "  because seen elsewhere (lib.py:4:1)",
        "  because by its name",
        "  confidence: likely",
        "  unsafe fix: Broadcast `countries`",
        "  instead: Write a window:",
        "    Window.partitionBy",
        "",
        "1 warning; 1 with --fix --unsafe-fixes; 2 files in 0.41 s",
        "",
      ].join("\n"),
    )
  })

  it("counts by severity, what is fixable, fixed, known and failed", () => {
    const safe = { title: "", safety: "safe", edits: [] } as const
    const all = [
      finding({ severity: "error", fixes: [safe] }),
      finding(),
      finding({ fixes: [safe] }),
      finding({ severity: "information" }),
    ]
    const closing = (out: string): string => out.trimEnd().split("\n").at(-1)!
    assert.equal(
      closing(text(all, { fixed: 1, known: 3, failures: [{ path: "a", reason: "b" }] })),
      "1 error, 2 warnings, 1 information; 2 fixable with --fix; 1 failure above; 1 finding fixed; 3 known from the baseline; 2 files in 0.41 s",
    )
    assert.equal(text([], { files: 1 }), "nothing found; 1 file in 0.41 s\n")
  })

  it("is one line for a finding when quiet, and nothing where there is none", () => {
    assert.equal(
      text([finding(), finding()], {}, true),
      `${"jobs/etl.py:9:10: warning: `countries` is small [missing-broadcast]\n".repeat(2)}`,
    )
    assert.equal(text([], {}, true), "")
  })

  it("names a notebook's cell", () => {
    assert.match(text([finding({ cell: 3, path: "n.ipynb" })]), /^n\.ipynb:cell 3:9:10: warning/)
  })

  it("counts by rule", () => {
    const out = formatText(report([finding(), finding({ rule: "cross-join" }), finding()]), {
      style: plain,
      quiet: true,
      statistics: true,
    })
    assert.match(out, /\n\n?2 {2}missing-broadcast\n1 {2}cross-join\n$/)
  })

  it("is coloured on a terminal and where it is asked for", async () => {
    assert.equal(wantsColors({ isTTY: true }, {}), true)
    assert.equal(wantsColors({ isTTY: true }, { NO_COLOR: "1" }), false)
    assert.equal(wantsColors({ isTTY: true }, { TERM: "dumb" }), false)
    assert.equal(wantsColors({}, {}), false)
    assert.equal(wantsColors({}, { FORCE_COLOR: "1", NO_COLOR: "1" }), true)
    assert.equal(wantsColors({ isTTY: true }, { FORCE_COLOR: "0" }), false)
    const cwd = folderWith({ "a.py": job })
    assert.ok(!(await shufflewise(["lint"], { cwd })).out.includes("\x1b"))
    assert.ok((await shufflewise(["lint"], { cwd, env: { FORCE_COLOR: "1" } })).out.includes("\x1b[33m"))
  })
})

describe("excerpts", () => {
  const excerpt = (lines: string[], start: [number, number], end: [number, number]): string =>
    renderExcerpt(
      lines,
      { start: { line: start[0], column: start[1] }, end: { line: end[0], column: end[1] } },
      plain.red,
      plain,
    ).join("\n")

  it("mark every line of a range, up to the excerpt's end", () => {
    assert.equal(
      excerpt(["x = (a", "", "    .b()", "    .c"], [9, 5], [30, 2]),
      [
        " 9 │ x = (a",
        "   │     ^^",
        "10 │ ",
        "11 │     .b()",
        "   │     ^^^^",
        "12 │     .c",
        "   │     ^^",
        "   ⋮",
      ].join("\n"),
    )
  })

  it("stand right under tabs, wide letters and combining marks", () => {
    assert.equal(excerpt(["\tx.count()"], [1, 4], [1, 9]), "1 │     x.count()\n  │       ^^^^^")
    assert.equal(excerpt(["a\tx"], [1, 3], [1, 4]), "1 │ a   x\n  │     ^")
    assert.equal(excerpt(["'日本🚀e\u0301', x"], [1, 11], [1, 12]), "1 │ '日本🚀e\u0301', x\n  │            ^")
    assert.equal(displayWidth("日本🚀e\u0301"), 7)
  })

  it("show a part of a long line", () => {
    const line = `${"a".repeat(5000)}MARK${"b".repeat(5000)}`
    const [shown, carets] = excerpt([line], [1, 5001], [1, 5005]).split("\n")
    assert.ok(shown!.length < 140)
    assert.equal(shown!.slice(carets!.indexOf("^"), carets!.lastIndexOf("^") + 1), "MARK")
    const to = excerpt([`x = ${"y".repeat(900)}`], [1, 1], [1, 905]).split("\n")
    assert.ok(to.every((each) => each.length < 140))
  })

  it("have a caret for an empty range, and no control characters", () => {
    assert.equal(excerpt([""], [3, 1], [3, 1]), "3 │ ")
    assert.equal(excerpt(["ab"], [3, 3], [3, 3]), "3 │ ab\n  │   ^")
    assert.equal(excerpt(["a\x1b[31mb"], [1, 1], [1, 2]), "1 │ a[31mb\n  │ ^")
  })
})

describe("the progress bar", () => {
  const at = (isTTY: boolean, quiet = false) => {
    const written: string[] = []
    let time = 0
    const stream = { isTTY, columns: 60, write: (out: string) => written.push(out) }
    const progress = progressOn(stream, 10, quiet, () => time)
    return {
      written,
      step(ms: number, done: number) {
        time += ms
        progress.update(done, "some/long/path/that/does/not/fit/the/terminal.py")
      },
      end: () => progress.clear(),
    }
  }

  it("shows itself on a terminal after a second, and goes away", () => {
    const bar = at(true)
    bar.step(500, 1)
    assert.equal(bar.written.length, 0)
    bar.step(600, 5)
    bar.step(10, 6)
    const [picture, ...more] = bar.written.map((out) => out.replace("\r\x1b[K", ""))
    assert.deepEqual(more, [])
    assert.match(picture ?? "", /^linting █{12}░{12} 5\/10 ….*terminal\.py$/)
    assert.ok(picture !== undefined && picture.length <= 60)
    bar.end()
    assert.equal(bar.written.at(-1), "\r\x1b[K")
  })

  it("never shows itself elsewhere, or when quiet", () => {
    for (const bar of [at(false), at(true, true)]) {
      bar.step(5000, 5)
      bar.end()
      assert.deepEqual(bar.written, [])
    }
  })
})

describe("a page in a terminal", () => {
  it("has headings, code, tables in columns and broken prose", () => {
    const page =
      "# name\n\nSome `code` and **bold**.\n\n```python\nx = 1\n#   ^\n```\n\n| a | b |\n|---|---|\n| `long` | c |\n\n- <https://example.org/x>\n"
    assert.equal(
      renderMarkdown(page, plain),
      "name\n\nSome `code` and bold.\n\n    x = 1\n    #   ^\n\n  a     b\n  long  c\n\n- https://example.org/x\n",
    )
    const broken = renderMarkdown(`- ${"word ".repeat(40)}`, plain).split("\n")
    assert.ok(broken.length > 2 && broken.every((line) => line.length <= 100))
    assert.match(broken[1]!, /^ {2}word/)
    assert.ok(renderMarkdown("a `b`", styleFor(true)).includes("\x1b[32mb\x1b"))
  })
})
