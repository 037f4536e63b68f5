import type { Call, Loop, Program, ResultUse, RuleContext, Site, Value } from "../api.ts"
import { callsOf } from "./call-index.ts"
import { integerOf } from "./calls.ts"
import { perProgram } from "./per-program.ts"
import { tokensOf } from "./tokens.ts"

/** Words of a comment by which the author knows that what is collected is small. */
export const knownSmall = /small|tiny|\bfew\b|driver|(one|single|\d+) rows?|fits|bounded|limited/i

/** The call whose rows a value holds. */
export function rowsOf(value: Value): Call | undefined {
  return value.kind === "sequence" || value.kind === "foreign" || value.kind === "dict" ? value.from : undefined
}

/** One place lies in another. */
export function within(inner: Site, outer: Site): boolean {
  return inner.top === outer.top && inner.path === outer.path && inner.start >= outer.start && inner.end <= outer.end
}

export function samePlace(a: Site, b: Site): boolean {
  return a.top === b.top && a.path === b.path && a.start === b.start && a.end === b.end
}

/** Calls that get rows of `call` as an argument, of PySpark or of other libraries. */
export function takersOf(call: Call, program: Program, api: RegExp): Call[] {
  return withRowsOf(call, program).filter(
    (other) => api.test(other.api) && other.args.some(({ value }) => holdsRows(value, call)),
  )
}

const users = perProgram((program) => {
  const byOrigin = new Map<Call, Call[]>()
  let user: Call
  const note = (origin: Call): void => {
    const known = byOrigin.get(origin)
    if (known === undefined) byOrigin.set(origin, [user])
    else if (known.at(-1) !== user) known.push(user)
  }
  const see = (value: Value): void => eachOrigin(value, note)
  for (user of program.calls) {
    see(user.receiver)
    user.eachValue(see)
  }
  return byOrigin
})

/** Calls whose receiver or arguments hold rows that `call` brought, in order. */
function withRowsOf(call: Call, program: Program): readonly Call[] {
  return users(program).get(call) ?? []
}

/** Tells of the calls whose rows a value holds, itself or in its items. */
function eachOrigin(value: Value, tell: (origin: Call) => void): void {
  const own = rowsOf(value)
  if (own) tell(own)
  if (value.kind !== "sequence" || !value.items) return
  for (const item of value.items) {
    const origin = rowsOf(item)
    if (origin) tell(origin)
  }
}

function holdsRows(value: Value, call: Call): boolean {
  let holds = false
  eachOrigin(value, (origin) => {
    holds ||= origin === call
  })
  return holds
}

/** The `for` statement that is written over the rows of a call: `for row in df.collect()`. */
export function rowLoop(call: Call, program: Program): Loop | undefined {
  return program.loops.find(
    (loop) => loop.kind === "for" && rowsOf(loop.iterable) === call && within(call.site, loop.header),
  )
}

/** All that happens to the rows is that they are counted, or asked whether there are any. */
export function onlyMeasured(call: Call): boolean {
  const { resultUses } = call
  return (
    !call.resultEscapes && resultUses.length > 0 && resultUses.every(({ kind }) => kind === "len" || kind === "truth")
  )
}

/** Names in a Python expression, those in f-strings included; attributes and keywords too. */
export function namesIn(text: string): string[] {
  const names: string[] = []
  for (const token of tokensOf(text) ?? []) {
    if (token.kind === "name") names.push(token.text)
    else if (token.kind === "string" && /^[rR]?[fF]/.test(token.text))
      for (const [, hole] of token.text.matchAll(/\{([^{}]*)\}/g)) names.push(...namesIn(hole!))
  }
  return names
}

const PLOTTING =
  /^(matplotlib|pylab|seaborn|plotly|altair|bokeh|plotnine|folium|pydeck|wordcloud|holoviews|ggplot|ydata_profiling|pandas_profiling)\b/
const PLOTS = /\.(i?plot(ly)?|hist|boxplot|hvplot)\b/

/** What pandas and other libraries do with rows that a call brought, in order. */
export function laterWork(call: Call, program: Program): Call[] {
  return withRowsOf(call, program).filter(
    (other) =>
      !other.spark && (rowsOf(other.receiver) === call || other.args.some(({ value }) => holdsRows(value, call))),
  )
}

/** The rows are drawn. */
export function isPlot(work: Call): boolean {
  return PLOTTING.test(work.api) || PLOTS.test(work.api)
}

/** The lengths taken of the very rows: `len(df.toPandas())`, with the call in it. */
export function lengthsOf(call: Call, program: Program): Call[] {
  return callsOf(program, "builtins.len").filter(
    ({ args }) => args[0] !== undefined && samePlace(args[0].site, call.site),
  )
}

/** The call stands in `len(…)`. */
export function onlyLength(call: Call, program: Program): boolean {
  return lengthsOf(call, program).length > 0
}

/** What a use of a number or list asks is whether there is anything. */
export function testsEmptiness(use: ResultUse): boolean {
  if (use.kind === "truth") return true
  if (use.kind !== "compare") return false
  const other = integerOf(use.other)
  return other === 0 ? ["==", "!=", "<=", ">"].includes(use.op) : other === 1 && ["<", ">="].includes(use.op)
}

/** The whole statement is the call: nothing gets what it gives. */
export function isStatement(call: Call): boolean {
  return call.statement.bare && samePlace(call.statement.site, call.site)
}

/** A look at something in a notebook: the value of a cell, or printed there. */
export function isGlance(call: Call, program: Program): boolean {
  return program.isNotebook && call.statement.bare
}

const CLOCKS =
  /^(time\.(time|perf_counter|process_time|monotonic)(_ns)?|timeit\..*|datetime\.(datetime\.)?now|datetime\.(datetime\.)?utcnow)$/
/** Calls between a look at the clock and what it times. */
const NEAR = 12

/** The clock is looked at right before and right after: how long it takes is what is asked for. */
export function isTimed(call: Call, program: Program): boolean {
  const { calls } = program
  const near = (from: number, to: number): boolean =>
    calls.slice(Math.max(0, from), to).some((other) => CLOCKS.test(other.api) && other.function === call.function)
  return near(call.index - NEAR, call.index) && near(call.index + 1, call.index + 1 + NEAR)
}

const LOG_LINE =
  /^\s*(?:self\.|cls\.)?_*(?:log|logger|logging|loggr|LOG|LOGGER)\w*(?:\(\))?\.(?:debug|info|warn|warning|error|critical|log)\(/

/** The number goes straight into a log line, and nowhere else. */
export function onLogLine(call: Call, ctx: RuleContext): boolean {
  return call.statement.bare && LOG_LINE.test(ctx.text(call.statement.site))
}

/** What an action gives is only for a person's eyes: printed, written to a log, the last value of a notebook's cell. */
export function isShown(call: Call, ctx: RuleContext): boolean {
  if (isGlance(call, ctx.program) || onLogLine(call, ctx)) return true
  const { statement, resultUses, resultEscapes } = call
  if (statement.bare && /^\s*print\b/.test(ctx.text(statement.site))) return true
  return !resultEscapes && resultUses.length > 0 && resultUses.every(({ kind }) => kind === "print")
}
