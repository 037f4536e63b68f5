import { rankToPickOne } from "../../../rules/shuffles/rank-to-pick-one.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
w = Window.partitionBy("customer_id").orderBy(F.desc("ts"))
`

describeRule(rankToPickOne, ({ fires, silent, fixes, suggests }) => {
  fires(
    "the latest of each key, one column",
    `${READ}last = orders.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") == 1).select("customer_id", "status")
#                                                      ^^^^^^^^^^^^^^^^^^^^^^^^ All rows of each \`customer_id\` are sorted and numbered to keep the largest \`ts\`, of which only \`status\` is used. \`max_by\`
#                                                      | the rows are numbered here
#                                                      | only \`status\` beside the keys
`,
  )
  fires(
    "a condition in SQL, and the rank dropped",
    `${READ}last = orders.select("customer_id", "ts", "status", F.row_number().over(w).alias("rn")).where("rn = 1").drop("rn")
#                                                                                       ^^^^^^^^^^^^^^^ only \`ts\`, \`status\` are used
`,
  )
  fires(
    "the first, by two keys",
    `${READ}first = Window.partitionBy("customer_id", F.col("day")).orderBy("ts")
ranked = orders.withColumn("rank", F.row_number().over(first))
top = ranked.filter(ranked["rank"] == 1).select("customer_id", "day", "amount")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ the smallest \`ts\`, of which only \`amount\` is used. \`min_by\`
`,
  )
  fires(
    "less than two",
    `${READ}last = orders.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") < 2).drop("rn").select("customer_id", "amount", "ts")
#                                                      ^^^^^^^^^^^^^^^^^^^^^^^ only \`amount\`, \`ts\` are used
`,
  )
  fires(
    "an order of two columns",
    `${READ}w2 = Window.partitionBy("customer_id").orderBy(F.desc("ts"), F.desc("id"))
last = orders.withColumn("rn", F.row_number().over(w2)).filter("rn == 1").select("customer_id", "status")
#                                                       ^^^^^^^^^^^^^^^^^ numbered to keep the first row
`,
  )

  silent(
    "whole rows of unknown width",
    `${READ}last = orders.withColumn("rn", F.row_number().over(w)).filter("rn = 1").drop("rn")\n`,
  )
  silent(
    "many columns",
    `${READ}last = orders.withColumn("rn", F.row_number().over(w)).filter("rn = 1").select("customer_id", "id", "ts", "status", "amount", "qty")\n`,
  )
  silent(
    "three of each key",
    `${READ}top = orders.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") <= 3).select("customer_id", "status")\n`,
  )
  silent(
    "rank keeps ties",
    `${READ}top = orders.withColumn("rn", F.rank().over(w)).filter(F.col("rn") == 1).select("customer_id", "status")\n`,
  )
  silent(
    "the number is kept",
    `${READ}top = orders.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") == 1).select("customer_id", "rn")\n`,
  )
  silent(
    "the numbered rows are used again",
    `${READ}ranked = orders.withColumn("rn", F.row_number().over(w))\nfirst = ranked.filter("rn = 1").select("customer_id", "status")\nsecond = ranked.filter("rn = 2").select("customer_id", "status")\n`,
  )
  silent(
    "no keys: one row of all, another rule's",
    `${READ}v = Window.orderBy("ts")\nfirst = orders.withColumn("rn", F.row_number().over(v)).filter("rn = 1").select("id", "status")\n`,
  )
  silent(
    "a column that only happens to be one",
    `${READ}ones = orders.withColumn("n", F.col("qty")).filter(F.col("n") == 1).select("customer_id", "status")\n`,
  )
  silent(
    "only the keys are kept",
    `${READ}ids = orders.withColumn("rn", F.row_number().over(w)).filter("rn = 1").select("customer_id")\n`,
  )
  silent(
    "few rows",
    `${READ}few = spark.createDataFrame([(1, 2, 3)], "customer_id int, ts int, v int")\nlast = few.withColumn("rn", F.row_number().over(w)).filter("rn = 1").select("customer_id", "v")\n`,
  )
  silent(
    "the author wants the ties settled",
    `${READ}# deterministic\nlast = orders.withColumn("rn", F.row_number().over(w)).filter("rn = 1").select("customer_id", "status")\n`,
  )

  fixes(
    "groups instead",
    `${READ}last = orders.withColumn("rn", F.row_number().over(w)).filter(F.col("rn") == 1).select("customer_id", "ts", "status")\n`,
    `${READ}last = orders.groupBy("customer_id").agg(F.max("ts").alias("ts"), F.max_by("status", "ts").alias("status")).select("customer_id", "ts", "status")\n`,
    { safety: "unsafe" },
  )
  suggests(
    "a text where the steps stand apart",
    `${READ}ranked = orders.withColumn("rn", F.row_number().over(w))\nlast = ranked.filter("rn = 1").select("customer_id", "status")\n`,
    "Use groupBy(…).agg(max_by(column,",
  )
})
