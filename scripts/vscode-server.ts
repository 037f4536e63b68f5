/**
 * A real VS Code workbench from npm alone, for tests and for `npm start` where no desktop VS Code is at hand: the one
 * inside the package `code-server`, started as VS Code's own server (which, unlike the package's wrapper, takes the
 * switches that extension tests need).
 */
import type { ChildProcess } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { cached, ROOT } from "./cache.ts"
import { endGroup, run, startGroup } from "./processes.ts"

/** Version of the npm package; VS Code's own is the same with a 1 in front. */
export const CODE_SERVER_VERSION = "4.139.1"

/** What an installation takes on disk, for messages. */
export const CODE_SERVER_SIZE = "600 MB"

/** Says a line of progress. */
export type Say = (line: string) => void

/**
 * Gives the folder of VS Code's server, installed from npm into `cache` where it is missing.
 * @throws Error that says what to do when it can't be installed
 */
export async function ensureWorkbench(
  say: Say,
  cache?: string,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  const { folder, made } = await cached(
    `code-server-${CODE_SERVER_VERSION}`,
    async (partial) => {
      say(`VS Code ${CODE_SERVER_VERSION.replace(/^4/, "1")}: installing from npm (${CODE_SERVER_SIZE} on disk) …`)
      writeFileSync(join(partial, "package.json"), '{"private":true}\n')
      // No install script is needed: node-pty ships its binary, and the editor does without the other native modules.
      const common = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
      await npm([...common, `code-server@${CODE_SERVER_VERSION}`], partial)
      await npm([...common, "--omit=dev"], serverFolder(partial))
    },
    cache,
  )
  return { folder: serverFolder(folder), made }
}

function serverFolder(installation: string): string {
  return join(installation, "node_modules", "code-server", "lib", "vscode")
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const windows = process.platform === "win32"
  let output = ""
  const code = await run(windows ? "npm.cmd" : "npm", args, { cwd, shell: windows }, (chunk) => {
    output += chunk
  })
  if (code !== 0) {
    throw new Error(
      `npm ${args.join(" ")} ended with ${code}. Check the network connection and run the command again.\n${output.trim()}`,
    )
  }
}

export interface ServerOptions {
  /** What `ensureWorkbench` gave. */
  readonly folder: string
  readonly userDataDir: string
  readonly extensionsDir: string
  /** Lets the page run extension tests and report their result. */
  readonly automation?: boolean
  readonly env?: NodeJS.ProcessEnv
  /** Receives the server's own output. */
  readonly onOutput?: (chunk: string) => void
}

export interface WorkbenchServer {
  readonly port: number
  readonly origin: string
  readonly child: ChildProcess
  stop(): Promise<void>
}

/**
 * Writes a user's settings for a server that is not running. Those about programs of the machine are read from the
 * machine's file, all others from the user's; each file is silent about what does not belong to it.
 */
export function writeSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): void {
  for (const owner of ["User", "Machine"]) {
    mkdirSync(join(userDataDir, owner), { recursive: true })
    writeFileSync(join(userDataDir, owner, "settings.json"), `${JSON.stringify(settings, null, 2)}\n`)
  }
}

/** Starts the server on a free loopback port; resolves when it listens. Throws when it ends or says nothing for 60 s. */
export async function startWorkbench(options: ServerOptions): Promise<WorkbenchServer> {
  const port = await freePort()
  const child = startGroup(
    process.execPath,
    [
      join(options.folder, "out", "server-main.js"),
      "--host=127.0.0.1",
      `--port=${port}`,
      "--without-connection-token",
      "--accept-server-license-terms",
      ...(options.automation ? ["--enable-smoke-test-driver"] : []),
      `--user-data-dir=${options.userDataDir}`,
      `--server-data-dir=${options.userDataDir}`,
      `--extensions-dir=${options.extensionsDir}`,
      "--telemetry-level=off",
    ],
    { cwd: ROOT, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"] },
  )
  let output = ""
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code's server did not start within 60 s:\n${output}`)), 60_000)
    const onChunk = (chunk: string) => {
      options.onOutput?.(chunk)
      output += chunk
      if (output.includes("Extension host agent listening")) {
        clearTimeout(timer)
        resolve()
      }
    }
    child.stdout?.setEncoding("utf8").on("data", onChunk)
    child.stderr?.setEncoding("utf8").on("data", onChunk)
    child.once("exit", (code) => {
      clearTimeout(timer)
      reject(new Error(`VS Code's server ended with ${code}:\n${output}`))
    })
  })
  return { port, origin: `http://127.0.0.1:${port}`, child, stop: () => endGroup(child) }
}

/** Installs a .vsix file into `extensionsDir`, as a user would. Throws with the server's output when that fails. */
export async function installVsix(options: ServerOptions, vsix: string): Promise<void> {
  let output = ""
  const code = await run(
    process.execPath,
    [
      join(options.folder, "out", "server-main.js"),
      `--user-data-dir=${options.userDataDir}`,
      `--server-data-dir=${options.userDataDir}`,
      `--extensions-dir=${options.extensionsDir}`,
      "--accept-server-license-terms",
      `--install-extension=${vsix}`,
    ],
    { cwd: ROOT },
    (chunk) => {
      output += chunk
    },
  )
  if (code !== 0) throw new Error(`Installing ${vsix} ended with ${code}:\n${output}`)
}

export interface PageTarget {
  /** Folder to open; absolute. */
  readonly workspace: string
  /** Folder of the extension under development; absolute. */
  readonly extension?: string
  /** Module with `run()`; absolute. */
  readonly tests?: string
  /** File to show; absolute. */
  readonly file?: string
}

/** Address of the page that opens `target` on a started server. */
export function pageUrl(server: { readonly port: number; readonly origin: string }, target: PageTarget): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${server.port}${encodeURI(path)}`
  const payload: [string, string][] = []
  if (target.extension) payload.push(["extensionDevelopmentPath", remote(target.extension)])
  if (target.tests) payload.push(["extensionTestsPath", remote(target.tests)])
  if (target.file) payload.push(["openFile", remote(target.file)])
  const query = new URLSearchParams({ folder: target.workspace })
  if (payload.length > 0) query.set("payload", JSON.stringify(payload))
  return `${server.origin}/?${query}`
}

/** A loopback port that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      const port = typeof address === "object" && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
