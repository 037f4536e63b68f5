/** Runs the example jobs on the real Spark of one environment, as a user would. */
import { spawn } from "node:child_process"
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type EnvName, ensureEnv } from "../../scripts/python-env.ts"

export const jobsFolder = fileURLToPath(new URL("../../samples/jobs/", import.meta.url))
export const helperNames = ["measuring.py", "reporting.py", "spark_figures.py"]
export const sparks: readonly EnvName[] = ["spark35", "spark4"]

/** Far more than a run needs, on a machine that does other things as well. */
const limitMs = 6 * 60_000

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** What the job left in the folder it ran in, the report aside. */
  readonly left: readonly string[]
  /** The report, where the arguments asked for one with `--report report.json`. */
  readonly report: unknown
}

export interface RunOptions {
  /** Environment variables on top of the environment's own. */
  readonly variables?: Readonly<Record<string, string>>
  /** Files to put into the folder that it runs in. */
  readonly beside?: readonly string[]
}

/** Runs `program` of the environment (`python`, `spark-submit`) in an empty folder. */
export async function run(
  name: EnvName,
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const env = await ensureEnv(name)
  const folder = mkdtempSync(join(tmpdir(), "sample-"))
  try {
    for (const file of options.beside ?? []) copyFileSync(join(jobsFolder, file), join(folder, file))
    const finished = await end(program, args, folder, { ...process.env, ...env.variables, ...options.variables })
    const left = readdirSync(folder).filter((file) => !options.beside?.includes(file))
    const report = left.includes("report.json")
      ? (JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as unknown)
      : undefined
    return { ...finished, left: left.filter((file) => file !== "report.json"), report }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The variable that lets a Python file of the tests import the jobs' helpers. */
export const helpersOnPath = { PYTHONPATH: [jobsFolder, process.env.PYTHONPATH].filter(Boolean).join(delimiter) }

function end(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Pick<Finished, "code" | "stdout" | "stderr">> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: limitMs })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on("data", (part: Buffer) => out.push(part))
    child.stderr.on("data", (part: Buffer) => err.push(part))
    child.on("error", reject)
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") }),
    )
  })
}
