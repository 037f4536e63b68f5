/** What the executors of a real Standalone cluster report, against our arithmetic. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ensureEnv } from "../../scripts/python-env.ts"
import { MIB } from "../../server/src/sizing/figures.ts"
import { unifiedMemory } from "../../server/src/sizing/memory.ts"
import { slotsOf } from "../../server/src/sizing/slots.ts"
import { versions } from "./prover.ts"
import { runPython, type Standalone, startStandalone } from "./standalone.ts"

interface Shape {
  readonly cores: number
  readonly heap: number
  readonly taskCpus: number
  readonly gpus: number
  readonly taskGpus: number
  readonly fraction: number
}

/** The worker offers 8 cores, 4 GiB and 2 GPUs. */
const worker = { cores: 8, memory: 4096, gpus: 2 }
const shapes: readonly Shape[] = [
  { cores: 2, heap: 1536, taskCpus: 1, gpus: 0, taskGpus: 0, fraction: 0.6 },
  { cores: 4, heap: 900, taskCpus: 2, gpus: 0, taskGpus: 0, fraction: 0.8 },
  { cores: 8, heap: 512, taskCpus: 1, gpus: 2, taskGpus: 0.5, fraction: 0.6 },
]

/** Executors that the worker has room for. */
function expected({ cores, heap, gpus }: Shape): number {
  const byGpus = gpus > 0 ? Math.floor(worker.gpus / gpus) : Infinity
  return Math.min(Math.floor(worker.cores / cores), Math.floor(worker.memory / heap), byGpus)
}

function confOf(shape: Shape): Record<string, string> {
  return {
    "spark.executor.cores": String(shape.cores),
    "spark.executor.memory": `${shape.heap}m`,
    "spark.task.cpus": String(shape.taskCpus),
    "spark.memory.fraction": String(shape.fraction),
    // Other collectors report a little less than -Xmx as their maximum.
    "spark.executor.extraJavaOptions": "-XX:+UseG1GC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.port": "0",
    ...(shape.gpus > 0
      ? {
          "spark.executor.resource.gpu.amount": String(shape.gpus),
          "spark.task.resource.gpu.amount": String(shape.taskGpus),
        }
      : {}),
  }
}

for (const version of versions) {
  describe(`sizing on a Standalone cluster of Spark ${version}`, function () {
    this.timeout(300_000)
    let cluster: Standalone | undefined
    let folder = ""

    before(() => {
      folder = mkdtempSync(join(tmpdir(), "shufflewise-standalone-"))
    })
    after(async () => {
      await cluster?.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    })

    it("says of its executors what was computed", async () => {
      const env = await ensureEnv(version === "3.5" ? "spark35" : "spark4", { say: (line) => console.error(line) })
      cluster = await startStandalone(env, folder, worker)
      const asked = {
        master: cluster.master,
        shapes: shapes.map((shape) => ({ conf: confOf(shape), executors: expected(shape) })),
      }
      const output = await runPython(env, [fileURLToPath(new URL("shapes.py", import.meta.url))], JSON.stringify(asked))
      const answers = JSON.parse(output.trim().split("\n").at(-1)!) as Record<string, number>[][]
      for (const [i, shape] of shapes.entries()) {
        const one = {
          maxMemory: unifiedMemory(shape.heap * MIB, { fraction: shape.fraction }).value,
          totalCores: shape.cores,
          maxTasks: slotsOf({ ...shape, executorGpus: shape.gpus }).value,
        }
        assert.deepEqual(
          answers[i],
          Array.from({ length: expected(shape) }, () => one),
          JSON.stringify(shape),
        )
      }
    })
  })
}
