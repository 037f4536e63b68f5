import { existsSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Script } from "node:vm"
import type { GrammarBytes } from "../syntax/types.ts"
import { type Host, OutOfTime } from "./host.ts"

/** The folder of our package.json: above `dist/` where bundled, above `server/src/` in a checkout. */
const root = packageRoot(import.meta.dirname)

/** Node's file system, clock and watchdog. */
export const nodeHost: Host = {
  uptime: () => process.uptime() * 1000,
  now: () => performance.now(),
  readFile,
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
  exists: existsSync,
  workspaceFiles,
  measure: async (path, roots) => (await import("./measure-node.ts")).measureLater(path, roots),
  rulePage,
  pathOf,
  uriOf: (path) => pathToFileURL(path).href,
  settle,
  bounded,
}

/** The two wasm files, from beside the bundle or from `node_modules`. */
export async function readGrammar(): Promise<GrammarBytes> {
  const { readFile: read } = await import("node:fs/promises")
  const file = (name: string): Promise<Uint8Array> => {
    const shipped = join(import.meta.dirname, name)
    const installed = join(root, "node_modules", name.replace(/\.wasm$/, ""), name)
    return read(existsSync(shipped) ? shipped : installed)
  }
  const [runtime, python] = await Promise.all([file("web-tree-sitter.wasm"), file("tree-sitter-python.wasm")])
  return { runtime, python }
}

function packageRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) || folder === dirname(folder)) return folder
  }
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8")
  } catch {
    // Missing, a folder, or not ours to read: for a configuration that may stand in any folder all mean "none here".
    return undefined
  }
}

/** Loaded when it is needed: it is no part of what the first diagnostics wait for. */
async function workspaceFiles(folder: string, also: (name: string) => boolean): Promise<Iterable<string | undefined>> {
  const { isLinted, walkSlowly } = await import("../cli/walk.ts")
  return walkSlowly(folder, (name) => isLinted(name) || also(name))
}

function rulePage(rule: string): string | undefined {
  if (!/^[a-z0-9-]+$/.test(rule)) return undefined
  return readFile(join(import.meta.dirname, "rules", `${rule}.md`)) ?? readFile(join(root, "docs/rules", `${rule}.md`))
}

function pathOf(uri: string): string {
  try {
    const url = new URL(uri)
    const path = url.protocol === "file:" ? fileURLToPath(url) : decodeURIComponent(url.pathname)
    return process.platform === "win32" ? path.replaceAll("\\", "/") : path
  } catch {
    return uri
  }
}

/** Two turns: in the first Node reads what has arrived, in the second the connection hands it on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The work that `runner` calls. */
let work: () => void = () => {}
Object.defineProperty(globalThis, Symbol.for("shufflewise.work"), { value: () => work() })
const runner = new Script('globalThis[Symbol.for("shufflewise.work")]()', { filename: "shufflewise-bounded.js" })

/**
 * Node can end any JavaScript of a script that it runs with a timeout, endless loops and regular expressions included,
 * at about 0.1 ms a run. A worker thread could be ended too, but every result would have to be copied out of it.
 */
function bounded<T>(task: () => T, milliseconds: number): T {
  let result: { value: T } | undefined
  work = () => {
    result = { value: task() }
  }
  try {
    runner.runInThisContext({ timeout: milliseconds, displayErrors: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error
    throw new OutOfTime(milliseconds)
  } finally {
    work = () => {}
  }
  return result!.value
}
