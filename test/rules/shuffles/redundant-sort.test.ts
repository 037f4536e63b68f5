import { redundantSort } from "../../../rules/shuffles/redundant-sort.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
typed = spark.read.schema("country string, amount double, qty int").parquet("orders")
`

describeRule(redundantSort, ({ fires, silent, fixes }) => {
  fires(
    "before repartition(n)",
    `${READ}orders.orderBy("ts").repartition(10).write.parquet("out")
#      ^^^^^^^^^^^^^ \`repartition\` after it loses that order
#      | the order is lost here
`,
  )
  fires(
    "before a sum of doubles",
    `${READ}typed.sort("qty").groupBy("country").agg(F.sum("amount")).write.parquet("out")
#     ^^^^^^^^^^^ \`agg\` after it loses that order
`,
  )
  fires(
    "before a deviation, through a filter",
    `${READ}by_time = orders.orderBy("ts")
#                ^^^^^^^^^^^^^ Spark does not see
by_time.filter("qty > 1").groupBy("country").agg(F.stddev("qty"), F.count("*")).write.parquet("out")
`,
  )
  fires(
    "on a side of a union that is sorted anew",
    `${READ}more = spark.read.parquet("more")
orders.orderBy("ts").union(more).orderBy("id").write.parquet("out")
#      ^^^^^^^^^^^^^ sorts all of \`orders\`
`,
  )
  fires(
    "on a side of a union that is grouped",
    `${READ}more = spark.read.parquet("more")
both = more.unionByName(orders.orderBy("ts"))
#                              ^^^^^^^^^^^^^ \`count\` after it loses that order
both.groupBy("country").count().write.parquet("out")
`,
  )
  fires(
    "reassigned",
    `${READ}orders = orders.orderBy("ts")
#               ^^^^^^^^^^^^^ loses that order
orders.repartition(64).write.parquet("out")
`,
  )

  silent("a random order is meant", `${READ}orders.orderBy(F.rand(7)).repartition(8).write.parquet("out")\n`)
  silent(
    "a random order is meant, by a column of its own",
    `${READ}orders.withColumn("r", F.rand()).orderBy("r").drop("r").repartition(8).write.parquet("out")\n`,
  )
  silent(
    "Spark removes it before a count",
    `${READ}orders.orderBy("ts").groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "Spark removes it before a sum of whole numbers",
    `${READ}typed.orderBy("qty").groupBy("country").agg(F.sum("qty")).write.parquet("out")\n`,
  )
  silent(
    "what is summed is not known",
    `${READ}orders.orderBy("ts").groupBy("country").agg(F.sum("amount")).write.parquet("out")\n`,
  )
  silent("Spark removes it before another sort", `${READ}orders.orderBy("ts").orderBy("id").write.parquet("out")\n`)
  silent(
    "Spark removes it before a repartition by columns",
    `${READ}orders.orderBy("ts").repartition("country").write.parquet("out")\n`,
  )
  silent("Spark removes it before a join", `${READ}orders.orderBy("ts").join(typed, "country").write.parquet("out")\n`)
  silent(
    "the first of a group is meant",
    `${READ}orders.orderBy("ts").groupBy("country").agg(F.first("amount"), F.stddev("qty")).write.parquet("out")\n`,
  )
  silent(
    "the list is in order",
    `${READ}orders.orderBy("ts").groupBy("country").agg(F.collect_list("id")).write.parquet("out")\n`,
  )
  silent(
    "the first of duplicates is kept",
    `${READ}orders.orderBy("ts").dropDuplicates(["country"]).write.parquet("out")\n`,
  )
  silent("a top-n", `${READ}orders.orderBy("ts").limit(100).repartition(4).write.parquet("out")\n`)
  silent("written in order", `${READ}orders.orderBy("ts").write.parquet("out")\n`)
  silent("coalesce keeps the order", `${READ}orders.orderBy("ts").coalesce(4).write.parquet("out")\n`)
  silent(
    "a union keeps the order of its parts",
    `${READ}head = spark.read.parquet("head")\nhead.union(orders.orderBy("ts")).write.csv("out")\n`,
  )
  silent("shown in order too", `${READ}s = orders.orderBy("ts")\ns.show()\ns.repartition(8).write.parquet("out")\n`)
  silent(
    "an ordered window follows",
    `${READ}w = Window.partitionBy("country").orderBy("ts")\norders.orderBy("ts").withColumn("n", F.row_number().over(w)).write.parquet("out")\n`,
  )
  silent(
    "few rows",
    `${READ}spark.createDataFrame([(2, "b"), (1, "a")], ["k", "v"]).orderBy("k").repartition(2).write.parquet("out")\n`,
  )
  silent(
    "the partitions are sorted, not the whole",
    `${READ}orders.sortWithinPartitions("ts").repartition(8).write.parquet("out")\n`,
  )

  fixes(
    "the link is taken out",
    `${READ}orders.filter("qty > 1").orderBy("ts").repartition(10).write.parquet("out")\n`,
    `${READ}orders.filter("qty > 1").repartition(10).write.parquet("out")\n`,
    { safety: "safe" },
  )
})
