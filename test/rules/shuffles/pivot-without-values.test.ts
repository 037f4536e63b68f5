import { pivotWithoutValues } from "../../../rules/shuffles/pivot-without-values.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(pivotWithoutValues, ({ fires, silent, suggests }) => {
  fires(
    "a column's name",
    `${READ}orders.groupBy("country").pivot("status").sum("amount")
#                         ^^^^^^^^^^^^^^^ runs a job over all of \`orders\` right here
#                         | \`orders\` is read from parquet 'orders'
`,
  )
  fires(
    "values that are None",
    `${READ}orders.groupBy("country").pivot("status", None).agg(F.sum("amount"))
#                         ^^^^^^^^^^^^^^^^^^^^^ \`pivot("status")\` has no list of values
`,
  )
  fires(
    "groups in a variable",
    `${READ}by_country = orders.filter("qty > 1").groupby("country")
wide = by_country.pivot("status").count()
#                 ^^^^^^^^^^^^^^^ over all of what \`filter\` gives
`,
  )
  fires(
    "a column's name in a variable, in a helper",
    `${READ}def widen(df, key):
    return df.groupBy("country").pivot(key).agg(F.first("amount"))
    #                            ^^^^^^^^^^ \`pivot(key)\` has no list
widen(orders, "status").write.parquet("out")
`,
  )
  fires(
    "on several lines",
    `${READ}wide = (
    orders.groupBy("country")
    .pivot("status")
   # ^^^^^^^^^^^^^^^ only to find them
    .avg("amount")
)
`,
  )

  silent("the values are given", `${READ}orders.groupBy("country").pivot("status", ["new", "paid"]).sum("amount")\n`)
  silent("by keyword", `${READ}orders.groupBy("country").pivot("status", values=STATES).sum("amount")\n`)
  silent(
    "values that were looked for once",
    `${READ}states = [r[0] for r in orders.select("status").distinct().collect()]\norders.groupBy("country").pivot("status", states).sum("amount")\n`,
  )
  silent(
    "the values come in a variable",
    `${READ}from settings import states\norders.groupBy("country").pivot("status", states).sum("amount")\n`,
  )
  silent(
    "arguments that are not in sight",
    `${READ}args = ("status", ["new"])\norders.groupBy("country").pivot(*args).sum("amount")\n`,
  )
  silent(
    "a handful of rows",
    `${READ}spark.createDataFrame([("a", "x", 1)], ["k", "v", "n"]).groupBy("k").pivot("v").sum("n").show()\n`,
  )
  silent(
    "pandas needs no job",
    `import pandas as pd\nframe = pd.read_parquet("orders")\nframe.pivot(index="country", columns="status", values="amount")\n`,
  )
  silent(
    "Polars is no Spark",
    `import polars as pl\npl.read_parquet("orders").pivot("status", index="country", values="amount")\n`,
  )
  silent("nothing says that it is Spark's", `def wide(df):\n    return df.groupby("country").pivot("status")\n`)
  silent(
    "SQL's PIVOT always has its values",
    `${READ}spark.sql("SELECT * FROM orders PIVOT (sum(amount) FOR status IN ('new', 'paid'))")\n`,
  )
  silent(
    "a comment says why",
    `${READ}# the values are dynamic, we want a column for each\norders.groupBy("country").pivot("status").sum("amount")\n`,
  )

  fires(
    "a comment that only tells what happens",
    `${READ}# pivot by status
orders.groupBy("country").pivot("status").sum("amount")
#                         ^^^^^^^^^^^^^^^ has no list of values
`,
  )
  suggests(
    "the list",
    `${READ}orders.groupBy("country").pivot("status").sum("amount")\n`,
    `Give the values that become columns: pivot("status", [`,
  )
})
