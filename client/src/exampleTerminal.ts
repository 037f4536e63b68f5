/** The terminal of an example job's task: finds Python and Java, runs the job, shows its output, ends all of it. */
import { mkdir } from "node:fs/promises"
import * as vscode from "vscode"
import { commands } from "./commandNames.ts"
import type { Example } from "./examples.ts"
import { locateSparkEnvironment } from "./locate.ts"
import { jobVariables } from "./spark/environment.ts"
import { prepareEventLogs } from "./spark/eventLogs.ts"
import { freePort, type Job, startJob } from "./spark/job.ts"
import type { Along } from "./spark/runner.ts"
import type { SparkUi } from "./sparkUi.ts"

const WINDOWS = process.platform === "win32"
/** A terminal that ends sooner after it was opened, in milliseconds, is said to have "failed to launch". */
const LAUNCH_MS = 600
/** Exit code of a job that could not be started, as a shell's. */
const CANNOT_START = 127

export class ExampleTerminal implements vscode.Pseudoterminal {
  private readonly writer = new vscode.EventEmitter<string>()
  private readonly closer = new vscode.EventEmitter<number>()
  readonly onDidWrite = this.writer.event
  readonly onDidClose = this.closer.event
  private readonly example: Example
  private readonly args: readonly string[]
  private readonly folder: string
  private readonly along: Along
  private readonly ui: SparkUi
  private job: Job | undefined
  private closed = false
  private openedAt = 0

  /**
   * `folder` is where the job runs and may leave files; `args` follow the job's file on its command line; `along` is what
   * rides along with it.
   */
  constructor(example: Example, args: readonly string[], folder: string, along: Along, ui: SparkUi) {
    this.example = example
    this.args = args
    this.folder = folder
    this.along = along
    this.ui = ui
  }

  open(): void {
    this.openedAt = performance.now()
    this.run().catch((error: Error) => this.end(CANNOT_START, error.message))
  }

  /** The user ended the task or closed the terminal. */
  close(): void {
    this.closed = true
    void this.job?.stop()
  }

  /** Ctrl-C in the terminal. */
  handleInput(data: string): void {
    if (data.includes("\x03")) void this.job?.stop()
  }

  private async run(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      this.end(CANNOT_START, "The workspace is in Restricted Mode, in which nothing is run. Trust it first.")
      return
    }
    const found = await locateSparkEnvironment()
    if ("problem" in found) {
      this.end(CANNOT_START, found.problem)
      const settings = "Open Settings"
      const answer = await vscode.window.showErrorMessage(found.problem, settings)
      if (answer === settings) await vscode.commands.executeCommand(commands.openSettings)
      return
    }
    await mkdir(this.folder, { recursive: true })
    if (this.along.eventLog) await prepareEventLogs(this.along.eventLog)
    const uiPort = await freePort()
    if (this.closed) return
    const { python, java } = found
    this.say(
      `${this.example.name}.py on PySpark ${python.pyspark}, Python ${python.version}, Java ${java.major}, local mode`,
    )
    this.job = startJob({
      python: python.program,
      args: [this.example.path, ...this.args],
      cwd: this.folder,
      env: { ...process.env, ...jobVariables(found, { uiPort, ...this.along }, process.env, WINDOWS) },
      uiPort,
      onOutput: (text) => this.writer.fire(text.replace(/\r?\n/g, "\r\n")),
      onUi: (url) => {
        this.say(`Spark UI while the job runs: ${url}`)
        this.ui.show(url)
      },
      onEnd: (code) => {
        this.ui.hide()
        this.end(code)
      },
    })
    if (this.closed) await this.job.stop()
  }

  private say(text: string): void {
    this.writer.fire(`\x1b[2m${text}\x1b[0m\r\n`)
  }

  private end(code: number, reason?: string): void {
    if (reason) this.writer.fire(`\x1b[31m${reason.replace(/\r?\n/g, "\r\n")}\x1b[0m\r\n`)
    this.say(code === 0 ? "The job ended with exit code 0." : `The job failed with exit code ${code}.`)
    const soonest = this.openedAt + LAUNCH_MS
    setTimeout(() => this.closer.fire(code), Math.max(0, soonest - performance.now()))
  }
}
