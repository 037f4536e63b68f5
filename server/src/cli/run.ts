import { availableParallelism } from "node:os"
import path from "node:path"
import type { Confidence, Rule } from "../../../rules/api.ts"
import type { Configs } from "../config/index.ts"
import { toSlashes } from "../config/paths.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { digest, type ResultCache } from "./cache.ts"
import { shownPath } from "./config-files.ts"
import type { FileTask } from "./engine.ts"
import { runPool } from "./pool.ts"
import { decode, type ReadFailure, readBytes } from "./read.ts"
import { canMatter } from "./relevance.ts"
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

/** What a file's result is filed under, and where. */
interface Pending {
  readonly file: string
  readonly key: string
  readonly task: FileTask
}

const nothing: FileResult = { findings: [], failures: [], troubles: [], repeatable: true }

/** Starting a thread costs about as much as linting so many bytes of text. */
const bytesWorthAThread = 400_000

/** Reads files, takes from the cache what has not changed, and lints the rest, on several threads where that pays. */
export async function runFiles(input: RunInput): Promise<RunResult> {
  const results = new Map<string, FileResult>()
  const failures: Failure[] = []
  const pending: Pending[] = []
  const prepare = preparer(input)
  const begin = (file: string, shown: string, bytes: Buffer | ReadFailure): void => {
    const prepared = "reason" in bytes ? bytes : prepare(file, shown, bytes)
    if ("reason" in prepared) failures.push({ path: shown, reason: prepared.reason })
    else if ("task" in prepared) pending.push(prepared)
    else results.set(file, prepared)
  }
  if (input.stdin !== undefined) begin(path.resolve(input.cwd, input.stdin.path), input.stdin.path, input.stdin.bytes)
  for (const file of input.files) begin(file, shownPath(file, input.cwd), readBytes(file))

  let fixed = 0
  await lintAll(pending, input, (index, result) => {
    const { file, key, task } = pending[index]!
    results.set(file, result)
    if (result.repeatable && result.fixed === undefined) input.cache?.put(task.path, key, result)
    const reasons = [...result.failures]
    if (result.fixed !== undefined) {
      const reason = writeFixed(file, task.content, result.fixed.content)
      if (reason === undefined) fixed += result.fixed.count
      else reasons.push(reason)
    }
    for (const reason of reasons) failures.push({ path: task.path, reason })
    input.onProgress(results.size, task.path)
  })
  return { results, failures, fixed }
}

/** Tells from a file's bytes what its result is, if that is known already, or what is to be linted. */
function preparer(input: RunInput): (file: string, shown: string, bytes: Buffer) => FileResult | Pending | ReadFailure {
  const keys = new Map<ResolvedConfig, string>()
  return (file, shown, bytes) => {
    const { config } = input.configs.forFile(toSlashes(file))
    let configKey = keys.get(config)
    if (configKey === undefined) {
      configKey = JSON.stringify([config, [...config.rules], [...config.tables], [...config.conf], input.minConfidence])
      keys.set(config, configKey)
    }
    const key = digest(bytes, configKey, shown)
    const cached = input.cache?.get(shown, key)
    if (cached !== undefined && (input.fix === undefined || !isFixable(cached))) return cached
    const read = decode(bytes)
    if ("reason" in read) return read
    const isNotebook = shown.endsWith(".ipynb")
    if (!canMatter(read.text, isNotebook)) {
      input.cache?.put(shown, key, nothing)
      return nothing
    }
    const task: FileTask = {
      path: shown,
      content: read.text,
      isNotebook,
      config,
      minConfidence: input.minConfidence,
      fix: input.fix,
      // A thousand lines take about 20 ms; a busy machine is slower, never by this much.
      deadline: input.deadline ?? 10_000 + Math.round(read.text.length / 100),
    }
    return { file, key, task }
  }
}

async function lintAll(
  pending: readonly Pending[],
  input: RunInput,
  onResult: (index: number, result: FileResult) => void,
): Promise<void> {
  if (pending.length === 0) return
  const tasks = pending.map(({ task }) => task)
  const size = threadsFor(tasks, input.jobs ?? availableParallelism())
  if (size > 1) return runPool({ entry: input.entry, size, tasks, onResult })
  const { createEngine } = await import("./engine.ts")
  const engine = await createEngine(input.rules)
  await engine.check(tasks, onResult)
}

function threadsFor(tasks: readonly FileTask[], jobs: number): number {
  const bytes = tasks.reduce((sum, task) => sum + task.content.length, 0)
  return Math.min(jobs, tasks.length, Math.ceil(bytes / bytesWorthAThread))
}

function isFixable({ findings }: FileResult): boolean {
  return findings.some(({ fixes }) => fixes.some((fix) => fix.edits.length > 0))
}
