import { readGrammar } from "../../../grammars/node.ts"
import type { Confidence, Rule } from "../../../rules/api.ts"
import type { OutgoingCall, ParameterTypes } from "../analysis/call-sites.ts"
import { analyze } from "../analysis/index.ts"
import type { LaunchConf } from "../analysis/launch/index.ts"
import { Modules } from "../analysis/modules.ts"
import { toSlashes } from "../config/paths.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { fixUntilStable, lint, type Replacement } from "../lint/index.ts"
import type { Finding, FindingEvidence, FindingFix, LintResult, Span, Trouble } from "../lint/types.ts"
import { createSyntax } from "../syntax/index.ts"
import { OutOfTime } from "../workspace/host.ts"
import { nodeHost } from "../workspace/node-host.ts"
import { shownPath } from "./config-files.ts"
import { DataSizes, type LookedUp } from "./data-sizes.ts"
import { Disk } from "./disk.ts"
import { type LintDocument, plainDocument } from "./document.ts"
import { notebookDocument } from "./notebook-document.ts"
import { OtherFiles, rangeIn } from "./places.ts"
import type { FileResult, Location, ReportedEvidence, ReportedFinding } from "./report.ts"

/** One file to lint. */
export interface FileTask {
  /** As it is shown. */
  readonly path: string
  /** Absolute, with `/` between the parts. */
  readonly file: string
  /** What the file holds: Python, or the JSON of a notebook. */
  readonly content: string
  readonly isNotebook: boolean
  /** What other files' calls tell of its functions. */
  readonly parameters: ParameterTypes | undefined
  /** What it is launched with. */
  readonly launch: readonly LaunchConf[]
  readonly config: ResolvedConfig
  readonly minConfidence?: Confidence
  /** Apply fixes. */
  readonly fix?: { readonly unsafe: boolean }
  /** Milliseconds after which the file's analysis, or a rule, is given up. */
  readonly deadline: number
}

/** Lints texts in this thread. */
export interface Engine {
  /** Lints files in their order. `onResult` hears of each, by its index. Never fails for a file's fault. */
  check(tasks: readonly FileTask[], onResult: (index: number, result: FileResult) => void): Promise<void>
}

/**
 * The watchdog costs a thread's start each time, so that many short files share one: it is let run for about so many
 * milliseconds, and stops files of at most so many characters after so many milliseconds. A file that does not make it
 * is linted again, alone, with its own deadline.
 */
const shared = { milliseconds: 50, characters: 200_000, deadline: 1000 } as const

/** Characters of imported modules that are kept: some 400 MiB of memory. Past it they are interpreted anew when asked for. */
const keptCharacters = 8_000_000

/** Times that a rule may hang before it is left out for good: each time costs a whole deadline. */
const maxHangs = 3

