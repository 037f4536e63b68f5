import { countPerCondition } from "../../../rules/driver/count-per-condition.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(countPerCondition, ({ fires, silent, suggests }) => {
  fires(
    "two counts over filters",
    `${READ}missing = orders.filter(F.col("id").isNull()).count()
#                                             ^^^^^^^ \`orders\` is read and filtered by 2 jobs, one for each count
#                                              | \`count\` over the same \`orders\`
returned = orders.filter("status = 'returned'").count()
`,
  )
  fires(
    "aggregates of one frame",
    `${READ}low = orders.agg(F.min("ts")).collect()[0][0]
#                             ^^^^^^^^^ read and aggregated by 2 jobs
high = orders.agg(F.max("ts")).collect()[0][0]
`,
  )
  fires(
    "a share: part by whole",
    `${READ}hits = orders.filter(F.col("label") == F.col("prediction"))
accuracy = hits.count() / orders.count()
#               ^^^^^^^ by 2 jobs
`,
  )
  fires(
    "distinct values under conditions",
    `${READ}admins = orders.filter("role = 'admin'").select("user").distinct().count()
#                                                                  ^^^^^^^ by 2 jobs
owners = orders.filter("role = 'owner'").select("user").distinct().count()
`,
  )
  fires(
    "a comprehension over columns",
    `${READ}nulls = {c: orders.filter(F.col(c).isNull()).count() for c in orders.columns}
#                                            ^^^^^^^ runs one job a column
#                                                    | once for each column
`,
  )
  fires(
    "a loop over columns",
    `${READ}for c in orders.columns:
    print(c, orders.select(c).distinct().count())
#                                        ^^^^^^^ runs one job a column
`,
  )
  fires(
    "a maximum for each of some columns",
    `${READ}top = [orders.agg(F.max(c)).collect()[0][0] for c in ["a", "b"]]
#                           ^^^^^^^^^ runs one job
`,
  )
  fires(
    "a comprehension over values",
    `${READ}per = [orders.filter(F.col("status") == s).count() for s in statuses]
#                                          ^^^^^^^ runs one job a value
`,
  )
  fires(
    "in a function, over its parameter",
    `from pyspark.sql import DataFrame, functions as F

def quality(df: DataFrame) -> dict:
    bad = df.filter(F.col("amount") < 0).count()
#                                        ^^^^^^^ \`df\` is read and filtered by 2 jobs
    none = df.filter(F.col("amount").isNull()).count()
    return {"bad": bad, "none": none}
`,
  )

  silent(
    "different frames",
    `${READ}a = orders.filter("x > 1").count()\nb = spark.read.parquet("events").filter("x > 1").count()\n`,
  )
  silent(
    "what a cached frame's columns are chosen for",
    `${READ}orders.cache()\nsome = orders.select("x", "y")\na = some.filter("x > 1").count()\nb = some.filter("x < 1").count()\n`,
  )
  silent("cached", `${READ}orders.cache()\na = orders.filter("x > 1").count()\nb = orders.filter("x < 1").count()\n`)
  silent(
    "small rows from Python",
    `${READ}few = spark.createDataFrame([(1,)], ["x"])\na = few.filter("x > 1").count()\nb = few.filter("x < 1").count()\n`,
  )
  silent(
    "branches that exclude each other",
    `${READ}if strict:\n    n = orders.filter("x > 1").count()\nelse:\n    n = orders.filter("x > 0").count()\n`,
  )
  silent("one count", `${READ}n = orders.filter("x > 1").count()\n`)
  silent("before and after a filter", `${READ}before = orders.count()\nafter = orders.filter("x > 1").count()\n`)
  silent(
    "count-as-emptiness speaks of tests for rows",
    `${READ}if orders.filter("x > 1").count() > 0:\n    raise ValueError()\nif orders.filter("x < 1").count() > 0:\n    raise ValueError()\n`,
  )
  silent("one aggregate for both", `${READ}r = orders.agg(F.count_if("x > 1"), F.count_if("x < 1")).first()\n`)
  silent(
    "in two functions that each are one job",
    `${READ}def a():\n    return orders.filter("x > 1").count()\n\ndef b():\n    return orders.filter("x < 1").count()\n`,
  )
  silent(
    "the same count twice is repeated-count's",
    `${READ}big = orders.filter("x > 1")\nprint(big.count())\nprint(big.count())\n`,
  )
  silent(
    "groups per column can't be one aggregate",
    `${READ}for c in orders.columns:\n    orders.groupBy(c).count().show()\n`,
  )
  silent(
    "action-in-loop speaks of one job a value",
    `${READ}for s in statuses:\n    print(s, orders.filter(F.col("status") == s).count())\n`,
  )
  silent(
    "a notebook looks at its data",
    `# Databricks notebook source\norders = spark.table("orders")\norders.filter("x > 1").count()\n\n# COMMAND ----------\n\norders.filter("x < 1").count()\n`,
  )
  silent(
    "how long each takes is what is asked for",
    `${READ}import time\nt = time.time()\na = orders.filter("x > 1").count()\nprint(time.time() - t)\nt = time.time()\nb = orders.filter("x < 1").count()\nprint(time.time() - t)\n`,
  )
  silent(
    "the second part asks for what the first job brought",
    `${READ}known = orders.filter(F.col("amount") > 0)
n = known.count()
often = [r.user for r in known.groupBy("user").count().filter("count > 9").collect()]
m = known.filter(F.col("user").isin(often)).count()
`,
  )
  silent(
    "pandas counts in memory",
    `import pandas as pd\ndf = pd.read_csv("a")\na = df[df.x > 1].count()\nb = df[df.x < 1].count()\n`,
  )

  suggests(
    "one agg",
    `${READ}a = orders.filter("x > 1").count()\nb = orders.filter("x < 1").count()\n`,
    "F.count_if(first condition)",
  )
  suggests(
    "one agg of all expressions, where none of them counts",
    `${READ}x = {c: orders.select(F.corr(c, "amount")).collect()[0][0] for c in ["a", "b", "c"]}\n`,
    "one agg(*expressions)",
  )
  suggests(
    "one expression a column",
    `${READ}x = [orders.filter(F.col(c).isNull()).count() for c in orders.columns]\n`,
    "for c in columns",
  )
})
