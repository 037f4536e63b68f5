/** Child processes in groups of their own, so that what they start ends with them. */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process"
import { constants } from "node:os"

const WINDOWS = process.platform === "win32"
const running = new Set<ChildProcess>()
let signalled = false

/** Starts `command` as the leader of a new process group. It is ended with us, whatever ends us but SIGKILL. */
export function startGroup(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { ...options, detached: !WINDOWS })
  running.add(child)
  child.once("exit", () => {
    // Whatever the leader left behind in its group goes too.
    signalGroup(child, "SIGTERM")
    running.delete(child)
  })
  child.once("error", () => running.delete(child))
  return child
}

/** Ends a group: asks it to, and after `graceMs` milliseconds kills it. Resolves when its leader is gone. */
export async function endGroup(child: ChildProcess, graceMs = 3000): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  signalGroup(child, "SIGTERM")
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs)
  await gone
  clearTimeout(timer)
}

/** Ends every group that is still running. */
export async function endAll(graceMs = 3000): Promise<void> {
  await Promise.all([...running].map((child) => endGroup(child, graceMs)))
}

/** From now on SIGINT, SIGTERM and SIGHUP end every group first, and a plain exit kills what is left. */
export function endChildrenWithUs(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (signalled) return
      signalled = true
      void endAll().finally(() => process.exit(128 + constants.signals[signal]))
    })
  }
  process.on("exit", () => {
    for (const child of running) signalGroup(child, "SIGKILL")
  })
}

/** True once a signal asked us to end: a child's failure is then no news. */
export function isEnding(): boolean {
  return signalled
}

/**
 * Runs a command to its end with its output passed through, or to `onOutput`.
 * @returns its exit code; 128 + the signal's number when a signal ended it, 127 when it could not be started.
 */
export function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
  onOutput?: (chunk: string, stream: "stdout" | "stderr") => void,
): Promise<number> {
  return new Promise((resolve) => {
    const stdio = onOutput ? (["ignore", "pipe", "pipe"] as const) : (["ignore", "inherit", "inherit"] as const)
    const child = startGroup(command, args, { stdio: [...stdio], ...options })
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream]?.setEncoding("utf8").on("data", (chunk: string) => onOutput?.(chunk, stream))
    }
    child.once("error", (error) => {
      const text = `${command}: ${error.message}\n`
      if (onOutput) onOutput(text, "stderr")
      else process.stderr.write(text)
      resolve(127)
    })
    child.once("close", (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  if (WINDOWS) {
    spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"])
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}
