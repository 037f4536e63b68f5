import assert from "node:assert/strict"
import * as vscode from "vscode"
import { commands } from "../../../client/src/commandNames.ts"
import { closeAll } from "./documents.ts"
import { notifications, screenshot, workbenchPage } from "./page.ts"
import { isAlive, ours } from "./processes.ts"
import { until } from "./wait.ts"

const JOB = "03_distributed_joins"
/** One small section: what is tested is the task, not the job. */
const QUICK = ["--section", "existence", "--scale", "2000", "--runs", "1"]
const SPARK_MS = 120_000

interface Started {
  readonly execution: vscode.TaskExecution
  /** Its exit code, once it has ended. */
  readonly code: Promise<number | undefined>
}

/**
 * Runs the job by its command, one at a time. A job may end before the command's promise is kept, and its execution is
 * then another object: so its end is awaited from before, whatever it is called.
 */
async function start(args: readonly string[]): Promise<Started> {
  const ends: (number | undefined)[] = []
  const listener = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => ends.push(exitCode))
  const execution: vscode.TaskExecution | undefined = await vscode.commands.executeCommand(
    commands.runExampleJob,
    JOB,
    args,
  )
  assert.ok(execution)
  const code = until("end of the task", () => ends.length > 0, SPARK_MS).then(() => {
    listener.dispose()
    return ends[0]
  })
  return { execution, code }
}

/** Example jobs as tasks, on a real Spark. */
export function testJobs(): void {
  describe("an example job", () => {
    afterEach(closeAll)

    it("is offered as a task", async () => {
      const tasks = await vscode.tasks.fetchTasks({ type: "shufflewise" })
      const task = tasks.find(({ definition }) => definition.job === JOB)
      assert.equal(task?.name, "Distributed joins")
      assert.notEqual(task?.detail, "")
    })

    it("runs to exit code 0, with a link to its Spark UI while it lives", async () => {
      const page = await workbenchPage()
      const ui = page.locator('[id$="shufflewise.sparkUi"]')
      const { code } = await start(QUICK)
      await ui.waitFor({ timeout: SPARK_MS })
      const running = ours(`${JOB}.py`).map(({ pid }) => pid)
      assert.ok(running.length > 0)
      assert.equal(await code, 0)
      await ui.waitFor({ state: "hidden" })
      await page.locator(".terminal-wrapper .xterm-rows", { hasText: "exit code 0" }).waitFor()
      await vscode.commands.executeCommand("workbench.action.toggleMaximizedPanel")
      await screenshot(page, "example-job", 740)
      await vscode.commands.executeCommand("workbench.action.toggleMaximizedPanel")
      assert.equal(running.some(isAlive), false)
    }).timeout(SPARK_MS)

    it("that is cancelled ends with Python, the JVM and Spark's workers", async () => {
      const page = await workbenchPage()
      const { execution, code } = await start(["--scale", "50000000"])
      await page.locator('[id$="shufflewise.sparkUi"]').waitFor({ timeout: SPARK_MS })
      const jvms = ours("org.apache.spark.deploy.SparkSubmit")
      const all = [...ours(`${JOB}.py`), ...jvms].map(({ pid }) => pid)
      assert.ok(jvms.length > 0, "no JVM")
      execution.terminate()
      await code
      await until("end of all processes", () => !all.some(isAlive))
    }).timeout(SPARK_MS)

    it("that has no Python to run on says so, and what to do", async () => {
      const settings = vscode.workspace.getConfiguration("shufflewise")
      await settings.update("python.path", "/no/such/python", vscode.ConfigurationTarget.Workspace)
      try {
        const page = await workbenchPage()
        assert.equal(await (await start([])).code, 127)
        const [message] = await until("notification", async () => {
          const shown = await notifications(page)
          return shown.length > 0 && shown
        })
        assert.match(message ?? "", /shufflewise\.python\.path \(\/no\/such\/python\) does not run/)
      } finally {
        await settings.update("python.path", undefined, vscode.ConfigurationTarget.Workspace)
        await vscode.commands.executeCommand("notifications.clearAll")
      }
    })
  })
}
