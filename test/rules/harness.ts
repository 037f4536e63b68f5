/**
 * Tests of rules: Python code with carets under what a rule must underline.
 *
 *     orders.coalesce(1).write.parquet("out")
 *     #      ^^^^^^^^^^^ make one task do all of `orders`
 *     #      | groupBy
 *
 * The text after the carets is a part of the message. A line with `|` names a part of one piece of evidence. Carets
 * that start right after the `#` reach back to the line's first column. Such lines are taken out before the code is
 * linted. Every finding of the rule needs carets, and every caret a finding.
 */

import assert from "node:assert/strict"
import type { Confidence, Manager, NodeFacts, Rule, Safety } from "../../rules/api.ts"
import { rules } from "../../rules/index.ts"
import { analyze } from "../../server/src/analysis/index.ts"
import type { LaunchConf } from "../../server/src/analysis/launch/index.ts"
import { Modules } from "../../server/src/analysis/modules.ts"
import type { ImportResolver } from "../../server/src/analysis/types.ts"
import { defaultConfig } from "../../server/src/config/index.ts"
import type { ResolvedConfig, TableFacts } from "../../server/src/config/types.ts"
import { lint } from "../../server/src/lint/index.ts"
import type { Finding, FindingFix } from "../../server/src/lint/types.ts"
import type { Syntax } from "../../server/src/syntax/types.ts"
import { parser } from "../server/parse.ts"

/** The world around the code of one case. */
export interface Setting {
  /** The lowest confidence that is shown; `likely` as by default. */
  readonly show?: Confidence
  readonly path?: string
  /** Other files of the workspace, by their absolute paths; the code itself is `/w/job.py` then. */
  readonly files?: Readonly<Record<string, string>>
  readonly target?: string
  readonly min?: string
  readonly tables?: Readonly<Record<string, TableFacts>>
  readonly conf?: Readonly<Record<string, string>>
  readonly cluster?: {
    readonly executors: number
    readonly cores: number
    readonly memory?: number
    readonly manager?: Manager
    readonly node?: NodeFacts
  }
  /** Bytes of files by the paths that the code reads them at. */
  readonly onDisk?: Readonly<Record<string, number>>
  /** What a `spark-submit` in `/w/run.sh`, or a `spark-defaults.conf`, sets. */
  readonly launch?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, unknown>>
}

export interface FixSetting extends Setting {
  /** What the fix must claim to be. */
  readonly safety: Safety
  /** A part of its title; the first fix that has it is applied. */
  readonly title?: string
}

export const leastFiring = 5
export const leastSilent = 8

let syntax: Syntax | undefined

/** Takes the indentation of a template literal away, and its first and last line breaks. */
export function dedent(code: string): string {
  const lines = code
    .replace(/^\n/, "")
    .replace(/\n[ \t]*$/, "\n")
    .split("\n")
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)![0].length)
  const common = Math.min(...indents, 80)
  return lines.map((line) => line.slice(common)).join("\n")
}

function configFor(rule: Rule, setting: Setting): ResolvedConfig {
  const base = defaultConfig(rules)
  const target = setting.target ?? base.target
  const { cluster } = setting
  return {
    ...base,
    target,
    min: setting.min ?? (setting.target === undefined ? base.min : target),
    tables: new Map(Object.entries(setting.tables ?? {})),
    conf: new Map(Object.entries(setting.conf ?? {})),
    rules: new Map(setting.options ? [[rule.name, { named: false, options: setting.options }]] : []),
    cluster: cluster && {
      name: "prod",
      executors: cluster.executors,
      coresPerExecutor: cluster.cores,
      executorMemory: cluster.memory ?? 8192,
      slots: cluster.executors * cluster.cores,
      ...(cluster.manager ? { manager: cluster.manager } : {}),
      ...(cluster.node ? { node: cluster.node } : {}),
    },
  }
}

function importsFrom(
  files: Readonly<Record<string, string>>,
  { parse }: Syntax,
  { target, tables, conf }: ResolvedConfig,
): ImportResolver {
  const reader = { read: (path: string) => files[path], isFile: (path: string) => files[path] !== undefined }
  return new Modules(parse, reader, { target, tables, conf }).resolver("/w/job.py")
}

function launchOf({ launch = {} }: Setting): readonly LaunchConf[] {
  return Object.entries(launch).map(([key, value]) => ({ key, value, path: "/w/run.sh", start: 0, end: 10 }))
}

