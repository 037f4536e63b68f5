import type {
  Call,
  Confidence,
  ConfSetting,
  Edit,
  Loop,
  Plan,
  Program,
  Report,
  Rule,
  RuleContext,
  Site,
  Udf,
  World,
} from "../../../rules/api.ts"
import { impossible, lineAfter, lineBefore, type Source, startOf } from "./edits.ts"
import { importName } from "./imports.ts"
import type { Trouble } from "./types.ts"

/** A rule's report with the rule it is of. */
export interface RawFinding {
  readonly rule: Rule
  readonly report: Report
}

export interface RunInput {
  readonly source: () => Source
  readonly text: string
  readonly path: string
  readonly program: Program
  readonly world: World
  readonly rules: readonly Rule[]
  readonly options: (rule: Rule) => Readonly<Record<string, unknown>>
  /** Milliseconds that one rule may spend on the file. */
  readonly budget: number
  /** Hears which rule is about to run, so that a watchdog can tell who never came back. */
  readonly onRule?: (rule: string) => void
}

/** A look at the clock costs as much as most listeners do: of a rule that is quick, so many may run between two. */
const MOST_LISTENERS = 16
const QUICK_MS = 1

/** One rule at work on one file. */
interface Worker {
  readonly rule: Rule
  readonly context: RuleContext
  /** Milliseconds spent so far. */
  spent: number
  off: boolean
}

type Heard = Call | Loop | Udf | ConfSetting | Plan

/** Rules by the API names they listen to; made once per list of rules. */
const tables = new WeakMap<readonly Rule[], ReadonlyMap<string, readonly number[]>>()

/** Lets rules look at every fact they listen for. One that throws or exceeds its budget is off for the rest. */
export function runRules(input: RunInput): { found: RawFinding[]; troubles: Trouble[] } {
  const found: RawFinding[] = []
  const troubles: Trouble[] = []
  // What the running listener was given; an import is only usable above it.
  let current: { readonly site: Site } | undefined
  const position = (): number =>
    current === undefined || isElsewhere(current.site, input.path) ? 0 : startOf(current.site)
  // The end of one rule is the start of the next.
  let clock = performance.now()
  let heard = 0
  let stride = 1
  const shared = sharedContext(input, position)
  const workers = input.rules.map((rule): Worker => {
    const report = (made: Report): void => void found.push({ rule, report: made })
    return { rule, context: { ...shared, options: input.options(rule), report }, spent: 0, off: false }
  })

  function hear<T>(
    worker: Worker,
    listener: (fact: T, ctx: RuleContext) => void,
    fact: T,
    about: { readonly site: Site } | undefined,
  ): void {
    if (worker.off) return
    current = about
    try {
      listener(fact, worker.context)
    } catch (error) {
      worker.off = true
      troubles.push({ rule: worker.rule.name, reason: `it threw: ${describe(error)}` })
    }
    if (++heard >= stride) lookAtClock(worker)
  }

  function lookAtClock(worker: Worker): void {
    const now = performance.now()
    stride = now - clock < QUICK_MS ? Math.min(2 * stride, MOST_LISTENERS) : 1
    heard = 0
    worker.spent += now - clock
    clock = now
    if (worker.off || worker.spent <= input.budget) return
    worker.off = true
    troubles.push({ rule: worker.rule.name, reason: `it took longer than ${input.budget} ms`, slow: true })
  }

  const { program } = input
  const calls = callsByRule(input.rules, program)
  workers.forEach((worker, index) => {
    const { loop, udf, conf, plan, program: whole, calls: listeners } = worker.rule.on
    const each = <T extends Heard>(facts: readonly T[], listener?: (fact: T, ctx: RuleContext) => void): void => {
      if (listener !== undefined) for (const fact of facts) hear(worker, listener, fact, fact)
    }
    input.onRule?.(worker.rule.name)
    stride = 1
    for (const call of calls[index]!) hear(worker, listeners![call.api]!, call, call)
    each(program.loops, loop)
    each(program.udfs, udf)
    each(program.confs, conf)
    each(program.plans, plan)
    if (whole !== undefined) hear(worker, whole, program, undefined)
    lookAtClock(worker)
  })
  return { found, troubles }
}

/** For each rule the calls that it listens to, in order. */
function callsByRule(rules: readonly Rule[], program: Program): readonly (readonly Call[])[] {
  const table = dispatchTable(rules)
  const calls = rules.map((): Call[] => [])
  for (const call of program.calls) {
    const listeners = table.get(call.api)
    if (listeners !== undefined) for (const index of listeners) calls[index]!.push(call)
  }
  return calls
}

function dispatchTable(rules: readonly Rule[]): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(rules)
  if (known !== undefined) return known
  const table = new Map<string, number[]>()
  rules.forEach((rule, index) => {
    for (const api of Object.keys(rule.on.calls ?? {})) {
      const listeners = table.get(api)
      if (listeners === undefined) table.set(api, [index])
      else listeners.push(index)
    }
  })
  tables.set(rules, table)
  return table
}

/** What all rules ask a file in the same way. */
function sharedContext(input: RunInput, position: () => number): Omit<RuleContext, "options" | "report"> {
  const elsewhere = (site: Site): boolean => isElsewhere(site, input.path)
  const write = (site: Site, edit: (source: Source) => Edit): Edit =>
    elsewhere(site) ? impossible : edit(input.source())
  return {
    program: input.program,
    world: input.world,
    text: (site) => (elsewhere(site) ? "" : input.text.slice(startOf(site), site.top.offset + site.end)),
    imported: (module, name) => importName(input.source(), module, name, position()),
    lineBefore: (site, text) => write(site, (source) => lineBefore(source, site, text)),
    lineAfter: (site, text) => write(site, (source) => lineAfter(source, site, text)),
  }
}

/** Whether a site stands in another file than the one that is linted. */
export function isElsewhere(site: Site, path: string): boolean {
  return site.path !== undefined && site.path !== path
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // The first frame says where, without the folders of the machine it ran on.
  const frame = /\bat (?:.* \()?(?:.*[\\/])?([^\\/\s]+:\d+:\d+)\)?/.exec(error.stack ?? "")?.[1]
  return frame === undefined ? error.message : `${error.message} (${frame})`
}

const order: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 }

/** Whether `a` is at least as sure as `b`. */
export function atLeast(a: Confidence, b: Confidence): boolean {
  return order[a] >= order[b]
}
