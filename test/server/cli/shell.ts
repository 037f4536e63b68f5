import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { build } from "../../../scripts/build.ts"

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Record<string, string>
  readonly stdin?: string | Buffer
  /** Run as this user. */
  readonly uid?: number
}

const temporary: string[] = []
process.on("exit", () => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone when the tests end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "shufflewise-test-"))
  temporary.push(folder)
  return folder
}

/** A folder with files, by their paths from it. */
export function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return folder
}

let built: Promise<string> | undefined

/** The command line as it is shipped, built once a run of the tests. */
export function builtCli(): Promise<string> {
  built ??= (async () => {
    const outdir = temporaryFolder()
    await build({ outdir, only: ["cli"] })
    return path.join(outdir, "cli.cjs")
  })()
  return built
}

/** Runs a program under Node to its end. Standard input is closed unless it is given. */
export function runNode(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, env, stdin, uid } = options
  // The user's cache and colours must not reach into tests.
  const { NO_COLOR, FORCE_COLOR, ...rest } = process.env
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...rest, XDG_CACHE_HOME: path.join(cwd, ".cache-of-test"), ...env },
    timeout: 50_000,
    ...(uid === undefined ? {} : { uid }),
  })
  child.stdin.on("error", () => {})
  child.stdin.end(stdin ?? "")
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, out, err }))
  })
}

/** Runs `shufflewise ARGS` in a folder. */
export async function shufflewise(args: readonly string[], options: RunOptions): Promise<Ran> {
  return runNode(await builtCli(), args, options)
}

/** What `--format json` prints, as far as the tests look at it. */
export interface JsonReport {
  readonly schema: number
  readonly version: string
  readonly files: number
  readonly seconds: number
  readonly failures: readonly { path: string; reason: string }[]
  readonly findings: readonly JsonFinding[]
  readonly statistics?: Record<string, number>
}

export interface JsonFinding {
  readonly path: string
  readonly cell: number | null
  readonly range: { start: { line: number; column: number }; end: { line: number; column: number } }
  readonly rule: string
  readonly family: string
  readonly severity: string
  readonly confidence: string
  readonly message: string
  readonly evidence: readonly { message: string; path?: string; range?: object }[]
  readonly fixes: readonly {
    title: string
    safety: string
    edits: readonly { path: string; range: object; text: string }[]
  }[]
}

/** Lints with `--format json`; the exit code and the report. */
export async function lintJson(
  args: readonly string[],
  options: RunOptions,
): Promise<{ code: number | null; err: string; report: JsonReport }> {
  const { code, out, err } = await shufflewise(["lint", "--format", "json", ...args], options)
  try {
    return { code, err, report: JSON.parse(out) as JsonReport }
  } catch {
    throw new Error(`no JSON: exit ${code}\n${out}\n${err}`)
  }
}

/** `path:line:column rule` of each finding. */
export function places(report: JsonReport): string[] {
  return report.findings.map(
    ({ path: at, cell, range, rule }) =>
      `${at}:${cell === null ? "" : `${cell}:`}${range.start.line}:${range.start.column} ${rule}`,
  )
}

/** A job with one certain finding that has a safe fix, in line 3. */
export const job = [
  "from pyspark.sql import SparkSession",
  "df = SparkSession.builder.getOrCreate().read.parquet('s3://lake/orders')",
  "if df.filter('x > 1').count() == 0:",
  "    raise ValueError('none')",
  "",
].join("\n")

/** The same, with the fix applied. */
export const fixedJob = job.replace("df.filter('x > 1').count() == 0", "df.filter('x > 1').isEmpty()")
