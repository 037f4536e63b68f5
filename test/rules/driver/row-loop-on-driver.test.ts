import { rowLoopOnDriver } from "../../../rules/driver/row-loop-on-driver.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(rowLoopOnDriver, ({ fires, silent, suggests }) => {
  fires(
    "over collected rows",
    `${READ}for row in orders.collect():
#                 ^^^^^^^^^ Python goes over them one by one
#                 | the loop over the rows
#                 | read from parquet 'orders'
    totals[row.country] += row.amount
`,
  )
  fires(
    "over the rows of a pandas frame",
    `${READ}for i, row in orders.filter("amount > 10").toPandas().iterrows():
#                                          ^^^^^^^^^^ one by one
    send(row)
`,
  )
  fires(
    "over an iterator",
    `${READ}for row in orders.toLocalIterator():
#                 ^^^^^^^^^^^^^^^^^ \`foreachPartition\`
    out.write(row.json)
`,
  )
  fires(
    "over an iterator, since the groups are too many to collect",
    `${READ}for row in orders.groupBy("sku").count().toLocalIterator():
#                                        ^^^^^^^^^^^^^^^^^ one by one
    out.write(row.json)
`,
  )
  fires(
    "over an iterator of groups, each of them once",
    `${READ}best = orders.groupBy("sku", "day").count().dropDuplicates(["sku"])
for row in best.toLocalIterator():
#               ^^^^^^^^^^^^^^^^^ one by one
    out.write(row.json)
`,
  )
  fires(
    "numbered",
    `${READ}for n, row in enumerate(orders.select("id").collect()):
#                                           ^^^^^^^^^ one by one
    send(n, row.id)
`,
  )
  fires(
    "only printed",
    `${READ}for row in orders.collect():
#                 ^^^^^^^^^ \`show(n)\` prints the first ones
    print(row)
`,
  )
  fires(
    "over an RDD",
    `${READ}lines = spark.sparkContext.textFile("log.txt")
for line in lines.collect():
#                 ^^^^^^^^^ Every row of \`lines\`
    parse(line)
`,
  )

  silent("at most ten rows", `${READ}for row in orders.limit(10).collect():\n    print(row)\n`)
  silent("take is bounded", `${READ}for row in orders.take(5):\n    print(row)\n`)
  silent("groups are usually few", `${READ}for row in orders.groupBy("country").count().collect():\n    print(row)\n`)
  silent("the tables of a catalog", `${READ}for t in spark.sql("show tables").collect():\n    print(t)\n`)
  silent("Python built the rows", `${READ}for r in spark.createDataFrame([(1,)], ["a"]).collect():\n    f(r)\n`)
  silent("one row", `${READ}for r in orders.agg(F.max("ts")).collect():\n    f(r)\n`)
  silent(
    "the rows are keys, and what the jobs do is the matter",
    `${READ}for r in orders.select("country").collect():\n    orders.filter(F.col("country") == r.country).write.parquet(r.country)\n`,
  )
  silent("a comprehension is collect-on-driver's", `${READ}ids = [r.id for r in orders.collect()]\n`)
  silent("kept first is collect-on-driver's", `${READ}rows = orders.collect()\nfor row in rows:\n    f(row)\n`)
  silent("columns of a frame are names", `${READ}for name in orders.columns:\n    print(name)\n`)
  silent("pandas read the rows itself", `import pandas as pd\nfor i, r in pd.read_csv("a.csv").iterrows():\n    f(r)\n`)
  silent("a comment says that they are few", `${READ}for r in orders.collect():  # a handful, few rows\n    f(r)\n`)
  silent(
    "inside a task it is an iterator",
    `${READ}def send(rows):\n    for r in rows:\n        f(r)\n\norders.foreachPartition(send)\n`,
  )

  suggests("columns or partitions", `${READ}for row in orders.collect():\n    f(row)\n`, "foreachPartition")
  suggests("show, to print", `${READ}for row in orders.collect():\n    print(row)\n`, "show(n)")
})
