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
    "a model's predictions",
    `${READ}from pyspark.ml import Pipeline
scored = Pipeline(stages=[]).fit(orders).transform(orders)
#^^^^^ Spark applies a model
print(scored.filter("prediction = 1").count())
scored.write.parquet("scored")
`,
  )
  silent(
    "cached but for the brackets, of which discarded-result speaks",
    `${DAILY}daily.cache\nprint(daily.count())\ndaily.write.parquet("daily")\n`,
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
    "what a model recommends to everybody",
    `${READ}from pyspark.ml.recommendation import ALS
model = ALS(userCol="user", itemCol="item", ratingCol="stars").fit(orders)
offers = model.recommendForAllUsers(10)
#^^^^^ computes what the model recommends
print(offers.count())
offers.write.parquet("offers")
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
    "a join with a few rows that are broadcast is a look-up",
    `${READ}names = spark.createDataFrame([(1, "a"), (2, "b")], ["kind", "name"])
named = orders.join(F.broadcast(names), "kind", "left")
named.write.parquet("named")
n = named.filter("amount > 3").count()
`,
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
  suggests(
    "a frame of a tuple assignment",
    `${READ}a, b = orders.groupBy("day").count(), orders
print(a.count())
a.write.parquet("a")
`,
    "Call a.cache() before its first action",
  )
})
