/** Runs Python programs with and without the runner, as a launcher would. */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { zstdDecompressSync } from "node:zlib"
import { withRunner } from "../../client/src/spark/runner.ts"

export const runnerFolder = fileURLToPath(new URL("../../runner", import.meta.url))
/** Programs of the tests. */
export const programs = fileURLToPath(new URL("runner", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The runner rides along. */
  readonly runner: boolean
  readonly cwd: string
  /** On top of the environment of the tests. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  readonly input?: string
}

/** Runs a program to its end. */
export function runWith(
  program: string,
  args: readonly string[],
  { runner, cwd, variables = {}, input = "" }: RunOptions,
): Promise<Ended> {
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONPATH: undefined, ...variables }
  if (runner) env.PYTHONPATH = withRunner(runnerFolder, env.PYTHONPATH, false)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "pipe", timeout: 400_000 })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    child.once("error", reject)
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }))
    child.stdin.on("error", () => {}) // it may not want to hear it
    child.stdin.end(input)
  })
}

/** What a log says of one stage. */
export interface Stage {
  readonly id: number
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  /** Run time of its tasks, milliseconds. */
  readonly ran: number
}

/** The text of the only event log in a folder, as Spark 3.5 writes it (plain, one file) or Spark 4 (zstd, in a folder). */
export function readEventLog(folder: string): string {
  const [name, ...more] = readdirSync(folder)
  if (name === undefined || more.length > 0) throw new Error(`${folder} has ${name ? more.length + 1 : 0} event logs`)
  const path = join(folder, name)
  if (statSync(path).isFile()) return readFileSync(path, "utf8")
  const parts = readdirSync(path).filter((part) => part.startsWith("events_"))
  return parts.map((part) => unzstd(readFileSync(join(path, part)))).join("")
}

/** Spark ends a frame whenever it flushes its log, and Node decompresses one frame. */
function unzstd(bytes: Buffer): string {
  const begin = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
  const texts: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    for (let end = start; ; ) {
      const next = bytes.indexOf(begin, end + begin.length)
      end = next < 0 ? bytes.length : next
      try {
        texts.push(zstdDecompressSync(bytes.subarray(start, end)))
        start = end
        break
      } catch (error) {
        // These four bytes may stand within a frame, too.
        if (next < 0) throw error
      }
    }
  }
  return Buffer.concat(texts).toString("utf8")
}

/** The stages that an event log tells of. */
export function stagesOf(log: string): Stage[] {
  const stages = new Map<number, Stage>()
  const ran = new Map<number, number>()
  for (const line of log.trim().split("\n")) {
    const event = JSON.parse(line)
    if (event.Event === "SparkListenerTaskEnd") {
      const id: number = event["Stage ID"]
      ran.set(id, (ran.get(id) ?? 0) + (event["Task Metrics"]?.["Executor Run Time"] ?? 0))
    } else if (event.Event === "SparkListenerStageSubmitted") {
      const { "Stage ID": id, "Stage Name": name } = event["Stage Info"]
      stages.set(id, { id, name, properties: event.Properties ?? {}, ran: 0 })
    }
  }
  return [...stages.values()].map((stage) => ({ ...stage, ran: ran.get(stage.id) ?? 0 }))
}

/** Settings for a log that is plain and in one file, whatever the version. */
export const logSettings = (folder: string): Record<string, string> => ({
  "spark.eventLog.enabled": "true",
  "spark.eventLog.dir": folder,
  "spark.eventLog.compress": "false",
  "spark.eventLog.rolling.enabled": "false",
})

/** `count at /x/job.py:49` in parts, by a stage's name or, for a stream's, by what the runner left; else undefined. */
export function lineOf({ name, properties }: Stage): { action: string; file: string; line: number } | undefined {
  for (const text of [name, properties["shufflewise.callSite"] ?? ""]) {
    const [, action, file, line] = /^(\S+) at (.*\.py):(\d+)$/.exec(text) ?? []
    if (action && file) return { action, file, line: Number(line) }
  }
  return undefined
}

/** The share of run time in stages that `known` knows no line of; 0 to 1. */
export function shareWithout(stages: readonly Stage[], known: (stage: Stage) => unknown): number {
  const sum = (some: readonly Stage[]): number => some.reduce((total, { ran }) => total + ran, 0)
  return sum(stages.filter((stage) => !known(stage))) / sum(stages)
}
