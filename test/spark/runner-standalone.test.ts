/** With the runner on a real Standalone cluster, by spark-submit. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { ensureEnv } from "../../scripts/python-env.ts"
import { versions } from "./prover.ts"
import { lineOf, logSettings, programs, readEventLog, runWith, shareWithout, stagesOf } from "./runner-run.ts"
import { type Standalone, startStandalone } from "./standalone.ts"

for (const version of versions) {
  describe(`call sites on a Standalone cluster of Spark ${version}`, function () {
    this.timeout(300_000)
    let folder = ""
    let cluster: Standalone | undefined

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "shufflewise-on-cluster-"))
    })
    after(async () => {
      await cluster?.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    })

    it("leave what the job prints and its exit code alone, and name its lines", async () => {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      cluster = await startStandalone(env, join(folder, "cluster"), { cores: 2, memory: 1024, gpus: 0 })
      const zip = join(folder, "helpers.zip")
      execFileSync(env.python, ["-m", "zipfile", "-c", zip, "zipped.py"], { cwd: programs })
      const ended = []
      for (const runner of [false, true]) {
        const logs = join(folder, `logs-${runner}`)
        mkdirSync(logs)
        const settings = {
          ...logSettings(logs),
          "spark.ui.enabled": "false",
          "spark.executor.memory": "512m",
          "spark.driver.host": "127.0.0.1",
          "spark.driver.bindAddress": "127.0.0.1",
        }
        const conf = Object.entries(settings).flatMap(([key, value]) => ["--conf", `${key}=${value}`])
        const args = ["--master", cluster.master, ...conf, "--py-files", zip, join(programs, "on_cluster.py")]
        const submit = join(env.folder, "bin", "spark-submit")
        ended.push(await runWith(submit, args, { runner, cwd: folder, variables: env.variables }))
      }
      const [without, along] = ended
      assert.equal(along!.code, 3, along!.stdout + along!.stderr)
      assert.equal(without!.code, 3)
      assert.equal(along!.stdout, without!.stdout)
      assert.match(along!.stdout, /^2475\.0\n\[2, 4\]\n100$/m)
      const stages = stagesOf(readEventLog(join(folder, "logs-true")))
      assert.equal(shareWithout(stages, lineOf), 0)
      const files = new Set(stages.map((stage) => basename(lineOf(stage)?.file ?? "")))
      assert.deepEqual(files, new Set(["zipped.py", "on_cluster.py"]))
    })
  })
}
