/**
 * The end-to-end tier: runs each scenario in a VS Code of its own by `@vscode/test-electron`, with the workbench on
 * loopback as the editor's program, and adds up what the scenarios' own Mocha counted.
 *
 *     node test/e2e/run.ts [--only SCENARIO]… [--screenshots]
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { runTests } from "@vscode/test-electron"
import { build } from "esbuild"
import { build as buildProduct } from "../../scripts/build.ts"
import { CACHE, ROOT } from "../../scripts/cache.ts"
import type { TierResult } from "../../scripts/mocha-reporter.ts"
import { packageExtension } from "../../scripts/package.ts"
import { endChildrenWithUs } from "../../scripts/processes.ts"
import { ensureEnv } from "../../scripts/python-env.ts"
import { ensureWorkbench, freePort, installVsix } from "../../scripts/vscode-server.ts"

interface Scenario {
  readonly name: string
  readonly about: string
  /** In Restricted Mode otherwise. */
  readonly trusted: boolean
  /** The .vsix file is installed, and an empty extension is the one under development. */
  readonly packaged: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

const scenarios: readonly Scenario[] = [
  { name: "editor", about: "the extension from the checkout, trusted", trusted: true, packaged: false },
  { name: "restricted", about: "the extension from the checkout, in Restricted Mode", trusted: false, packaged: false },
  { name: "packaged", about: "the .vsix file, installed into a clean VS Code", trusted: true, packaged: true },
]

const OUT = join(ROOT, "out", "e2e")
const QUIET_SETTINGS = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "remote.autoForwardPorts": false,
  // The terminal's text is then on the page, not in a picture.
  "terminal.integrated.gpuAcceleration": "off",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "workbench.reduceMotion": "on",
  "security.workspace.trust.startupPrompt": "never",
  "editor.minimap.enabled": false,
  "breadcrumbs.enabled": false,
}

async function bundleSuites(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: scenarios.map(({ name }) => `test/e2e/suite/${name}.ts`),
    outdir: OUT,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode", "mocha", "playwright-core", "axe-core"],
    sourcemap: "inline",
    logLevel: "warning",
  })
}

/** An extension that holds nothing but the tests, for scenarios whose extension under test is an installed one. */
function makeProbe(tests: string): string {
  const folder = join(OUT, "probe")
  mkdirSync(folder, { recursive: true })
  const manifest = { name: "probe", publisher: "shufflewise", version: "0.0.1", engines: { vscode: "^1.91.0" } }
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest))
  cpSync(tests, join(folder, "tests.cjs"))
  return folder
}

async function runScenario(scenario: Scenario, screenshots: boolean): Promise<TierResult> {
  console.log(`  ${scenario.name}: ${scenario.about}`)
  const folder = join(CACHE, "e2e", scenario.name)
  rmSync(folder, { recursive: true, force: true })
  const workspace = join(folder, "workspace")
  cpSync(join(ROOT, "test", "e2e", "workspace"), workspace, { recursive: true })
  const userDataDir = join(folder, "user-data")
  const extensionsDir = join(folder, "extensions")
  const resultFile = join(folder, "result.json")
  let tests = join(OUT, `${scenario.name}.cjs`)
  let extension = ROOT
  if (scenario.packaged) {
    extension = makeProbe(tests)
    tests = join(extension, "tests.cjs")
    const { folder: server } = await ensureWorkbench(console.log)
    const vsix = await packageExtension(join(folder, "shufflewise.vsix"))
    await installVsix({ folder: server, userDataDir, extensionsDir }, vsix)
  }
  const spark = await ensureEnv("user", { say: (line) => console.log(`  ${line}`) })
  const debuggingPort = await freePort()
  const settings = {
    ...QUIET_SETTINGS,
    "shufflewise.python.path": spark.python,
    "shufflewise.java.home": spark.java.home,
    ...scenario.settings,
  }
  try {
    await runTests({
      vscodeExecutablePath: join(ROOT, "test", "e2e", "code.ts"),
      extensionDevelopmentPath: extension,
      extensionTestsPath: tests,
      launchArgs: [
        workspace,
        `--user-data-dir=${userDataDir}`,
        `--extensions-dir=${extensionsDir}`,
        `--remote-debugging-port=${debuggingPort}`,
        ...(scenario.trusted ? [] : ["--restricted"]),
      ],
      extensionTestsEnv: {
        E2E_USER_SETTINGS: JSON.stringify(settings),
        E2E_RESULT: resultFile,
        E2E_DEBUGGING_PORT: String(debuggingPort),
        E2E_EXTENSIONS_DIR: extensionsDir,
        ...(screenshots ? { E2E_SCREENSHOTS: join(ROOT, "docs", "images") } : {}),
      },
    })
  } catch (error) {
    const result = readResult(resultFile)
    // Tests that failed have been counted; anything else is a failure of its own.
    if (result && result.failed > 0) return result
    console.log(`  ${scenario.name}: ${error instanceof Error ? error.message : String(error)}`)
    console.log(`  The workbench's own log: ${join(userDataDir, "workbench.log")}`)
    return { passed: result?.passed ?? 0, failed: 1 }
  }
  const result = readResult(resultFile)
  if (result && result.passed > 0) return result
  console.log(`  ${scenario.name}: ran no test`)
  return { passed: 0, failed: 1 }
}

function readResult(file: string): TierResult | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as TierResult) : undefined
}

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    screenshots: { type: "boolean", default: false },
  },
})
endChildrenWithUs()
await buildProduct()
await bundleSuites()
const total = { passed: 0, failed: 0 }
for (const scenario of scenarios) {
  if (values.only.length > 0 && !values.only.includes(scenario.name)) continue
  const began = performance.now()
  const { passed, failed } = await runScenario(scenario, values.screenshots).catch((error: Error): TierResult => {
    console.log(`  ${scenario.name} could not be run: ${error.message}`)
    return { passed: 0, failed: 1 }
  })
  total.passed += passed
  total.failed += failed
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`  ${scenario.name}: ${passed} passed, ${failed} failed (${seconds} s)`)
}
if (process.env.TIER_RESULT) writeFileSync(process.env.TIER_RESULT, JSON.stringify(total))
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
