/** Runs Mocha inside the extension host, and says how it went where the outside can hear it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import Mocha from "mocha"
import { disconnect, workbenchPage } from "./page.ts"

/** Lines with this beginning are shown by the launcher; the rest of the host's console is noise. */
const MARK = "e2e│"

/**
 * Runs the tests that `define` declares with `describe` and `it`.
 * @throws Error when one fails, which makes the editor's exit code 1
 */
export async function runMocha(define: () => void): Promise<void> {
  const grep = process.env.E2E_GREP
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, forbidOnly: true, forbidPending: true, grep, reporter: Report })
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, "", mocha)
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await picture(this.currentTest.fullTitle())
  })
  after(disconnect)
  define()
  const failures = await new Promise<number>((resolve) => mocha.run(resolve))
  if (failures > 0) throw new Error(`${failures} failed`)
}

/** What the page looked like when a test failed, beside the result. */
async function picture(title: string): Promise<void> {
  const { E2E_RESULT } = process.env
  if (!E2E_RESULT) return
  const path = join(E2E_RESULT, "..", `${title.replaceAll(/\W+/g, "-").slice(0, 80)}.png`)
  const page = await workbenchPage()
  await page.screenshot({ path })
  console.log(`${MARK}    seen then: ${path}`)
}

class Report extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants
    runner.on(EVENT_TEST_PASS, (test) => console.log(`${MARK}  ✓ ${test.fullTitle()} (${test.duration} ms)`))
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      for (const line of [`  ✗ ${test.fullTitle()}`, ...String(error.stack ?? error.message).split("\n")]) {
        console.log(`${MARK}${line}`)
      }
    })
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures } = this.stats
      if (process.env.E2E_RESULT) {
        writeFileSync(process.env.E2E_RESULT, JSON.stringify({ passed: passes, failed: failures }))
      }
    })
  }
}