/** Loads parser, analysis and rules. `cwd` is the folder that shown paths count from. */
export async function createEngine(rules: readonly Rule[], cwd: string): Promise<Engine> {
  const grammar = await readGrammar()
  let syntax = await createSyntax(grammar)
  const hangs = new Map<string, number>()
  const disk = new Disk(toSlashes(cwd))
  const others = new OtherFiles(disk, cwd)
  const sizes = new DataSizes(toSlashes(cwd))
  /** Other files whose analysis did not end. */
  const hung = new Set<string>()
  const told = new Set<string>()
  /** Configurations differ in what they tell of tables and versions, and modules hold what follows from it. */
  const indexes = new Map<ResolvedConfig, Modules>()

  function modulesFor(config: ResolvedConfig): Modules {
    let modules = indexes.get(config)
    if (modules === undefined) {
      const { target, tables, conf } = config
      modules = new Modules((text) => syntax.parse(text), disk, { target, tables, conf }, new Set(hung))
      indexes.set(config, modules)
    }
    return modules
  }

  /** Before a file: what imported modules gave must not grow with the number of files. */
  function forgetMany(): void {
    let kept = 0
    for (const { characters } of indexes.values()) kept += characters
    if (kept > keptCharacters) indexes.clear()
  }

  /** After work was stopped anywhere in it: whatever it held may be half done, the parser's memory included. */
  async function startAnew(): Promise<void> {
    for (const { running } of indexes.values()) if (running !== undefined) hung.add(running)
    indexes.clear()
    syntax = await createSyntax(grammar)
  }

  /** Interprets what a file imports, ahead of its own deadline, which counts for each module. */
  async function prepare({ file, config, deadline }: FileTask): Promise<void> {
    while (!modulesFor(config).isReady(file)) {
      const steps = modulesFor(config).prepare(file)
      try {
        while (!bounded(() => someSteps(steps), deadline));
      } catch (error) {
        if (!(error instanceof OutOfTime)) throw error
        const before = hung.size
        await startAnew()
        if (hung.size === before) return
      }
    }
  }

  /** Rules that are left out for good, and why. */
  function hanging(): Map<string, string> {
    const often = [...hangs].filter(([, times]) => times >= maxHangs)
    return new Map(
      often.map(([rule, times]) => [rule, `it did not end on ${times} files, and was switched off for the rest`]),
    )
  }

  /** One look at a text. A rule that does not end is left out, and the others run again. */
  async function look(document: LintDocument, task: FileTask): Promise<Look> {
    const off = hanging()
    for (;;) {
      const stage: Stage = { name: "parsing", rule: undefined }
      try {
        return bounded(() => lookOnce(document, task, off, stage), task.deadline)
      } catch (error) {
        if (!(error instanceof OutOfTime)) throw error
        const seconds = task.deadline / 1000
        const before = hung.size
        await startAnew()
        const isAnothersFault = hung.size > before
        await prepare(task)
        if (isAnothersFault) continue
        if (stage.rule === undefined) throw new Unfinished(`${stage.name} did not end within ${seconds} s`)
        off.set(stage.rule, `it did not end within ${seconds} s`)
        hangs.set(stage.rule, (hangs.get(stage.rule) ?? 0) + 1)
      }
    }
  }

  function lookOnce(document: LintDocument, task: FileTask, off: ReadonlyMap<string, string>, stage: Stage): Look {
    const { path, file, config, minConfidence, parameters, launch } = task
    const { text } = document
    const started = performance.now()
    stage.name = "parsing"
    const module = syntax.parse(text)
    stage.name = "analysis"
    const { target, tables, conf } = config
    const imports = modulesFor(config).resolver(file)
    const lookedUp: Record<string, string> = {}
    const sizeOf = sizes.of(file, lookedUp)
    const analysis = analyze({ module, text, path, target, tables, conf, parameters, launch, sizeOf, imports })
    const onRule = (rule: string): void => {
      stage.rule = rule
    }
    const result = lint({ module, text, path, config, rules, analysis, minConfidence, switchedOff: off, onRule })
    const findings = result.findings.map((finding) => ({ ...finding, fixes: possibleFixes(finding, document) }))
    return {
      findings,
      troubles: result.troubles,
      broken: module.broken,
      outgoing: distinct(analysis.outgoing),
      lookedUp,
      milliseconds: performance.now() - started,
      bounded: analysis.bounded,
    }
  }

  /** Of each file that is not followed once, with the first file that is linted without it. */
  function untold(): string[] {
    const fresh = [...hung].filter((path) => !told.has(path))
    for (const path of fresh) told.add(path)
    return fresh.map((path) => `${shownPath(path, cwd)}, which it imports, did not end in time and is not followed`)
  }

  async function checkOne(task: FileTask): Promise<FileResult> {
    const document = documentOf(task)
    if ("reason" in document) return failed(document.reason)
    if (task.fix === undefined) return resultOf(await look(document, task), task.path, document, others)
    const apply = (state: LintDocument, replacements: readonly Replacement[]) => state.withEdits(replacements)
    const done = await fixUntilStable(document, (state) => look(state, task), apply, task.fix)
    const result = resultOf(done.last, task.path, done.state, others)
    const count = [...done.fixed.values()].reduce((sum, each) => sum + each, 0)
    return {
      ...result,
      troubles: done.trouble === undefined ? result.troubles : [...result.troubles, done.trouble],
      // What was said while fixing is not what a lint would say.
      repeatable: false,
      ...(count > 0 ? { fixed: { content: done.state.content(), count } } : {}),
    }
  }

  async function checkAlone(task: FileTask): Promise<FileResult> {
    try {
      return await checkOne(task)
    } catch (error) {
      const reason = error instanceof Unfinished ? error.message : `its analysis failed: ${describeFault(error)}`
      return failed(reason)
    }
  }

  /** Lints tasks from an index on under one watchdog, as far as it goes. Gives the results; the next task is to be linted alone. */
  async function checkTogether(tasks: readonly FileTask[], first: number): Promise<FileResult[]> {
    const results: FileResult[] = []
    const off = hanging()
    const stage: Stage = { name: "analysis", rule: undefined }
    try {
      bounded(() => {
        const end = performance.now() + shared.milliseconds
        for (let at = first; at < tasks.length && performance.now() < end; at++) {
          const task = tasks[at]!
          if (task.fix !== undefined || task.content.length > shared.characters) return
          if (!modulesFor(task.config).isReady(task.file)) return
          const document = documentOf(task)
          if ("reason" in document) results.push(failed(document.reason))
          else results.push(resultOf(lookOnce(document, task, off, stage), task.path, document, others))
        }
      }, shared.deadline)
    } catch {
      // Whatever it was, linting the file alone will tell.
      await startAnew()
    }
    return results
  }

  return {
    async check(tasks, tell) {
      // What is found without a file that could not be followed is not what another run finds.
      const onResult = (index: number, result: FileResult): void =>
        tell(
          index,
          hung.size > 0 ? { ...result, troubles: [...result.troubles, ...untold()], repeatable: false } : result,
        )
      for (let next = 0; next < tasks.length; ) {
        forgetMany()
        await prepare(tasks[next]!)
        const results = await checkTogether(tasks, next)
        for (const result of results) onResult(next++, result)
        if (results.length > 0) continue
        const result = await checkAlone(tasks[next]!)
        onResult(next++, result)
      }
    },
  }
}

