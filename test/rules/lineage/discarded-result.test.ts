import { discardedResult } from "../../../rules/lineage/discarded-result.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(discardedResult, ({ fires, silent, fixes }) => {
  fires(
    "a transformation as a statement",
    `${READ}orders.dropDuplicates()
#      ^^^^^^^^^^^^^^^^ leaves \`orders\` as it is: this line has no effect
#      | read from parquet 'orders'
orders.write.parquet("out")
`,
  )
  fires(
    "a checkpoint whose frame is thrown away",
    `${READ}orders.checkpoint()
#      ^^^^^^^^^^^^ \`orders\` keeps its whole plan
orders.write.parquet("out")
`,
  )
  fires(
    "a broadcast as a statement",
    `${READ}F.broadcast(orders)
# ^^^^^^^^^^^^^^^^^ gives a hinted copy and leaves \`orders\` as it is
`,
  )
  fires(
    "a chain: only its last call",
    `${READ}orders.filter("amount > 0").withColumn("x", F.lit(1))
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^ leaves \`orders\`
`,
  )
  fires(
    "in a function that goes on with its parameter",
    `from pyspark.sql import DataFrame

def clean(df: DataFrame) -> DataFrame:
    df.na.fill(0)
#         ^^^^^^^ leaves \`df\` as it is
    return df
`,
  )
  fires(
    "a name that nothing reads",
    `${READ}deduped = orders.dropDuplicates()
#^^^^^^ the steps after it go on from \`orders\`
#      | used again here
orders.groupBy("country").count().write.parquet("out")
`,
  )
  fires(
    "an RDD",
    `${READ}words = spark.sparkContext.textFile("w")
words.filter(len)
#     ^^^^^^^^^^^ gives a new RDD
words.count()
`,
  )

  fires(
    "a method that is named and not called",
    `${READ}orders.cache
#      ^^^^^ This only names the method \`cache\` and does not call it: nothing is cached here
`,
  )
  silent("cache works in place", `${READ}orders.cache()\norders.count()\norders.show()\n`)
  silent("unpersist works in place", `${READ}orders.unpersist()\n`)
  silent("a view is made for others", `${READ}orders.createOrReplaceTempView("orders")\n`)
  silent("an action runs", `${READ}orders.filter("amount > 0").show()\norders.count()\n`)
  silent("a write is no transformation", `${READ}orders.write.mode("overwrite").parquet("out")\n`)
  silent("pandas in place", `import pandas as pd\ndf = pd.DataFrame()\ndf.dropna(inplace=True)\ndf.head()\n`)
  silent("SQL that does something", `${READ}spark.sql("CREATE TABLE t AS SELECT 1")\n`)
  silent(
    "a try that asks whether a column exists",
    `${READ}try:\n    orders.select("price")\nexcept Exception:\n    orders = orders.withColumn("price", F.lit(0))\norders.show()\n`,
  )
  silent(
    "a notebook shows a cell's last line",
    `# Databricks notebook source\n${READ}\n# COMMAND ----------\norders.select("id")\n\n# COMMAND ----------\norders.count()\n`,
  )
  silent("RDD.checkpoint marks the RDD itself", `${READ}rdd = orders.rdd\nrdd.checkpoint()\nrdd.count()\n`)
  silent("the result is returned", `${READ}def top():\n    return orders.limit(3)\ntop().show()\n`)
  silent(
    "the name is read by an attribute",
    `${READ}deduped = orders.dropDuplicates()\nprint(deduped.columns)\norders.write.parquet("out")\n`,
  )
  silent("the original is only looked at afterwards", `${READ}deduped = orders.dropDuplicates()\norders.show()\n`)
  silent("tests try that a step is lazy", `${READ}orders.select("id")\n`, { path: "tests/test_lazy.py" })
  silent(
    "a transform runs the user's own code",
    `${READ}def log(df):\n    print(df.columns)\n    return df\norders.transform(log)\n`,
  )

  silent("a column by the name of no method, looked at in a shell", `${READ}orders.amount\n`)
  silent(
    "the cache of something else",
    `${READ}import functools\n\n@functools.lru_cache\ndef f(x):\n    return x\n\nf.cache_clear\nsettings.cache\n`,
  )
  silent("the method handed on", `${READ}keep = orders.cache\nkeep()\n`)

  fixes("calls it", `${READ}orders.cache\n`, `${READ}orders.cache()\n`, { safety: "safe" })
  fixes("calls it, and keeps what it gives", `${READ}orders.checkpoint\n`, `${READ}orders = orders.checkpoint()\n`, {
    safety: "safe",
  })
  fixes(
    "assigns rows back, which changes what follows",
    `${READ}orders.dropDuplicates()\norders.write.parquet("out")\n`,
    `${READ}orders = orders.dropDuplicates()\norders.write.parquet("out")\n`,
    { safety: "unsafe" },
  )
  fixes(
    "assigns a checkpoint back, which keeps all rows",
    `${READ}orders.checkpoint()\norders.write.parquet("out")\n`,
    `${READ}orders = orders.checkpoint()\norders.write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "gives the result the name that is read",
    `${READ}deduped = orders.dropDuplicates()\norders.write.parquet("out")\n`,
    `${READ}orders = orders.dropDuplicates()\norders.write.parquet("out")\n`,
    { safety: "unsafe" },
  )
})
