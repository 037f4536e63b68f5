/** The names of the extension's commands, as package.json declares them. */
import { explainRuleCommand, openSizingCalculatorCommand } from "../../server/src/protocol.ts"

export const commands = {
  explainRule: explainRuleCommand,
  fixAll: "shufflewise.fixAll",
  openExample: "shufflewise.openExample",
  openSettings: "shufflewise.openSettings",
  openSizingCalculator: openSizingCalculatorCommand,
  openSparkUi: "shufflewise.openSparkUi",
  restart: "shufflewise.restart",
  runExampleJob: "shufflewise.runExampleJob",
  showLog: "shufflewise.showLog",
  showMenu: "shufflewise.showMenu",
} as const
