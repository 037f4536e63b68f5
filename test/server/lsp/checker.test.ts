import assert from "node:assert/strict"
import { defaultConfig } from "../../../server/src/config/index.ts"
import { readClient } from "../../../server/src/features/client.ts"
import { toDiagnostics } from "../../../server/src/features/diagnostic.ts"
import type { Finding } from "../../../server/src/lint/types.ts"
import { Checker } from "../../../server/src/workspace/checker.ts"
import { OpenDocument } from "../../../server/src/workspace/document.ts"
import type { CheckInput, Engine } from "../../../server/src/workspace/engine.ts"
import { type Host, OutOfTime } from "../../../server/src/workspace/host.ts"
import { nodeHost } from "../../../server/src/workspace/node-host.ts"
import { richCapabilities } from "./session.ts"

const config = defaultConfig([])
const uri = "file:///work/job.py"

/** An engine whose check is the test's, and which counts parses. */
function fakeEngine(check: (input: CheckInput) => void): Engine & { parses: number } {
  const module = { body: [], comments: [], broken: false, flavor: "module" } as const
  const engine = {
    parses: 0,
    syntax: {
      parse: () => module,
      open: (text: string) => {
        engine.parses++
        const update = (): void => void engine.parses++
        return { text, module, update, dispose: () => {} }
      },
    },
    rules: [],
    unsuppressible: new Set<string>(),
    check(input: CheckInput) {
      check(input)
      const program = { calls: [], loops: [], udfs: [], confs: [], plans: [] } as never
      const analysis = { program, valueAt: () => undefined, outgoing: [], bounded: undefined }
      const troubles = [...input.off].map(([rule, reason]) => ({ rule, reason }))
      return { findings: [], troubles, analysis }
    },
    outgoing: () => [],
    modules: () => {
      throw new Error("nothing is imported")
    },
    safeFixes: () => [],
    suppression: () => ({ start: 0, end: 0, text: "" }),
  }
  return engine
}

function checkerFor(engine: Engine, host: Host = nodeHost): { checker: Checker; warnings: string[] } {
  const warnings: string[] = []
  const log = { info: () => {}, warn: (text: string) => warnings.push(text), error: () => {} }
  return { checker: new Checker(engine, host, log, "test"), warnings }
}

/** A host whose time is up as soon as something throws it. */
const impatient: Host = { ...nodeHost, bounded: (work) => work() }

