import { lenOfCollect } from "../../../rules/driver/len-of-collect.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(lenOfCollect, ({ fires, silent, fixes, suggests }) => {
  fires(
    "the length of collected rows",
    `${READ}n = len(orders.collect())
#   ^^^^^^^^^^^^^^^^^^^^^ only to learn how many there are. \`orders.count()\` counts them
#   | read from parquet 'orders'
`,
  )
  fires(
    "the length of a pandas frame",
    `${READ}n = len(orders.filter("amount > 10").toPandas())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only to learn how many
`,
  )
  fires(
    "an RDD",
    `${READ}n = len(spark.sparkContext.textFile("log.txt").collect())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only to learn how many
`,
  )
  fires(
    "groups: a count brings one number all the same",
    `${READ}print("users:", len(orders.groupBy("user_id").count().collect()))
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only to learn how many
`,
  )
  fires(
    "kept in a variable that is only measured",
    `${READ}rows = orders.filter("amount < 0").collect()
print(len(rows))
#     ^^^^^^^^^ only to learn how many
#     | the rows are brought here
if len(rows) > 10:
#  ^^^^^^^^^ only to learn how many
    raise ValueError()
`,
  )

  silent("count-as-emptiness speaks of tests for rows", `${READ}if len(orders.collect()) == 0:\n    pass\n`)
  silent("the rows are used as well", `${READ}rows = orders.collect()\nprint(len(rows), rows[0])\n`)
  silent(
    "the rows are returned as well",
    `${READ}def f():\n    rows = orders.collect()\n    print(len(rows))\n    return rows\n`,
  )
  silent("at most ten rows", `${READ}n = len(orders.limit(10).collect())\n`)
  silent("take is bounded", `${READ}n = len(orders.take(5))\n`)
  silent("Python built the rows", `${READ}n = len(spark.createDataFrame([(1,)], ["a"]).collect())\n`)
  silent("a set leaves duplicates out", `${READ}n = len(set(orders.select("id").collect()))\n`)
  silent("the number of columns", `${READ}n = len(orders.columns)\n`)
  silent("a pandas frame that is used as well", `${READ}pdf = orders.toPandas()\nn = len(pdf)\nprint(pdf)\n`)
  silent("rows of a pair RDD by key", `${READ}n = len(spark.sparkContext.textFile("a").keyBy(len).collectAsMap())\n`)
  silent("a list's length", `rows = [1, 2]\nn = len(rows)\n`)
  silent(
    "what is timed is bringing the rows",
    `${READ}import time
start = time.time()
rows = orders.groupBy("country").count().collect()
print(time.time() - start, len(rows))
`,
  )
  silent("a test", `${READ}assert len(orders.collect()) == 3\n`, { path: "tests/test_a.py" })

  fixes("a frame", `${READ}n = len(orders.collect())\n`, `${READ}n = orders.count()\n`, { safety: "safe" })
  fixes(
    "inside an expression",
    `${READ}print(f"{len(orders.distinct().collect())} orders")\n`,
    `${READ}print(f"{orders.distinct().count()} orders")\n`,
    { safety: "safe" },
  )
  fixes("a pandas frame", `${READ}n = len(orders.toPandas())\n`, `${READ}n = orders.count()\n`, { safety: "safe" })
  fixes(
    "a chain that breaks its lines inside the brackets",
    `${READ}n = len(
    orders
    .distinct()
    .collect()
)
`,
    `${READ}n = (orders
    .distinct()
    .count())
`,
    { safety: "safe" },
  )
  suggests("rows kept first", `${READ}rows = orders.collect()\nprint(len(rows))\n`, "instead of the rows")
})
