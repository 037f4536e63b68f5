/** What Spark does with settings that come too late, or that it doesn't know; see docs/premises.md. */
import assert from "node:assert/strict"
import { refusedBecause } from "../../rules/shared/conf-values.ts"
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

/** A setting of each type that a running session changes, and values of all kinds. */
const TYPED = [
  ...["spark.sql.adaptive.enabled", "spark.sql.execution.arrow.maxRecordsPerBatch", "spark.sql.broadcastTimeout"],
  ...["spark.sql.autoBroadcastJoinThreshold", "spark.sql.adaptive.advisoryPartitionSizeInBytes"],
  "spark.sql.adaptive.skewJoin.skewedPartitionFactor",
]
const VALUES = [
  ...["true", "FALSE", "True", "yes", "on", "1", "10", " 10 ", "10m", "10MB", "10 MB", "1.5g", "2.5", "1e3", "10kb"],
  ...["10gib", "5min", "5m", "5 min", "10sec", "10s", "2h", "3d", "abc"],
]

/** Old names of settings with the new ones, and a value that is not the default. */
const RENAMED: Readonly<Record<string, readonly [now: string, value: string]>> = {
  "spark.sql.execution.arrow.enabled": ["spark.sql.execution.arrow.pyspark.enabled", "true"],
  "spark.sql.execution.arrow.fallback.enabled": ["spark.sql.execution.arrow.pyspark.fallback.enabled", "false"],
  "spark.sql.adaptive.shuffle.targetPostShuffleInputSize": [
    "spark.sql.adaptive.advisoryPartitionSizeInBytes",
    "33554432b",
  ],
  "spark.sql.legacy.parquet.datetimeRebaseModeInRead": ["spark.sql.parquet.datetimeRebaseModeInRead", "LEGACY"],
}

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

    it("takes and refuses the values that our types do", async () => {
      const taken = await facts<Record<string, Record<string, boolean>>>(
        version,
        `
result = {}
for key in ${JSON.stringify(TYPED)}:
    before = spark.conf.get(key)
    result[key] = {}
    for value in ${JSON.stringify(VALUES)}:
        try:
            spark.conf.set(key, value)
            result[key][value] = True
        except Exception as error:
            result[key][value] = False
    spark.conf.set(key, before)
`,
      )
      for (const key of TYPED)
        for (const value of VALUES)
          assert.equal(
            refusedBecause(value.trim(), confFacts(key)!, version) === undefined,
            taken[key]?.[value],
            `${key}=${value}`,
          )
    })

    it("reads the old names of settings where the new ones are not set", async () => {
      const read = await facts<Record<string, string>>(
        version,
        `
renamed = ${JSON.stringify(RENAMED)}
result = {}
for old, (new, value) in renamed.items():
    spark.conf.set(old, value)
    result[old] = spark.conf.get(new)
    spark.conf.unset(old)
`,
      )
      for (const [old, [, value]] of Object.entries(RENAMED)) assert.equal(read[old], value, old)
    })

    it("refuses what a release removed, from that release on", async () => {
      const refused = await facts<boolean>(
        version,
        `
try:
    spark.conf.set("spark.sql.hive.verifyPartitionPath", "true")
    result = False
except Exception as error:
    result = "removed" in str(error)
`,
      )
      assert.equal(refused, version !== "3.5")
    })

    it("refuses heartbeats that come later than executors are waited for", async () => {
      const outcome = await facts<readonly boolean[]>(
        version,
        `
def taken(heartbeat, timeout):
    conf = spark.sparkContext._jvm.org.apache.spark.SparkConf(False)
    conf.set("spark.executor.heartbeatInterval", heartbeat)
    if timeout:
        conf.set("spark.network.timeout", timeout)
    try:
        conf.validateSettings()
        return True
    except Exception as error:
        assert "must be greater than" in str(error), error
        return False

result = [taken("119s", None), taken("120s", None), taken("300s", "600"), taken("10s", "10s")]
`,
      )
      assert.deepEqual(outcome, [true, false, true, false])
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
