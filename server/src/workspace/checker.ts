import type { Analysis } from "../analysis/types.ts"
import type { ResolvedConfig } from "../config/types.ts"
import type { Finding, FindingFix } from "../lint/types.ts"
import type { OpenSource } from "./document.ts"
import type { Engine } from "./engine.ts"
import { type Host, type Log, OutOfTime } from "./host.ts"
import type { LocalSizes } from "./local-sizes.ts"
import type { ModuleIndex } from "./module-index.ts"

/** What one version of one document gave. */
export interface Report {
  /** Differs from every other report of this and of any other server process. */
  readonly id: string
  readonly version: number
  readonly config: ResolvedConfig
  readonly findings: readonly Finding[]
  readonly troubles: readonly { readonly rule: string | null; readonly reason: string }[]
  /** Undefined where the file is not looked at: switched off, excluded or out of time. */
  readonly analysis: Analysis | undefined
  readonly milliseconds: number
}

/** A file may take this long, whatever its length, before a rule or the analysis is stopped… */
const BASE_BUDGET_MS = 4000
/** …and this much more for each thousand UTF-16 units of text. */
const BUDGET_MS_PER_KILO_UNIT = 4

type Outcome = Pick<Report, "findings" | "troubles" | "analysis">

/** What is remembered of a document between its versions. */
interface Memory {
  report?: Report
  /** What the report depends on in other files is not what it was. */
  stale?: boolean
  /** What other files' calls told when the report was made. */
  told?: string
  /** Rules that ran out of time in this file. */
  readonly off: Map<string, string>
  /** Why the file is not analysed any more, until it is saved. */
  stopped?: string
  readonly logged: Set<string>
}

/** Checks documents: one report per version and configuration, shared by everyone who asks. */
export class Checker {
  private readonly engine: Engine
  private readonly host: Host
  private readonly log: Log
  private readonly memories = new WeakMap<OpenSource, Memory>()
  private readonly instance: string
  private readonly index: ModuleIndex | undefined
  private readonly sizes: LocalSizes | undefined
  private reports = 0

  /** Without an index every file is looked at alone; without sizes nothing is known of the data on the disk. */
  constructor(engine: Engine, host: Host, log: Log, instance: string, index?: ModuleIndex, sizes?: LocalSizes) {
    this.engine = engine
    this.host = host
    this.log = log
    this.instance = instance
    this.index = index
    this.sizes = sizes
  }

  /**
   * Works for a short while on what a document imports, ahead of its report. False where nothing is left to do: then
   * the report takes no longer than its own text does.
   */
  prepare(document: OpenSource, config: ResolvedConfig): boolean {
    return this.index?.prepare(this.host.pathOf(document.uri), config) ?? false
  }

  /** Hears that another file changed which a document depends on. */
  outdate(document: OpenSource): void {
    this.memory(document).stale = true
  }

  /** Whether a document has a report of its version that other files' changes made old. */
  isStale(document: OpenSource): boolean {
    const memory = this.memories.get(document)
    if (memory?.report?.version !== document.version) return false
    return memory.stale === true || (memory.told !== undefined && memory.told !== this.told(document))
  }

  private told(document: OpenSource): string | undefined {
    return this.index?.toldOf(this.host.pathOf(document.uri))
  }

  /** The report of the current version, computed unless it is there already. */
  report(document: OpenSource, config: ResolvedConfig, linted: boolean): Report {
    const memory = this.memory(document)
    const known = this.known(document)
    if (known !== undefined && known.config === config) return known
    const started = this.host.now()
    const outcome = linted ? this.run(document, config, memory) : { findings: [], troubles: [], analysis: undefined }
    const report: Report = {
      ...outcome,
      id: `${this.instance}.${++this.reports}`,
      version: document.version,
      config,
      milliseconds: this.host.now() - started,
    }
    this.logTroubles(document, report, memory)
    memory.report = report
    return report
  }

  /** The report of the current version, if somebody asked for it before. */
  known(document: OpenSource): Report | undefined {
    const report = this.memories.get(document)?.report
    return report?.version === document.version && !this.isStale(document) ? report : undefined
  }

