/**
 * How long an editor waits: from a keystroke to its diagnostics, through the protocol, ours and ruff's server side by
 * side; from the server's start to the first answer and the first diagnostics; and what 10,000 edits leave in memory.
 *
 *     node test/perf/lsp-latency.ts [FILE.py] [--json]
 */
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { OpenedServer, ourServer, ruffServer, type ServerCommand } from "./lsp-servers.ts"
import { pysparkSource, random } from "./syntax-source.ts"

/** One measured figure. `aim` is in words; `met` tells whether it holds, undefined where there is none. */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly aim?: string
  readonly met?: boolean
}

/** What is typed at the end of a line, one character a keystroke, and deleted again at once. */
const typed = [
  '\nextra = joined_1.filter(F.col("amount") > 10)',
  '\nresult = extra.groupBy("country").agg(F.sum("amount"))',
  "\nif orders_1.count() == 0:",
  '\nfor day in ["a", "b"]: print(day)',
]
const STATEMENTS = 12
/** Statements typed before anything is measured, so that both servers have warmed up. */
const WARM_UP = 2
const EDITS = 10_000

/** What one server took, in milliseconds a keystroke. */
export interface Keystrokes {
  readonly name: string
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Processor time of the server's process, which other work on the machine hardly changes; undefined off Linux. */
  readonly cpu: number | undefined
  readonly count: number
}

/** Keystroke to diagnostics on one text: p50, p95 and p99 in milliseconds for every server, typed by turns. */
export async function keystrokes(servers: readonly ServerCommand[], text: string): Promise<Keystrokes[]> {
  const opened: OpenedServer[] = []
  for (const server of servers) opened.push((await OpenedServer.start(server, text)).server)
  const times = opened.map((): number[] => [])
  const lines = text.split("\n")
  const next = random(7)
  let before: (number | undefined)[] = []
  for (let statement = 0; statement < STATEMENTS + WARM_UP; statement++) {
    if (statement === WARM_UP) before = opened.map(cpuMs)
    const line = topLevelLine(lines, Math.floor(next() * lines.length))
    const input = typed[statement % typed.length]!
    for (const [index, server] of opened.entries()) {
      const spent = await typeAndDelete(server, line, lines[line]!.length, input)
      if (statement >= WARM_UP) times[index]!.push(...spent)
    }
  }
  const after = opened.map(cpuMs)
  for (const server of opened) await server.stop()
  return opened.map(({ name }, index) => {
    // Each statement is typed letter by letter and deleted by one edit more.
    const edits = times[index]!.length + STATEMENTS
    const [start, end] = [before[index], after[index]]
    const cpu = start === undefined || end === undefined ? undefined : (end - start) / edits
    return { name, ...percentiles(times[index]!), cpu }
  })
}

/** The next line at which a statement of the module ends, so that what is typed there is one of its own. */
function topLevelLine(lines: readonly string[], from: number): number {
  for (let step = 0; step < lines.length; step++) {
    const line = (from + step) % lines.length
    const next = lines[line + 1]
    if (/^[A-Za-z_].*[)\w"]$/.test(lines[line]!) && (next === undefined || !/^[ \t)]/.test(next))) return line
  }
  return lines.length - 1
}

async function typeAndDelete(server: OpenedServer, line: number, column: number, input: string): Promise<number[]> {
  const times: number[] = []
  const start = { line, character: column }
  let at = start
  for (const letter of input) {
    times.push(await server.edit(at, at, letter))
    at = letter === "\n" ? { line: at.line + 1, character: 0 } : { line: at.line, character: at.character + 1 }
  }
  await server.edit(start, at, "")
  return times
}

function percentiles(times: number[]): { p50: number; p95: number; p99: number; count: number } {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), count: sorted.length }
}

/** Milliseconds from the start of the process to its answer to `initialize` and to the first diagnostics: medians. */
export async function activation(
  server: ServerCommand,
  text: string,
  rounds = 7,
): Promise<{ initializedMs: number; firstMs: number }> {
  const initialized: number[] = []
  const first: number[] = []
  for (let round = 0; round < rounds; round++) {
    const started = await OpenedServer.start(server, text)
    initialized.push(started.initializedMs)
    first.push(started.firstMs)
    await started.server.stop()
  }
  return { initializedMs: percentiles(initialized).p50, firstMs: percentiles(first).p50 }
}

/** What a server holds, in MiB: of the machine's memory, and live after a garbage collection. */
export interface Held {
  readonly resident: number
  readonly live: number
}

