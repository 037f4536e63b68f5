import { toPandasOnDriver } from "../../../rules/driver/to-pandas-on-driver.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
import pandas as pd
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(toPandasOnDriver, ({ fires, silent }) => {
  fires(
    "all rows of a file",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ brings every row of \`orders\` to the driver
#             | read from parquet 'orders'
`,
  )
  fires(
    "a filter bounds nothing",
    `${READ}pdf = orders.filter("status = 'returned'").toPandas()
#                                          ^^^^^^^^^^ aggregate, filter or sample in Spark first
`,
  )
  fires(
    "what a loaded model adds to all rows",
    `${READ}from pyspark.ml import PipelineModel
scored = PipelineModel.load("models/returns").transform(orders)
pdf = scored.toPandas()
#            ^^^^^^^^^^ brings every row of \`scored\` to the driver
`,
  )
  silent(
    "what another library's loaded model makes of the rows",
    `${READ}from models import PipelineModel
scored = PipelineModel.load("models/returns").transform(orders)
pdf = scored.toPandas()
`,
  )
  fires(
    "for a look at the first rows",
    `${READ}shown = orders.filter("amount > 10").toPandas().head(20)
#                                    ^^^^^^^^^^ \`limit(20).toPandas()\` brings only those that \`head\` then keeps
`,
  )
  fires(
    "to write them from the driver",
    `${READ}orders.filter("amount > 10").toPandas().to_csv("large.csv")
#                            ^^^^^^^^^^ To write them, \`write\` does it from the executors, without \`to_csv\`
`,
  )
  fires(
    "a query without a bound",
    `${READ}pdf = spark.sql("select * from events").toPandas()
#                                       ^^^^^^^^^^ to the driver
`,
  )
  fires(
    "predictions for another library",
    `${READ}from sklearn.metrics import f1_score
pdf = orders.select("label", "prediction").toPandas()
#                                          ^^^^^^^^^^ to the driver
score = f1_score(pdf["label"], pdf["prediction"])
`,
  )
  fires(
    "a sample only in the strict profile",
    `${READ}pdf = orders.sample(0.01).toPandas()
#                         ^^^^^^^^^^ to the driver
`,
    { show: "possible" },
  )

  silent(
    "values for isin: collected-isin speaks of that",
    `${READ}ids = orders.select("id").toPandas()["id"].tolist()\nspark.table("t").filter(F.col("id").isin(ids)).write.parquet("out")\n`,
  )
  silent("after a limit", `${READ}pdf = orders.limit(1000).toPandas()\n`)
  silent("then plotted", `${READ}pdf = orders.select("amount").toPandas()\npdf.plot.hist()\n`)
  silent(
    "handed to a plotting library",
    `${READ}import matplotlib.pyplot as plt\npdf = orders.select("amount").toPandas()\nplt.hist(pdf["amount"])\n`,
  )
  silent(
    "plotted as an array",
    `${READ}import numpy as np\nimport seaborn as sns\nx = np.array(orders.select("amount").toPandas()["amount"])\nsns.histplot(x)\n`,
  )
  silent("a global aggregate", `${READ}pdf = orders.agg(F.sum("amount")).toPandas()\n`)
  silent("a summary", `${READ}pdf = orders.describe().toPandas()\n`)
  silent(
    "counts of nulls, one row",
    `${READ}x = orders.select([F.count(F.when(F.col(c).isNull(), c)).alias(c) for c in orders.columns]).toPandas()\n`,
  )
  silent("groups are usually few", `${READ}pdf = orders.groupBy("country").count().toPandas()\n`)
  silent("Python built the rows", `${READ}pdf = spark.createDataFrame([(1, 2)], ["a", "b"]).toPandas()\n`)
  silent(
    "pandas-after-collect speaks where pandas makes less of them",
    `${READ}x = orders.toPandas().groupby("country").sum()\n`,
  )
  silent(
    "row-loop-on-driver speaks of loops over it",
    `${READ}for i, row in orders.toPandas().iterrows():\n    handle(row)\n`,
  )
  silent("len-of-collect speaks of its length", `${READ}n = len(orders.toPandas())\n`)
  silent(
    "a helper that only converts is its caller's to judge",
    `from pyspark.sql import DataFrame\n\ndef to_pandas(df: DataFrame):\n    return df.toPandas()\n`,
  )
  silent("a comment says that it is small", `${READ}# a few hundred rows\npdf = orders.toPandas()\n`)
  silent("a test converts what it made", `${READ}def test_it():\n    assert orders.toPandas().empty\n`, {
    path: "test_a.py",
  })
  silent(
    "the caller asks for pandas",
    `${READ}def load(kind, as_pandas=False):
    found = spark.table("sales")
    if kind == "pandas":
        return found.toPandas()
    if as_pandas:
        found = found.toPandas()
    return found

load(kind, as_pandas)
`,
  )
  silent("a frame of unknown type may be Koalas'", `def f(kdf):\n    return kdf.toPandas()\n`)
})