  /** The latest report of any version. */
  latest(document: OpenSource): Report | undefined {
    return this.memories.get(document)?.report
  }

  /** Gives a file that ran out of time another chance. True where the next report can differ. */
  retry(document: OpenSource): boolean {
    const memory = this.memory(document)
    if (memory.stopped === undefined) return false
    memory.stopped = undefined
    memory.report = undefined
    return true
  }

  private run(document: OpenSource, config: ResolvedConfig, memory: Memory): Outcome {
    const budget = BASE_BUDGET_MS + Math.ceil((document.text.length / 1000) * BUDGET_MS_PER_KILO_UNIT)
    // Parsing has a budget of its own and must not be stopped half-way: it works inside wasm memory.
    const module = document.module(this.engine.syntax)
    const path = this.host.pathOf(document.uri)
    memory.stale = false
    memory.told = this.told(document)
    // Every round switches one more rule off, so there is a last one.
    while (memory.stopped === undefined) {
      const running: { rule: string | null } = { rule: null }
      const started = (rule: string): void => {
        running.rule = rule
      }
      try {
        const parameters = this.index?.parametersOf(path)
        const launch = this.index?.launchOf(path)
        const imports = this.index?.resolver(path, config)
        const { text } = document
        // Of a text that stands for no file nobody knows what a relative path counts from.
        const sizeOf = document.uri.startsWith("file:") ? this.sizes?.of(path) : undefined
        const { off } = memory
        const input = { module, text, path, config, parameters, launch, sizeOf, imports, document, off, started }
        const checked = this.host.bounded(() => this.engine.check(input), budget)
        if (document.uri.startsWith("file:")) this.index?.noteCalls(path, checked.analysis.outgoing)
        const findings = checked.findings.map((one) => ({ ...one, fixes: possibleFixes(one, document) }))
        return { ...checked, findings }
      } catch (error) {
        if (!(error instanceof OutOfTime)) return nothing(failure(error))
        if (this.index?.startAnew()) continue
        outOfTime(memory, running.rule, Math.round(budget / 1000))
      }
    }
    return nothing(memory.stopped)
  }

  private memory(document: OpenSource): Memory {
    let memory = this.memories.get(document)
    if (memory === undefined) {
      memory = { off: new Map(), logged: new Set() }
      this.memories.set(document, memory)
    }
    return memory
  }

  /** Each trouble once a file: a rule that throws does so at every keystroke. */
  private logTroubles(document: OpenSource, report: Report, memory: Memory): void {
    for (const { rule, reason } of report.troubles) {
      const text = `${document.uri}: ${rule === null ? reason : `'${rule}': ${reason}`}`
      if (memory.logged.has(text)) continue
      memory.logged.add(text)
      this.log.warn(text)
    }
  }
}

/** Switches off the rule that ran when time was up, or the file where it was none. */
function outOfTime(memory: Memory, rule: string | null, seconds: number): void {
  if (rule === null || memory.off.has(rule))
    memory.stopped = `The analysis of this file took longer than ${seconds} s and was stopped. It is tried again when you save.`
  else memory.off.set(rule, `it took longer than ${seconds} s; it is off for this file until you open it again`)
}

/** The fixes of a finding that stay inside the text that it is shown in; another file is no quick fix's business. */
function possibleFixes({ fixes, span: at }: Finding, document: OpenSource): FindingFix[] {
  return fixes.flatMap((fix) => {
    const edits = fix.edits.flatMap(({ span, text }) => {
      const made = span.path === undefined ? document.possible({ ...span, text }, at.start) : undefined
      return made === undefined ? [] : [{ span: { start: made.start, end: made.end }, text: made.text }]
    })
    return edits.length === fix.edits.length ? [{ ...fix, edits }] : []
  })
}

function nothing(reason: string): Outcome {
  return { findings: [], troubles: [{ rule: null, reason }], analysis: undefined }
}

function failure(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `The analysis of this file failed; this is a bug in Shufflewise. ${text}`
}
