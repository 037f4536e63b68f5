import { Worker } from "node:worker_threads"
import type { ResolvedConfig } from "../config/types.ts"
import type { FileTask } from "./engine.ts"
import type { FileResult } from "./report.ts"
import type { SentBatch, SentResults, WorkerData } from "./worker.ts"

export interface PoolOptions {
  /** The program's own entry file: run in a thread it serves as a worker. */
  readonly entry: string
  /** The folder that shown paths count from. */
  readonly cwd: string
}

/** Files to lint on several threads at once. */
export interface PoolWork {
  readonly size: number
  readonly tasks: readonly FileTask[]
  readonly onResult: (index: number, result: FileResult) => void
}

/** A thread that is ready for more, and the configurations that it knows. */
interface Seat {
  readonly worker: Worker
  readonly known: Set<number>
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
 * blame becomes a failure, the others go on. Threads wait for more work until the pool is closed.
 */
export class Pool {
  private readonly options: PoolOptions
  private readonly configIds = new Map<ResolvedConfig, number>()
  private readonly idle: Seat[] = []

  constructor(options: PoolOptions) {
    this.options = options
  }

  async run(work: PoolWork): Promise<void> {
    const queue = batchesOf(work.tasks)
    // Keeps a worker at work until no batch is left, with a fresh one in place of each that is lost.
    const serve = async (): Promise<void> => {
      while (queue.length > 0) await this.shift(queue, work)
    }
    await Promise.all(Array.from({ length: work.size }, serve))
  }

  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map(({ worker }) => worker.terminate()))
  }

  private seat(): Seat {
    const workerData: WorkerData = { cwd: this.options.cwd }
    const idle = this.idle.pop()
    if (idle !== undefined) return idle
    const worker = new Worker(this.options.entry, { workerData })
    const seat: Seat = { worker, known: new Set() }
    // Of a thread that has nothing to do, or is being ended, nobody needs to hear more than this.
    worker.on("error", () => {})
    worker.on("exit", () => {
      const at = this.idle.indexOf(seat)
      if (at >= 0) this.idle.splice(at, 1)
    })
    return seat
  }

  /** One worker's work at a queue, until it is empty or the worker is lost. */
  private shift(queue: Batch[], { tasks, onResult }: PoolWork): Promise<void> {
    const seat = this.seat()
    const { worker, known } = seat
    const held: Batch[] = []
    return new Promise((resolve) => {
      let watchdog: NodeJS.Timeout | undefined
      const leave = (): void => {
        clearTimeout(watchdog)
        worker.off("message", onMessage).off("error", onError).off("exit", onExit)
      }
      const finish = (): void => {
        leave()
        this.idle.push(seat)
        resolve()
      }
      const lose = (reason: string): void => {
        const [lost, ...rest] = held
        queue.unshift(...rest)
        if (lost !== undefined && lost.length > 1) queue.unshift(...lost.map((index) => [index]))
        else if (lost !== undefined) onResult(lost[0]!, failed(reason))
        leave()
        void worker.terminate().then(() => resolve())
      }
      const watch = (): void => {
        clearTimeout(watchdog)
        const give = (held[0] ?? []).reduce((sum, index) => sum + tasks[index]!.deadline * 2, 10_000)
        watchdog = setTimeout(() => lose(`its analysis hung and was ended after ${give / 1000} s`), give)
      }
      const feed = (): void => {
        while (held.length < inFlight) {
          const batch = queue.shift()
          if (batch === undefined) break
          held.push(batch)
          worker.postMessage(this.pack(tasks, batch, known))
        }
        if (held.length === 0) finish()
        else watch()
      }
      const onMessage = (results: SentResults): void => {
        const batch = held.shift()!
        batch.forEach((index, at) => {
          onResult(index, results[at]!)
        })
        feed()
      }
      const onError = (error: Error): void => lose(`its analysis failed: ${error.message}`)
      const onExit = (): void => lose("its analysis ended the thread it ran on")
      worker.on("message", onMessage).on("error", onError).on("exit", onExit)
      feed()
    })
  }

  /** A batch as it is sent, with the configurations that the worker does not know. */
  private pack(all: readonly FileTask[], batch: Batch, known: Set<number>): SentBatch {
    const configs: [number, ResolvedConfig][] = []
    const tasks = batch.map((index) => {
      const { config, ...task } = all[index]!
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
  return { findings: [], failures: [reason], troubles: [], outgoing: [], repeatable: false, milliseconds: 0 }
}
