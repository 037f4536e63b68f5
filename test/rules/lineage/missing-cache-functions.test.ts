import { missingCache } from "../../../rules/lineage/missing-cache.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const DAILY = `${READ}daily = orders.groupBy("day").agg(F.sum("amount").alias("amount"))\n`

/** Frames that go through functions, and RDDs of loops. */
describeRule(missingCache, ({ fires, silent, fixes }) => {
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
    "what a reduce joins together, and what one of two functions makes",
    `${READ}from functools import reduce
def totals(paths):
    parts = [spark.table(path).groupBy("day").count() for path in paths]
    out = reduce(lambda a, b: a.join(b, "day", "outer"), parts)
#   ^^^ \`out\` is computed anew by 2 actions
    print(out.count())
    out.write.parquet("totals")

def stage(kind):
    made = {"days": lambda d: d.groupBy("day").count(), "ids": lambda d: d.select("id")}[kind](orders)
#   ^^^^ \`made\` is computed anew by 2 actions
    print(made.count())
    made.write.parquet(kind)
`,
  )
  fires(
    "a frame in an object that another file makes",
    `from pyspark.sql import SparkSession
from quality import Quality
spark = SparkSession.builder.getOrCreate()
checks = Quality.of(spark.read.parquet("orders"))
#^^^^^ \`checks\` is computed anew by 2 actions
checks.df.repartition(4).write.parquet("checks")
spark.read.parquet("studies").join(checks.df, "id").write.parquet("studies2")
`,
    {
      files: {
        "/w/quality.py": `from dataclasses import dataclass
from pyspark.sql import DataFrame
@dataclass
class Quality:
    df: DataFrame
    @classmethod
    def of(cls, frame):
        counts = frame.groupBy("id").count()
        return cls(df=counts)
`,
      },
    },
  )
  fires(
    "what a loop hands on is cached where its own checks can use it, not after them",
    `${READ}def resolve(frame, dim):
    joined = frame.join(dim, "id")
#   ^^^^^^ \`joined\` is computed anew by 2 actions
    total = joined.agg(F.count("*").alias("n")).collect()[0]["n"]
    missing = joined.filter(F.col("key").isNull()).count()
    if missing > total / 2:
        raise ValueError("too many")
    return joined.drop("key")

def load(frame, names):
    for name in names:
        frame = resolve(frame, spark.table(name))
    frame.write.parquet("out")
`,
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
    "a function that looks behind a shuffle for a first row and returns what it looked at",
    `${READ}def failures(df):
    bad = df.filter("status <> 200").select("host", "status").distinct()
#   ^^^ by \`isEmpty\` here, and once more by whoever gets what is returned
    if bad.rdd.isEmpty():
        return None
    return bad.withColumn("kind", F.lit("http"))
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
    "what a class made in steps that may be left out is cached where it is bound",
    `${READ}import sys
class Clean:
    def __init__(self, df, columns):
        self._df = df
        self.columns = columns
    def clean(self):
        self._df = self._df.dropDuplicates(["id"])
        if self.columns:
            self._df = self._df.drop(*self.columns)
        return self._df
gold = Clean(orders, sys.argv[1:]).clean()
gold = gold.withColumnRenamed("id", "order")
#^^^ \`gold\` is computed anew by 2 actions
gold.write.parquet("gold")
print(gold.count())
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
  fires(
    "an RDD that each round of a loop reads from its files",
    `${READ}points = spark.sparkContext.textFile("points").map(parse)
#^^^^^ by \`reduce\` in every round of a loop: each time Spark reads its data and runs Python code
weights = [0.0, 0.0]
for i in range(20):
    gradient = points.map(lambda p: slope(p, weights)).reduce(add)
    weights = step(weights, gradient)
`,
  )
  fires(
    "an RDD of rows that two sums compute by Python code",
    `${READ}weights = orders.rdd.map(weigh)
#^^^^^^ computed anew by 2 actions: each time Spark reads its data and runs Python code
heavy = weights.filter(lambda w: w > 10).countByValue()
total = weights.sum()
save(heavy, total)
`,
  )
  silent(
    "an RDD that is printed, looked at and logged, and used once",
    `${READ}import logging
log = logging.getLogger()
weights = orders.rdd.map(weigh)
print("weights", weights.collect())
some = weights.take(5)
log.info(weights.count())
n = weights.count()
print(n)
weights.saveAsTextFile("weights")
`,
  )
  silent(
    "one branch writes it and reads that back, the other goes on with it",
    `${READ}daily = orders.groupBy("day").count()
if keep:
    daily.filter("count > 1").write.parquet("daily")
    out = spark.read.parquet("daily")
else:
    out = daily.filter("count > 2")
out.write.parquet("out")
`,
  )
  fires(
    "one branch writes it, and both go on with it",
    `${READ}daily = orders.groupBy("day").count()
#^^^^ computed anew by 2 actions
if keep:
    daily.filter("count > 1").write.parquet("daily")
out = daily.filter("count > 2")
out.write.parquet("out")
`,
  )
  silent(
    "an RDD behind whose shuffle two actions begin",
    `${READ}weights = orders.rdd.map(weigh).reduceByKey(add)
save(weights.countByKey(), weights.collectAsMap())
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
  fires(
    "a training set of a feature store, and the paths of a graph",
    `from databricks.feature_engineering import FeatureEngineeringClient
from graphframes import GraphFrame
rows = FeatureEngineeringClient().create_training_set(df=spark.table("labels"), feature_lookups=[], label="y").load_df()
#^^^ each time Spark joins
print(rows.count())
rows.write.parquet("rows")
triangles = GraphFrame(spark.table("v"), spark.table("e")).find("(a)-[]->(b); (b)-[]->(c); (c)-[]->(a)")
#^^^^^^^^ each time Spark joins
print(triangles.count())
triangles.write.parquet("triangles")
`,
  )
  fires(
    "what another program gave for each partition",
    `${READ}scored = spark.sparkContext.textFile("calls").pipe("./score")
numbers = scored.map(float)
#^^^^^^ each time Spark runs another program over the rows
mean = numbers.mean()
numbers.map(lambda x: x - mean).saveAsTextFile("centred")
`,
  )
  silent(
    "an RDD's shuffle files are kept",
    `${READ}counts = orders.rdd.map(lambda r: (r.day, 1)).reduceByKey(lambda a, b: a + b)\nprint(counts.count())\ncounts.saveAsTextFile("out")\n`,
  )
  silent(
    "a function that looks for a first row before any shuffle, or only shows some, and returns the frame",
    `${READ}def failures(df):
    bad = df.filter("status <> 200")
    if bad.isEmpty():
        return None
    return bad.groupBy("host").count()

def per_host(df):
    hosts = df.groupBy("host").count()
    hosts.show(5)
    return hosts
`,
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
})
