/** An example job as the editor launches it: its stages name their lines in the event log that it leaves. */
import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join, resolve } from "node:path"
import { jobVariables } from "../../client/src/spark/environment.ts"
import { prepareEventLogs } from "../../client/src/spark/eventLogs.ts"
import { freePort, startJob } from "../../client/src/spark/job.ts"
import { ROOT } from "../../scripts/cache.ts"
import { ensureEnv } from "../../scripts/python-env.ts"
import { versions } from "./prover.ts"
import { lineOf, readEventLog, runnerFolder, shareWithout, stagesOf } from "./runner-run.ts"

const jobs = join(ROOT, "samples", "jobs")

for (const version of versions) {
  describe(`an example job on Spark ${version}`, function () {
    this.timeout(300_000)
    let folder = ""
    before(() => {
      // as on macOS, where the editor's folders have a space in their path
      folder = join(mkdtempSync(join(tmpdir(), "shufflewise-launch-")), "Application Support")
      mkdirSync(folder)
    })
    after(() => rmSync(dirname(folder), { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }))

    it("names its lines, and leaves a log with the memory of its executor", async () => {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      const eventLog = join(folder, "event-logs")
      await prepareEventLogs(eventLog)
      const uiPort = await freePort()
      const python = {
        program: env.python,
        version: env.pythonVersion,
        pyspark: env.spark,
        sparkHome: env.variables.SPARK_HOME!,
        prefix: env.folder,
      }
      const launch = { uiPort, runner: runnerFolder, eventLog }
      const base = { ...process.env, PYTHONPATH: undefined }
      const variables = jobVariables({ python, java: env.java }, launch, base, false)
      let output = ""
      const code = await new Promise<number>((onEnd) => {
        startJob({
          python: env.python,
          args: [join(jobs, "03_distributed_joins.py"), "--section", "existence", "--scale", "2000", "--runs", "1"],
          cwd: folder,
          env: { ...base, ...variables },
          uiPort,
          onOutput: (text) => {
            output += text
          },
          onUi: () => {},
          onEnd,
        })
      })
      assert.equal(code, 0, output)
      const text = readEventLog(eventLog)
      const stages = stagesOf(text)
      assert.ok(stages.length > 3)
      assert.equal(shareWithout(stages, lineOf), 0)
      for (const stage of stages)
        assert.equal(dirname(resolve(folder, lineOf(stage)?.file ?? "")), resolve(jobs), stage.name)
      assert.ok(stages.some((stage) => basename(lineOf(stage)?.file ?? "") === "03_distributed_joins.py"))
      assert.match(text, /"SparkListenerStageExecutorMetrics"/)
      assert.match(text, /"ProcessTreePythonRSSMemory":/)
    })
  })
}
