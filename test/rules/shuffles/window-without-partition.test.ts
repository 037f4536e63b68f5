import { windowWithoutPartition } from "../../../rules/shuffles/window-without-partition.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(windowWithoutPartition, ({ fires, silent }) => {
  fires(
    "a window with an order only",
    `${READ}w = Window.orderBy("ts")
#   ^^^^^^^^^^^^^^^^^^^^ has no partitionBy, so every row of \`orders\` (read from parquet 'orders') is sent to one task
#   | used over \`orders\` here
orders.withColumn("n", F.row_number().over(w)).write.parquet("out")
`,
  )
  fires(
    "written in place",
    `${READ}orders.select("id", F.lag("amount").over(Window.orderBy("ts")).alias("before")).write.parquet("out")
#                                        ^^^^^^^^^^^^^^^^^^^^ sorts them all alone
`,
  )
  fires(
    "an empty partitionBy",
    `${READ}orders.withColumn("total", F.sum("amount").over(Window.partitionBy())).write.parquet("out")
#                                               ^^^^^^^^^^^^^^^^^^^^ goes through them all alone
`,
  )
  fires(
    "by an object of the class",
    `${READ}w = Window().orderBy(F.rand())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^ sent to one task
orders.withColumn("n", F.row_number().over(w)).write.parquet("out")
`,
  )
  fires(
    "partitioned by a constant",
    `${READ}w = Window.partitionBy(F.lit(1)).orderBy("ts")
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is partitioned by a constant
orders.withColumn("n", F.rank().over(w)).write.parquet("out")
`,
  )
  fires(
    "inside an expression",
    `${READ}w = Window.orderBy("ts").rowsBetween(-6, 0)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ has no partitionBy
orders.withColumn("share", F.col("amount") / F.sum("amount").over(w)).write.parquet("out")
`,
  )
  fires(
    "over an aggregate that may have many rows",
    `${READ}per_customer = orders.groupBy("customer_id").agg(F.sum("amount").alias("total"))
per_customer.withColumn("rank", F.rank().over(Window.orderBy(F.desc("total")))).write.parquet("out")
#                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row of \`per_customer\`
`,
  )
  fires(
    "in a helper",
    `${READ}def number(df):
    return df.withColumn("n", F.row_number().over(Window.orderBy("id")))
#                                                 ^^^^^^^^^^^^^^^^^^^^ every row of \`orders\`

number(orders).write.parquet("out")
`,
  )

  fires(
    "in SQL text of selectExpr",
    `${READ}numbered = orders.selectExpr("id", "row_number() OVER (ORDER BY ts) AS n")
#                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row of \`orders\`
numbered.write.parquet("out")
`,
  )
  silent(
    "SQL text with a key",
    `${READ}orders.withColumn("n", F.expr("row_number() over (partition by customer_id order by ts)")).write.parquet("out")\n`,
  )
  silent(
    "Spark's own warning of it is silenced",
    `${READ}import warnings
warnings.filterwarnings("ignore", message=".*No Partition Defined for Window operation.*")
w = Window.orderBy("ts")
orders.withColumn("n", F.row_number().over(w)).write.parquet("out")
`,
  )
  silent(
    "partitioned by a key",
    `${READ}w = Window.partitionBy("customer_id").orderBy("ts")\norders.withColumn("n", F.row_number().over(w)).write.parquet("out")\n`,
  )
  silent(
    "partitioned in another statement",
    `${READ}w = Window.orderBy("ts")\nw = w.partitionBy("customer_id")\norders.withColumn("n", F.row_number().over(w)).write.parquet("out")\n`,
  )
  silent(
    "over an aggregate of few rows",
    `${READ}by_month = orders.groupBy(F.month("day").alias("m")).count()\nby_month.withColumn("n", F.row_number().over(Window.orderBy("m"))).write.parquet("out")\n`,
  )
  silent(
    "over a limited frame",
    `${READ}orders.limit(100).withColumn("n", F.row_number().over(Window.orderBy("ts"))).write.parquet("out")\n`,
  )
  silent(
    "over literal rows",
    `${READ}spark.createDataFrame([(1,), (2,)], ["id"]).withColumn("n", F.rank().over(Window.orderBy("id"))).show()\n`,
  )
  silent(
    "over a table of known small size",
    `${READ}spark.table("days").withColumn("n", F.rank().over(Window.orderBy("d"))).write.parquet("out")\n`,
    { tables: { days: { rows: 366, bytes: 10_000 } } },
  )
  silent(
    "the keys are not known",
    `${READ}def f(keys):\n    return orders.withColumn("n", F.rank().over(Window.partitionBy(*keys).orderBy("ts")))\n`,
  )
  silent("the window is never used", `${READ}w = Window.orderBy("ts")\norders.write.parquet("out")\n`)
  silent(
    "only the first few are kept: a top-n",
    `${READ}ranked = orders.withColumn("n", F.row_number().over(Window.orderBy(F.desc("amount"))))\nranked.filter(F.col("n") <= 10).write.parquet("out")\n`,
  )
  silent(
    "the first few by SQL text",
    `${READ}orders.withColumn("n", F.row_number().over(Window.orderBy(F.desc("amount")))).where("n <= 10").write.parquet("out")\n`,
  )
  silent("F.window is a time bucket", `${READ}orders.groupBy(F.window("ts", "1 hour")).count().write.parquet("out")\n`)
  silent("pandas rolls in memory", `import pandas as pd\npd.read_csv("a").rolling(7).sum()\n`)
  silent(
    "a comment says that it is global on purpose",
    `${READ}# a global number: the nightly table has a few hundred rows\nw = Window.orderBy("ts")\norders.withColumn("n", F.row_number().over(w)).write.parquet("out")\n`,
  )
})
