import { parentPort } from "node:worker_threads"
import type { Rule } from "../../../rules/api.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { createEngine, type FileTask } from "./engine.ts"
import type { FileResult } from "./report.ts"

/** A task as it is sent: its configuration by number, since many files share one. */
export interface SentTask extends Omit<FileTask, "config"> {
  readonly id: number
  readonly configId: number
  /** Sent along the first time. */
  readonly config?: ResolvedConfig
}

export interface SentResult {
  readonly id: number
  readonly result: FileResult
}

/** Lints what the main thread sends, one file after the other, until the thread is ended. */
export async function serveWorker(rules: readonly Rule[]): Promise<void> {
  const port = parentPort!
  const configs = new Map<number, ResolvedConfig>()
  const engine = createEngine(rules)
  let last: Promise<void> = engine.then(() => undefined)
  port.on("message", ({ id, configId, config, ...task }: SentTask) => {
    if (config !== undefined) configs.set(configId, config)
    last = last.then(async () => {
      const result = await (await engine).check({ ...task, config: configs.get(configId)! })
      port.postMessage({ id, result } satisfies SentResult)
    })
  })
  await last
}
