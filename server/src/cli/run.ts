import path from "node:path"
import type { Confidence, Rule } from "../../../rules/api.ts"
import { CallSites, type ParameterTypes } from "../analysis/call-sites.ts"
import type { Launches } from "../analysis/launch/index.ts"
import { bringsSpark, toldKey } from "../analysis/told.ts"
import type { Configs } from "../config/index.ts"
import { toSlashes } from "../config/paths.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { digest, type ResultCache } from "./cache.ts"
import { shownPath } from "./config-files.ts"
import { DataSizes } from "./data-sizes.ts"
import { Disk } from "./disk.ts"
import type { FileTask } from "./engine.ts"
import { ImportReader } from "./import-facts.ts"
import { readLaunches } from "./launch-files.ts"
import { Linter } from "./linter.ts"
import { decode, type ReadFailure, readBytes } from "./read.ts"
import type { Failure, FileResult } from "./report.ts"
import { writeFixed } from "./write.ts"

export interface RunInput {
  /** Absolute paths. */
  readonly files: readonly string[]
  /** A text that stands in no file. */
  readonly stdin: { readonly path: string; readonly bytes: Buffer } | undefined
  readonly rules: readonly Rule[]
  readonly configs: Configs
  readonly cwd: string
  readonly cache: ResultCache | undefined
  readonly minConfidence: Confidence | undefined
  readonly fix: { readonly unsafe: boolean } | undefined
  /** Threads at most; undefined: as many as there are processors. */
  readonly jobs: number | undefined
  /** The program's entry file, which workers run. */
  readonly entry: string
  /** Milliseconds for one file; undefined: by its size. */
  readonly deadline: number | undefined
  readonly onProgress: (done: number, path: string) => void
}

export interface RunResult {
  /** By absolute path. */
  readonly results: ReadonlyMap<string, FileResult>
  readonly failures: readonly Failure[]
  /** Findings whose fixes were written. */
  readonly fixed: number
}

/** A file to lint. */
interface Subject {
  /** Absolute. */
  readonly file: string
  readonly task: Omit<FileTask, "parameters">
  /** What it holds, by digest. */
  readonly content: string
  readonly configKey: string
}

/** A file with what its result is filed under. */
interface Keyed extends Subject {
  readonly key: string
  /** PySpark is in it, or in something that it imports. */
  readonly spark: boolean
}

const nothing: FileResult = {
  findings: [],
  failures: [],
  troubles: [],
  outgoing: [],
  repeatable: true,
  milliseconds: 0,
}

/**
 * Times that all files are looked at: what one round learns of calls, the next tells to the functions that are called.
 * The first tells nothing, so that the outcome depends on the files alone and not on an earlier run.
 */
const maxRounds = 3

/** Reads files, takes from the cache what has not changed, and lints the rest, on several threads where that pays. */
export async function runFiles(input: RunInput): Promise<RunResult> {
  const linter = new Linter(input)
  try {
    return await runWith(linter, input)
  } finally {
    await linter.close()
  }
}

async function runWith(linter: Linter, input: RunInput): Promise<RunResult> {
  const failures: Failure[] = []
  const subjects: Subject[] = []
  const reader = new ImportReader(new Disk(toSlashes(input.cwd)))
  const prepare = preparer(input, readLaunches(input.cwd))
  const begin = (file: string, shown: string, bytes: Buffer | ReadFailure): void => {
    const prepared = "reason" in bytes ? bytes : prepare(file, shown, bytes)
    if ("reason" in prepared) failures.push({ path: shown, reason: prepared.reason })
    else {
      subjects.push(prepared)
      reader.add(prepared.task.file, prepared.task.content, prepared.task.isNotebook)
    }
  }
  if (input.stdin !== undefined) begin(path.resolve(input.cwd, input.stdin.path), input.stdin.path, input.stdin.bytes)
  for (const file of input.files) begin(file, shownPath(file, input.cwd), readBytes(file))
  const keyed = subjects.map((subject): Keyed => {
    const { digest: imports, spark } = reader.of(subject.task.file)
    return { ...subject, spark, key: digest(subject.content, subject.configKey, subject.task.path, imports) }
  })

  const results = new Map<string, FileResult>()
  const parameters = await lintRounds(keyed, results, linter, input)
  const fixed = input.fix === undefined ? 0 : await fixAll(keyed, results, parameters, linter, input, failures)
  for (const { file, task } of keyed)
    for (const reason of results.get(file)!.failures) failures.push({ path: task.path, reason })
  return { results, failures, fixed }
}

