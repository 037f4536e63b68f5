import { availableParallelism } from "node:os"
import type { Rule } from "../../../rules/api.ts"
import type { Engine, FileTask } from "./engine.ts"
import { Pool } from "./pool.ts"
import type { FileResult } from "./report.ts"

export interface LinterOptions {
  readonly rules: readonly Rule[]
  readonly cwd: string
  /** Threads at most; undefined: as many as there are processors. */
  readonly jobs: number | undefined
  /** The program's entry file, which workers run. */
  readonly entry: string
}

/** Starting a thread costs about as much as linting so many bytes of text. */
const bytesWorthAThread = 400_000

/** Lints texts in this thread or in others, by how many there are; what was started once goes on being used. */
export class Linter {
  private readonly options: LinterOptions
  private pool: Pool | undefined
  private engine: Promise<Engine> | undefined

  constructor(options: LinterOptions) {
    this.options = options
  }

  async check(tasks: readonly FileTask[], onResult: (index: number, result: FileResult) => void): Promise<void> {
    if (tasks.length === 0) return
    const size = this.threadsFor(tasks)
    if (size > 1 || this.pool !== undefined) {
      this.pool ??= new Pool(this.options)
      return this.pool.run({ size, tasks, onResult })
    }
    this.engine ??= this.load()
    await (await this.engine).check(tasks, onResult)
  }

  async close(): Promise<void> {
    await this.pool?.close()
  }

  private async load(): Promise<Engine> {
    const { createEngine } = await import("./engine.ts")
    return createEngine(this.options.rules, this.options.cwd)
  }

  private threadsFor(tasks: readonly FileTask[]): number {
    const bytes = tasks.reduce((sum, task) => sum + task.content.length, 0)
    const jobs = this.options.jobs ?? availableParallelism()
    return Math.min(jobs, tasks.length, Math.ceil(bytes / bytesWorthAThread))
  }
}
