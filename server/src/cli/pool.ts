import { Worker } from "node:worker_threads"
import type { ResolvedConfig } from "../config/types.ts"
import type { FileTask } from "./engine.ts"
import type { FileResult } from "./report.ts"
import type { SentBatch, SentResults } from "./worker.ts"

export interface PoolOptions {
  /** The program's own entry file: run in a thread it serves as a worker. */
  readonly entry: string
  readonly size: number
  readonly tasks: readonly FileTask[]
  readonly onResult: (index: number, result: FileResult) => void
}

/** Indexes of tasks that are sent together. */
type Batch = readonly number[]

/** Batches that one worker holds: while it works on one, the next is already on its way. */
const inFlight = 2

/** Characters of a batch: enough that sending it costs nothing beside linting it, few enough to share the work evenly. */
const batchSize = 60_000

/**
 * Lints files on several threads. A worker that dies, or does not answer within twice its files' deadlines (it stops
 * slow work by itself, so then it cannot), is replaced. The files it was at are linted one by one: the one that is to
 * blame becomes a failure, the others go on.
 */
export async function runPool(options: PoolOptions): Promise<void> {
  const pool = new Pool(options)
  await Promise.all(Array.from({ length: options.size }, () => pool.seat()))
}

class Pool {
  private readonly options: PoolOptions
  private readonly queue: Batch[]
  private readonly configIds = new Map<ResolvedConfig, number>()

  constructor(options: PoolOptions) {
    this.options = options
    this.queue = batchesOf(options.tasks)
  }

  /** Keeps one worker at work until no batch is left, with a fresh one in place of each that is lost. */
  async seat(): Promise<void> {
    while (this.queue.length > 0) await this.shift()
  }

  /** The life of one worker. */
  private shift(): Promise<void> {
    const { entry, tasks, onResult } = this.options
    const worker = new Worker(entry)
    const known = new Set<number>()
    const held: Batch[] = []
    return new Promise((resolve) => {
      let watchdog: NodeJS.Timeout | undefined
      const finish = (): void => {
        clearTimeout(watchdog)
        worker.removeAllListeners()
        // What a dying thread still says is of no use to anybody.
        worker.on("error", () => {})
        void worker.terminate().then(() => resolve())
      }
      const lose = (reason: string): void => {
        const [lost, ...rest] = held
        this.queue.unshift(...rest)
        if (lost !== undefined && lost.length > 1) this.queue.unshift(...lost.map((index) => [index]))
        else if (lost !== undefined) onResult(lost[0]!, failed(reason))
        finish()
      }
      const watch = (): void => {
        clearTimeout(watchdog)
        const give = (held[0] ?? []).reduce((sum, index) => sum + tasks[index]!.deadline * 2, 10_000)
        watchdog = setTimeout(() => lose(`its analysis hung and was ended after ${give / 1000} s`), give)
      }
      const feed = (): void => {
        while (held.length < inFlight) {
          const batch = this.queue.shift()
          if (batch === undefined) break
          held.push(batch)
          worker.postMessage(this.pack(batch, known))
        }
        if (held.length === 0) finish()
        else watch()
      }
      worker.on("message", (results: SentResults) => {
        const batch = held.shift()!
        batch.forEach((index, at) => {
          onResult(index, results[at]!)
        })
        feed()
      })
      worker.on("error", (error) => lose(`its analysis failed: ${error.message}`))
      worker.on("exit", () => lose("its analysis ended the thread it ran on"))
      feed()
    })
  }

  /** A batch as it is sent, with the configurations that the worker does not know. */
  private pack(batch: Batch, known: Set<number>): SentBatch {
    const configs: [number, ResolvedConfig][] = []
    const tasks = batch.map((index) => {
      const { config, ...task } = this.options.tasks[index]!
      const configId = this.configIds.get(config) ?? this.configIds.size
      this.configIds.set(config, configId)
      if (!known.has(configId)) configs.push([configId, config])
      known.add(configId)
      return { ...task, configId }
    })
    return { tasks, configs }
  }
}

function batchesOf(tasks: readonly FileTask[]): Batch[] {
  const batches: number[][] = []
  let size = Infinity
  tasks.forEach((task, index) => {
    if (size + task.content.length > batchSize) {
      batches.push([])
      size = 0
    }
    batches.at(-1)!.push(index)
    size += task.content.length
  })
  return batches
}

function failed(reason: string): FileResult {
  return { findings: [], failures: [reason], troubles: [], repeatable: false }
}