/** What our server holds after a tenth of the edits and after all of them. */
export async function memory(server: ServerCommand, text: string): Promise<{ early: Held; late: Held }> {
  const [node, ...args] = server.command
  const reporter = join(import.meta.dirname, "report-memory.ts")
  const command = [node!, "--expose-gc", "--import", reporter, ...args]
  const { server: opened } = await OpenedServer.start({ ...server, command }, text)
  const lines = text.split("\n")
  const next = random(11)
  let early: Held | undefined
  for (let edit = 0; edit < EDITS; edit += 2) {
    if (edit === EDITS / 10) early = await held(opened)
    const line = Math.floor(next() * lines.length)
    const start = { line, character: Math.floor(next() * (lines[line]!.length + 1)) }
    const letter = "abcx_1( .=#"[Math.floor(next() * 11)]!
    await opened.edit(start, start, letter)
    await opened.edit(start, { line, character: start.character + 1 }, "")
  }
  const late = await held(opened)
  await opened.stop()
  return { early: early!, late }
}

async function held({ client }: OpenedServer): Promise<Held> {
  const resident = residentMiB(client.process.pid!)
  const known = client.stderr.length
  client.process.kill("SIGUSR2")
  const report = (): RegExpExecArray | null => /live (\d+)\n/.exec(client.stderr.slice(known))
  while (report() === null) await new Promise((resolve) => setTimeout(resolve, 20))
  return { resident, live: Number(report()![1]) / 2 ** 20 }
}

/** Processor time that a server's process has had, all its threads; known to a hundredth of a second. */
function cpuMs({ client }: OpenedServer): number | undefined {
  if (process.platform !== "linux") return undefined
  const stat = readFileSync(`/proc/${client.process.pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function residentMiB(pid: number): number {
  if (process.platform === "linux")
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024
  if (process.platform === "darwin")
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024
  const csv = execFileSync("tasklist", ["/fi", `pid eq ${pid}`, "/fo", "csv", "/nh"], { encoding: "utf8" })
  return Number(csv.split('","').at(-1)!.replace(/\D/g, "")) / 1024
}

/** Everything about the server that `npm run bench` prints. Takes a minute or two. */
export async function measureServer(
  options: { readonly text?: string; readonly edits?: boolean } = {},
): Promise<Row[]> {
  const text = options.text ?? pysparkSource(1000)
  const lines = `${text.split("\n").length - 1} lines`
  const ours = await ourServer()
  const ruff = await ruffServer()
  const started = await activation(ours, text)
  const rows: Row[] = [
    ms("server: start to the answer to initialize", started.initializedMs, 150),
    ms(`server: start to the first diagnostics, ${lines}`, started.firstMs),
  ]
  const [us, them] = await keystrokes([ours, ruff], text)
  rows.push(
    ms(`keystroke to diagnostics, ${lines}, p50`, us!.p50, 8),
    ms(`keystroke to diagnostics, ${lines}, p95`, us!.p95, 16),
    ms(`keystroke to diagnostics, ${lines}, p99`, us!.p99),
    ms(`${them!.name}, the same keystrokes, p50`, them!.p50),
    ms(`${them!.name}, the same keystrokes, p95`, them!.p95),
    ms(`${them!.name}, the same keystrokes, p99`, them!.p99),
    ...cpuRows(us!, them!),
    aim("keystroke p50, ours to ruff's", us!.p50 / them!.p50, "times", 2.5),
  )
  if (options.edits !== false) {
    const { early, late } = await memory(ours, text)
    rows.push(
      { name: `server's memory after ${EDITS / 10} edits`, value: round(early.resident), unit: "MiB" },
      { name: `server's memory after ${EDITS} edits`, value: round(late.resident), unit: "MiB" },
      aim(`growth of what is live in the ${(EDITS * 9) / 10} edits between`, late.live - early.live, "MiB", 4),
    )
  }
  return rows
}

function cpuRows(...servers: readonly Keystrokes[]): Row[] {
  return servers.flatMap(({ name, cpu }) => (cpu === undefined ? [] : [ms(`${name}, processor time a keystroke`, cpu)]))
}

function ms(name: string, value: number, most?: number): Row {
  return most === undefined ? { name, value: round(value), unit: "ms" } : aim(name, value, "ms", most)
}

function aim(name: string, value: number, unit: string, most: number): Row {
  return { name, value: round(value), unit, aim: `at most ${most}`, met: value <= most }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

if (import.meta.main) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" } } })
  const [file] = positionals
  const rows = await measureServer(file === undefined ? {} : { text: readFileSync(file, "utf8") })
  if (values.json) console.log(JSON.stringify(rows, null, 2))
  else
    for (const { name, value, unit, aim: wanted, met } of rows)
      console.log(`${`${value} ${unit}`.padStart(12)}  ${name}${wanted ? `  (${wanted}${met ? "" : ": MISSED"})` : ""}`)
}
