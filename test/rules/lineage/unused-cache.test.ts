import { unusedCache } from "../../../rules/lineage/unused-cache.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(unusedCache, ({ fires, silent, fixes }) => {
  fires(
    "one write reads it",
    `${READ}paid = orders.filter("status = 'paid'").cache()
#                                       ^^^^^^^ Only \`parquet\` reads \`paid\`, once
#                                       | the only action that computes \`paid\`
paid.write.parquet("out")
`,
  )
  fires(
    "as a statement",
    `${READ}orders.cache()
#      ^^^^^^^ Only \`count\` reads \`orders\`
n = orders.count()
`,
  )
  fires(
    "through lazy steps",
    `${READ}orders = orders.persist()
#               ^^^^^^^^^ Only \`collect\` reads
top = orders.groupBy("country").count().filter("count > 3")
rows = top.collect()
`,
  )
  fires(
    "unpersisted after the one action",
    `${READ}orders.cache()
#      ^^^^^^^ Only \`parquet\` reads
orders.filter("amount > 0").write.parquet("out")
orders.unpersist()
`,
  )
  fires(
    "in a function that ends with the action",
    `${READ}def export(day):
    part = orders.filter(F.col("day") == day).cache()
    #                                         ^^^^^^^ Only \`csv\` reads \`part\`
    part.write.csv("out")
export("2025-01-01")
`,
  )
  fires(
    "an RDD",
    `${READ}words = spark.sparkContext.textFile("w").cache()
#                                        ^^^^^^^ Only \`count\` reads \`words\`
print(words.map(len).count())
`,
  )

  silent(
    "an RDD is checkpointed, which computes it once more",
    `${READ}spark.sparkContext.setCheckpointDir("checkpoints")
sums = orders.rdd.map(lambda row: (row.country, 1)).reduceByKey(lambda a, b: a + b).persist()
sums.checkpoint()
found = sums.count()
`,
  )
  silent(
    "the next round of a loop goes on from it",
    `${READ}for i in range(20):
    before = orders
    orders = orders.filter(F.col("qty") > i).cache()
    print(orders.count())
    before.unpersist()
`,
  )
  silent("two actions read it", `${READ}orders.cache()\norders.count()\norders.write.parquet("out")\n`)
  silent(
    "it is returned",
    `${READ}def load():\n    df = orders.filter("amount > 0").cache()\n    df.count()\n    return df\n`,
  )
  silent(
    "a loop reads it",
    `${READ}orders.cache()\nfor d in range(9):\n    orders.filter(F.col("d") == d).write.csv(str(d))\n`,
  )
  silent(
    "a view gives it to SQL",
    `${READ}orders.cache()\norders.createOrReplaceTempView("orders")\nspark.sql("select 1 from orders").show()\n`,
  )
  silent(
    "both sides of a join come from it",
    `${READ}a = orders.distinct().cache()\na.join(a.groupBy("id").count(), "id").write.parquet("out")\n`,
  )
  silent(
    "stored on an object",
    `${READ}class Job:\n    def __init__(self):\n        self.df = orders.cache()\n        self.df.count()\n`,
  )
  silent(
    "passed to code out of sight",
    `${READ}from helpers import report\norders.cache()\norders.count()\nreport(orders)\n`,
  )
  silent("a global sort samples it first", `${READ}orders.cache()\norders.orderBy("id").write.parquet("out")\n`)
  silent(
    "an estimator goes over it again and again",
    `${READ}from pyspark.ml.classification import LogisticRegression\norders.cache()\nmodel = LogisticRegression().fit(orders)\n`,
  )
  silent(
    "in a notebook another cell reads it",
    `# Databricks notebook source\n${READ}orders.cache()\n# COMMAND ----------\norders.count()\n`,
  )
  silent("random values stay what they are", `${READ}a = orders.withColumn("r", F.rand()).cache()\na.write.csv("o")\n`)
  silent(
    "a comment says what for",
    `${READ}# cache so that the source is read before it is overwritten\norders.cache()\norders.write.parquet("out")\n`,
  )
  silent(
    "a comment within the chain says what for",
    `${READ}paid = (
    orders.repartition(400)
    # so that no partition is lost before it is saved
    .persist()
    .withColumnRenamed("a", "b")
)
paid.write.parquet("out")
`,
  )
  silent(
    "a helper that caches for several callers, of whom one reads it once",
    `${READ}def spread(frame):
    return frame.repartition(8).cache()

once = spread(orders)
once.write.parquet("a")
twice = spread(orders.filter("amount > 0"))
twice.write.parquet("b")
twice.groupBy("day").count().write.parquet("c")
`,
  )
  silent(
    "two branches of its plan meet in one job",
    `${READ}base = orders.filter("amount > 0").cache()\nbase.filter("a = 1").union(base.filter("a = 2")).write.csv("o")\n`,
  )

  fixes(
    "cuts the link of a chain",
    `${READ}paid = orders.filter("status = 'paid'").cache()\npaid.write.parquet("out")\n`,
    `${READ}paid = orders.filter("status = 'paid'")\npaid.write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "drops the statement, and the unpersist with it",
    `${READ}orders.cache()\norders.write.parquet("out")\norders.unpersist()\n`,
    `${READ}orders.write.parquet("out")\n`,
    { safety: "safe" },
  )
})
