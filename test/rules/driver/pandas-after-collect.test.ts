import { pandasAfterCollect } from "../../../rules/driver/pandas-after-collect.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
import pandas as pd
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(pandasAfterCollect, ({ fires, silent, suggests }) => {
  fires(
    "grouped in pandas",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ \`groupby\` then makes less of them there
#             | \`groupby\` in pandas
#             | read from parquet 'orders'
totals = pdf.groupby("country")["amount"].sum()
`,
  )
  fires(
    "in one chain",
    `${READ}totals = orders.filter("amount > 0").toPandas().groupby("country").size()
#                                    ^^^^^^^^^^ \`groupBy(…).agg(…)\` does it on the executors
`,
  )
  fires(
    "joined in pandas",
    `${READ}left = orders.toPandas()
#             ^^^^^^^^^^ \`join(…)\` does it on the executors
both = left.merge(pd.read_csv("rates.csv"), on="currency")
`,
  )
  fires(
    "one column reduced to a figure",
    `${READ}mean = orders.select("amount").toPandas()["amount"].mean()
#                              ^^^^^^^^^^ \`agg(F.avg(…))\`
`,
  )
  fires(
    "filtered by a query",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ \`filter(…)\`
large = pdf.query("amount > 100")
`,
  )
  fires(
    "values of a column",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ \`groupBy(…).count()\`
print(pdf.status.value_counts())
`,
  )
  fires(
    "reduced and then plotted",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ makes less of them
pdf.groupby("country").amount.sum().plot.bar()
`,
  )

  silent(
    "isin picks columns by their names",
    `${READ}pdf = orders.toPandas()\nnumbers = pdf.loc[:, ~pdf.columns.isin(["id"])]\nnumbers.plot()\n`,
  )
  silent("nothing is made less", `${READ}pdf = orders.toPandas()\npdf["total"] = pdf.amount * pdf.qty\n`)
  silent("after a limit", `${READ}pdf = orders.limit(100).toPandas()\nprint(pdf.groupby("country").size())\n`)
  silent(
    "Spark grouped already",
    `${READ}pdf = orders.groupBy("country").count().toPandas()\nprint(pdf["count"].sum())\n`,
  )
  silent(
    "pandas read the file itself",
    `import pandas as pd\npdf = pd.read_csv("a.csv")\nprint(pdf.groupby("k").sum())\n`,
  )
  silent("only sorted to be shown", `${READ}pdf = orders.toPandas()\nprint(pdf.sort_values("amount"))\n`)
  silent("Python built the rows", `${READ}pdf = spark.createDataFrame([(1,)], ["a"]).toPandas()\nprint(pdf.a.sum())\n`)
  silent("Spark's own groupBy", `${READ}orders.groupBy("country").sum("amount").show()\n`)
  silent("row-loop-on-driver speaks of loops", `${READ}for i, r in orders.toPandas().iterrows():\n    f(r)\n`)
  silent(
    "a comment says that it is small",
    `${READ}pdf = orders.toPandas()  # small enough\nprint(pdf.groupby("k").sum())\n`,
  )
  silent(
    "another frame is grouped",
    `${READ}pdf = orders.toPandas()\nprint(pd.read_csv("a").groupby("k").sum())\npdf.to_csv("b")\n`,
  )

  suggests("what Spark says", `${READ}pdf = orders.toPandas()\nprint(pdf.groupby("k").sum())\n`, "groupBy(…).agg(…)")
})
