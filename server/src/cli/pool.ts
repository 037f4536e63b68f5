import { Worker } from "node:worker_threads"
import type { ResolvedConfig } from "../config/types.ts"
import type { FileTask } from "./engine.ts"
import type { FileResult } from "./report.ts"
import type { SentResult, SentTask } from "./worker.ts"

export interface PoolOptions {
  /** The program's own entry file: run in a thread it serves as a worker. */
  readonly entry: string
  readonly size: number
  readonly tasks: readonly FileTask[]
  readonly onResult: (index: number, result: FileResult) => void
}

/** Tasks that one worker holds: while it works on one, the next is already on its way. */
const inFlight = 2

/**
 * Lints files on several threads. A worker that dies, or does not answer within twice a file's deadline (it stops slow
 * work by itself, so then it cannot), is replaced: the file it was at becomes a failure, the others go on.
 */
export async function runPool(options: PoolOptions): Promise<void> {
  const pool = new Pool(options)
  await Promise.all(Array.from({ length: options.size }, () => pool.seat()))
}

class Pool {
  private readonly options: PoolOptions
  private next = 0
  private readonly configIds = new Map<ResolvedConfig, number>()

  constructor(options: PoolOptions) {
    this.options = options
  }

  /** Keeps one worker at work until no task is left, with a fresh one in place of each that is lost. */
  async seat(): Promise<void> {
    let left: number[] = []
    while (left.length > 0 || this.next < this.options.tasks.length) left = await this.shift(left)
  }

  /** The life of one worker. Gives the tasks that it held and never began. */
  private shift(first: readonly number[]): Promise<number[]> {
    const { entry, tasks, onResult } = this.options
    const worker = new Worker(entry)
    const known = new Set<number>()
    const waiting = [...first]
    const held: number[] = []
    return new Promise((resolve) => {
      let watchdog: NodeJS.Timeout | undefined
      const finish = (): void => {
        clearTimeout(watchdog)
        worker.removeAllListeners()
        // What a dying thread still says is of no use to anybody.
        worker.on("error", () => {})
        void worker.terminate().then(() => resolve([...held, ...waiting]))
      }
      const lose = (reason: string): void => {
        const lost = held.shift()
        if (lost !== undefined) onResult(lost, { findings: [], failures: [reason], troubles: [], repeatable: false })
        finish()
      }
      const watch = (): void => {
        clearTimeout(watchdog)
        const current = held[0]
        if (current === undefined) return
        const { deadline } = tasks[current]!
        const give = deadline * 2 + 10_000
        watchdog = setTimeout(() => lose(`its analysis hung and was ended after ${give / 1000} s`), give)
      }
      const feed = (): void => {
        while (held.length < inFlight) {
          const index = waiting.shift() ?? (this.next < tasks.length ? this.next++ : undefined)
          if (index === undefined) break
          held.push(index)
          worker.postMessage(this.pack(index, known))
        }
        if (held.length === 0) finish()
      }
      worker.on("message", ({ id, result }: SentResult) => {
        held.splice(held.indexOf(id), 1)
        onResult(id, result)
        feed()
        watch()
      })
      worker.on("error", (error) => lose(`its analysis failed: ${error.message}`))
      worker.on("exit", () => lose("its analysis ended the thread it ran on"))
      feed()
      watch()
    })
  }

  private pack(index: number, known: Set<number>): SentTask {
    const { config, ...task } = this.options.tasks[index]!
    const configId = this.configIds.get(config) ?? this.configIds.size
    this.configIds.set(config, configId)
    if (known.has(configId)) return { ...task, id: index, configId }
    known.add(configId)
    return { ...task, id: index, configId, config }
  }
}
