import { udfInFilter } from "../../../rules/udfs/udf-in-filter.ts"
import { describeRule } from "../harness.ts"

const READ = `import unicodedata
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")

def normal(s):
    return unicodedata.normalize("NFKD", s)

@udf("boolean")
def plain(s):
    return normal(s) == s

key = udf(normal)
`

describeRule(udfInFilter, ({ fires, silent, suggests }) => {
  fires(
    "a filter by a UDF",
    `${READ}orders.filter(plain("status")).write.parquet("out")
#             ^^^^^^^^^^^^^^^ \`plain\` decides which rows of \`orders\` to keep
#             | \`plain\` is a Python UDF
#             | the condition is used here
`,
  )
  fires(
    "where, beside another condition",
    `${READ}orders.where((F.col("qty") > 3) & plain(orders.status)).write.parquet("out")
#                                 ^^^^^^^^^^^^^^^^^^^^ decides which rows
`,
  )
  fires(
    "a comparison with what a UDF gives",
    `${READ}orders.filter(key("status") == "paid").write.parquet("out")
#             ^^^^^^^^^^^^^ \`normal\` decides which rows
`,
  )
  fires(
    "the condition of a join",
    `${READ}orders.join(customers, key(orders.country) == key(customers.country)).write.parquet("out")
#                      ^^^^^^^^^^^^^^^^^^^ \`normal\` computes a key of this join
`,
  )
  fires(
    "a name in SQL",
    `${READ}spark.udf.register("is_plain", normal, "boolean")
orders.filter("is_plain(status) AND qty > 3").write.parquet("out")
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`normal\` decides which rows
`,
  )
  fires(
    "a pandas UDF is Python too",
    `${READ}import pandas as pd

@F.pandas_udf("boolean")
def odd(s: pd.Series) -> pd.Series:
    return s.str.normalize("NFKD") != s

orders.filter(~odd("status")).write.parquet("out")
#              ^^^^^^^^^^^^^ \`odd\` decides which rows
`,
  )

  silent(
    "Spark's functions can say it, which another rule tells",
    `${READ}is_paid = udf(lambda s: s.lower() == "paid", "boolean")\norders.filter(is_paid("status")).write.parquet("out")\n`,
  )
  silent("a UDF in a projection", `${READ}orders.select(plain("status")).write.parquet("out")\n`)
  silent("a filter by columns", `${READ}orders.filter(F.lower("status") == "paid").write.parquet("out")\n`)
  silent("few rows", `${READ}spark.createDataFrame([("a",), ("b",)], "status string").filter(plain("status")).show()\n`)
  silent("a frame that was cut down", `${READ}orders.limit(100).filter(plain("status")).show()\n`)
  silent(
    "an RDD's filter is Python anyway",
    `${READ}orders.rdd.filter(lambda row: normal(row.status) == row.status).saveAsTextFile("out")\n`,
  )
  silent("a filter of a list", `${READ}list(filter(lambda s: normal(s) == s, ["a"]))\n`)
  silent(
    "a function of columns under a UDF-like name",
    `${READ}def is_paid(c):\n    return F.lower(c) == "paid"\n\norders.filter(is_paid(F.col("status"))).write.parquet("out")\n`,
  )
  silent("a name in SQL that is no UDF of this file", `${READ}orders.filter("is_plain(status)").write.parquet("out")\n`)
  silent(
    "a join by columns that were computed before",
    `${READ}a = orders.withColumn("k", key("country"))\nb = customers.withColumn("k", key("country"))\na.join(b, "k").write.parquet("out")\n`,
  )
  silent(
    "random numbers are told elsewhere",
    `${READ}import random\n\nsampled = udf(lambda: random.random() < 0.1, "boolean")\norders.filter(sampled()).write.parquet("out")\n`,
  )

  suggests(
    "columns first",
    `${READ}orders.filter(plain("status")).write.parquet("out")\n`,
    "Put what columns can test before `plain`",
  )
})
