/** What Spark does with settings that come too late, or that it doesn't know; see docs/premises.md. */
import assert from "node:assert/strict"
import { confFacts } from "../../server/src/analysis/pyspark/confs.ts"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Runs a snippet that leaves what can be told as JSON in `result`. */
function facts<T>(version: SparkVersion, code: string): Promise<T> {
  return proveJson(version, `import json\n${code}\nresult = json.dumps(result)`)
}

/** Keys that a running session refuses, and those that it takes without any effect. */
const REFUSED = [
  ...["spark.executor.memory", "spark.executor.cores", "spark.driver.memory", "spark.dynamicAllocation.enabled"],
  ...["spark.serializer", "spark.memory.fraction", "spark.task.cpus", "spark.cores.max", "spark.jars.packages"],
  ...["spark.sql.warehouse.dir", "spark.sql.extensions", "spark.sql.catalogImplementation"],
]
const IGNORED = [
  ...["spark.default.parallelism", "spark.yarn.queue", "spark.kubernetes.namespace", "spark.local.dir", "spark.master"],
  ...["spark.task.resource.gpu.amount", "spark.executor.resource.gpu.amount", "spark.streaming.backpressure.enabled"],
]

for (const version of versions) {
  describe(`settings on Spark ${version}`, function () {
    this.timeout(400_000)

    it("refuses or ignores what is fixed when the application starts", async () => {
      const outcome = await facts<Record<string, { taken: boolean; modifiable: boolean }>>(
        version,
        `
result = {}
for key in ${JSON.stringify([...REFUSED, ...IGNORED])}:
    try:
        spark.conf.set(key, "1")
        taken = True
    except Exception as error:
        assert "Cannot modify" in str(error), error
        taken = False
    result[key] = {"taken": taken, "modifiable": spark.conf.isModifiable(key)}
`,
      )
      for (const key of REFUSED) assert.deepEqual(outcome[key], { taken: false, modifiable: false }, key)
      for (const key of IGNORED) assert.deepEqual(outcome[key], { taken: true, modifiable: false }, key)
      for (const key of REFUSED) assert.match(confFacts(key)?.scope ?? "", /^(static|application)$/, key)
    })

    it("does not look at spark.default.parallelism of a running session", async () => {
      const [before, after] = await facts<readonly [number, number]>(
        version,
        `
before = spark.range(1000).rdd.map(lambda row: (row[0] % 7, 1)).reduceByKey(lambda a, b: a + b).getNumPartitions()
spark.conf.set("spark.default.parallelism", "13")
after = spark.sparkContext.parallelize(range(100)).getNumPartitions()
result = [before, after]
`,
      )
      assert.notEqual(after, 13)
      assert.ok(before > 0)
    })

    it("takes keys that it doesn't know without a word", async () => {
      const partitions = await facts<readonly number[]>(
        version,
        `
spark.conf.set("spark.sql.adaptive.enabled", "false")
spark.conf.set("spark.sql.shufle.partitions", "9")
slipped = spark.read.parquet("orders").groupBy("country").count().rdd.getNumPartitions()
spark.conf.set("spark.sql.shuffle.partitions", "9")
right = spark.read.parquet("orders").groupBy("country").count().rdd.getNumPartitions()
result = [slipped, right]
`,
      )
      assert.notEqual(partitions[0], 9)
      assert.equal(partitions[1], 9)
    })

    it("refuses a heap below 1.5 times what it keeps for itself, whatever the master", async () => {
      const outcome = await facts<Record<string, string>>(
        version,
        `
jvm = spark.sparkContext._jvm
result = {}
for memory in ("449m", "450m"):
    conf = jvm.org.apache.spark.SparkConf(False).set("spark.executor.memory", memory)
    try:
        jvm.org.apache.spark.memory.UnifiedMemoryManager.apply(conf, 1)
        result[memory] = "taken"
    except Exception as error:
        result[memory] = "refused" if "must be at least" in str(error) else str(error)
`,
      )
      assert.deepEqual(outcome, { "449m": "refused", "450m": "taken" })
    })
  })
}