describe("checker", () => {
  it("checks a version once, whoever asks, and parses once for a burst of changes", () => {
    let checks = 0
    const engine = fakeEngine(() => checks++)
    const { checker } = checkerFor(engine)
    const document = new OpenDocument(uri, "python", 1, "x = 1\n")
    const first = checker.report(document, config, true)
    assert.equal(checker.report(document, config, true), first)
    assert.equal(checker.known(document), first)
    for (let version = 2; version <= 9; version++) document.update([{ text: `x = ${version}\n` }], version)
    assert.equal(checker.known(document), undefined)
    const second = checker.report(document, config, true)
    assert.notEqual(second.id, first.id)
    assert.deepEqual([checks, engine.parses, second.version], [2, 2, 9])
  })

  it("checks again under another configuration, and not at all what is not linted", () => {
    let checks = 0
    const { checker } = checkerFor(fakeEngine(() => checks++))
    const document = new OpenDocument(uri, "python", 1, "")
    checker.report(document, config, true)
    checker.report(document, defaultConfig([]), true)
    assert.equal(checks, 2)
    const excluded = checker.report(document, defaultConfig([]), false)
    assert.equal(checks, 2)
    assert.deepEqual([excluded.findings, excluded.analysis], [[], undefined])
  })

  it("switches off one rule after the other that runs out of time", () => {
    const seen: string[][] = []
    const engine = fakeEngine(({ off, started }) => {
      seen.push([...off.keys()])
      for (const rule of ["a", "b", "c"]) {
        started(rule)
        if (rule !== "b" && !off.has(rule)) throw new OutOfTime(1)
      }
    })
    const { checker, warnings } = checkerFor(engine, impatient)
    const document = new OpenDocument(uri, "python", 1, "")
    const report = checker.report(document, config, true)
    assert.deepEqual(seen, [[], ["a"], ["a", "c"]])
    assert.deepEqual(
      report.troubles.map((one) => one.rule),
      ["a", "c"],
    )
    document.update([{ text: "x" }], 2)
    checker.report(document, config, true)
    assert.deepEqual(seen.at(-1), ["a", "c"])
    assert.equal(warnings.length, 2)
  })

  it("stops looking at a file whose analysis runs out of time, says so in it, and tries again after a save", () => {
    let checks = 0
    const engine = fakeEngine(() => {
      if (checks++ === 0) throw new OutOfTime(1)
    })
    const { checker } = checkerFor(engine, impatient)
    const document = new OpenDocument(uri, "python", 1, "")
    const report = checker.report(document, config, true)
    const client = readClient({ processId: null, rootUri: null, capabilities: richCapabilities as never })
    const [shown, ...more] = toDiagnostics(document, report, client, { host: nodeHost })
    assert.match(String(shown!.message), /^The analysis of this file took longer than 4 s and was stopped\./)
    assert.deepEqual(more, [])
    document.update([{ text: "x" }], 2)
    checker.report(document, config, true)
    assert.equal(checks, 1)
    assert.equal(checker.retry(document), true)
    assert.deepEqual(checker.report(document, config, true).troubles, [])
    assert.equal(checker.retry(document), false)
  })

  it("survives an analysis that throws, and looks at the next version", () => {
    let checks = 0
    const engine = fakeEngine(() => {
      if (checks++ === 0) throw new TypeError("a bug")
    })
    const { checker, warnings } = checkerFor(engine)
    const document = new OpenDocument(uri, "python", 1, "")
    assert.match(checker.report(document, config, true).troubles[0]!.reason, /a bug in Shufflewise.*TypeError: a bug/)
    assert.equal(warnings.length, 1)
    document.update([{ text: "x" }], 2)
    assert.deepEqual(checker.report(document, config, true).troubles, [])
  })
})

describe("evidence", () => {
  it("in another file stands at its place there, and at the finding where it has none", () => {
    const document = new OpenDocument(uri, "python", 1, "first = 1\nsecond = 2\n")
    const host: Host = {
      ...nodeHost,
      readFile: (path) => (path === "/work/helpers.py" ? "# helpers\ndef load():\n" : undefined),
    }
    const finding: Finding = {
      rule: "r",
      family: "joins",
      severity: "warning",
      confidence: "certain",
      message: "m",
      span: { start: 10, end: 16 },
      evidence: [
        { message: "own", span: { start: 0, end: 5 } },
        { message: "named", span: { start: 0, end: 5, path: "/work/job.py" } },
        { message: "there", span: { start: 14, end: 18, path: "/work/helpers.py" } },
        { message: "gone", span: { start: 14, end: 18, path: "/work/gone.py" } },
        { message: "nowhere" },
      ],
      fixes: [],
    }
    const client = readClient({ processId: null, rootUri: null, capabilities: richCapabilities as never })
    const report = {
      id: "1",
      version: 1,
      config,
      findings: [finding],
      troubles: [],
      analysis: undefined,
      milliseconds: 0,
    }
    const [diagnostic] = toDiagnostics(document, report, client, { host })
    const places = diagnostic!.relatedInformation!.map(({ location: { uri: at, range }, message }) => [
      message,
      at.replace("file:///work/", ""),
      `${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`,
    ])
    assert.deepEqual(places, [
      ["own", "job.py", "0:0-0:5"],
      ["named", "job.py", "0:0-0:5"],
      ["there", "helpers.py", "1:4-1:8"],
      ["gone", "gone.py", "0:0-0:0"],
      ["nowhere", "job.py", "1:0-1:6"],
    ])
  })
})
