/** Lints folders of code that nobody here wrote, as the command line would, and keeps what a review asks for. */
import { readFileSync } from "node:fs"
import path from "node:path"
import { rules } from "../../rules/index.ts"
import { fileConfigs, shownPath } from "../../server/src/cli/config-files.ts"
import type { Io } from "../../server/src/cli/io.ts"
import { hasSigns } from "../../server/src/cli/relevance.ts"
import { compareFindings, type Failure, type ReportedFinding } from "../../server/src/cli/report.ts"
import { runFiles } from "../../server/src/cli/run.ts"
import { styleFor } from "../../server/src/cli/terminal.ts"
import { findFiles } from "../../server/src/cli/walk.ts"
import { toSlashes } from "../../server/src/config/paths.ts"
import { readNotebook } from "../../server/src/syntax/notebook.ts"
import { ROOT } from "../cache.ts"

export interface CorpusOptions {
  /** Folders or files; paths from `cwd`. */
  readonly paths: readonly string[]
  readonly cwd: string
  readonly profile: string
  /** Threads at most. Times of single files are only good with one. */
  readonly jobs: number
  /** Hears of each file after its first look. */
  readonly onProgress?: (done: number, all: number, path: string) => void
}

/** What linting a corpus gave. */
export interface Corpus {
  readonly files: number
  readonly notebooks: number
  readonly lines: number
  /** Of the files with something of PySpark in their text. */
  readonly spark: { readonly files: number; readonly lines: number }
  /** Sorted as the command line sorts them; paths from `cwd`. */
  readonly findings: readonly ReportedFinding[]
  /** Files that were not linted, or not by every rule: unreadable, crashed, or past their time. */
  readonly failures: readonly Failure[]
  /** Rules that threw, by file. */
  readonly troubles: readonly Failure[]
  /** Files whose analysis reached one of its bounds. */
  readonly bounded: readonly Failure[]
  /** All files that were looked at, slowest first. */
  readonly times: readonly { readonly path: string; readonly milliseconds: number; readonly lines: number }[]
  readonly seconds: number
  /** Of all threads. */
  readonly cpuSeconds: number
  /** The most memory that the program held, in bytes. */
  readonly memory: number
}

/** Lints every Python file and notebook below the paths, imports followed. Nothing is written or cached. */
export async function lintCorpus({ paths, cwd, profile, jobs, onProgress }: CorpusOptions): Promise<Corpus> {
  const started = performance.now()
  const cpu = process.cpuUsage()
  const style = styleFor(false)
  const io: Io = { out: () => {}, err: () => {}, outStyle: style, errStyle: style, cwd, env: {} }
  const configs = fileConfigs(rules, io, undefined, [{ source: "command line", values: { profile } }])
  const walked = findFiles(
    paths.map((each) => path.resolve(cwd, each)),
    (file) => configs.excludes(toSlashes(file)),
  )
  const run = await runFiles({
    files: walked.files,
    stdin: undefined,
    rules,
    configs,
    cwd,
    cache: undefined,
    minConfidence: undefined,
    fix: undefined,
    jobs,
    entry: path.join(ROOT, "server/src/cli.ts"),
    deadline: undefined,
    onProgress: (done, current) => onProgress?.(done, walked.files.length, current),
  })
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const memory = process.resourceUsage().maxRSS * 1024

  const results = [...run.results].map(([file, result]) => ({ path: shownPath(file, cwd), result }))
  const sizes = new Map(walked.files.map((file) => [shownPath(file, cwd), sizeOf(file)]))
  const spark = [...sizes.values()].filter((size) => size.spark)
  return {
    files: walked.files.length,
    notebooks: walked.files.filter((file) => file.endsWith(".ipynb")).length,
    lines: sum([...sizes.values()].map((size) => size.lines)),
    spark: { files: spark.length, lines: sum(spark.map((size) => size.lines)) },
    findings: results.flatMap(({ result }) => result.findings).sort(compareFindings),
    failures: [...walked.failures.map((each) => ({ ...each, path: shownPath(each.path, cwd) })), ...run.failures],
    troubles: results.flatMap((each) => each.result.troubles.map((reason) => ({ path: each.path, reason }))),
    bounded: results.flatMap(({ path: at, result: { bounded } }) =>
      bounded === undefined ? [] : [{ path: at, reason: bounded }],
    ),
    times: results
      .filter(({ result }) => result.milliseconds > 0)
      .map(({ path: at, result }) => ({
        path: at,
        milliseconds: result.milliseconds,
        lines: sizes.get(at)?.lines ?? 0,
      }))
      .sort((a, b) => b.milliseconds - a.milliseconds),
    seconds,
    cpuSeconds: (user + system) / 1e6,
    memory,
  }
}

/** The lines of a file, or of a notebook's code cells together; `cell` gives those of one of its cells. */
export function readLines(file: string): { readonly whole: string[]; readonly cell: (index: number) => string[] } {
  const content = readFileSync(file, "utf8")
  if (!file.endsWith(".ipynb")) return { whole: content.split("\n"), cell: () => [] }
  const notebook = readNotebook(content)
  const cells = notebook.ok ? notebook.cells : []
  return {
    whole: cells.flatMap((cell) => cell.text.split("\n")),
    cell: (index) => cells.find((cell) => cell.index === index)?.text.split("\n") ?? [],
  }
}

/** Things by what `key` gives for them, in the order in which keys first come. */
export function groupsOf<T>(things: readonly T[], key: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const thing of things) {
    const group = groups.get(key(thing))
    if (group === undefined) groups.set(key(thing), [thing])
    else group.push(thing)
  }
  return groups
}

function sizeOf(file: string): { lines: number; spark: boolean } {
  try {
    return {
      lines: readLines(file).whole.length,
      spark: hasSigns(readFileSync(file, "utf8"), file.endsWith(".ipynb")),
    }
  } catch {
    // The run has told why it cannot be read.
    return { lines: 0, spark: false }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
