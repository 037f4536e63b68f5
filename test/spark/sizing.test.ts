/** Our executor arithmetic against Spark's own functions, on each supported version: the same numbers, exactly. */
import assert from "node:assert/strict"
import { MIB } from "../../server/src/sizing/figures.ts"
import { container, overhead, storageRegion, unifiedMemory } from "../../server/src/sizing/memory.ts"
import { maxSplitBytes, scanPartitions } from "../../server/src/sizing/scan.ts"
import { refusedTaskGpus, slotsOf } from "../../server/src/sizing/slots.ts"
import { random } from "../perf/syntax-source.ts"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

interface Executor {
  readonly heap: number
  readonly cores: number
  readonly taskCpus: number
  readonly offHeap: number
  readonly pyspark: number
  readonly factor: number
  readonly overhead: number | null
  readonly python: boolean
  readonly gpus: number
  readonly taskGpus: number
}

const next = random(17)
const some = (from: number, to: number): number => from + Math.floor(next() * (to - from))

const executors: readonly Executor[] = Array.from({ length: 80 }, () => {
  const cores = some(1, 33)
  const gpus = next() < 0.4 ? some(1, 5) : 0
  return {
    heap: some(450, 100_000),
    cores,
    taskCpus: next() < 0.7 ? 1 : some(1, Math.min(cores, 4) + 1),
    offHeap: next() < 0.3 ? some(1, 8192) : 0,
    pyspark: next() < 0.3 ? some(1, 8192) : 0,
    factor: [0.1, 0.4, 0.1875][some(0, 3)]!,
    overhead: next() < 0.2 ? some(0, 4096) : null,
    python: next() < 0.5,
    gpus,
    taskGpus: gpus === 0 ? 0 : [1, 0.5, 0.25, 0.2, 0.3333][some(0, 5)]!,
  }
})

/** What `ResourceProfile` would ask a manager for, and how many tasks it lets an executor run. */
const ASK = `
import json
jvm = spark.sparkContext._jvm
loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
module = lambda name: loader.loadClass(name + "$").getField("MODULE$").get(None)
profiles = module("org.apache.spark.resource.ResourceProfile")
nothing = module("scala.collection.immutable.Map").empty()
four = spark.version.startswith("4")
result = []
for e in json.loads(asked):
    conf = jvm.org.apache.spark.SparkConf(False)
    conf.set("spark.executor.memory", f"{e['heap']}m").set("spark.executor.cores", str(e["cores"]))
    conf.set("spark.task.cpus", str(e["taskCpus"]))
    if e["offHeap"]:
        conf.set("spark.memory.offHeap.enabled", "true").set("spark.memory.offHeap.size", f"{e['offHeap']}m")
    if e["pyspark"]:
        conf.set("spark.executor.pyspark.memory", f"{e['pyspark']}m")
    if e["overhead"] is not None:
        conf.set("spark.executor.memoryOverhead", f"{e['overhead']}m")
    if e["gpus"]:
        conf.set("spark.executor.resource.gpu.amount", str(e["gpus"]))
        conf.set("spark.executor.resource.gpu.discoveryScript", "/bin/true")
        conf.set("spark.task.resource.gpu.amount", str(e["taskGpus"]))
    profiles.clearDefaultProfile()
    profile = profiles.getOrCreateDefaultProfile(conf)
    least = [384] if four else []
    asked_for = profiles.getResourcesForClusterManager(
        profile.id(), profile.executorResources(), *least, e["factor"], conf, e["python"], nothing)
    heap = jvm.org.apache.spark.SparkConf(False).set("spark.testing.memory", str(e["heap"] * 1024 * 1024))
    manager = jvm.org.apache.spark.memory.UnifiedMemoryManager.apply(heap, e["cores"])
    result.append({
        "total": asked_for.totalMemMiB(), "overhead": asked_for.memoryOverheadMiB(),
        "slots": profile.maxTasksPerExecutor(conf),
        "unified": manager.maxHeapMemory(),
        "storage": manager.onHeapStorageMemoryPool().poolSize(),
    })
profiles.clearDefaultProfile()
profiles.getOrCreateDefaultProfile(spark.sparkContext._jsc.sc().conf())
result = json.dumps(result)
`

