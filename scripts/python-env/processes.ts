import { spawn } from "node:child_process"

export interface Outcome {
  /** null: ended by a signal, or never started. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Ends the process after this many milliseconds. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly env?: NodeJS.ProcessEnv
  /** Called with each line of its standard output as it comes. */
  readonly onLine?: (line: string) => void
}

/** Runs a program to its end, with no shell between. Never rejects: a program that is not there has code null. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      env: options.env ?? process.env,
      signal: options.signal,
    })
    // Not spawn's own timeout: its timer outlives a program that is not there, and holds the process up.
    const killer = options.timeout === undefined ? undefined : setTimeout(() => child.kill(), options.timeout)
    const end = (outcome: Outcome) => {
      clearTimeout(killer)
      resolve(outcome)
    }
    let stdout = ""
    let stderr = ""
    let pending = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      const lines = (pending + text).split(/\r?\n/)
      pending = lines.pop() ?? ""
      for (const line of lines) options.onLine?.(line)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    child.on("error", (error) => end({ code: null, stdout, stderr: stderr || error.message }))
    child.on("close", (code) => end({ code, stdout, stderr }))
  })
}
