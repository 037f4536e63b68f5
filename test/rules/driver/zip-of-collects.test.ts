import { zipOfCollects } from "../../../rules/driver/zip-of-collects.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
per = orders.groupBy("country").agg(F.sum("amount").alias("a"), F.max("ts").alias("t"))
`

describeRule(zipOfCollects, ({ fires, silent }) => {
  fires(
    "two columns of a grouped frame, each by a job of its own",
    `${READ}pairs = zip(per.select("country").collect(), per.select("a").collect())
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ paired by position
#       | is collected here
`,
  )
  fires(
    "through variables and comprehensions",
    `${READ}keys = [r.country for r in per.collect()]
values = [r.n for r in orders.groupBy("country").count().collect()]
table = dict(zip(keys, values))
#            ^^^^^^^^^^^^^^^^^ nothing gives them a common order
`,
  )
  fires(
    "two frames",
    `${READ}rows = list(zip(orders.collect(), spark.read.parquet("events").collect()))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Join the frames on a key
`,
  )
  fires(
    "sorted by different keys",
    `${READ}x = zip(per.orderBy("a").collect(), orders.groupBy("country").count().orderBy("count").collect())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ paired
`,
  )
  fires(
    "compared by position",
    `${READ}same = per.collect() == orders.groupBy("country").agg(F.sum("b"), F.max("t")).collect()
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compared by position
`,
  )
  fires(
    "columns of a file only in the strict profile",
    `${READ}x = zip(orders.select("a").collect(), orders.select("b").collect())
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Select the columns together
`,
    { show: "possible" },
  )

  silent(
    "the order of the same key",
    `${READ}x = zip(per.orderBy("country").collect(), orders.groupBy("country").count().orderBy("country").collect())\n`,
  )
  silent(
    "one sorted frame",
    `${READ}s = per.orderBy("country")\nx = zip(s.select("a").collect(), s.select("t").collect())\n`,
  )
  silent("one cached frame", `${READ}per.cache()\nx = zip(per.select("a").collect(), per.select("t").collect())\n`)
  silent("one list in two ways", `${READ}rows = per.collect()\nx = zip([r.a for r in rows], [r.t for r in rows])\n`)
  silent(
    "columns of a file come in the same order in practice",
    `${READ}x = zip(orders.select("a").collect(), orders.select("b").collect())\n`,
  )
  silent(
    "Python built the rows",
    `${READ}few = spark.createDataFrame([(1, 2)], ["a", "b"])\nx = zip(few.select("a").collect(), few.select("b").collect())\n`,
  )
  silent("rows with names", `${READ}x = zip(per.columns, per.first())\n`)
  silent("rows with numbers", `${READ}x = zip(range(10), per.collect())\n`)
  silent(
    "RDD.zip pairs partitions",
    `${READ}a = spark.sparkContext.parallelize([1, 2])\nx = a.zip(a.map(str)).collect()\n`,
  )
  silent("lists of Python", `x = list(zip([1, 2], [3, 4]))\n`)
  silent("a comparison with a list", `${READ}ok = per.collect() == []\n`)
  silent("a test", `${READ}assert per.collect() == orders.groupBy("x").count().collect()\n`, {
    path: "tests/test_a.py",
  })
})
