import { collectedAggregate } from "../../../rules/shuffles/collected-aggregate.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(collectedAggregate, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a set that is counted",
    `${READ}orders.groupBy("country").agg(F.size(F.collect_set("customer_id")).alias("n"))
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`collect_set\` gathers every group of \`orders\` in one array
#                               | read from parquet
`,
  )
  fires(
    "a list that is counted, with names of their own",
    `${READ}from pyspark.sql.functions import collect_list, size, col
orders.groupBy("country").agg(size(collect_list(col("id"))).alias("n")).write.parquet("out")
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count\` sends one number a group and task
`,
  )
  fires(
    "a list that is made distinct",
    `${READ}orders.groupBy("country").agg(F.array_distinct(F.collect_list("status")).alias("states"))
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`collect_set\` never holds them
`,
  )
  fires(
    "a list that is made distinct and counted: one finding",
    `${READ}orders.groupBy("country").agg(F.size(F.array_distinct(F.collect_list("status"))).alias("n"))
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count_distinct\` counts with rows that can spill
`,
  )
  fires(
    "counted a step later, in its place",
    `${READ}visits = orders.groupBy("country").agg(F.collect_set("customer_id").alias("who"))
visits.withColumn("who", F.size("who")).write.parquet("out")
#                          ^^^^^^^^^^^ \`collect_set\` gathers every group
`,
  )
  fires(
    "counted a step later, and then dropped",
    `${READ}visits = orders.groupBy("country").agg(F.collect_list("id").alias("ids"))
visits = visits.withColumn("n", F.size(F.col("ids"))).drop("ids")
#                                 ^^^^^^^^^^^^^^^^^^ only to be counted
`,
  )
  fires(
    "over all rows",
    `${READ}n = orders.agg(F.size(F.collect_set("customer_id"))).first()[0]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count_distinct\`
`,
  )

  fires(
    "in SQL",
    `${READ}n = spark.sql("SELECT country, size(collect_set(customer_id)) AS n FROM orders GROUP BY country")
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count_distinct\` counts
orders.groupBy("country").agg(F.expr("size(collect_list(id)) as n")).write.parquet("out")
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count\` sends one number
`,
  )
  silent(
    "a stream, which has no distinct counts",
    `${READ}stream = spark.readStream.schema("k string, v long").parquet("in")
stream.groupBy("k").agg(F.size(F.collect_set("v")).alias("n")).writeStream.outputMode("complete").format("console").start()
`,
  )
  silent(
    "over a window, in SQL",
    `${READ}spark.sql("SELECT size(collect_set(customer_id) OVER (PARTITION BY country)) AS n FROM orders")\n`,
  )
  silent(
    "over a window, where distinct counts are refused",
    `${READ}w = Window.partitionBy("country")\norders.select(F.size(F.collect_set("customer_id").over(w)))\n`,
  )
  silent(
    "the array is kept as well",
    `${READ}orders.groupBy("country").agg(F.collect_set("status").alias("s")).withColumn("n", F.size("s")).write.parquet("out")\n`,
  )
  silent(
    "the array is used in another column",
    `${READ}orders.groupBy("country").agg(F.collect_set("status").alias("s")).select(F.size("s"), F.concat_ws(",", "s")).write.parquet("out")\n`,
  )
  silent("an array of the table", `${READ}orders.select(F.size("features")).write.parquet("out")\n`)
  silent("nothing is counted", `${READ}orders.groupBy("country").agg(F.collect_set("status")).write.parquet("out")\n`)
  silent(
    "sorted, for all to read",
    `${READ}orders.groupBy("country").agg(F.sort_array(F.collect_list("status"))).write.parquet("out")\n`,
  )
  silent(
    "what is counted was filtered",
    `${READ}orders.groupBy("country").agg(F.size(F.filter(F.collect_list("qty"), lambda x: x > 3))).write.parquet("out")\n`,
  )
  silent(
    "a few rows",
    `${READ}spark.createDataFrame([(1, "a")], ["k", "v"]).groupBy("k").agg(F.size(F.collect_set("v"))).show()\n`,
  )
  silent(
    "a set of a split text",
    `${READ}orders.select(F.size(F.array_distinct(F.split("status", ",")))).write.parquet("out")\n`,
  )
  silent(
    "the arrays are written before they are counted",
    `${READ}v = orders.groupBy("country").agg(F.collect_set("status").alias("s"))\nv.write.parquet("sets")\nv.select("country", F.size("s")).write.parquet("out")\n`,
  )
  silent("functions of the same names", `from mylib import size, collect_set\nsize(collect_set("x"))\n`)

  fixes(
    "count_distinct",
    `${READ}orders.groupBy("country").agg(F.size(F.collect_set("customer_id")).alias("n"))\n`,
    `${READ}orders.groupBy("country").agg(F.count_distinct("customer_id").alias("n"))\n`,
    { safety: "safe" },
  )
  fixes(
    "count, with its import",
    `from pyspark.sql import SparkSession
from pyspark.sql.functions import collect_list, size
orders = SparkSession.builder.getOrCreate().read.parquet("orders")
orders.groupBy("country").agg(size(collect_list("id")))
`,
    `from pyspark.sql import SparkSession
from pyspark.sql.functions import collect_list, size
from pyspark.sql import functions as F
orders = SparkSession.builder.getOrCreate().read.parquet("orders")
orders.groupBy("country").agg(F.count("id"))
`,
    { safety: "safe" },
  )
  fixes(
    "collect_set",
    `${READ}orders.groupBy("country").agg(F.array_distinct(F.collect_list(F.col("status"))).alias("s"))\n`,
    `${READ}orders.groupBy("country").agg(F.collect_set(F.col("status")).alias("s"))\n`,
    { safety: "safe" },
  )
  fixes(
    "doubles, whose zeros may differ on 3.5",
    `${READ}typed = spark.read.schema("k string, v double").parquet("typed")\ntyped.groupBy("k").agg(F.size(F.collect_set("v")))\n`,
    `${READ}typed = spark.read.schema("k string, v double").parquet("typed")\ntyped.groupBy("k").agg(F.count_distinct("v"))\n`,
    { safety: "unsafe", min: "3.5", title: "-0.0" },
  )
  fixes(
    "one of several, which would expand the rows",
    `${READ}orders.groupBy("country").agg(F.size(F.collect_set("id")).alias("a"), F.size(F.collect_set("day")).alias("b"))\n`,
    `${READ}orders.groupBy("country").agg(F.count_distinct("id").alias("a"), F.size(F.collect_set("day")).alias("b"))\n`,
    { safety: "unsafe", title: "copy each row" },
  )
  suggests(
    "two steps at once",
    `${READ}v = orders.groupBy("country").agg(F.collect_set("customer_id").alias("who"))\nv.withColumn("who", F.size("who")).write.parquet("out")\n`,
    `count_distinct(…).alias("who")`,
  )
})
