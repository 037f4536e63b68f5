import { crossJoin } from "../../../rules/joins/cross-join.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
`

describeRule(crossJoin, ({ fires, silent }) => {
  fires(
    "crossJoin of two tables",
    `${READ}pairs = orders.crossJoin(customers)
#              ^^^^^^^^^^^^^^^^^^^^ every row of \`orders\` meets every row of \`customers\`
#              | \`orders\` is read from parquet 'orders'
#              | \`customers\` is read from parquet 'customers'
`,
  )
  fires(
    "join without a condition",
    `${READ}pairs = orders.join(customers)
#              ^^^^^^^^^^^^^^^ \`join\` without a condition is a cross join
`,
  )
  fires(
    "a condition that is always true",
    `${READ}pairs = orders.join(customers, F.lit(True), "left")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The condition holds for every pair of rows
`,
  )
  fires(
    "a column compared with itself",
    `${READ}pairs = orders.join(customers, orders.id == orders.id)
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The condition holds for every pair of rows
`,
  )
  fires(
    "an empty list of keys",
    `${READ}pairs = orders.join(customers, [])
#              ^^^^^^^^^^^^^^^^^^^ without a condition
`,
  )
  fires(
    "a filter after it that equates nothing",
    `${READ}pairs = orders.crossJoin(customers).filter(F.col("amount") > 100)
#              ^^^^^^^^^^^^^^^^^^^^ every row
`,
  )
  fires(
    "a missing condition even where one side is short",
    `${READ}kinds = spark.createDataFrame([("a",), ("b",)], ["kind"])
pairs = orders.join(kinds)
#              ^^^^^^^^^^^ every row of \`orders\` is repeated up to 2 times
`,
  )
  fires(
    "an explicit one with a short list only in the strict profile",
    `${READ}kinds = spark.createDataFrame([("a",), ("b",)], ["kind"])
pairs = orders.crossJoin(kinds)
#              ^^^^^^^^^^^^^^^^ repeated up to 2 times, once for each row of \`kinds\`
`,
    { show: "possible" },
  )

  silent(
    "one side is a single row",
    `${READ}total = orders.agg(F.sum("amount").alias("total"))\norders.crossJoin(total).write.parquet("out")\n`,
  )
  silent(
    "an equality of both sides' columns follows",
    `${READ}orders.crossJoin(customers).filter(orders.customer_id == customers.id).write.parquet("out")\n`,
  )
  silent(
    "the equality follows a projection",
    `${READ}orders.crossJoin(customers).select("*").where(F.col("customer_id") == F.col("cid")).write.parquet("out")\n`,
  )
  silent(
    "the equality is among others",
    `${READ}orders.join(customers).filter((F.col("amount") > 1) & (F.col("customer_id") == F.col("cid"))).write.parquet("out")\n`,
  )
  silent(
    "the equality is SQL text",
    `${READ}orders.crossJoin(customers).where("customer_id = cid").write.parquet("out")\n`,
  )
  silent(
    "both sides are short lists",
    `${READ}a = spark.createDataFrame([(1,), (2,)], ["a"])\nb = spark.range(10)\na.crossJoin(b).write.parquet("out")\n`,
  )
  silent(
    "an aggregate by keys that may be none, then joined and narrowed",
    `${READ}import sys
def spread(df, keys):
    stats = df.groupBy(*keys).agg(F.avg("qty").alias("mean")).filter("mean > 0")
    if keys:
        return df.join(stats, keys)
    return df.crossJoin(stats.select("mean"))
spread(orders, sys.argv[1:]).write.parquet("out")
`,
  )
  silent("there are keys", `${READ}orders.join(customers, "customer_id").write.parquet("out")\n`)
  silent("the condition is not known", `${READ}def f(on):\n    return orders.join(customers, on)\n`)
  silent("pandas' cross merge", `import pandas as pd\na = pd.read_csv("a")\na.merge(pd.read_csv("b"), how="cross")\n`)
  silent(
    "a short list is crossed on purpose",
    `${READ}kinds = spark.createDataFrame([("a",), ("b",)], ["kind"])\norders.crossJoin(kinds).write.parquet("out")\n`,
  )
  silent(
    "the comment says every combination is meant",
    `${READ}pairs = orders.crossJoin(customers)  # every combination, by design\n`,
  )
  silent(
    "how='cross' with a condition is an inner join",
    `${READ}orders.join(customers, orders.customer_id == customers.id, "cross").write.parquet("out")\n`,
  )
  silent(
    "all pairs of rows that Python made",
    `${READ}items = spark.createDataFrame([(i, embed(i)) for i in ids], ["id", "vector"])
pairs = items.alias("a").crossJoin(items.alias("b")).filter(F.col("a.id") < F.col("b.id"))
`,
  )
  silent("os.path.join and str.join", `${READ}import os\npath = os.path.join("a", "b")\ntext = "".join(["a"])\n`)
})
