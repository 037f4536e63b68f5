import { duplicateRead } from "../../../rules/shuffles/duplicate-read.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
`

describeRule(duplicateRead, ({ fires, silent, suggests }) => {
  fires(
    "two variables of the same files",
    `${READ}orders = spark.read.parquet("orders")
again = spark.read.parquet("orders")
#                  ^^^^^^^^^^^^^^^^^ 'orders' is read twice with the same options, into \`orders\` and \`again\`: each time Spark lists the files
#                  | read into \`orders\` here
orders.join(again, "id").write.parquet("out")
`,
  )
  fires(
    "types inferred twice, though each takes other columns",
    `${READ}a = spark.read.option("header", True).option("inferSchema", "true").csv("orders.csv").select("id")
b = spark.read.csv("orders.csv", header=True, inferSchema=True).select("amount")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ goes through the CSV to infer its types again
a.write.parquet("a")
b.write.parquet("b")
`,
  )
  fires(
    "by a variable",
    `${READ}def job(path):
    users = spark.read.json(path)
    active = users.filter("active")
    events = spark.read.json(path)
#                       ^^^^^^^^^^ The same source is read twice
    events.groupBy("id").count().join(active, "id").write.parquet("out")

import sys
job(sys.argv[1])
`,
  )
  fires(
    "three times",
    `${READ}a = spark.read.orc("orders")
b = spark.read.orc("orders")
#              ^^^^^^^^^^^^^ 'orders' is read 3 times
c = spark.read.format("orc").load("orders")
a.union(b).union(c).write.orc("out")
`,
  )
  fires(
    "by format and load",
    `${READ}left = spark.read.format("avro").load("orders")
right = spark.read.format("avro").load("orders")
#                                 ^^^^^^^^^^^^^^ 'orders' is read twice
left.join(right, "id").write.parquet("out")
`,
  )

  silent(
    "other columns of each, pushed to the source",
    `${READ}a = spark.read.parquet("orders").select("id", "day")\nb = spark.read.parquet("orders").filter("qty > 3")\na.join(b, "id").write.parquet("out")\n`,
  )
  silent(
    "other options",
    `${READ}a = spark.read.csv("orders.csv", header=True)\nb = spark.read.csv("orders.csv", header=False)\na.union(b).write.parquet("out")\n`,
  )
  silent(
    "written in between",
    `${READ}old = spark.read.parquet("orders")\nold.filter("qty > 3").write.mode("append").parquet("orders")\nnew = spark.read.parquet("orders")\nnew.join(old, "id").write.parquet("out")\n`,
  )
  silent(
    "written in between, to a place that is not known",
    `${READ}a = spark.read.parquet("orders")\na.write.parquet(target)\nb = spark.read.parquet("orders")\nb.join(a, "id").write.parquet("out")\n`,
  )
  silent(
    "a Delta table is updated in between",
    `${READ}from delta.tables import DeltaTable\na = spark.read.format("delta").load("orders")\na.show()\nDeltaTable.forPath(spark, "orders").update("id = 1", {"qty": "2"})\nb = spark.read.format("delta").load("orders")\nb.join(a, "id").write.parquet("out")\n`,
  )
  silent(
    "branches of which one runs",
    `${READ}if full:\n    a = spark.read.parquet("orders")\n    a.write.parquet("out")\nelse:\n    b = spark.read.parquet("orders")\n    b.limit(10).write.parquet("out")\n`,
  )
  silent(
    "two jobs in two functions",
    `${READ}def one():\n    a = spark.read.parquet("orders")\n    a.write.parquet("a")\n\ndef two():\n    b = spark.read.parquet("orders")\n    b.write.parquet("b")\n`,
  )
  silent(
    "the path has another value by then",
    `${READ}path = folder + "/a"\na = spark.read.json(path)\npath = folder + "/b"\nb = spark.read.json(path)\na.union(b).write.parquet("out")\n`,
  )
  silent(
    "streams",
    `${READ}a = spark.readStream.format("parquet").load("orders")\nb = spark.readStream.format("parquet").load("orders")\na.union(b).writeStream.start()\n`,
  )
  silent(
    "the variable is only read anew",
    `${READ}a = spark.read.parquet("orders")\na.show()\na = spark.read.parquet("orders")\na.write.parquet("out")\n`,
  )
  silent(
    "pandas",
    `import pandas as pd\na = pd.read_parquet("orders")\nb = pd.read_parquet("orders")\na.merge(b, on="id").to_parquet("out")\n`,
  )
  silent(
    "tables, which Spark knows already",
    `${READ}a = spark.table("orders")\nb = spark.table("orders")\na.join(b, "id").write.parquet("out")\n`,
  )
  silent(
    "a comment says so",
    `${READ}a = spark.read.parquet("orders")\n# read again, for the self-join\nb = spark.read.parquet("orders")\na.join(b, "id").write.parquet("out")\n`,
  )

  suggests(
    "one variable",
    `${READ}a = spark.read.parquet("orders")\nb = spark.read.parquet("orders")\na.join(b, "id").write.parquet("out")\n`,
    "Use a instead of reading it again into b",
  )
})
