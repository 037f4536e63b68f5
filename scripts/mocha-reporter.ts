/**
 * Mocha's reporter in `npm test`: a line for each test file, every failure in full, and the counts as JSON in the file
 * that TIER_RESULT names, so that nobody has to read them out of text.
 */
import { writeFileSync } from "node:fs"
import { relative } from "node:path"
import Mocha from "mocha"

/** What a tier's runner writes. */
export interface TierResult {
  readonly passed: number
  readonly failed: number
}

interface FileCount {
  passed: number
  failed: number
  ms: number
}

const { EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants

export default class TierReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const files = new Map<string, FileCount>()
    const countOf = (test: Mocha.Runnable): FileCount => {
      const file = test.file ?? "?"
      const count = files.get(file) ?? { passed: 0, failed: 0, ms: 0 }
      files.set(file, count)
      count.ms += test.duration ?? 0
      return count
    }
    const flush = (): void => {
      for (const [file, { passed, failed, ms }] of files) {
        const sign = failed > 0 ? "✗" : "✓"
        const failures = failed > 0 ? `, ${failed} FAILED` : ""
        console.log(`  ${sign} ${relative(process.cwd(), file)}: ${passed} passed${failures} (${Math.round(ms)} ms)`)
      }
      files.clear()
    }
    runner.on(EVENT_TEST_PASS, (test) => {
      countOf(test).passed++
    })
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      countOf(test).failed++
      // In full below, at the end; here so that a run that is cut short has said it.
      console.log(`  ✗ ${test.fullTitle()}: ${error.message.split("\n")[0]}`)
    })
    // A file's lines come when the next file's suites start, or at the end.
    runner.on(EVENT_SUITE_END, (suite) => {
      if (suite.parent?.root) flush()
    })
    runner.once(EVENT_RUN_END, () => {
      flush()
      this.epilogue()
      const { passes, failures } = this.stats
      const result: TierResult = { passed: passes, failed: failures }
      if (process.env.TIER_RESULT) writeFileSync(process.env.TIER_RESULT, JSON.stringify(result))
    })
  }
}
