/** The extension from the checkout in a trusted workspace. */
import { testCalculator } from "./calculator.ts"
import { testCalculatorThemes } from "./calculatorThemes.ts"
import { testCommands } from "./commands.ts"
import { testConfiguration } from "./configuration.ts"
import { testFindings } from "./findings.ts"
import { testFixes } from "./fixes.ts"
import { testJobs } from "./jobs.ts"
import { runMocha } from "./mocha.ts"
import { testNotebooks } from "./notebooks.ts"
import { testServer } from "./server.ts"
import { testWorkbench } from "./workbench.ts"

export function run(): Promise<void> {
  return runMocha(() => {
    testFindings()
    testFixes()
    testNotebooks()
    testConfiguration()
    testCommands()
    testCalculator()
    testCalculatorThemes()
    testServer()
    testWorkbench()
    testJobs()
  })
}
