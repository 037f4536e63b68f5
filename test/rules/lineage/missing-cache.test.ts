import { missingCache } from "../../../rules/lineage/missing-cache.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const DAILY = `${READ}daily = orders.groupBy("day").agg(F.sum("amount").alias("amount"))\n`

describeRule(missingCache, ({ fires, silent, fixes, suggests }) => {
  fires(
    "an aggregate counted and written",
    `${READ}daily = orders.groupBy("day").agg(F.sum("amount").alias("amount"))
#^^^^ \`daily\` is computed anew by 2 actions
#| expensive: groups
#| computed by \`count\` here
#| computed by \`parquet\` here
print(daily.count())
daily.write.parquet("daily")
`,
  )
  fires(
    "two branches of one join",
    `${READ}joined = orders.join(spark.read.parquet("customers"), "customer_id")
#^^^^^ computed anew by 2 actions: each time Spark joins
joined.filter("amount > 100").write.parquet("large")
joined.filter("amount <= 100").write.parquet("small")
`,
  )
  fires(
    "a Python UDF",
    `${READ}@F.udf("double")
def tax(amount):
    return amount * 0.2

taxed = orders.withColumn("tax", tax("amount"))
#^^^^ runs the Python UDF \`tax\`
taxed.write.parquet("taxed")
total = taxed.agg(F.sum("tax")).collect()
`,
  )
  fires(
    "a slow source filtered twice",
    `${READ}users = spark.read.format("jdbc").option("dbtable", "users").load().filter("active")
#^^^^ reads over JDBC
users.write.parquet("users")
print(users.count())
`,
  )
  fires(
    "an action in every round of a loop",
    `${DAILY.replace("daily = ", "daily = ").trimEnd()}
#^^^^ \`count\` in every round of a loop
for day in days:
    print(daily.join(spark.read.parquet(day), "day").count())
`,
  )
  fires(
    "counts that belong together, and a write",
    `${DAILY.trimEnd()}
#^^^^ computed anew by 2 actions
print(daily.filter("amount > 100").count(), daily.filter("amount <= 100").count())
daily.write.parquet("daily")
`,
  )
  fires(
    "what another file's function makes is cached where it is bound",
    `from pyspark.sql import SparkSession
from cleaning import per_day
spark = SparkSession.builder.getOrCreate()
daily = per_day(spark.read.parquet("orders"))
#^^^^ \`daily\` is computed anew by 2 actions
print(daily.count())
daily.write.parquet("daily")
`,
    { files: { "/w/cleaning.py": 'def per_day(df):\n    out = df.groupBy("day").count()\n    return out\n' } },
  )
  fires(
    "what a function makes and returns without a name is cached where it is bound",
    `${READ}def per_day(df):
    return df.groupBy("day").count().withColumn("source", F.lit("orders"))

daily = per_day(orders)
#^^^^ \`daily\` is computed anew by 2 actions
print(daily.count())
daily.write.parquet("daily")
`,
  )
  fires(
    "a function counts what it also returns",
    `${READ}def load_daily(spark):
    daily = spark.read.parquet("orders").groupBy("day").count()
#   ^^^^^ by \`count\` here, and once more by whoever gets what is returned
    print("days:", daily.count())
    return daily.withColumn("source", F.lit("orders"))
`,
  )
  fires(
    "inside a function",
    `${READ}def report(df):
    best = df.groupBy("country").count().orderBy(F.desc("count"))
#   ^^^^ computed anew by 2 actions
    best.write.parquet("best")
    best.toPandas().to_csv("best.csv")

report(orders)
`,
  )
  fires(
    "only the last shared step of a chain",
    `${READ}per_day = orders.groupBy("day").count()
busy = per_day.filter("count > 100")
#^^^ \`busy\` is computed anew
busy.write.parquet("busy")
print(busy.count())
`,
  )
  fires(
    "a UDF's result on both sides of one union",
    `${READ}@F.udf("double")
def tax(amount):
    return amount * 0.2

taxed = orders.withColumn("tax", tax("amount"))
#^^^^ \`taxed\` is computed twice for one \`union\`, once for each side: each time Spark runs the Python UDF
#| both sides come from \`taxed\`
high = taxed.filter("tax > 10").select("id")
low = taxed.filter("tax < 1").select("id")
high.union(low).write.parquet("extremes")
`,
  )
  fires(
    "once for a chain whose later steps are cheap",
    `${READ}joined = orders.join(spark.read.parquet("customers"), "customer_id")
#^^^^^ \`joined\` is computed anew by 4 actions
joined.show()
print(joined.count())
large = joined.filter("amount > 100").select("id", "amount")
large.show()
print(large.count())
`,
  )
  fires(
    "a look under a debug flag only in the strict profile",
    `${READ}daily = orders.groupBy("day").count()
#^^^^ computed anew
if debug:
    print(daily.count())
daily.write.parquet("daily")
`,
    { show: "possible" },
  )

  fires(
    "a helper that writes, called twice",
    `${DAILY}def save(frame, path):
    frame.write.parquet(path)
good = daily.filter("amount > 0").distinct()
#^^^ \`good\` is computed anew by 2 actions
save(good, "a")
#| computed by \`parquet\` here
save(good, "b")
#| computed by \`parquet\` here
`,
  )
  fires(
    "a model's predictions",
    `${READ}from pyspark.ml import Pipeline
scored = Pipeline(stages=[]).fit(orders).transform(orders)
#^^^^^ Spark applies a model
print(scored.filter("prediction = 1").count())
scored.write.parquet("scored")
`,
  )
  silent(
    "counts that one pass does, of which count-per-condition speaks",
    `${DAILY}print(daily.filter("amount > 100").count(), daily.filter("amount <= 100").count())\n`,
  )
  silent(
    "a job for each value, of which action-in-loop speaks",
    `${DAILY}for day in days:\n    best[day] = daily.filter(F.col("day") == day).orderBy("amount").first()\n`,
  )
  silent(
    "metrics one by one, of which repeated-evaluation speaks",
    `${READ}from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.regression import RandomForestRegressor
model = RandomForestRegressor(labelCol="amount").fit(orders)
predictions = model.transform(orders.join(spark.read.parquet("features"), "id"))
a = RegressionEvaluator(metricName="rmse").evaluate(predictions)
b = RegressionEvaluator(metricName="mae").evaluate(predictions)
`,
  )
  silent(
    "stages of machine learning that only rewrite columns",
    `${READ}from pyspark.ml.feature import StringIndexer, VectorAssembler
indexed = StringIndexer(inputCol="day", outputCol="i").fit(orders).transform(orders)
ready = VectorAssembler(inputCols=["i"], outputCol="features").transform(indexed)
print(ready.filter("i = 1").count())
ready.write.parquet("ready")
`,
  )
  silent(
    "the second action only tells of a failure",
    `${DAILY}def verify():
    bad = daily.filter("amount < 0")
    if not bad.isEmpty():
        rows = bad.limit(5).collect()
        # so that somebody sees them
        print(rows)
        raise ValueError("negative amounts")
verify()
`,
  )
  silent("it is cached", `${DAILY}daily.cache()\nprint(daily.count())\ndaily.write.parquet("daily")\n`)
  silent(
    "it is persisted where it is made",
    `${READ}daily = orders.groupBy("day").count().persist()\nprint(daily.count())\ndaily.write.parquet("daily")\n`,
  )
  silent(
    "a checkpoint stands between",
    `${READ}daily = orders.groupBy("day").count().checkpoint()\nprint(daily.count())\ndaily.write.parquet("daily")\n`,
  )
  silent(
    "it is written and read back",
    `${READ}orders.groupBy("day").count().write.parquet("daily")\ndaily = spark.read.parquet("daily")\nprint(daily.count())\ndaily.show()\n`,
  )
  silent(
    "reading and projecting is cheap",
    `${READ}paid = orders.filter("status = 'paid'").select("id", "amount")\nprint(paid.count())\npaid.write.parquet("paid")\n`,
  )
  silent(
    "the actions exclude each other",
    `${DAILY}if mode == "csv":\n    daily.write.csv("daily")\nelse:\n    daily.write.parquet("daily")\n`,
  )
  silent("there is one action", `${DAILY}daily.filter("amount > 0").write.parquet("daily")\n`)
  silent(
    "explain and printSchema run nothing",
    `${DAILY}daily.printSchema()\ndaily.explain()\ndaily.write.parquet("daily")\n`,
  )
  silent(
    "the rows were made by the driver",
    `${READ}few = spark.createDataFrame([(1, 2)], ["a", "b"]).groupBy("a").count()\nprint(few.count())\nfew.write.parquet("few")\n`,
  )
  fires(
    "the one row of a global aggregate takes all rows",
    `${READ}def with_latest(spark):
    per_order = spark.read.parquet("orders").groupBy("order_id").agg(F.max("day").alias("day"))
#   ^^^^^^^^^ by \`first\` here, and once more by whoever gets what is returned
    latest = per_order.agg(F.max("day")).first()[0]
    return per_order.filter(F.col("day") == latest)
`,
  )
  fires(
    "rows that Python makes of a few numbers",
    `${READ}readings = spark.range(0, 500).mapInPandas(simulate, schema="sensor int, value double")
#^^^^^^^ runs Python code over the rows
readings.write.parquet("readings")
readings.select("sensor").distinct().write.parquet("sensors")
`,
  )
  silent(
    "a function writes what it returns: perhaps for nobody",
    `${READ}def save_daily(df):
    daily = df.groupBy("day").count()
    daily.write.parquet("daily")
    return daily
`,
  )
  silent(
    "a function looks at the first rows of what it returns",
    `${READ}def load_daily(spark):
    daily = spark.read.parquet("orders").groupBy("day").count()
    daily.show()
    return daily
`,
  )
  silent(
    "a function counts what it caches, and returns what it makes of it",
    `${READ}def load_daily(spark):
    daily = spark.read.parquet("orders").groupBy("day").count().cache()
    print(daily.count())
    return daily.filter("count > 1")
`,
  )
  silent(
    "a function counts what it returns, and its caller does nothing with it",
    `${READ}def load_daily(spark):
    daily = spark.read.parquet("orders").groupBy("day").count()
    print(daily.count())
    return daily

daily = load_daily(spark)
`,
  )
  silent(
    "another file's function caches what it makes",
    `from pyspark.sql import SparkSession
from cleaning import per_day
spark = SparkSession.builder.getOrCreate()
daily = per_day(spark.read.parquet("orders"))
print(daily.count())
daily.write.parquet("daily")
`,
    { files: { "/w/cleaning.py": 'def per_day(df):\n    return df.groupBy("day").count().cache()\n' } },
  )
  silent(
    "a notebook looks at its frames",
    `# Databricks notebook source\nfrom pyspark.sql import functions as F\ndaily = spark.table("orders").groupBy("day").count()\ndaily.show()\n\n# COMMAND ----------\ndisplay(daily)\n`,
  )
  silent(
    "it is larger than the cluster's memory",
    `${READ}wide = spark.table("huge").repartition("id")\nprint(wide.count())\nwide.write.parquet("wide")\n`,
    {
      tables: { huge: { bytes: 10 ** 13 } },
      cluster: { executors: 4, cores: 4 },
    },
  )
  silent(
    "pandas computes at once",
    `import pandas as pd\ndf = pd.read_csv("a").groupby("k").sum()\nprint(df.count())\ndf.to_csv("b")\n`,
  )
  silent("a glance at a debug flag", `${DAILY}if verbose:\n    daily.show()\ndaily.write.parquet("daily")\n`)
  silent(
    "a look at the first rows of a UDF computes little",
    `${READ}@F.udf("double")\ndef tax(amount):\n    return amount * 0.2\n\ntaxed = orders.withColumn("tax", tax("amount"))\ntaxed.show()\ntaxed.write.parquet("taxed")\n`,
  )
  fires(
    "an RDD that each round of a loop reads from its files",
    `${READ}points = spark.sparkContext.textFile("points").map(parse)
#^^^^^ by \`reduce\` in every round of a loop: each time Spark reads its files and runs Python code
weights = [0.0, 0.0]
for i in range(20):
    gradient = points.map(lambda p: slope(p, weights)).reduce(add)
    weights = step(weights, gradient)
`,
  )
  silent(
    "an RDD that is cached before the loop",
    `${READ}points = spark.sparkContext.textFile("points").map(parse).cache()
for i in range(20):
    print(points.map(lambda p: p * i).sum())
`,
  )
  silent(
    "an RDD of a Python list, or one made in the round itself",
    `${READ}some = spark.sparkContext.parallelize(range(10)).map(parse)
for i in range(20):
    print(some.map(lambda p: p * i).sum())
    print(spark.sparkContext.textFile(f"points{i}").map(parse).sum())
`,
  )
  silent(
    "an RDD's shuffle files are kept",
    `${READ}counts = orders.rdd.map(lambda r: (r.day, 1)).reduceByKey(lambda a, b: a + b)\nprint(counts.count())\ncounts.saveAsTextFile("out")\n`,
  )
  silent(
    "equal shuffles of two sides are computed once",
    `${READ}per_day = orders.groupBy("day").count()\nper_day.alias("a").join(per_day.alias("b"), "day").write.parquet("out")\n`,
  )
  silent(
    "a few rows to look at",
    `${READ}users = spark.read.format("jdbc").option("dbtable", "users").load().filter("active")\nprint(users.limit(5).toPandas())\nusers.write.parquet("users")\n`,
  )
  silent(
    "a stream runs on its own",
    `${READ}s = spark.readStream.format("rate").load().groupBy("value").count()\ns.writeStream.format("console").start()\ns.writeStream.format("memory").start()\n`,
  )
  silent(
    "the comment says why not",
    `${READ}# no cache: the executors have no memory to spare\ndaily = orders.groupBy("day").count()\nprint(daily.count())\ndaily.write.parquet("daily")\n`,
  )

  fixes(
    "caches and releases",
    `${DAILY}print(daily.count())\ndaily.write.parquet("daily")\nprint("done")\n`,
    `${DAILY.trimEnd()}.cache()\nprint(daily.count())\ndaily.write.parquet("daily")\ndaily.unpersist()\nprint("done")\n`,
    { safety: "unsafe", title: "unpersist it after its last use" },
  )
  fixes(
    "a definition in brackets, an action in a loop",
    `${READ}daily = (
    orders.groupBy("day")
    .count()
)
for day in days:
    print(daily.join(spark.read.parquet(day), "day").collect())
`,
    `${READ}daily = (
    orders.groupBy("day")
    .count().cache()
)
for day in days:
    print(daily.join(spark.read.parquet(day), "day").collect())
daily.unpersist()
`,
    { safety: "unsafe" },
  )
  fixes(
    "a frame that is returned is left to its owner",
    `${READ}def report(df):
    best = df.groupBy("country").count()
    print(best.count())
    best.write.parquet("best")
    return best

report(orders)
`,
    `${READ}def report(df):
    best = df.groupBy("country").count().cache()
    print(best.count())
    best.write.parquet("best")
    return best

report(orders)
`,
    { safety: "unsafe", title: "unpersist it when you are done" },
  )
  fixes(
    "caches what another file's function made on a line of its own",
    `from pyspark.sql import SparkSession
from cleaning import per_day
spark = SparkSession.builder.getOrCreate()
daily = per_day(spark.read.parquet("orders"))
print(daily.count())
daily.write.parquet("daily")
`,
    `from pyspark.sql import SparkSession
from cleaning import per_day
spark = SparkSession.builder.getOrCreate()
daily = per_day(spark.read.parquet("orders"))
daily.cache()
print(daily.count())
daily.write.parquet("daily")
`,
    {
      safety: "unsafe",
      title: "unpersist it when you are done",
      files: { "/w/cleaning.py": 'def per_day(df):\n    return df.groupBy("day").count()\n' },
    },
  )
  suggests(
    "a frame of a tuple assignment",
    `${READ}a, b = orders.groupBy("day").count(), orders
print(a.count())
a.write.parquet("a")
`,
    "Call a.cache() before its first action",
  )
})
