/** The command line over a folder of 2,000 files: cold, warm from its cache, with one file changed, on one core and two. */
import { spawnSync } from "node:child_process"
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Language, Parser } from "web-tree-sitter"
import { readGrammar } from "../../grammars/node.ts"
import { build } from "../../scripts/build.ts"
import type { Row } from "./lsp-latency.ts"
import { pysparkSource, random } from "./syntax-source.ts"

const FILES = 2_000
/** Prints the CPU seconds of the process, its threads included, and its most memory, when it ends. */
const CPU_REPORT = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; import { isMainThread } from "node:worker_threads"; if (isMainThread) process.on("exit", () => { const u = process.cpuUsage(); writeSync(2, "cpu=" + (u.user + u.system) / 1e6 + " rss=" + process.resourceUsage().maxRSS / 1024 + "\\n") })',
)}`

/** Writes the folder and gives its texts: lengths from 10 to 400 lines, as in real repositories most are short. */
function writeFolder(folder: string): string[] {
  const next = random(3)
  const texts: string[] = []
  for (let i = 0; i < FILES; i++) {
    const text = pysparkSource(10 + Math.floor(next() ** 3 * 390), i + 1)
    const sub = join(folder, `package_${i % 40}`)
    mkdirSync(sub, { recursive: true })
    writeFileSync(join(sub, `job_${i}.py`), text)
    texts.push(text)
  }
  return texts
}

/** Seconds of wall and of CPU, and the most memory in MiB, of one run of the command. */
interface Ran {
  readonly wall: number
  readonly cpu: number
  readonly memory: number
}

/**
 * Runs the command once. CPU and memory are what the process itself counted, told by a preloaded module on its last line
 * of standard error. Throws when it could not lint.
 */
function run(cli: string, folder: string, cache: string, args: readonly string[]): Ran {
  const start = performance.now()
  const ended = spawnSync(
    process.execPath,
    ["--import", CPU_REPORT, cli, "lint", folder, "--format", "json", "--fail-on", "never", ...args],
    {
      env: { ...process.env, XDG_CACHE_HOME: cache },
      maxBuffer: 1 << 30,
    },
  )
  const wall = (performance.now() - start) / 1000
  if (ended.status !== 0)
    throw new Error(`the command ended with ${ended.status}: ${ended.stderr.toString().slice(0, 2_000)}`)
  const [, cpu, memory] = /cpu=([\d.]+) rss=([\d.]+)\s*$/.exec(ended.stderr.toString()) ?? []
  return { wall, cpu: Number(cpu), memory: Number(memory) }
}

/** Seconds that tree-sitter alone takes to parse all texts. */
async function bareParse(texts: readonly string[]): Promise<number> {
  const bytes = await readGrammar()
  await Parser.init({ wasmBinary: bytes.runtime })
  const parser = new Parser()
  parser.setLanguage(await Language.load(bytes.python))
  for (const text of texts.slice(0, 200)) parser.parse(text)?.delete()
  const start = performance.now()
  for (const text of texts) parser.parse(text)?.delete()
  return (performance.now() - start) / 1000
}

export async function measureCli(): Promise<Row[]> {
  const work = mkdtempSync(join(tmpdir(), "shufflewise-bench-"))
  try {
    const outdir = join(work, "dist")
    await build({ outdir, only: ["cli"] })
    const cli = join(outdir, "cli.cjs")
    const folder = join(work, "project")
    const texts = writeFolder(folder)
    const kloc = texts.reduce((n, text) => n + text.split("\n").length, 0) / 1000
    const bare = await bareParse(texts)
    const one = run(cli, folder, join(work, "one"), ["--jobs", "1", "--no-cache"])
    const two = run(cli, folder, join(work, "two"), ["--jobs", "2", "--no-cache"])
    const cold = run(cli, folder, join(work, "cache"), [])
    const warm = run(cli, folder, join(work, "cache"), [])
    appendFileSync(join(folder, "package_0", "job_0.py"), "\nprint(1)\n")
    const changed = run(cli, folder, join(work, "cache"), [])
    const row = (name: string, value: number, unit: string, most?: number): Row => ({
      name: `command line, ${FILES} files: ${name}`,
      value: Math.round(value * 100) / 100,
      unit,
      ...(most === undefined ? {} : { aim: `at most ${most}`, met: value <= most }),
    })
    return [
      row("code", kloc, "kLOC"),
      row("bare parse of all, one core", bare, "s"),
      row("one job, no cache", one.wall, "s"),
      row("one job: code a second of CPU", kloc / one.cpu, "kLOC"),
      row("one job: CPU to the bare parse", one.cpu / bare, "times", 2),
      row("one job: most memory", one.memory, "MiB"),
      row("two jobs, no cache", two.wall, "s"),
      row("two jobs: most memory", two.memory, "MiB"),
      row("two jobs to the bare parse on one core", two.wall / bare, "times", 1.2),
      row("cold, filling the cache", cold.wall, "s"),
      row("warm", warm.wall, "s", 1.5),
      row("one file changed", changed.wall, "s"),
    ]
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
