#!/usr/bin/env node
/**
 * Stands in for the desktop editor's program: takes the part of its command line that `@vscode/test-electron` uses, and
 * runs the tests in the same workbench, served on loopback and opened in a headless browser. Exits as the desktop one:
 * 0 when the tests' `run()` resolved, 1 when it rejected.
 */
import { appendFileSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { ensureBrowser, launchBrowser } from "../../scripts/browser.ts"
import { endAll, endChildrenWithUs } from "../../scripts/processes.ts"
import { ensureWorkbench, pageUrl, startWorkbench, writeSettings } from "../../scripts/vscode-server.ts"
import { MARK } from "./suite/mark.ts"

/** The switches that matter here; the desktop editor's others are accepted and have no effect. */
interface CommandLine {
  readonly values: ReadonlyMap<string, string>
  readonly folder: string
}

function parse(args: readonly string[]): CommandLine {
  const values = new Map<string, string>()
  let folder: string | undefined
  for (const arg of args) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? []
    if (name) values.set(name, value ?? "")
    else folder = arg
  }
  if (!folder) throw new Error("No workspace folder on the command line.")
  return { values, folder }
}

function required(line: CommandLine, name: string): string {
  const value = line.values.get(name)
  if (!value) throw new Error(`--${name}=… is missing on the command line.`)
  return value
}

async function main(): Promise<number> {
  endChildrenWithUs()
  const line = parse(process.argv.slice(2))
  const say = (text: string) => console.log(text)
  const userDataDir = required(line, "user-data-dir")
  const extensionsDir = required(line, "extensions-dir")
  const log = join(userDataDir, "workbench.log")
  mkdirSync(extensionsDir, { recursive: true })
  // The runner always passes --disable-workspace-trust; --restricted is ours and takes that back.
  const trusted = !line.values.has("restricted")
  const settings = JSON.parse(process.env.E2E_USER_SETTINGS ?? "{}")
  writeSettings(userDataDir, { "security.workspace.trust.enabled": !trusted, ...settings })

  const [{ folder }, program] = await Promise.all([ensureWorkbench(say), ensureBrowser(say)])
  const server = await startWorkbench({
    folder,
    userDataDir,
    extensionsDir,
    automation: true,
    onOutput: (chunk) => appendFileSync(log, chunk),
  })
  const debuggingPort = line.values.get("remote-debugging-port")
  const browser = await launchBrowser(program, debuggingPort ? Number(debuggingPort) : undefined)
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const exit = new Promise<number>((resolve) => {
    void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code))
    page.on("crash", () => {
      console.error("The page crashed.")
      resolve(1)
    })
    server.child.once("exit", () => resolve(1))
  })
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) => {
    const text = args.join(" ")
    if (text.includes(MARK)) console.log(text.slice(text.indexOf(MARK) + MARK.length))
    appendFileSync(log, `[${type}] ${args.join(" ")}\n`)
  })
  page.on("console", (message) => appendFileSync(log, `[page] ${message.text()}\n`))
  await page.goto(
    pageUrl(server, {
      workspace: line.folder,
      extension: required(line, "extensionDevelopmentPath"),
      tests: required(line, "extensionTestsPath"),
    }),
  )
  const code = await exit
  await browser.close()
  await server.stop()
  return code
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await endAll()
}
