/** A real Spark that runs snippets, one session a version for all tests. */
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface, type Interface } from "node:readline"
import { fileURLToPath } from "node:url"
import { ensureEnv } from "../../scripts/python-env.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

export type SparkVersion = "3.5" | "4.3"
export const versions: readonly SparkVersion[] = ["3.5", "4.3"]
const envOf = { "3.5": "spark35", "4.3": "spark4" } as const

/** What a snippet left in `result`. */
export interface Outcome {
  /** `DataFrame`, `RDD`, or the Python type. */
  readonly kind: string
  readonly rows: number
  /** The same for the same rows in any order. */
  readonly checksum: string
  /** The first rows in sorted order, as texts. */
  readonly sample: readonly string[]
  /** The value itself, where it is a Python str. */
  readonly text: string | null
  /** The executed plan, the final one after AQE; null for Python values. */
  readonly plan: string | null
  readonly seconds: number
}

const provers = new Map<SparkVersion, Promise<Prover>>()

/**
 * Runs a snippet on a version's session, with nothing of earlier snippets in sight.
 * @param timeout seconds
 * @throws with Python's traceback where the snippet fails
 */
export async function prove(version: SparkVersion, code: string, timeout = 120): Promise<Outcome> {
  let prover = provers.get(version)
  if (!prover) {
    prover = Prover.start(version)
    provers.set(version, prover)
  }
  return (await prover).run(code, timeout)
}

/** Runs a snippet whose `result` is a JSON text, and gives what it says. */
export async function proveJson<T>(version: SparkVersion, code: string, timeout = 120): Promise<T> {
  const outcome = await prove(version, code, timeout)
  if (outcome.text === null) throw new Error(`the snippet leaves a ${outcome.kind}, not a JSON text`)
  return JSON.parse(outcome.text) as T
}

// Mocha runs this after the tests of all files.
after(async function () {
  this.timeout(30_000)
  await Promise.allSettled([...provers.values()].map(async (prover) => (await prover).stop()))
})

class Prover {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  #errors = ""
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child
    this.#lines = lines[Symbol.asyncIterator]()
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000)
    })
  }

  static async start(version: SparkVersion): Promise<Prover> {
    const env = await ensureEnv(envOf[version], { say: (line) => console.error(line) })
    const child = spawn(env.python, [join(root, "test", "spark", "prove.py")], {
      env: { ...process.env, ...env.variables, SHUFFLEWISE_CACHE: join(root, ".cache") },
      stdio: ["pipe", "pipe", "pipe"],
    })
    const prover = new Prover(child, createInterface({ input: child.stdout }))
    const ready = (await prover.#answer()) as { ready?: string }
    if (!ready.ready?.startsWith(version))
      throw new Error(`Spark ${version} was asked for; ${JSON.stringify(ready)} came`)
    return prover
  }

  /** One at a time: the session is one, too. */
  run(code: string, timeout: number): Promise<Outcome> {
    const outcome = this.#queue.then(async () => {
      this.#child.stdin?.write(`${JSON.stringify({ code, timeout })}\n`)
      const answer = (await this.#answer()) as Outcome & { error?: string }
      if (answer.error !== undefined)
        throw new Error(code.length < 2000 ? `${answer.error}\nin:\n${code}` : answer.error)
      return answer
    })
    this.#queue = outcome.catch(() => undefined)
    return outcome
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`Spark has ended: ${this.#errors.trim() || "it said nothing"}`)
    return JSON.parse(value)
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end()
    if (this.#child.exitCode !== null) return
    await new Promise<void>((resolve) => {
      const killer = setTimeout(() => this.#child.kill("SIGKILL"), 20_000)
      this.#child.once("exit", () => {
        clearTimeout(killer)
        resolve()
      })
    })
  }
}
