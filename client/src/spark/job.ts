/** One run of a job on the embedded local Spark: its process, its end, and its Spark UI while it lives. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { get } from "node:http"
import { createServer } from "node:net"
import { constants } from "node:os"
import { setTimeout as setTimeoutPromise } from "node:timers/promises"

const WINDOWS = process.platform === "win32"
/** How long a job that is asked to end may take, in milliseconds. */
const GRACE_MS = 3000
/** How often the Spark UI is asked for until it answers, in milliseconds. */
const UI_POLL_MS = 400

export interface JobOptions {
  readonly python: string
  /** The job's file and its arguments. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly uiPort: number
  onOutput(text: string): void
  /** The Spark UI answers at this address. */
  onUi(url: string): void
  /** The job is over. `code` is its exit code; 128 + the signal's number when a signal ended it. */
  onEnd(code: number): void
}

/** A running job. */
export interface Job {
  /** Ends Python, the JVM and Spark's workers: they share a process group. Resolves when the job is gone. */
  stop(): Promise<void>
}

/** Starts a job. Problems of starting come through `onOutput` and `onEnd(127)`. */
export function startJob(options: JobOptions): Job {
  const child = spawn(options.python, [...options.args], {
    cwd: options.cwd,
    env: options.env,
    detached: !WINDOWS,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  })
  child.stdout.setEncoding("utf8").on("data", (text: string) => options.onOutput(text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => options.onOutput(text))
  const stopPolling = pollUi(options.uiPort, options.onUi)
  const leaderGone = new Promise<number>((resolve) => {
    child.once("error", (error) => {
      options.onOutput(`${options.python} could not be started: ${error.message}\n`)
      resolve(127)
    })
    child.once("exit", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })
  const over = leaderGone.then(async (code) => {
    stopPolling()
    await groupGone(child)
    options.onEnd(code)
  })
  return {
    async stop() {
      signalGroup(child, "SIGTERM")
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS)
      await over
      clearTimeout(timer)
    },
  }
}

/**
 * Waits for the JVM, which outlives its Python by the moment that it takes to delete its temporary files. One that
 * stays longer would keep its port and its memory: it is killed.
 */
async function groupGone(child: ChildProcess): Promise<void> {
  const deadline = performance.now() + GRACE_MS
  while (signalGroup(child, 0)) {
    if (performance.now() > deadline) {
      signalGroup(child, "SIGKILL")
      return
    }
    await setTimeoutPromise(50)
  }
}

/** Calls `onUi` once, when the Spark UI answers. @returns what ends the polling */
function pollUi(port: number, onUi: (url: string) => void): () => void {
  let over = false
  const stop = (): void => {
    over = true
    clearInterval(timer)
  }
  const timer = setInterval(() => {
    const request = get({ host: "127.0.0.1", port, path: "/api/v1/applications", timeout: UI_POLL_MS }, (response) => {
      response.resume()
      if (response.statusCode !== 200 || over) return
      stop()
      onUi(`http://127.0.0.1:${port}`)
    })
    request.on("error", () => {})
    request.on("timeout", () => request.destroy())
  }, UI_POLL_MS)
  return stop
}

/** Signals a job's whole process group; 0 only asks whether it is there. @returns whether it was */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false
  if (WINDOWS) {
    return signal !== 0 && spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"]).status === 0
  }
  try {
    return process.kill(-child.pid, signal)
  } catch {
    return false
  }
}

/** A loopback port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
