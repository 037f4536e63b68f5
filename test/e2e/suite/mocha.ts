/** Runs Mocha inside the extension host, and says how it went where the outside can hear it. */
import { writeFileSync } from "node:fs"
import Mocha from "mocha"
import { MARK } from "./mark.ts"
import { disconnect } from "./page.ts"

/**
 * Runs the tests that `define` declares with `describe` and `it`.
 * @throws Error when one fails, which makes the editor's exit code 1
 */
export async function runMocha(define: () => void): Promise<void> {
  const grep = process.env.E2E_GREP
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, forbidOnly: true, forbidPending: true, grep, reporter: Report })
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, "", mocha)
  after(disconnect)
  define()
  const failures = await new Promise<number>((resolve) => mocha.run(resolve))
  if (failures > 0) throw new Error(`${failures} failed`)
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