class Unfinished extends Error {}

function documentOf({ content, isNotebook }: FileTask): LintDocument | { readonly reason: string } {
  return isNotebook ? notebookDocument(content) : plainDocument(content)
}

/** The fixes of a finding as they can be made in the file; what is to be changed in another file cannot. */
function possibleFixes({ fixes, span: at }: Finding, document: LintDocument): FindingFix[] {
  return fixes.flatMap((fix) => {
    const edits = fix.edits.flatMap(({ span, text }) => {
      const made = span.path === undefined ? document.possible({ ...span, text }, at.start) : undefined
      return made === undefined ? [] : [{ span: { start: made.start, end: made.end }, text: made.text }]
    })
    return edits.length === fix.edits.length ? [{ ...fix, edits }] : []
  })
}

function failed(reason: string): FileResult {
  return { findings: [], failures: [reason], troubles: [], outgoing: [], repeatable: false, milliseconds: 0 }
}

const { bounded } = nodeHost

/** Milliseconds of work on modules under one watchdog, which costs about 0.1 each time. */
const SOME_MS = 50

/** True when no step is left. */
function someSteps(steps: Generator<void>): boolean {
  const end = performance.now() + SOME_MS
  while (performance.now() < end) if (steps.next().done) return true
  return false
}

/** A function that is called in a loop, or from several places, with the same is told of once. */
function distinct(calls: readonly OutgoingCall[]): OutgoingCall[] {
  return [...new Map(calls.map((call) => [JSON.stringify(call), call])).values()]
}

type Look = LintResult &
  Pick<FileResult, "outgoing" | "milliseconds" | "bounded"> & { readonly broken: boolean; readonly lookedUp: LookedUp }

/** What is being done, for the watchdog's word. */
interface Stage {
  name: "parsing" | "analysis"
  rule: string | undefined
}

function resultOf(look: Look, path: string, document: LintDocument, others: OtherFiles): FileResult {
  const { findings, troubles, outgoing, lookedUp, milliseconds, bounded: bound } = look
  const slow = troubles.filter((trouble) => trouble.slow)
  const say = ({ rule, reason }: Trouble): string => `rule \`${rule}\`: ${reason}`
  return {
    findings: findings.map((finding) => reportFinding(finding, path, document, others)),
    failures: slow.map((trouble) => `${say(trouble)}; the other rules ran`),
    troubles: troubles.filter((trouble) => !trouble.slow).map(say),
    outgoing,
    repeatable: slow.length === 0,
    ...(Object.keys(lookedUp).length > 0 ? { lookedUp } : {}),
    milliseconds,
    ...(bound !== undefined && { bounded: bound }),
  }
}

function reportFinding(finding: Finding, path: string, document: LintDocument, others: OtherFiles): ReportedFinding {
  const { rule, family, severity, confidence, message, span, evidence, fixes } = finding
  return {
    ...locate(span, path, document),
    rule,
    family,
    severity,
    confidence,
    message,
    evidence: evidence.map((each) => reportEvidence(each, path, document, others)),
    fixes: fixes.map(({ title, safety, edits }) => ({
      title,
      safety,
      edits: edits.map((edit) => ({ ...locate(edit.span, path, document), text: edit.text })),
    })),
    excerpt: document.linesBetween(span.start, span.end, 6),
  }
}

function reportEvidence(
  { message, span }: FindingEvidence,
  path: string,
  document: LintDocument,
  others: OtherFiles,
): ReportedEvidence {
  if (span === undefined) return { message }
  if (span.path === undefined) return { message, ...locate(span, path, document) }
  return { message, ...others.locate({ ...span, path: span.path }) }
}

function locate(span: Span, path: string, document: LintDocument): Location {
  return { path, ...rangeIn(document, span.start, span.end) }
}

function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const frame = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "))
  const place = /([^\\/\s(]+:\d+:\d+)\)?$/.exec(frame ?? "")?.[1]
  return `${error.message}${place === undefined ? "" : ` (${place})`}; this is a mistake of Shufflewise, please report it`
}
