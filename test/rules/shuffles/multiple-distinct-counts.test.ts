import { multipleDistinctCounts } from "../../../rules/shuffles/multiple-distinct-counts.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(multipleDistinctCounts, ({ fires, silent, fixes, suggests }) => {
  fires(
    "two columns",
    `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id"), F.countDistinct("day"))
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies each row of \`orders\` 2 times
#                             | a distinct count
`,
  )
  fires(
    "over all rows, by select",
    `${READ}orders.select(F.count_distinct("customer_id"), F.count_distinct("id"), F.count_distinct("day")).show()
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ over 3 different sets
`,
  )
  fires(
    "one for each column",
    `${READ}orders.agg(*[F.countDistinct(c).alias(c) for c in orders.columns]).show()
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a distinct count for each column
`,
  )
  fires(
    "a part of a column's values is another set",
    `${READ}paid = F.when(F.col("status") == "paid", F.col("customer_id"))
orders.groupBy("country").agg(F.countDistinct("customer_id"), F.countDistinct(paid))
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 2 times
`,
  )
  fires(
    "a distinct count and a distinct sum",
    `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id").alias("n"), F.sum_distinct("qty"))
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ distinct counts over 2
`,
  )

  silent("one", `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id"), F.sum("amount"))\n`)
  silent(
    "one set of columns, counted twice",
    `${READ}orders.groupBy("country").agg(F.countDistinct("id").alias("a"), F.countDistinct(F.col("id")).alias("b"))\n`,
  )
  silent("pairs are one set", `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id", "day"))\n`)
  silent(
    "two aggregations",
    `${READ}orders.groupBy("country").agg(F.countDistinct("id"))\norders.groupBy("country").agg(F.countDistinct("day"))\n`,
  )
  silent(
    "estimates",
    `${READ}orders.groupBy("country").agg(F.approx_count_distinct("customer_id"), F.approx_count_distinct("day"))\n`,
  )
  silent(
    "few rows",
    `${READ}few = spark.createDataFrame([(1, "a", "x")], ["k", "v", "w"])\nfew.groupBy("k").agg(F.countDistinct("v"), F.countDistinct("w"))\n`,
  )
  silent("plain counts", `${READ}orders.groupBy("country").agg(F.count("id"), F.count("day"))\n`)
  silent(
    "one after the other, of fewer rows",
    `${READ}orders.groupBy("country", "day").agg(F.countDistinct("id").alias("n")).groupBy("country").agg(F.countDistinct("n"))\n`,
  )
  silent(
    "a comment asks for exact numbers",
    `${READ}# exact, for the audit\norders.agg(F.countDistinct("id"), F.countDistinct("day"))\n`,
  )
  silent("one column, in a list", `${READ}orders.agg(*[F.countDistinct(c) for c in ["customer_id"]])\n`)

  fixes(
    "all of them",
    `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id").alias("a"), F.countDistinct(F.col("day")).alias("b"))\n`,
    `${READ}orders.groupBy("country").agg(F.approx_count_distinct("customer_id").alias("a"), F.approx_count_distinct(F.col("day")).alias("b"))\n`,
    { safety: "unsafe", title: "5%" },
  )
  fixes(
    "one for each column",
    `${READ}orders.agg(*[F.countDistinct(c).alias(c) for c in orders.columns]).show()\n`,
    `${READ}orders.agg(*[F.approx_count_distinct(c).alias(c) for c in orders.columns]).show()\n`,
    { safety: "unsafe" },
  )
  suggests(
    "pairs have no estimate of the same meaning",
    `${READ}orders.groupBy("country").agg(F.countDistinct("customer_id", "day"), F.countDistinct("id"))\n`,
    "approx_count_distinct",
  )
})
