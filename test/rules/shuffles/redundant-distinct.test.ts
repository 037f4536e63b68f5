import { redundantDistinct } from "../../../rules/shuffles/redundant-distinct.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders").select("customer_id")
events = spark.read.parquet("events").select("user_id")
`

describeRule(redundantDistinct, ({ fires, silent, fixes }) => {
  fires(
    "on the first side",
    `${READ}orders.distinct().union(events).distinct().write.parquet("out")
#      ^^^^^^^^^^ \`distinct\` after the union shuffles and removes them all again
#      | removed again here
`,
  )
  fires(
    "on both sides",
    `${READ}a = orders.distinct()
#          ^^^^^^^^^^ shuffles \`orders\`
b = events.distinct()
#          ^^^^^^^^^^ shuffles \`events\`
a.union(b).distinct().write.parquet("out")
`,
  )
  fires(
    "by name, with other words",
    `${READ}events = events.withColumnRenamed("user_id", "customer_id")
orders.unionByName(events.drop_duplicates()).dropDuplicates().write.parquet("out")
#                         ^^^^^^^^^^^^^^^^^ \`dropDuplicates\` after the union
`,
  )
  fires(
    "through a filter and a column after it",
    `${READ}a = orders.distinct().filter("customer_id > 0").select(F.col("customer_id").alias("user_id"))
#          ^^^^^^^^^^ The last one alone gives the same rows
a.union(events).distinct().write.parquet("out")
`,
  )
  fires(
    "below two unions",
    `${READ}more = spark.read.parquet("more").select("id")
orders.union(events.distinct()).union(more).distinct().write.parquet("out")
#                   ^^^^^^^^^^ shuffles \`events\`
`,
  )

  silent("the union is not made distinct", `${READ}orders.distinct().union(events.distinct()).write.parquet("out")\n`)
  silent(
    "the side is used elsewhere too",
    `${READ}a = orders.distinct()\na.write.parquet("a")\na.union(events).distinct().write.parquet("out")\n`,
  )
  silent(
    "the side is cached",
    `${READ}a = orders.distinct().cache()\na.union(events).distinct().write.parquet("out")\n`,
  )
  silent(
    "Spark makes one of two in a row",
    `${READ}orders.distinct().select("customer_id").distinct().write.parquet("out")\n`,
  )
  silent(
    "before a groupBy it is dropped or shared",
    `${READ}orders.distinct().groupBy("customer_id").agg(F.max("customer_id")).write.parquet("out")\n`,
  )
  silent(
    "counts after it would change",
    `${READ}orders.distinct().union(events).groupBy("customer_id").count().write.parquet("out")\n`,
  )
  silent(
    "some columns only, on the side",
    `${READ}orders.dropDuplicates(["customer_id"]).union(events).distinct().write.parquet("out")\n`,
  )
  silent(
    "some columns only, at the end",
    `${READ}orders.distinct().union(events).dropDuplicates(["customer_id"]).write.parquet("out")\n`,
  )
  silent("before subtract it saves rows", `${READ}orders.subtract(events.distinct()).write.parquet("out")\n`)
  silent(
    "a limit counts the distinct rows",
    `${READ}orders.distinct().limit(1000000000).union(events).distinct().write.parquet("out")\n`,
  )
  silent(
    "a few rows",
    `${READ}spark.createDataFrame([(1,), (1,)], ["id"]).distinct().union(orders).distinct().write.parquet("out")\n`,
  )
  silent(
    "a number for each row makes them differ",
    `${READ}orders.distinct().withColumn("n", F.monotonically_increasing_id()).union(events.withColumn("n", F.lit(0))).distinct().write.parquet("out")\n`,
  )
  silent("Polars", `import polars as pl\npl.concat([pl.read_csv("a").unique(), pl.read_csv("b")]).unique()\n`)

  fixes(
    "the link is taken out",
    `${READ}orders.distinct().union(events).distinct().write.parquet("out")\n`,
    `${READ}orders.union(events).distinct().write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "the statement is taken away",
    `${READ}orders = orders.distinct()\norders.union(events).distinct().write.parquet("out")\n`,
    `${READ}orders.union(events).distinct().write.parquet("out")\n`,
    { safety: "safe" },
  )
})
