import { toPandasWithoutArrow } from "../../../rules/driver/to-pandas-without-arrow.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
import pandas as pd
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const OFF = `spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "false")\n`

describeRule(toPandasWithoutArrow, ({ fires, silent, fixes, suggests }) => {
  fires(
    "switched off",
    `${READ}spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "false")
#                                                           ^^^^^^^ switched off here: \`toPandas\` pickles every row
#                                                           | converts without Arrow
pdf = orders.toPandas()
`,
  )
  fires(
    "off by the version's default",
    `${READ}pdf = orders.toPandas()
#            ^^^^^^^^^^ off by default in Spark 3.5
`,
    { target: "3.5" },
  )
  fires(
    "from pandas",
    `${READ}df = spark.createDataFrame(pd.read_csv("large.csv"))
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ into Python rows, one by one
`,
    { target: "3.5" },
  )
  fires(
    "by its old name",
    `${READ}spark.conf.set("spark.sql.execution.arrow.enabled", False)
#                                                   ^^^^^ switched off here
pdf = orders.toPandas()
`,
  )
  fires(
    "for a plot too: all rows travel",
    `${READ}pdf = orders.select("amount").toPandas()
#                             ^^^^^^^^^^ off by default
pdf.plot.hist()
`,
    { target: "4.1" },
  )
  fires(
    "once a file",
    `${READ}a = orders.toPandas()
#          ^^^^^^^^^^ off by default
#          | converts without Arrow too
b = orders.filter("x > 1").toPandas()
`,
    { target: "3.5" },
  )

  silent("on by default from 4.2", `${READ}pdf = orders.toPandas()\n`, { target: "4.3" })
  silent(
    "switched on",
    `${READ}spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")\npdf = orders.toPandas()\n`,
    { target: "3.5" },
  )
  silent(
    "switched on by its old name",
    `${READ}spark.conf.set("spark.sql.execution.arrow.enabled", "true")\npdf = orders.toPandas()\n`,
    { target: "3.5" },
  )
  silent("switched on by the project's settings", `${READ}pdf = orders.toPandas()\n`, {
    target: "3.5",
    conf: { "spark.sql.execution.arrow.pyspark.enabled": "true" },
  })
  silent(
    "a value that isn't known",
    `${READ}spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", use_arrow)\npdf = orders.toPandas()\n`,
    { target: "3.5" },
  )
  silent("a few rows", `${READ}pdf = orders.limit(100).toPandas()\n`, { target: "3.5" })
  silent("groups are usually few", `${READ}pdf = orders.groupBy("country").count().toPandas()\n`, { target: "3.5" })
  silent("a pandas frame written by hand", `${READ}df = spark.createDataFrame(pd.DataFrame({"a": [1, 2]}))\n`, {
    target: "3.5",
  })
  silent("Databricks has it on", `# Databricks notebook source\npdf = spark.table("orders").toPandas()\n`, {
    target: "3.5",
  })
  silent("switched off, and nothing is converted", `${READ}${OFF}orders.write.parquet("out")\n`)
  silent("a list of rows", `${READ}df = spark.createDataFrame([(1,)], ["a"])\n`, { target: "3.5" })
  silent(
    "vectors have no form in Arrow",
    `${READ}from pyspark.ml.classification import LogisticRegression\npdf = LogisticRegression().fit(orders).transform(orders).toPandas()\n`,
    { target: "3.5" },
  )

  fixes(
    "sets it before",
    `${READ}pdf = orders.toPandas()\n`,
    `${READ}spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")\npdf = orders.toPandas()\n`,
    { safety: "unsafe", target: "3.5" },
  )
  fixes(
    "known simple columns come out the same",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
orders = spark.read.schema("id bigint, name string").json("orders")
pdf = orders.toPandas()
`,
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
orders = spark.read.schema("id bigint, name string").json("orders")
spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
pdf = orders.toPandas()
`,
    { safety: "safe", target: "3.5" },
  )
  fixes(
    "switches it on",
    `${READ}${OFF}pdf = orders.toPandas()\n`,
    `${READ}${OFF.replace("false", "true")}pdf = orders.toPandas()\n`,
    {
      safety: "unsafe",
    },
  )
  suggests(
    "no session by name",
    `from pyspark.sql import DataFrame\n\ndef f(df: DataFrame):\n    pdf = df.filter("x > 1").toPandas()\n    train(pdf)\n`,
    "spark.sql.execution.arrow.pyspark.enabled",
    { target: "3.5" },
  )
})
