/** What Spark makes of sorts, repartitions, distincts and distinct counts that seem redundant; see docs/premises.md. */
import assert from "node:assert/strict"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Runs a snippet that leaves a dict or list in `result`; `shuffles(frame)` tells the exchanges of its final plan. */
function facts<T>(version: SparkVersion, code: string): Promise<T> {
  return proveJson(
    version,
    `
import json
import re
from pyspark.sql import functions as F
spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
pairs = orders.select("country", "customer_id")
others = customers.select("country", F.col("id").alias("customer_id"))

def shuffles(frame):
    frame._jdf.queryExecution().toRdd().count()
    return len(re.findall(r"Exchange (?:hash|range|RoundRobin|Single)", plan_of(frame)))

def sorts(frame):
    frame._jdf.queryExecution().toRdd().count()
    return "rangepartitioning(ts" in plan_of(frame)

${code}
result = json.dumps(result)`,
  )
}

for (const version of versions) {
  describe(`shuffles on Spark ${version}`, function () {
    this.timeout(400_000)

    it("keeps a repartition before a step that shuffles by other keys, and no two for the same keys", async () => {
      const counts = await facts<Record<string, number>>(
        version,
        `
spread = orders.repartition(7)
named = customers.select(F.col("id").alias("customer_id"), "name")
result = {name: shuffles(frame) for name, frame in {
    "groupBy": spread.groupBy("country").count(),
    "distinct": spread.select("country").distinct(),
    "orderBy": spread.orderBy("ts"),
    "join": spread.join(named, "customer_id"),
    "join, plain": orders.join(named, "customer_id"),
    "other key": orders.repartition("country").groupBy("status").count(),
    "same key": orders.repartition("country").groupBy("country").count(),
    "one of the keys": orders.repartition("country").groupBy("country", "status").count(),
    "ranges": orders.repartitionByRange("country").orderBy("country"),
    "coalesce": spread.coalesce(2),
    "twice": spread.repartition(3),
}.items()}
`,
      )
      assert.deepEqual(counts, {
        groupBy: 2,
        distinct: 2,
        orderBy: 2,
        join: 3,
        "join, plain": 2,
        "other key": 2,
        "same key": 1,
        "one of the keys": 1,
        ranges: 1,
        coalesce: 1,
        twice: 1,
      })
    })

    it("sorts in vain only before repartition(n), sums of doubles and the like, and below a union", async () => {
      const kept = await facts<Record<string, boolean>>(
        version,
        `
by_time = orders.orderBy("ts")
groups = by_time.groupBy("country")
result = {name: sorts(frame) for name, frame in {
    "repartition(n)": by_time.repartition(3),
    "repartition(key)": by_time.repartition("country"),
    "sum of doubles": groups.agg(F.sum("amount")),
    "sum of integers": groups.agg(F.sum("qty")),
    "stddev": groups.agg(F.stddev("qty")),
    "approx_count_distinct": groups.agg(F.approx_count_distinct("status")),
    "countDistinct": groups.agg(F.countDistinct("status")),
    "count": groups.count(),
    "union, sort": by_time.union(orders).orderBy("id"),
    "union, count": by_time.union(orders).groupBy("country").count(),
    "sort": by_time.orderBy("id"),
    "distinct": by_time.distinct(),
}.items()}
`,
      )
      assert.deepEqual(kept, {
        "repartition(n)": true,
        "repartition(key)": false,
        "sum of doubles": true,
        "sum of integers": false,
        stddev: true,
        approx_count_distinct: true,
        countDistinct: false,
        count: false,
        "union, sort": true,
        "union, count": true,
        sort: false,
        distinct: false,
      })
    })

    it("keeps the order of a union's parts", async () => {
      const ids = await facts<number[]>(
        version,
        `
down = spark.range(0, 10, 1, 2).orderBy(F.desc("id"))
result = [row.id for row in down.union(spark.range(100, 103)).collect()]
`,
      )
      assert.deepEqual(ids, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 100, 101, 102])
    })

    it("reads the input twice for a global sort, and shuffles nothing for one within partitions", async () => {
      const read = await facts<Record<string, number[]>>(
        version,
        `
def run(frame):
    jobs.reset()
    frame.write.format("noop").mode("overwrite").save()
    stages = jobs.stages()
    return [sum(s["records_read"] for s in stages), int(any(s["shuffle_bytes_written"] for s in stages))]
result = {"global": run(orders.orderBy("ts")), "within": run(orders.sortWithinPartitions("ts"))}
`,
      )
      assert.deepEqual(read, { global: [2 * 200_500, 1], within: [200_500, 0] })
    })

    it("shuffles once more for a distinct below a union, not for one before a groupBy or on the left", async () => {
      const counts = await facts<Record<string, number>>(
        version,
        `
result = {name: shuffles(frame) for name, frame in {
    "union": pairs.union(others).distinct(),
    "union of one distinct": pairs.union(others.distinct()).distinct(),
    "groupBy": pairs.groupBy("country").agg(F.max("customer_id")),
    "distinct, groupBy": pairs.distinct().groupBy("country").agg(F.max("customer_id")),
    "distinct, all keys": pairs.distinct().groupBy("country", "customer_id").count(),
    "subtract": pairs.subtract(others),
    "left distinct": pairs.distinct().subtract(others),
    "right distinct": pairs.subtract(others.distinct()),
}.items()}
`,
      )
      assert.deepEqual(counts, {
        union: 1,
        "union of one distinct": 2,
        groupBy: 1,
        "distinct, groupBy": 1,
        "distinct, all keys": 1,
        subtract: 3,
        "left distinct": 3,
        "right distinct": 4,
      })
    })

    it("shuffles fewer bytes for subtract when its right side has few values and is made distinct first", async () => {
      const bytes = await facts<Record<string, number>>(
        version,
        `
countries = customers.select("country")
def run(frame):
    jobs.reset()
    frame.collect()
    return sum(s["shuffle_bytes_written"] for s in jobs.stages())
result = {"plain": run(countries.subtract(orders.select("country"))), "distinct": run(countries.subtract(orders.select("country").distinct()))}
`,
      )
      assert.ok((bytes.distinct ?? 0) < (bytes.plain ?? 0), JSON.stringify(bytes))
    })

    it("expands rows for distinct counts over several sets of columns, and for no other", async () => {
      const expands = await facts<Record<string, boolean>>(
        version,
        `
groups = orders.groupBy("country")
frames = {
    "two": groups.agg(F.countDistinct("status"), F.countDistinct("customer_id")),
    "one": groups.agg(F.countDistinct("status"), F.sum("amount")),
    "the same twice": groups.agg(F.countDistinct("status"), F.countDistinct("status").alias("again")),
    "a pair": groups.agg(F.countDistinct("status", "qty")),
    "a part": groups.agg(F.countDistinct("id"), F.countDistinct(F.when(F.col("qty") > 3, F.col("id")))),
    "estimates": groups.agg(F.approx_count_distinct("status"), F.approx_count_distinct("customer_id")),
}
result = {}
for name, frame in frames.items():
    frame.collect()
    result[name] = "Expand" in plan_of(frame)
`,
      )
      assert.deepEqual(expands, {
        two: true,
        one: false,
        "the same twice": false,
        "a pair": false,
        "a part": true,
        estimates: false,
      })
    })

    it("starts a job for pivot() itself where no values are given, and refuses more than 10,000", async () => {
      const { without, given, refused } = await facts<{ without: number; given: number; refused: boolean }>(
        version,
        `
jobs.reset()
orders.groupBy("country").pivot("status")
without = jobs.count()
jobs.reset()
orders.groupBy("country").pivot("status", ["new", "paid"])
given = jobs.count()
try:
    orders.groupBy("country").pivot("id").count()
    refused = False
except Exception as error:
    refused = "10000" in str(error)
result = {"without": without, "given": given, "refused": refused}
`,
      )
      assert.ok(without > 0)
      assert.equal(given, 0)
      assert.ok(refused)
    })

    it("counts the same by count_distinct as by the size of a set, but for zeros of doubles on 3.5", async () => {
      const same = await facts<Record<string, unknown>>(
        version,
        `
def rows(*columns):
    return sorted(map(str, orders.groupBy("country").agg(*columns).collect()))
none = orders.filter("id < 0")
zeros = spark.createDataFrame([(0.0,), (-0.0,), (float("nan"),), (float("nan"),), (None,)], "v double")
result = {
    "set": rows(F.size(F.collect_set("customer_id")).alias("n")) == rows(F.count_distinct("customer_id").alias("n")),
    "list": rows(F.size(F.collect_list("customer_id")).alias("n")) == rows(F.count("customer_id").alias("n")),
    "none": [none.agg(F.size(F.collect_set("id"))).first()[0], none.agg(F.count_distinct("id")).first()[0]],
    "zeros": list(zeros.agg(F.size(F.collect_set("v")), F.count_distinct("v")).first()),
}
`,
      )
      assert.deepEqual(same, { set: true, list: true, none: [0, 0], zeros: version === "3.5" ? [3, 2] : [2, 2] })
    })
  })
}
