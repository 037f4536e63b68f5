import { join } from "node:path"
import { runProgram } from "../python-env/processes.ts"
import { ensureEnv } from "../python-env.ts"
import type { GeneratorContext } from "./generator.ts"

/** The two releases whose facts are merged: the oldest and the newest that we support. */
const releases = ["spark35", "spark4"] as const

const running = new Map<string, Promise<unknown[]>>()

/**
 * Runs one of our introspecting scripts in the environment of each release, one after the other; each script once,
 * however many generators ask.
 * @returns what it printed for the old release and for the new one
 */
export async function introspect<T>(script: string, context: GeneratorContext): Promise<{ old: T; now: T }> {
  let answers = running.get(script)
  if (!answers) {
    answers = runInEach(script, context)
    running.set(script, answers)
  }
  const [old, now] = (await answers) as [T, T]
  return { old, now }
}

async function runInEach(script: string, { root, say }: GeneratorContext): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const name of releases) {
    const env = await ensureEnv(name, { root, say })
    const { code, stdout, stderr } = await runProgram(env.python, [join(root, "scripts", script)], {
      env: { ...process.env, ...env.variables },
      timeout: 600_000,
    })
    if (code !== 0) throw new Error(`${script} failed on PySpark ${env.spark} (exit ${code}): ${stderr.slice(-2000)}`)
    answers.push(JSON.parse(stdout))
  }
  return answers
}

/** JSON with the given items of each array and object on a line of their own, so that a change shows as one line. */
export function linewise(value: unknown, depth: number): string {
  if (depth === 0 || value === null || typeof value !== "object") return JSON.stringify(value)
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[\n${value.map((item) => linewise(item, depth - 1)).join(",\n")}\n]`
  }
  const lines = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${linewise(item, depth - 1)}`)
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n}`
}

/** In code-unit order, the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
