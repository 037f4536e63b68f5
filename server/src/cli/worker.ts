import { parentPort, workerData } from "node:worker_threads"
import type { Rule } from "../../../rules/api.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { createEngine, type FileTask } from "./engine.ts"
import type { FileResult } from "./report.ts"

/** A task as it is sent: its configuration by number, since many files share one. */
export interface SentTask extends Omit<FileTask, "config"> {
  readonly configId: number
}

/** What a worker is started with: the folder that shown paths count from. */
export interface WorkerData {
  readonly cwd: string
}

/** Files to lint, and the configurations that the worker does not know yet. */
export interface SentBatch {
  readonly tasks: readonly SentTask[]
  readonly configs: readonly (readonly [id: number, config: ResolvedConfig])[]
}

/** The results of a batch, in its order. */
export type SentResults = readonly FileResult[]

/** Lints what the main thread sends, one batch after the other, until the thread is ended. */
export async function serveWorker(rules: readonly Rule[]): Promise<void> {
  const port = parentPort!
  const known = new Map<number, ResolvedConfig>()
  let last = createEngine(rules, (workerData as WorkerData).cwd)
  port.on("message", ({ tasks, configs }: SentBatch) => {
    for (const [id, config] of configs) known.set(id, config)
    last = last.then(async (engine) => {
      const results: FileResult[] = []
      const full = tasks.map(({ configId, ...task }) => ({ ...task, config: known.get(configId)! }))
      await engine.check(full, (_, result) => results.push(result))
      port.postMessage(results satisfies SentResults)
      return engine
    })
  })
  await last
}
