/**
 * `npm start`: installs what is missing, builds, lints the samples in the terminal, and opens the extension on them in
 * VS Code. `npm start -- --once` waits for the first findings in a headless browser instead, prints their number and
 * how long each step took, and ends.
 */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { ensureBrowser, launchBrowser } from "./browser.ts"
import { build } from "./build.ts"
import { CACHE, ROOT } from "./cache.ts"
import { desktopEditor, openDesktop } from "./desktop.ts"
import { packageBuilt } from "./package.ts"
import { endAll, endChildrenWithUs, isEnding, run } from "./processes.ts"
import { EnvError, ensureEnv, type PythonEnv } from "./python-env.ts"
import { Stages } from "./stages.ts"
import {
  ensureWorkbench,
  installVsix,
  pageUrl,
  startWorkbench,
  type WorkbenchServer,
  writeSettings,
} from "./vscode-server.ts"

const SAMPLES = join(ROOT, "samples")
/** How long the workbench may take until it shows findings, in milliseconds. */
const PATIENCE_MS = 120_000

const say = (line: string) => console.log(`   ${line}`)
const stages = new Stages()

async function main(once: boolean): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort())
  endChildrenWithUs()

  const spark = await stages.run("Python, Spark and Java (.venv)", () => sparkOrReason(stopping.signal))
  const desktop = once ? undefined : desktopEditor(process.env, process.platform)
  const editor = desktop ?? (await stages.run("VS Code", () => workbench()))
  const vsix = join(CACHE, "shufflewise.vsix")
  await stages.run("Build", () => buildAll(typeof editor === "string" ? undefined : vsix))
  await stages.run("Lint samples/", lintSamples)

  if (typeof editor === "string") {
    await stages.run("Open VS Code", () => openDesktop(editor, SAMPLES, firstSample()))
    say("opened on samples/ in your VS Code, with the extension from this checkout")
  } else if (once) {
    const server = await stages.run("Start VS Code with the extension", () => startOn(editor.folder, vsix, spark))
    await stages.run("First findings", () => firstFindings(server))
    console.log(`\n${stages.table()}`)
  } else {
    const server = await stages.run("Start VS Code with the extension", () => startOn(editor.folder, vsix, spark))
    await serve(server)
  }
  if (typeof spark !== "string") return 0
  console.error(`\nEverything but the example jobs works. They need Spark: ${spark}`)
  return once ? 1 : 0
}

/** The environment for the example jobs, or why there is none: linting does without. */
async function sparkOrReason(signal: AbortSignal): Promise<PythonEnv | string> {
  try {
    const env = await ensureEnv("user", { say, signal })
    say(`PySpark ${env.spark}, Python ${env.pythonVersion}, Java ${env.java.major}`)
    return env
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    say(error.message)
    return error.message
  }
}

async function workbench(): Promise<{ readonly folder: string }> {
  const installed = await ensureWorkbench(say)
  if (!installed.made) say("installed already")
  return installed
}

/** Builds, and packages where the editor takes the extension as a file. */
async function buildAll(vsix: string | undefined): Promise<void> {
  const sizes = await build()
  say([...sizes].map(([name, bytes]) => `${name} ${Math.ceil(bytes / 1024)} KiB`).join(", "))
  if (vsix === undefined) return
  await packageBuilt(vsix)
  say(`extension ${Math.ceil(statSync(vsix).size / 1024)} KiB packaged`)
}

/** Findings are what the samples are for; only a linter that could not work is a failure. */
async function lintSamples(): Promise<void> {
  const code = await run(process.execPath, [join(ROOT, "dist", "cli.cjs"), "lint", SAMPLES])
  if (code > 1 && !isEnding()) throw new Error(`The linter ended with ${code}; its message is above.`)
}

function firstSample(): string[] {
  const jobs = join(SAMPLES, "jobs")
  const first = existsSync(jobs) && readdirSync(jobs).find((name) => /^\d+_.*\.py$/.test(name))
  return first ? [join(jobs, first)] : []
}

/** Installs the extension as a user would, and starts the server. */
async function startOn(folder: string, vsix: string, spark: PythonEnv | string): Promise<WorkbenchServer> {
  const userDataDir = join(CACHE, "start")
  const options = { folder, userDataDir, extensionsDir: join(userDataDir, "extensions") }
  writeSettings(userDataDir, {
    "security.workspace.trust.enabled": false,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "chat.disableAIFeatures": true,
    "extensions.autoCheckUpdates": false,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "git.openRepositoryInParentFolders": "never",
    ...(typeof spark === "string"
      ? {}
      : { "shufflewise.python.path": spark.python, "shufflewise.java.home": spark.java.home }),
  })
  rmSync(options.extensionsDir, { recursive: true, force: true })
  await installVsix(options, vsix)
  return startWorkbench(options)
}

function urlOf(server: WorkbenchServer): string {
  return pageUrl(server, { workspace: SAMPLES, file: firstSample()[0] })
}

async function serve(server: WorkbenchServer): Promise<void> {
  console.log(`\nVS Code with Shufflewise is at\n\n  ${urlOf(server)}\n\nCtrl-C ends it.`)
  const code = await new Promise<number | null>((resolve) => server.child.once("exit", resolve))
  if (!isEnding()) throw new Error(`VS Code's server ended by itself with ${code}.`)
}

async function firstFindings(server: WorkbenchServer): Promise<void> {
  const browser = await launchBrowser(await ensureBrowser(say))
  try {
    const page = await browser.newPage()
    const began = performance.now()
    await page.goto(urlOf(server))
    const item = page.locator('[id$="shufflewise.status"]').filter({ hasText: /Shufflewise\s+\d+/ })
    await item.waitFor({ timeout: PATIENCE_MS }).catch(async () => {
      const picture = join(CACHE, "start", "page.png")
      await page.screenshot({ path: picture })
      throw new Error(`No finding within ${PATIENCE_MS / 1000} s. What the page looked like then: ${picture}`)
    })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    const count = /\d+/.exec((await item.textContent()) ?? "")?.[0]
    say(`${count} findings published by the extension, ${seconds} s after its page was opened`)
  } finally {
    await browser.close()
    await server.stop()
  }
}

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } })
try {
  process.exitCode = await main(values.once)
} catch (error) {
  if (!isEnding()) {
    console.error(`\nshufflewise: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
} finally {
  if (!isEnding()) await endAll()
}
