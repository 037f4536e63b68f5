import { writeInLoop } from "../../../rules/partitions/write-in-loop.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const KEYS = `${READ}keys = [r.status for r in orders.select("status").distinct().collect()]
`

describeRule(writeInLoop, ({ fires, silent, suggests }) => {
  fires(
    "a list of collected keys",
    `${KEYS}for key in keys:
    orders.filter(F.col("status") == key).write.parquet(f"out/{key}")
    #                                           ^^^^^^^^^^^^^^^^^^^^^ One \`write.partitionBy("status")\`
    #                                           | collected to the driver by \`collect\`
`,
  )
  fires(
    "rows themselves",
    `${READ}for row in orders.select("day").distinct().collect():
    day = row["day"]
    part = orders.where(orders.day == day)
    part.coalesce(4).write.mode("overwrite").csv("out/" + str(day))
    #                                        ^^^^^^^^^^^^^^^^^^^^^^ goes through all of \`orders\`
`,
  )
  fires(
    "a filter in SQL",
    `${KEYS}for key in keys:
    orders.filter(f"status = '{key}'").write.format("delta").save(f"out/{key}")
    #                                                        ^^^^^^^^^^^^^^^^^^ to write the rows of one key
`,
  )
  fires(
    "keys from pandas",
    `${READ}for key in orders.select("status").distinct().toPandas()["status"]:
    orders.filter(F.col("status") == key).write.json(f"out/{key}")
    #                                           ^^^^^^^^^^^^^^^^^^ one job after another
    #                                           | collected to the driver by \`toPandas\`
`,
  )
  fires(
    "into one table by appends",
    `${KEYS}for key in keys:
    orders.filter(F.col("status") == key).write.mode("append").saveAsTable("by_status")
    #                                                          ^^^^^^^^^^^^^^^^^^^^^^^^ goes through all of
`,
  )
  fires(
    "in a function that the loop calls",
    `${KEYS}def export(key):
    orders.filter(F.col("status") == key).write.parquet(f"out/{key}")
    #                                           ^^^^^^^^^^^^^^^^^^^^^ one job after another

for key in keys:
    export(key)
`,
  )

  silent("one write", `${READ}orders.write.partitionBy("status").parquet("out")\n`)
  silent(
    "the keys are settings",
    `${READ}for key in ["a", "b"]:\n    orders.filter(F.col("status") == key).write.parquet(key)\n`,
  )
  silent(
    "each round reads its own input",
    `${KEYS}for key in keys:\n    spark.read.parquet(f"in/{key}").write.orc(f"out/{key}")\n`,
  )
  silent(
    "a database is no folder",
    `${KEYS}for key in keys:\n    orders.filter(F.col("status") == key).write.jdbc("jdbc:x", key)\n`,
  )
  silent(
    "other systems",
    `${KEYS}for key in keys:\n    orders.filter(F.col("status") == key).write.format("mongo").save()\n`,
  )
  silent(
    "a table for each key",
    `${KEYS}for key in keys:\n    orders.filter(F.col("status") == key).write.saveAsTable(f"t_{key}")\n`,
  )
  silent(
    "ranges that overlap are no partitions",
    `${KEYS}for key in keys:\n    orders.filter(F.col("status") <= key).write.parquet(f"out/{key}")\n`,
  )
  silent(
    "rounds that differ",
    `${KEYS}for key in keys:\n    if key != "new":\n        orders.filter(F.col("status") == key).write.parquet(f"out/{key}")\n`,
  )
  silent(
    "few rows, from a Python list",
    `${READ}few = spark.createDataFrame([("a", 1)], ["k", "v"])\nfor r in few.collect():\n    few.filter(F.col("k") == r.k).write.parquet(r.k)\n`,
  )
  silent(
    "pandas writes each group",
    `import pandas as pd\ndf = pd.read_csv("x")\nfor key in df["k"].unique():\n    df[df["k"] == key].to_parquet(key)\n`,
  )
  silent(
    "nothing is filtered",
    `${KEYS}for key in keys:\n    orders.withColumn("k", F.lit(key)).write.parquet(f"out/{key}")\n`,
  )
  silent(
    "a comment says why",
    `${KEYS}for key in keys:\n    # a separate file per tenant, as agreed\n    orders.filter(F.col("status") == key).write.parquet(f"out/{key}")\n`,
  )

  suggests(
    "one write",
    `${KEYS}for key in keys:\n    orders.filter(F.col("status") == key).write.parquet(f"out/{key}")\n`,
    'Write all of `orders` once with partitionBy("status")',
  )
})
