/** The premises that the rules rely on, each tried on real Spark. What Spark contradicts is told in docs/premises.md. */
import assert from "node:assert/strict"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Runs a snippet that leaves a dict, list or number in `result`. */
function facts<T>(version: SparkVersion, code: string): Promise<T> {
  return proveJson(version, `${code}\nimport json\nresult = json.dumps(result)`)
}

/** How `orders`, over the threshold, is joined with `small`: the executed plan says whether it was shuffled. */
const joinPlans = (makers: Readonly<Record<string, string>>) => `
import pandas as pd
from pyspark.sql import functions as F
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
makers = {
${Object.entries(makers)
  .map(([name, small]) => `    ${JSON.stringify(name)}: lambda: ${small},`)
  .join("\n")}
}
result = {}
for name, make in makers.items():
    joined = orders.join(make(), "customer_id")
    joined.collect()
    plan = plan_of(joined)
    shuffled = "Exchange hashpartitioning(customer_id" in plan
    result[name] = ("shuffled, " if shuffled else "") + ("broadcast" if "BroadcastHashJoin" in plan else "sort-merge")
`

for (const version of versions) {
  describe(`premises on Spark ${version}`, function () {
    this.timeout(400_000)

    it("broadcasts by itself what it knows to be small, and shuffles first what it does not", async () => {
      const joins = await facts<Record<string, string>>(
        version,
        joinPlans({
          range: 'spark.range(100).withColumnRenamed("id", "customer_id")',
          limit: 'customers.select(F.col("id").alias("customer_id"), "name").limit(10)',
          values: 'spark.sql("SELECT * FROM VALUES (1L), (2L) AS t(customer_id)")',
          file: `spark.read.csv("countries.csv", header=True, schema="code string, name string, region string, customer_id long")`,
          list: 'spark.createDataFrame([(1, "a"), (2, "b")], ["customer_id", "label"])',
          pandas: 'spark.createDataFrame(pd.DataFrame({"customer_id": [1, 2]}))',
          // An aggregate is taken to be as large as the columns that it reads, whatever it makes of them.
          aggregate: 'orders.groupBy(F.pmod("id", F.lit(3)).alias("customer_id")).count()',
          "aggregate of little": 'customers.groupBy(F.pmod("id", F.lit(3)).alias("customer_id")).count()',
          hinted: 'F.broadcast(spark.createDataFrame([(1, "a"), (2, "b")], ["customer_id", "label"]))',
        }),
      )
      assert.deepEqual(joins, {
        range: "broadcast",
        limit: "broadcast",
        values: "broadcast",
        file: "broadcast",
        list: "shuffled, broadcast",
        // Arrow is on by default in 4.3, and a table of Arrow batches knows its size.
        pandas: version === "3.5" ? "shuffled, broadcast" : "broadcast",
        aggregate: "shuffled, broadcast",
        "aggregate of little": "broadcast",
        hinted: "broadcast",
      })
    })

    it("ignores a broadcast hint on the preserved side of an outer join", async () => {
      const plans = await facts<Record<string, string>>(
        version,
        `
from pyspark.sql import functions as F
orders = spark.read.parquet("orders").select("customer_id", "amount")
few = spark.createDataFrame([(1, "a"), (2, "b")], ["customer_id", "label"])
result = {}
for how in ["left", "right", "full", "left_semi", "inner"]:
    joined = F.broadcast(few).join(orders, "customer_id", how)
    joined.collect()
    result[how] = "BroadcastHashJoin" in plan_of(joined) and "Exchange hashpartitioning" not in plan_of(joined)
`,
      )
      assert.deepEqual(plans, { left: false, right: true, full: false, left_semi: false, inner: true })
    })

    it("reads every row for count(), one partition for take(1); isEmpty() depends on the version", async () => {
      const tasks = await facts<Record<string, number>>(
        version,
        `
frame = spark.range(0, 160_000, 1, 16)
result = {}
for name, act in {"count": frame.count, "isEmpty": frame.isEmpty, "take": lambda: frame.take(1)}.items():
    jobs.reset()
    act()
    result[name] = jobs.tasks()
`,
      )
      assert.equal(tasks.count, 17)
      assert.equal(tasks.take, 1)
      assert.equal(tasks.isEmpty, version === "3.5" ? 1 : 17)
    })

    it("reads a part of each file for isEmpty(), even where it starts every partition", async () => {
      const read = await facts<number>(
        version,
        `
orders = spark.read.parquet("orders").filter("qty > 1")
jobs.reset()
orders.isEmpty()
result = sum(stage["records_read"] for stage in jobs.stages())
`,
      )
      assert.ok(read > 0 && read < 200_500 / 2, `${read} rows read`)
    })

    it("sends every value to the reducers for groupByKey, and one per key and partition for reduceByKey", async () => {
      const bytes = await facts<Record<string, number>>(
        version,
        `
pairs = spark.sparkContext.parallelize(range(100_000), 4).map(lambda n: (n % 10, n))
result = {}
for name, shuffle in {
    "group": lambda: pairs.groupByKey().mapValues(sum).collect(),
    "reduce": lambda: pairs.reduceByKey(lambda a, b: a + b).collect(),
}.items():
    jobs.reset()
    shuffle()
    result[name] = sum(stage["shuffle_bytes_written"] for stage in jobs.stages())
`,
      )
      assert.ok((bytes.group ?? 0) > 50 * (bytes.reduce ?? 0), JSON.stringify(bytes))
    })

    it("puts all rows into one task for a window without partitions", async () => {
      const { plan, tasks } = await facts<{ plan: string; tasks: number[] }>(
        version,
        `
from pyspark.sql import Window, functions as F
orders = spark.read.parquet("orders")
numbered = orders.select("id", F.row_number().over(Window.orderBy("ts")).alias("n"))
jobs.reset()
numbered.write.format("noop").mode("overwrite").save()
stages = jobs.stages()
numbered.collect()
result = {"plan": "Exchange SinglePartition" in plan_of(numbered) and "yes" or "no", "tasks": [s["tasks"] for s in stages]}
`,
      )
      assert.equal(plan, "yes")
      assert.equal(tasks.at(-1), 1)
      assert.ok((tasks[0] ?? 0) > 1)
    })

    it("computes the whole reduce stage in one task for coalesce(1), and only the writing for repartition(1)", async () => {
      const tasks = await facts<Record<string, number[]>>(
        version,
        `
from pyspark.sql import functions as F
spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
totals = spark.read.parquet("orders").groupBy("customer_id").agg(F.sum("amount"))
result = {}
for name, frame in {"coalesce": totals.coalesce(1), "repartition": totals.repartition(1)}.items():
    jobs.reset()
    frame.write.format("noop").mode("overwrite").save()
    result[name] = [stage["tasks"] for stage in jobs.stages()][1:]
`,
      )
      assert.deepEqual(tasks, { coalesce: [1], repartition: [4, 1] })
    })

    it("keeps the number of repartition(n), and merges ordinary shuffles and repartition(column)", async () => {
      const tasks = await facts<Record<string, number>>(
        version,
        `
spark.conf.set("spark.sql.shuffle.partitions", "60")
few = spark.read.parquet("orders").limit(2000).localCheckpoint()
result = {}
for name, frame in {
    "number": few.repartition(60),
    "number and column": few.repartition(60, "country"),
    "column": few.repartition("country"),
    "groupBy": few.groupBy("country").count(),
}.items():
    jobs.reset()
    frame.write.format("noop").mode("overwrite").save()
    result[name] = jobs.stages()[-1]["tasks"]
`,
      )
      assert.deepEqual(tasks, { number: 60, "number and column": 60, column: 1, groupBy: 1 })
    })

    it("refuses a partition number of zero or less", async () => {
      const refused = await facts<boolean[]>(
        version,
        `
result = []
for make in [lambda: spark.range(3).repartition(0), lambda: spark.range(3).coalesce(0), lambda: spark.range(3).repartition(-1)]:
    try:
        make().count()
        result.append(False)
    except Exception:
        result.append(True)
`,
      )
      assert.deepEqual(refused, [true, true, true])
    })

    it("makes a product of a crossJoin, unless a filter that equates both sides follows", async () => {
      const plans = await facts<Record<string, string>>(
        version,
        `
from pyspark.sql import functions as F
spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
left = spark.range(200).withColumnRenamed("id", "a")
right = spark.range(300).withColumnRenamed("id", "b")
result = {}
for name, frame in {
    "bare": left.crossJoin(right),
    "filtered": left.crossJoin(right).filter("a = b"),
    "no condition": left.join(right),
    "always true": left.join(right, F.lit(True)),
    "not equal": left.join(right, left.a < right.b),
}.items():
    rows = len(frame.collect())
    result[name] = f"{rows} {'product' if 'CartesianProduct' in plan_of(frame) else 'join'}"
`,
      )
      assert.deepEqual(plans, {
        bare: "60000 product",
        filtered: "200 join",
        "no condition": "60000 product",
        "always true": "60000 product",
        "not equal": "39900 product",
      })
    })

    it("doubles the plan in each round that joins a frame with an aggregate of itself; a checkpoint cuts it", async () => {
      const sizes = await facts<number[]>(
        version,
        `
from pyspark.sql import functions as F
frame = spark.range(100).withColumn("v", F.col("id"))
def leaves():
    return frame._jdf.queryExecution().analyzed().collectLeaves().size()
result = [leaves()]
for i in range(4):
    most = frame.groupBy((F.col("id") % 3).alias("k")).agg(F.max("v").alias("m"))
    frame = frame.join(most, F.col("id") % 3 == F.col("k")).select("id", (F.col("v") + F.col("m")).alias("v"))
    result.append(leaves())
frame = frame.localCheckpoint()
result.append(leaves())
`,
      )
      assert.deepEqual(sizes, [1, 2, 4, 8, 16, 1])
    })

    it("keeps the plan of a cached frame growing: cache() is no checkpoint", async () => {
      const sizes = await facts<number[]>(
        version,
        `
frame = spark.range(10)
result = []
for i in range(4):
    frame = frame.union(spark.range(10)).cache()
    frame.count()
    result.append(frame._jdf.queryExecution().analyzed().collectLeaves().size())
`,
      )
      assert.deepEqual(sizes, [2, 3, 4, 5])
    })

    it("computes a frame again for each action, and once when it is cached or checkpointed", async () => {
      const reads = await facts<Record<string, number>>(
        version,
        `
from pyspark.sql import functions as F
def fresh():
    # Other plans each time, so that one's cache does not serve the next.
    return spark.read.parquet("orders").groupBy("day").agg(F.sum("amount").alias("a"), F.lit(len(result)).alias("n"))
result = {}
def twice(frame):
    frame.filter("a > 1").collect()
    frame.filter("a > 2").collect()
for name, make in {
    "plain": lambda: fresh(),
    "cached": lambda: fresh().cache(),
    "checkpointed": lambda: fresh().checkpoint(),
    "locally checkpointed": lambda: fresh().localCheckpoint(),
}.items():
    jobs.reset()
    twice(make())
    result[name] = round(sum(stage["records_read"] for stage in jobs.stages() if stage["shuffle_records_written"]) / 200_500)
`,
      )
      assert.deepEqual(reads, { plain: 2, cached: 1, checkpointed: 1, "locally checkpointed": 1 })
    })

    it("adds a projection to the plan for each withColumn, and one for withColumns", async () => {
      const projections = await facts<Record<string, number>>(
        version,
        `
from pyspark.sql import functions as F
def projections(frame):
    return frame._jdf.queryExecution().logical().toString().count("Project ")
chained = spark.range(3)
for i in range(20):
    chained = chained.withColumn(f"c{i}", F.lit(i))
at_once = spark.range(3).withColumns({f"c{i}": F.lit(i) for i in range(20)})
result = {"chained": projections(chained), "at once": projections(at_once)}
assert chained.collect() == at_once.collect()
`,
      )
      assert.deepEqual(projections, { chained: 20, "at once": 1 })
    })

    it("runs the body of a Series pandas UDF once a batch, what precedes an iterator UDF's loop once a task", async () => {
      const loads = await facts<Record<string, number>>(
        version,
        `
import os, tempfile
from typing import Iterator
import pandas as pd
from pyspark.sql.functions import pandas_udf
spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1000")
folder = tempfile.mkdtemp()
def load(kind):
    open(os.path.join(folder, kind), "a").write("x")
@pandas_udf("long")
def per_batch(s: pd.Series) -> pd.Series:
    load("batch")
    return s
@pandas_udf("long")
def per_task(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    load("task")
    for s in batches:
        yield s
frame = spark.range(0, 20_000, 1, 2)
frame.select(per_batch("id")).write.format("noop").mode("overwrite").save()
frame.select(per_task("id")).write.format("noop").mode("overwrite").save()
result = {kind: os.path.getsize(os.path.join(folder, kind)) for kind in ["batch", "task"]}
`,
      )
      assert.deepEqual(loads, { batch: 20, task: 2 })
    })

    it("takes a type object for predict_batch_udf's return_type, and fails on a type name", async () => {
      const outcomes = await facts<Record<string, string>>(
        version,
        `
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql.types import FloatType
def make():
    return lambda features: features.sum(axis=1)
events = spark.read.parquet("events").limit(100)
result = {}
for name, kind in {"object": FloatType(), "name": "float"}.items():
    score = predict_batch_udf(make, return_type=kind, batch_size=32, input_tensor_shapes=[[4]])
    try:
        result[name] = f"{len(events.select(score('features')).collect())} rows"
    except Exception as error:
        result[name] = "refused" if "Unsupported return type" in str(error) else str(error)
`,
      )
      assert.deepEqual(outcomes, { object: "100 rows", name: "refused" })
    })
  })
}