type Parameters = ReadonlyMap<string, ParameterTypes>

/** Fills in the results; gives what files' functions are called with. */
async function lintRounds(
  files: readonly Keyed[],
  results: Map<string, FileResult>,
  linter: Linter,
  input: RunInput,
): Promise<Parameters> {
  const sites = new CallSites()
  const sizes = new DataSizes(toSlashes(input.cwd))
  const told = new Map<string, string>()
  let parameters: Parameters = new Map()
  for (let round = 1; round <= maxRounds; round++) {
    const given = parameters
    const due = files.filter(({ file, task }) => told.get(file) !== toldKey(given.get(task.file)))
    if (due.length === 0) break
    const pending: Keyed[] = []
    const take = ({ file, task }: Keyed, result: FileResult): void => {
      results.set(file, result)
      sites.note(task.file, result.outgoing)
      if (round === 1) input.onProgress(results.size, task.path)
    }
    for (const each of due) {
      const key = toldKey(given.get(each.task.file))
      told.set(each.file, key)
      if (!each.spark && !bringsSpark(given.get(each.task.file))) take(each, nothing)
      else {
        const cached = input.cache?.get(each.task.path, each.key, key)
        if (cached === undefined || !sizes.hold(each.task.file, cached.lookedUp ?? {})) pending.push(each)
        else take(each, cached)
      }
    }
    const tasks = pending.map(({ task }): FileTask => ({ ...task, parameters: given.get(task.file) }))
    await linter.check(tasks, (index, result) => {
      const each = pending[index]!
      take(each, result)
      if (result.repeatable) input.cache?.put(each.task.path, each.key, told.get(each.file)!, result)
    })
    parameters = sites.all()
  }
  return parameters
}

/** Fixes files, and writes them when all are done: until then what they import is as it was. Gives the number of findings. */
async function fixAll(
  files: readonly Keyed[],
  results: Map<string, FileResult>,
  parameters: Parameters,
  linter: Linter,
  input: RunInput,
  failures: Failure[],
): Promise<number> {
  const fixable = files.filter(({ file }) => isFixable(results.get(file)!))
  const tasks = fixable.map(
    ({ task }): FileTask => ({ ...task, parameters: parameters.get(task.file), fix: input.fix! }),
  )
  await linter.check(tasks, (index, result) => results.set(fixable[index]!.file, result))
  let count = 0
  for (const { file, task } of fixable) {
    const { fixed } = results.get(file)!
    if (fixed === undefined) continue
    const reason = writeFixed(file, task.content, fixed.content)
    if (reason === undefined) count += fixed.count
    else failures.push({ path: task.path, reason })
  }
  return count
}

/** Tells from a file's bytes what is to be linted. */
function preparer(
  input: RunInput,
  launches: Launches,
): (file: string, shown: string, bytes: Buffer) => Subject | ReadFailure {
  const keys = new Map<ResolvedConfig, string>()
  return (file, shown, bytes) => {
    const { config } = input.configs.forFile(toSlashes(file))
    let configKey = keys.get(config)
    if (configKey === undefined) {
      configKey = JSON.stringify([config, [...config.rules], [...config.tables], [...config.conf], input.minConfidence])
      keys.set(config, configKey)
    }
    const read = decode(bytes)
    if ("reason" in read) return read
    const launch = launches.of(toSlashes(file))
    const task: Subject["task"] = {
      path: shown,
      file: toSlashes(file),
      content: read.text,
      isNotebook: shown.endsWith(".ipynb"),
      launch,
      config,
      minConfidence: input.minConfidence,
      // A thousand lines take about 20 ms; a busy machine is slower, never by this much.
      deadline: input.deadline ?? 10_000 + Math.round(read.text.length / 100),
    }
    const launchKey = launch.length === 0 ? "" : JSON.stringify(launch)
    return { file, task, content: digest(bytes), configKey: configKey + launchKey }
  }
}

function isFixable({ findings }: FileResult): boolean {
  return findings.some(({ fixes }) => fixes.some((fix) => fix.edits.length > 0))
}