interface Asked {
  readonly total: number
  readonly overhead: number
  readonly slots: number
  readonly unified: number
  readonly storage: number
}

/** Writes files of several sizes and reads them with several settings; a scan's partitions and its files. */
const SCAN = `
import json, os
settings = json.loads(asked)
session = spark.newSession()
result = []
for i, (sizes, most, cost, least) in enumerate(settings):
    os.makedirs(f"scan{i}")
    for j, size in enumerate(sizes):
        with open(f"scan{i}/{j:03}.txt", "wb") as file:
            file.write((b"x" * 63 + b"\\n") * (size // 64) + b"y" * (size % 64))
    session.conf.set("spark.sql.files.maxPartitionBytes", str(most))
    session.conf.set("spark.sql.files.openCostInBytes", str(cost))
    session.conf.set("spark.sql.files.minPartitionNum", str(least))
    result.append(session.read.text(f"scan{i}").rdd.getNumPartitions())
result = json.dumps(result)
`

type Scan = readonly [sizes: readonly number[], most: number, cost: number, least: number]

const KIB = 1024
const scans: readonly Scan[] = [
  [[1000 * KIB], 128 * KIB, 4 * KIB, 2],
  [[1000 * KIB, 500 * KIB, 17], 300 * KIB, 10 * KIB, 3],
  [[100, 0, 300 * KIB], 64 * KIB, 64 * KIB, 8],
  ...Array.from({ length: 12 }, (): Scan => {
    const sizes = Array.from({ length: some(1, 30) }, () => some(1, 400 * KIB))
    return [sizes, some(16, 512) * KIB, some(1, 64) * KIB, some(1, 40)]
  }),
]

function ask<T>(version: SparkVersion, code: string, asked: unknown): Promise<T> {
  return proveJson(version, `asked = ${JSON.stringify(JSON.stringify(asked))}\n${code}`)
}

for (const version of versions) {
  describe(`sizing on Spark ${version}`, function () {
    this.timeout(400_000)

    it("books containers, counts slots and divides heaps as Spark does", async () => {
      const answers = await ask<Asked[]>(version, ASK, executors)
      assert.equal(answers.length, executors.length)
      for (const [i, executor] of executors.entries()) {
        const settings = {
          manager: "yarn",
          deployMode: "client",
          python: executor.python,
          overhead: executor.overhead ?? undefined,
          overheadFactor: executor.factor,
          offHeap: executor.offHeap,
          pysparkMemory: executor.pyspark,
        } as const
        const unified = unifiedMemory(executor.heap * MIB).value
        const ours: Asked = {
          total: container(executor.heap, settings).value,
          overhead: overhead(executor.heap, settings).value,
          slots: slotsOf({ ...executor, executorGpus: executor.gpus }).value,
          unified,
          storage: storageRegion(unified).value,
        }
        assert.deepEqual(ours, answers[i], JSON.stringify(executor))
      }
    })

    it("refuses the shares of a GPU that Spark refuses", async () => {
      const amounts = [1, 2, 0.5, 0.25, 0.1, 0.7, 0.51, 0.99, 1.5]
      const refused = await ask<boolean[]>(
        version,
        `
import json
jvm = spark.sparkContext._jvm
result = []
for amount in json.loads(asked):
    try:
        jvm.org.apache.spark.resource.TaskResourceRequest("gpu", float(amount))
        result.append(False)
    except Exception:
        result.append(True)
result = json.dumps(result)
`,
        amounts,
      )
      assert.deepEqual(
        amounts.map((amount) => refusedTaskGpus(amount, version) !== undefined),
        refused,
      )
    })

    it("splits and packs files as a scan does", async () => {
      const partitions = await ask<number[]>(version, SCAN, scans)
      for (const [i, [sizes, maxPartitionBytes, openCostInBytes, minPartitionNum]] of scans.entries()) {
        const files = sizes.map((bytes) => ({ bytes, splittable: true }))
        const settings = { maxPartitionBytes, openCostInBytes, minPartitionNum }
        const told = JSON.stringify({ scan: scans[i], split: maxSplitBytes(files, settings).value })
        assert.equal(scanPartitions(files, settings).value, partitions[i], told)
      }
    })
  })
}
