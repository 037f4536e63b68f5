import { collectOnDriver } from "../../../rules/driver/collect-on-driver.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(collectOnDriver, ({ fires, silent }) => {
  fires(
    "all rows of a file",
    `${READ}rows = orders.collect()
#             ^^^^^^^^^ brings every row of \`orders\` to the driver
#              | read from parquet 'orders'
#              | nothing bounds
`,
  )
  fires(
    "a filter bounds nothing",
    `${READ}ids = [r.id for r in orders.filter("status = 'returned'").select("id").collect()]
#                                                                      ^^^^^^^^^ Aggregate or limit in Spark first
`,
  )
  fires(
    "printed, where a look would do",
    `${READ}print(orders.filter("amount > 10").collect())
#                                  ^^^^^^^^^ \`show()\` or \`take(n)\` is enough
`,
  )
  fires(
    "only the first row is used",
    `${READ}latest = orders.orderBy(F.desc("ts")).collect()[0]
#                                     ^^^^^^^^^ only the first one is used. \`first()\` brings that one
`,
  )
  fires(
    "an RDD",
    `${READ}lines = spark.sparkContext.textFile("log.txt").map(lambda l: l.split(","))
pairs = lines.collect()
#             ^^^^^^^^^ brings every row of \`lines\`
`,
  )
  fires(
    "a query without a bound, built from parts",
    `${READ}rows = spark.sql(f"select * from {table} where day = '{day}'").collect()
#                                                              ^^^^^^^^^ to the driver
`,
  )
  fires(
    "grouped by what nearly every row has its own of",
    `${READ}per_user = orders.groupBy("user_id").count().collect()
#                                            ^^^^^^^^^ to the driver
`,
  )
  fires(
    "groups that gather all values",
    `${READ}baskets = orders.groupBy("country").agg(F.collect_list("id")).collect()
#                                                             ^^^^^^^^^ to the driver
`,
  )
  fires(
    "through a helper that gets its frame from a caller",
    `${READ}def ids(df):
    found = df.select("id").collect()
#                           ^^^^^^^^^ to the driver
    return [row.id for row in found]

ids(orders)
`,
  )
  fires(
    "who iterates over the groups of a query expects many",
    `${READ}orders.createOrReplaceTempView("o")
data = spark.sql("select account, collect_list(item) as items from o group by account").toLocalIterator()
#                                                                                       ^^^^^^^^^^^^^^^^^ passes through one Python process
send(data)
`,
  )
  fires(
    "walked by an iterator",
    `${READ}rows = list(orders.toLocalIterator())
#                  ^^^^^^^^^^^^^^^^^ passes through one Python process
`,
  )
  fires(
    "a table that is known to be large, for certain",
    `${READ}rows = spark.table("events").collect()
#                            ^^^^^^^^^ to the driver
`,
    { show: "certain", tables: { events: { bytes: 10 ** 12 } } },
  )
  fires(
    "groups only in the strict profile",
    `${READ}per_country = orders.groupBy("country").count().collect()
#                                               ^^^^^^^^^ to the driver
`,
    { show: "possible" },
  )

  fires(
    "rows of Python code that are thrown away",
    `${READ}orders.rdd.map(lambda row: row.amount * 2).collect()
#                                          ^^^^^^^^^ brings every row
`,
  )
  silent(
    "distinct values, whichever way they come",
    `${READ}kinds = [row[0] for row in orders.select("kind").distinct().toLocalIterator()]\n`,
  )
  silent(
    "distinct values of one column, whatever its name",
    `${READ}def strata(name):\n    labels = orders.select(f"\`{name}\`")\n    return {row[0]: 1 for row in labels.distinct().toLocalIterator()}\n`,
  )
  silent(
    "a list in SQL text: collected-isin speaks of that",
    `${READ}ids = ",".join([str(row.id) for row in orders.collect()])\nspark.table("t").filter(f"id in ({ids})").write.parquet("out")\n`,
  )
  silent("after a limit", `${READ}rows = orders.limit(100).collect()\n`)
  silent("after a limit whose number isn't known", `${READ}rows = orders.orderBy("ts").limit(n).collect()\n`)
  silent("take is bounded", `${READ}rows = orders.take(10)\n`)
  silent("a global aggregate is one row", `${READ}top = orders.agg(F.max("amount")).collect()[0][0]\n`)
  silent(
    "a select of aggregates is one row",
    `${READ}low, high = orders.select(F.min("ts"), F.max("ts")).collect()[0]\n`,
  )
  silent(
    "a query that aggregates everything is one row",
    `${READ}n = spark.sql(f"select count(*) from {table}").collect()[0][0]\n`,
  )
  silent("metadata commands", `${READ}tables = spark.sql("show tables").collect()\n`)
  silent("a summary", `${READ}stats = orders.describe("amount").collect()\n`)
  silent("literal rows", `${READ}few = spark.createDataFrame([(1, "a")], ["id", "k"]).filter("id > 0").collect()\n`)
  silent("Python values through RDD operations", `${READ}x = spark.sparkContext.parallelize([1, 2]).map(f).collect()\n`)
  silent("groups by a plain column are usually few", `${READ}x = orders.groupBy("country").count().collect()\n`)
  silent("distinct values of one column are usually few", `${READ}x = orders.select("status").distinct().collect()\n`)
  silent("a look-up by key", `${READ}x = orders.filter(F.col("order_id") == 7).collect()\n`)
  silent(
    "a file of the tests",
    `${READ}x = spark.sparkContext.textFile("tests/pyspark/key_value.txt").map(f).collect()\n`,
  )
  silent(
    "one setting of a table of them",
    `${READ}x = spark.sql(f"select * from ws_{n} where name = 'enableAcls'").collect()\ny = orders.filter(F.col("setting") == "a").collect()\n`,
  )
  fires(
    "a part of the rows, by a name that many have",
    `${READ}x = orders.filter(F.col("country_name") == "Peru").collect()
#                                                  ^^^^^^^^^ to the driver
`,
  )
  silent("a look-up by key in SQL", `${READ}x = spark.sql("select * from t where user_id = 7").collect()\n`)
  silent("what is named as settings are", `${READ}config_df = spark.table("etl.job_config")\nx = config_df.collect()\n`)
  silent(
    "the first of what is named as metadata is, in an order",
    `${READ}dump_meta = orders.select("id", "at")\nlast = next(dump_meta.filter("kind = 'full'").sort("at").toLocalIterator())\n`,
  )
  silent("a table of known small size", `${READ}x = spark.table("dim").collect()\n`, { tables: { dim: { rows: 50 } } })
  silent("row-loop-on-driver speaks of loops over it", `${READ}for row in orders.collect():\n    handle(row)\n`)
  silent("len-of-collect speaks of its length", `${READ}n = len(orders.collect())\n`)
  silent(
    "collected-isin speaks of lists for isin",
    `${READ}ids = [r.id for r in spark.table("vip").collect()]\nvip = orders.filter(F.col("id").isin(ids))\n`,
  )
  silent("a test collects what it made", `${READ}def test_it():\n    assert orders.collect()\n`, {
    path: "tests/test_a.py",
  })
  silent("a comment says that it is small", `${READ}rows = orders.collect()  # only a few rows a day\n`)
  silent("under a debug flag", `${READ}if debug:\n    print(orders.collect())\n`)
  silent("a list's own collect is nobody's", `import gc\ngc.collect()\n`)
  silent("polars collects a lazy frame", `import polars as pl\nx = pl.scan_csv("a.csv").collect()\n`)
  silent(
    "a helper that hands on what it was given is its caller's to judge",
    `from pyspark.sql import DataFrame\n\ndef to_rows(df: DataFrame):\n    return df.collect()\n`,
  )
})