/** Lints a text with all rules. A rule that throws, or whose fix cannot be applied, fails the test. */
export function findingsIn(
  code: string,
  rule: Rule,
  setting: Setting = {},
  among: readonly Rule[] = [rule],
): readonly Finding[] {
  assert(syntax, "the parser is loaded before the tests run")
  const config = configFor(rule, setting)
  const module = syntax.parse(code)
  const analysis = analyze({
    module,
    text: code,
    path: setting.path ?? "job.py",
    ...(setting.files ? { imports: importsFrom(setting.files, syntax, config) } : {}),
    target: config.target,
    tables: config.tables,
    conf: config.conf,
    launch: launchOf(setting),
    sizeOf: (path) => {
      const bytes = setting.onDisk?.[path]
      return bytes === undefined ? undefined : { bytes, files: 1, compressed: false }
    },
  })
  const result = lint({
    module,
    text: code,
    path: setting.path ?? "job.py",
    config,
    rules: among,
    analysis,
    minConfidence: setting.show ?? "likely",
  })
  assert.deepEqual(result.troubles, [], "no rule is in trouble")
  return result.findings
}

interface Expected {
  readonly line: number
  readonly start: number
  readonly end: number
  readonly message: string
  readonly evidence: string[]
}

/** The code without its carets, and what they ask for. */
export function readCarets(annotated: string): { code: string; expected: readonly Expected[] } {
  const lines: string[] = []
  const expected: Expected[] = []
  for (const line of dedent(annotated).split("\n")) {
    const carets = /^(\s*#\s*)(\^+)\s+(\S.*)$/.exec(line)
    const evidence = /^\s*#\s*\|\s+(\S.*)$/.exec(line)
    if (carets) {
      const start = carets[1]!.endsWith("#") ? carets[1]!.length - 1 : carets[1]!.length
      expected.push({
        line: lines.length - 1,
        start,
        end: carets[1]!.length + carets[2]!.length,
        message: carets[3]!,
        evidence: [],
      })
    } else if (evidence) {
      assert(expected.length > 0, "evidence stands under carets")
      expected.at(-1)!.evidence.push(evidence[1]!)
    } else lines.push(line)
  }
  return { code: lines.join("\n"), expected }
}

/** Where a finding stands, and its message, as the carets say it: for readable differences. */
function drawn(code: string, finding: Pick<Finding, "span" | "message">): string {
  const before = code.slice(0, finding.span.start)
  const line = before.split("\n").length - 1
  const text = code.split("\n")[line]!
  const column = finding.span.start - (before.lastIndexOf("\n") + 1)
  const length = Math.min(finding.span.end - finding.span.start, text.length - column)
  return `${text}\n${" ".repeat(column)}${"^".repeat(Math.max(1, length))} ${finding.message}`
}

/** The rule finds exactly what the carets show. */
export function checkFires(rule: Rule, annotated: string, setting: Setting = {}): void {
  const { code, expected } = readCarets(annotated)
  assert(expected.length > 0, "a case that fires has carets")
  const found = findingsIn(code, rule, setting)
  const shown = found.map((finding) => drawn(code, finding)).join("\n")
  assert.equal(found.length, expected.length, `found ${found.length}, expected ${expected.length}:\n${shown}`)
  const starts = lineStarts(code)
  for (const want of expected) {
    const start = starts[want.line]! + want.start
    const end = starts[want.line]! + want.end
    const finding = found.find(({ span }) => span.start === start && span.end === end)
    assert(finding, `nothing found at\n${drawn(code, { span: { start, end }, message: want.message })}\nbut\n${shown}`)
    assert(finding.message.includes(want.message), `"${want.message}" is not in "${finding.message}"`)
    for (const part of want.evidence) {
      const said = finding.evidence.map(({ message }) => message)
      assert(
        said.some((message) => message.includes(part)),
        `"${part}" is not among the evidence: ${said.join("; ")}`,
      )
    }
    // evidence that points into the void helps nobody
    for (const { span } of finding.evidence) if (span) assert(span.start < span.end && span.end <= code.length)
  }
}

function lineStarts(code: string): number[] {
  const starts = [0]
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1)
  return starts
}

/** The rule says nothing, although the code tempts it; `reason` says why it must not. */
export function checkSilent(rule: Rule, reason: string, source: string, setting: Setting = {}): void {
  const code = dedent(source)
  assert(syntax?.parse(code).broken === false, "the code parses")
  const found = findingsIn(code, rule, setting)
  assert.equal(found.length, 0, `${reason}, and yet:\n${found.map((finding) => drawn(code, finding)).join("\n")}`)
}

/** The code with a fix's edits made. */
export function applied(code: string, fix: FindingFix): string {
  let text = code
  for (const { span, text: replacement } of [...fix.edits].reverse())
    text = text.slice(0, span.start) + replacement + text.slice(span.end)
  return text
}

