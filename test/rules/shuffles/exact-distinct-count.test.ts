import { exactDistinctCount } from "../../../rules/shuffles/exact-distinct-count.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(exactDistinctCount, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a distinct that is counted",
    `${READ}print(orders.select("customer_id").distinct().count())
#                                  ^^^^^^^^^^^^^^^^^^ distinct values of \`customer_id\`
#                                 | read from parquet
`,
    { show: "possible" },
  )
  fires(
    "an aggregate",
    `${READ}orders.groupBy("country").agg(F.countDistinct("user_id").alias("users")).show()
#                               ^^^^^^^^^^^^^^^^^^^^^^^^ an estimate with a standard error of 5%
`,
  )
  fires(
    "over all rows",
    `${READ}n = orders.agg(F.count_distinct(F.col("email"))).first()[0]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ in \`orders\` exactly
`,
  )
  fires(
    "duplicates of one column",
    `${READ}users = orders.filter("qty > 1").dropDuplicates(["user_id"]).count()
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ distinct values of \`user_id\`
`,
    { show: "possible" },
  )
  fires(
    "a column of an aliased frame, written on",
    `${READ}orders.alias("o").groupBy("o.country").agg(F.countDistinct("o.user_id").alias("n")).orderBy("n").show()
#                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^ distinct values of \`user_id\`
`,
  )
  fires(
    "any column, in the strict profile",
    `${READ}orders.groupBy("country").agg(F.countDistinct("status")).show()
#                               ^^^^^^^^^^^^^^^^^^^^^^^ distinct values of \`status\`
`,
    { show: "possible" },
  )

  silent(
    "a column that may have few values",
    `${READ}orders.groupBy("country").agg(F.countDistinct("status")).show()\n`,
  )
  silent("one number of a report", `${READ}print(orders.select("customer_id").distinct().count())\n`)
  silent("compared", `${READ}if orders.select("user_id").distinct().count() == 5000:\n    print("all")\n`)
  silent("asserted", `${READ}n = orders.select("user_id").distinct().count()\nassert n == 5000\n`)
  silent(
    "checked for duplicates against all rows",
    `${READ}duplicates = orders.count() - orders.select("user_id").distinct().count()\n`,
  )
  silent("a group for each customer", `${READ}orders.groupBy("customer_id").agg(F.countDistinct("order_id")).show()\n`)
  silent(
    "filtered by afterwards",
    `${READ}orders.groupBy("country").agg(F.countDistinct("user_id").alias("n")).filter("n > 1").show()\n`,
  )
  silent(
    "for a log line only, of which repeated-count speaks",
    `${READ}import logging
logger = logging.getLogger()
logger.info(orders.select("user_id").distinct().count())
`,
  )
  silent(
    "a report with exact sums beside it",
    `${READ}orders.groupBy("country").agg(F.sum("amount"), F.countDistinct("order_id")).write.parquet("out")\n`,
  )
  silent(
    "compared after a join",
    `${READ}users = orders.groupBy("country").agg(F.countDistinct("user_id").alias("n"))
goals = spark.read.parquet("goals")
goals.join(users, "country").filter(F.col("n") > F.col("goal")).write.parquet("out")
`,
  )
  silent(
    "computed with afterwards",
    `${READ}days = orders.groupBy("day").agg(F.max("amount").alias("amount"), F.countDistinct("order_id").alias("n"))
days.withColumn("mean", F.col("amount") / F.col("n")).write.parquet("out")
`,
  )
  silent(
    "a part of a figure",
    `${READ}orders.groupBy("country").agg((F.max("amount") / F.countDistinct("user_id")).alias("mean")).show()\n`,
  )
  silent(
    "several parts of one frame, of which count-per-condition speaks",
    `${READ}new = orders.filter("status = 'new'").select("user_id").distinct().count()
paid = orders.filter("status = 'paid'").select("user_id").distinct().count()
`,
  )
  silent(
    "timed, to compare it with an estimate",
    `${READ}import time
start = time.time()
exact = orders.select(F.countDistinct("user_id")).collect()
print(time.time() - start)
`,
  )
  silent(
    "few rows",
    `${READ}spark.createDataFrame([(1, "a")], ["user_id", "v"]).select("user_id").distinct().count()\n`,
  )
  silent(
    "several, of which multiple-distinct-counts speaks",
    `${READ}orders.agg(F.countDistinct("user_id"), F.countDistinct("email")).show()\n`,
  )
  silent(
    "the distinct values are used too",
    `${READ}users = orders.select("user_id").distinct()\nprint(users.count())\nusers.write.parquet("out")\n`,
  )
  silent("whole rows", `${READ}print(orders.distinct().count())\n`)
  silent("an estimate already", `${READ}orders.agg(F.approx_count_distinct("user_id")).show()\n`)
  silent("is there any", `${READ}if orders.select("user_id").distinct().count() > 0:\n    print("some")\n`)
  silent(
    "a comment asks for the exact number",
    `${READ}# must be exact\nprint(orders.select("user_id").distinct().count())\n`,
  )

  fixes(
    "an estimate that says its error",
    `${READ}orders.groupBy("country").agg(F.countDistinct("user_id").alias("users"))\n`,
    `${READ}orders.groupBy("country").agg(F.approx_count_distinct("user_id", rsd=0.05).alias("users"))\n`,
    { safety: "unsafe", title: "standard error of 5%" },
  )
  suggests(
    "an aggregate in place of the count",
    `${READ}n = orders.select("user_id").distinct().count()\n`,
    `agg(F.approx_count_distinct("user_id", rsd=0.05))`,
    { show: "possible" },
  )
})
