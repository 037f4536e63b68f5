/** Premises about the order of work, growing plans and what a write replaces, each tried on real Spark. */
import assert from "node:assert/strict"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Runs a snippet that leaves a dict, list or number in `result`. */
function facts<T>(version: SparkVersion, code: string): Promise<T> {
  return proveJson(version, `${code}\nimport json\nresult = json.dumps(result)`)
}

/** Whether the filter stands below each step in the optimized plan: as the line right above the source. */
const PUSHED = `
from pyspark.sql import Window
from pyspark.sql import functions as F
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers").select(F.col("id").alias("customer_id"), "segment")
udf = F.udf(lambda s: (s or "") + "!", "string")
window = Window.partitionBy("country").orderBy("ts", "id")
pair = orders.select("country", "amount")
same = "country string, amount double"
steps = {
    "udf": orders.withColumn("u", udf("status")),
    "nondeterministic udf": orders.withColumn("u", udf.asNondeterministic()("status")),
    "rand": orders.withColumn("u", F.rand()),
    "window by its key": orders.withColumn("n", F.row_number().over(window)),
    "window by another": orders.withColumn("n", F.row_number().over(Window.partitionBy("day").orderBy("ts", "id"))),
    "repartition": orders.repartition(8),
    "sort": orders.orderBy("ts"),
    "distinct": orders.distinct(),
    "join": orders.join(customers, "customer_id"),
    "left join": orders.join(customers, "customer_id", "left"),
    "group by it": orders.groupBy("country", "status").count(),
    "union": orders.union(orders),
    "limit": orders.limit(1000),
    "applyInPandas by it": pair.groupBy("country").applyInPandas(lambda part: part, same),
    "mapInPandas": pair.mapInPandas(lambda parts: parts, same),
    "checkpoint": orders.localCheckpoint(),
}
def pushed(frame):
    lines = [line for line in frame.filter("country = 'AT'")._jdf.queryExecution().optimizedPlan().toString().splitlines() if line.strip()]
    source = max(i for i, line in enumerate(lines) if "Relation [" in line or "LogicalRDD" in line)
    top = lines[0].startswith("Filter")
    return not top and "Filter" in lines[source - 1]
result = {name: pushed(step) for name, step in steps.items()}
orders.cache()
result["cache"] = not orders.filter("country = 'AT'")._jdf.queryExecution().optimizedPlan().toString().startswith("Filter")
`

const WRITES = `
from pyspark.sql import functions as F
orders = spark.read.parquet("orders").filter("day < '2025-01-06'")
one = orders.filter("day = '2025-01-03'")
def days(read):
    return read().select("day").distinct().count()
def after(write):
    orders.write.mode("overwrite").partitionBy("day").parquet("by_day")
    write(one.write.mode("overwrite").partitionBy("day"))
    return days(lambda: spark.read.parquet("by_day"))
result = {
    "static": after(lambda writer: writer.parquet("by_day")),
    "option": after(lambda writer: writer.option("partitionOverwriteMode", "dynamic").parquet("by_day")),
}
spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
result["conf"] = after(lambda writer: writer.parquet("by_day"))
orders.write.mode("overwrite").partitionBy("day").saveAsTable("by_day_table")
one.write.mode("overwrite").partitionBy("day").saveAsTable("by_day_table")
result["conf, saveAsTable"] = days(lambda: spark.table("by_day_table"))
spark.sql("DROP TABLE by_day_table")
`

const PARTITIONS = `
import re
orders = spark.read.parquet("orders")
def planned(n):
    spark.conf.set("spark.sql.shuffle.partitions", n)
    counted = orders.groupBy("id").count()
    counted.collect()
    return re.search(r"hashpartitioning\\(id#\\w+, (\\d+)\\)", plan_of(counted)).group(1)
result = {"2": planned("2"), "2000": planned("2000")}
spark.conf.set("spark.sql.adaptive.coalescePartitions.initialPartitionNum", "16")
result["2, from 16"] = planned("2")
spark.conf.unset("spark.sql.adaptive.coalescePartitions.initialPartitionNum")
for bad in ["auto", "0"]:
    try:
        spark.conf.set("spark.sql.shuffle.partitions", bad)
        result[bad] = "taken"
    except Exception:
        result[bad] = "refused"
`

const READS = `
def started(read):
    jobs.reset()
    read()
    return jobs.count()
orders = spark.read.parquet("orders")
orders.limit(100).write.mode("overwrite").json("orders_json")
result = {
    "parquet": started(lambda: spark.read.parquet("orders")),
    "csv": started(lambda: spark.read.csv("countries.csv", header=True, inferSchema=True)),
    "csv with a schema": started(lambda: spark.read.csv("countries.csv", header=True, schema="code string")),
    "json": started(lambda: spark.read.json("orders_json")),
    "toDF": started(lambda: orders.rdd.map(lambda r: (r.id, 1)).toDF(["id", "n"])),
    "toDF with a schema": started(lambda: orders.rdd.map(lambda r: (r.id, 1)).toDF("id bigint, n int")),
}
`

const GROWING = `
from pyspark.sql import functions as F
weights = spark.read.parquet("customers").select("id", (F.col("id") % 7).alias("w"))
def joins(cut):
    scores = weights.select("id", F.lit(1.0).alias("s"))
    for i in range(6):
        scores = cut(scores.join(weights, "id").select("id", (F.col("s") / 2 + F.col("w")).alias("s")), i)
        scores.count()
    return scores._jdf.queryExecution().logical().toString().count("Join")
result = {
    "nothing": joins(lambda frame, i: frame),
    "cache": joins(lambda frame, i: frame.cache()),
    "checkpoint": joins(lambda frame, i: frame.localCheckpoint() if i % 3 == 2 else frame),
}
spark.catalog.clearCache()
`

for (const version of versions) {
  describe(`the order of work on Spark ${version}`, function () {
    this.timeout(400_000)

    it("pushes a filter below nearly everything, but not below these", async () => {
      const pushed = await facts<Record<string, boolean>>(version, PUSHED)
      const kept = Object.entries(pushed)
        .filter(([, below]) => !below)
        .map(([step]) => step)
      assert.deepEqual(kept, [
        "nondeterministic udf",
        "rand",
        "window by another",
        "limit",
        "applyInPandas by it",
        "mapInPandas",
        "checkpoint",
        "cache",
      ])
    })

    it("deletes all partitions on overwrite, in saveAsTable also where the mode is dynamic", async () => {
      const left = await facts<Record<string, number>>(version, WRITES)
      assert.deepEqual(left, { static: 1, option: 5, conf: 5, "conf, saveAsTable": 1 })
    })

    it("plans shuffles with the number that is set, which AQE only merges", async () => {
      const planned = await facts<Record<string, string>>(version, PARTITIONS)
      assert.deepEqual(planned, { "2": "2", "2000": "2000", "2, from 16": "16", auto: "refused", "0": "refused" })
    })

    it("runs jobs to find a schema, each time that the data is read", async () => {
      const started = await facts<Record<string, number>>(version, READS)
      assert.deepEqual(started, {
        parquet: 1,
        csv: 2,
        "csv with a schema": 0,
        json: 1,
        toDF: 1,
        "toDF with a schema": 0,
      })
    })

    it("lets a plan grow through a cache, and not through a checkpoint", async () => {
      const joins = await facts<Record<string, number>>(version, GROWING)
      assert.deepEqual(joins, { nothing: 6, cache: 6, checkpoint: 0 })
    })
  })
}