/** Applies a fix of the first finding and compares the text. */
function fixed(
  rule: Rule,
  before: string,
  after: string,
  setting: FixSetting,
): { text: string; found: readonly Finding[] } {
  const code = dedent(before)
  const found = findingsIn(code, rule, setting)
  assert(found.length > 0, "the rule finds something")
  const { fixes } = found[0]!
  const fix = fixes.find(({ title }) => title.includes(setting.title ?? ""))
  assert(fix, `no fix is called "${setting.title}": ${fixes.map(({ title }) => title).join("; ")}`)
  assert.equal(fix.safety, setting.safety, fix.title)
  const text = applied(code, fix)
  assert.equal(text, dedent(after))
  assert.notEqual(text, code, "a fix changes something")
  return { text, found }
}

/**
 * The fix of the first finding turns one text into the other; the result parses, and the rule has no more to say about
 * it (or, with several findings, one less).
 */
export function checkFix(rule: Rule, before: string, after: string, setting: FixSetting): void {
  const { text, found } = fixed(rule, before, after, setting)
  assert.equal(syntax!.parse(text).broken, false, "the fixed text parses")
  const left = findingsIn(text, rule, setting)
  assert.equal(left.length, found.length - 1, `after the fix:\n${left.map((each) => drawn(text, each)).join("\n")}`)
}

/** One of the fixes of the first finding turns one text into the other, and leaves a milder case of the same rule. */
export function checkOffer(rule: Rule, before: string, after: string, setting: FixSetting): void {
  const { text } = fixed(rule, before, after, setting)
  assert.equal(syntax!.parse(text).broken, false, "the fixed text parses")
}

/** The fix of the first finding is a text without edits, and says this. */
export function checkSuggestion(rule: Rule, source: string, said: string, setting: Setting = {}): void {
  const found = findingsIn(dedent(source), rule, setting)
  assert(found.length > 0, "the rule finds something")
  const fix = found[0]!.fixes.find(({ title }) => title.includes(said))
  assert(fix, `no suggestion says "${said}": ${found[0]!.fixes.map(({ title }) => title).join("; ")}`)
  assert.equal(fix.safety, "suggestion")
  assert.deepEqual(fix.edits, [])
}

/** The cases of one rule, as they are written. */
export interface Cases {
  /** A case that fires, by what is special about it. */
  fires(title: string, annotated: string, setting?: Setting): void
  /** A tempting case that must stay silent, by its reason; no two cases have the same. */
  silent(reason: string, code: string, setting?: Setting): void
  fixes(title: string, before: string, after: string, setting: FixSetting): void
  /** A fix that leaves a milder case of the same: only the text is checked, and that it parses. */
  offers(title: string, before: string, after: string, setting: FixSetting): void
  suggests(title: string, code: string, said: string, setting?: Setting): void
}

/** All tests of one rule, and that there are enough of them. */
export function describeRule(rule: Rule, write: (cases: Cases) => void): void {
  describe(rule.name, () => {
    const firing: string[] = []
    const silent: string[] = []
    let fixes = 0
    before(async () => {
      syntax = await parser()
    })
    write({
      fires(title, annotated, setting) {
        firing.push(title)
        it(`fires: ${title}`, () => checkFires(rule, annotated, setting))
      },
      silent(reason, code, setting) {
        silent.push(reason)
        it(`is silent: ${reason}`, () => checkSilent(rule, reason, code, setting))
      },
      fixes(title, before, after, setting) {
        fixes++
        it(`fixes: ${title}`, () => checkFix(rule, before, after, setting))
      },
      offers(title, before, after, setting) {
        it(`offers: ${title}`, () => checkOffer(rule, before, after, setting))
      },
      suggests(title, code, said, setting) {
        fixes++
        it(`suggests: ${title}`, () => checkSuggestion(rule, code, said, setting))
      },
    })
    it(`has ${leastFiring} cases that fire and ${leastSilent} that stay silent, each for its own reason`, () => {
      assert(firing.length >= leastFiring, `${firing.length} of ${leastFiring} cases fire`)
      assert(silent.length >= leastSilent, `${silent.length} of ${leastSilent} cases stay silent`)
      assert.equal(new Set(firing).size, firing.length, "every firing case has its own title")
      assert.equal(new Set(silent).size, silent.length, "every silent case has its own reason")
      assert(fixes > 0 || rule.fix.safety === "none", "a rule with a fix has a case of it")
    })
  })
}

/** Loads the parser: for tests that call `findingsIn` outside `describeRule`. */
export async function ready(): Promise<Syntax> {
  syntax = await parser()
  return syntax
}
