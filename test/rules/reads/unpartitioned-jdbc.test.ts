import { unpartitionedJdbc } from "../../../rules/reads/unpartitioned-jdbc.ts"
import { describeRule } from "../harness.ts"

const SPARK = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`

describeRule(unpartitionedJdbc, ({ fires, silent, suggests }) => {
  fires(
    "a whole table by jdbc()",
    `${SPARK}orders = spark.read.jdbc("jdbc:postgresql://db/shop", "orders", properties={"user": "u"})
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`orders\` is read by one task over one connection
#                   | table orders is read over JDBC here
orders.write.parquet("out")
`,
  )
  fires(
    "by format and options",
    `${SPARK}reader = spark.read.format("jdbc").option("url", "jdbc:mysql://db/shop").option("dbtable", "events")
events = reader.load()
#               ^^^^^^ nothing tells Spark how to divide it
events.write.parquet("out")
`,
  )
  fires(
    "numPartitions alone divides nothing",
    `${SPARK}events = (
    spark.read.format("jdbc")
    .options(url="jdbc:oracle:thin:@db", dbtable="EVENTS", numPartitions=16)
    .load()
#    ^^^^^^ \`numPartitions\` alone divides nothing
)
events.write.parquet("out")
`,
  )
  fires(
    "an address and a table that nobody knows",
    `${SPARK}import sys
def load(session: SparkSession, url, table):
    return session.read.jdbc(url=url, table=table, properties={"driver": "org.postgresql.Driver"})
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one task over one connection
load(spark, sys.argv[1], sys.argv[2]).write.parquet("out")
`,
  )
  fires(
    "a query of all rows",
    `${SPARK}rows = spark.read.format("jdbc").option("url", "jdbc:sqlserver://db").option("query", "select a, b from facts").load()
#                                                                                                               ^^^^^^ \`rows\` is read by one task
rows.write.parquet("out")
`,
  )

  fires(
    "a notebook that stores what it reads",
    `# Databricks notebook source
orders = spark.read.jdbc(url, "orders", properties=login)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`orders\` is read by one task
# COMMAND ----------
orders.filter("amount > 1").write.mode("overwrite").saveAsTable("bronze.orders")
`,
  )
  silent(
    "a notebook that only works with the rows",
    `# Databricks notebook source
orders = spark.read.jdbc(url, "orders", properties=login)
# COMMAND ----------
orders.groupBy("status").count().toPandas()
`,
  )
  silent(
    "a column and its bounds divide it",
    `${SPARK}orders = spark.read.jdbc("jdbc:postgresql://db/shop", "orders", column="id", lowerBound=0, upperBound=10, numPartitions=4)
orders.write.parquet("out")
`,
  )
  silent(
    "by position",
    `${SPARK}spark.read.jdbc("jdbc:postgresql://db/shop", "orders", "id", 0, 1000, 4).write.parquet("out")
`,
  )
  silent(
    "predicates divide it",
    `${SPARK}parts = ["day < '2024-01-01'", "day >= '2024-01-01'"]
spark.read.jdbc("jdbc:postgresql://db/shop", "orders", predicates=parts).write.parquet("out")
`,
  )
  silent(
    "options divide it",
    `${SPARK}(spark.read.format("jdbc").option("url", "jdbc:mysql://db").option("dbtable", "t").option("partitionColumn", "id")
    .option("lowerBound", 1).option("upperBound", 9).option("numPartitions", 3).load().write.parquet("out"))
`,
  )
  silent(
    "some options are not seen",
    `${SPARK}def load(**options):
    return spark.read.format("jdbc").options(**options).load()
import json
load(**json.load(open("jdbc.json"))).write.parquet("out")
`,
  )
  silent(
    "arguments that are not seen",
    `${SPARK}def load(url, table, args):
    return spark.read.jdbc(url, table, **args)
import json
load("u", "t", json.load(open("jdbc.json"))).write.parquet("out")
`,
  )
  silent(
    "the query gives one row",
    `${SPARK}last = spark.read.format("jdbc").option("url", "u").option("dbtable", "(select max(id) from t) x").load()
print(last.first())
`,
  )
  silent(
    "the query is limited",
    `${SPARK}spark.read.format("jdbc").option("url", "u").option("query", "select * from t limit 100").load().show()
`,
  )
  silent(
    "the database's own catalog",
    `${SPARK}spark.read.jdbc("u", "information_schema.columns").show()
`,
  )
  silent(
    "only its first rows are looked at",
    `${SPARK}orders = spark.read.jdbc("jdbc:mysql://db/shop", "orders")
orders.printSchema()
orders.show(10)
`,
  )
  silent(
    "a table of known size",
    `${SPARK}spark.read.jdbc("jdbc:postgresql://db/shop", "countries").write.parquet("out")
`,
    { tables: { countries: { rows: 200, bytes: 20_000 } } },
  )
  silent(
    "a write",
    `${SPARK}spark.range(10).write.jdbc("jdbc:postgresql://db/shop", "orders")
`,
  )
  silent(
    "pandas has read_sql, and no tasks",
    `import pandas as pd
orders = pd.read_sql("select * from orders", "postgresql://db/shop")
orders.to_parquet("out")
`,
  )
  suggests(
    "says what divides it",
    `${SPARK}spark.read.jdbc("u", "orders").write.parquet("out")\n`,
    "partitionColumn, lowerBound and upperBound",
  )
})
