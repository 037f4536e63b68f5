import { countAsEmptiness } from "../../../rules/driver/count-as-emptiness.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
orders = spark.read.csv("orders.csv", header=True)
`

describeRule(countAsEmptiness, ({ fires, silent, fixes, suggests }) => {
  fires(
    "compared with zero",
    `${READ}if orders.count() == 0:
#  ^^^^^^^^^^^^^^^^^^^ \`orders\` is counted in full only to learn whether it is empty
#  | read from csv 'orders.csv'
    raise ValueError("no orders")
`,
  )
  fires(
    "every way to compare",
    `${READ}a = orders.count() > 0
#   ^^^^^^^^^^^^^^^^^^ counted in full
b = 0 == orders.count()
#   ^^^^^^^^^^^^^^^^^^^ counted in full
c = orders.count() >= 1
#   ^^^^^^^^^^^^^^^^^^^ counted in full
d = orders.count() < 1
#   ^^^^^^^^^^^^^^^^^^ counted in full
e = orders.count() != 0
#   ^^^^^^^^^^^^^^^^^^^ counted in full
f = 0 < orders.count()
#   ^^^^^^^^^^^^^^^^^^ counted in full
`,
  )
  fires(
    "used as a condition",
    `${READ}if orders.count():
#  ^^^^^^^^^^^^^^ counted in full
    pass
assert orders.where("amount > 0").count(), "nothing to sell"
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counted in full
`,
  )
  fires(
    "under a not, and as a bool",
    `${READ}if not orders.count():
#  ^^^^^^^^^^^^^^^^^^ counted in full
    pass
full = bool(orders.count())
#      ^^^^^^^^^^^^^^^^^^^^ counted in full
`,
  )
  fires(
    "all rows collected for it",
    `${READ}if len(orders.collect()) == 0:
#  ^^^^^^^^^^^^^^^^^^^^^^^^^^ collected in full only to learn whether it is empty
    raise ValueError("no orders")
`,
  )
  fires(
    "kept in a variable that is only tested",
    `${READ}rows = orders.groupBy("country").count().count()
if rows == 0:
#  ^^^^^^^^^ counted in full
    raise ValueError("no orders")
`,
  )
  fires(
    "in a helper that gets its frame from a caller",
    `from pyspark.sql import DataFrame, SparkSession

def check(df: DataFrame, what: str) -> None:
    if df.count() == 0:
#      ^^^^^^^^^^^^^^^ \`df\` is counted in full
        raise ValueError(what)

spark = SparkSession.builder.getOrCreate()
check(spark.read.csv("orders.csv"), "orders")
`,
  )
  fires(
    "an RDD",
    `${READ}lines = spark.sparkContext.textFile("log.txt").filter(lambda line: "ERROR" in line)
if lines.count() > 0:
#  ^^^^^^^^^^^^^^^^^ \`lines\` is counted in full
    pass
`,
  )
  fires(
    "straight on parquet only in the strict profile: footers answer it",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
if orders.count() == 0:
#  ^^^^^^^^^^^^^^^^^^^ opens the footer of every file
    pass
`,
    { show: "possible" },
  )

  silent("a Python list's count takes an argument and is no job", `items = [1, 2]\nif items.count(1) == 0:\n    pass\n`)
  silent(
    "a pandas frame counts in memory",
    `import pandas as pd\ndf = pd.read_csv("a.csv")\nif df.count().sum() == 0:\n    pass\n`,
  )
  silent(
    "a polars frame is not Spark's",
    `import polars as pl\ndf = pl.read_csv("a.csv")\nif df.select(pl.len()).count() == 0:\n    pass\n`,
  )
  silent("zero is only what stands in for nothing", `${READ}missing = 100 - (orders.count() or 0)\n`)
  silent("the number is logged as well", `${READ}n = orders.count()\nprint(n)\nif n == 0:\n    raise ValueError()\n`)
  silent("the number is compared with another one", `${READ}if orders.count() == 12:\n    pass\n`)
  silent(
    "the number is returned",
    `${READ}def size():\n    n = orders.count()\n    if n > 0:\n        pass\n    return n\n`,
  )
  silent("at most one row can come", `${READ}if orders.limit(1).count() == 0:\n    pass\n`)
  silent("take(1) reads one row", `${READ}if len(orders.take(1)) == 0:\n    pass\n`)
  silent("head(1) reads one row", `${READ}if len(orders.head(1)) > 0:\n    pass\n`)
  silent("the count fills the cache", `${READ}orders.cache()\nif orders.count() == 0:\n    pass\n`)
  silent(
    "the rows were written by the checkpoint before",
    `${READ}orders = orders.checkpoint()\nif orders.count() == 0:\n    pass\n`,
  )
  silent(
    "the catalogue's own tables are short",
    `${READ}keys = spark.table("system.information_schema.table_constraints").filter("table_name = 'orders'")\nif keys.count() == 0:\n    pass\n`,
  )
  silent(
    "the rows were made by the driver",
    `${READ}few = spark.createDataFrame([(1,), (2,)], ["id"])\nif few.count() == 0:\n    pass\n`,
  )
  silent(
    "the rows are spread over a call afterwards",
    `${READ}rows = orders.collect()\nif len(rows) > 0:\n    names, counts = zip(*rows)\n`,
  )
  fires(
    "a table, whose files may answer the count themselves",
    `${READ}if spark.table("sales").count() > 0:
#  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Spark goes through all of its files
    pass
`,
  )
  silent("isEmpty is what it should be", `${READ}if orders.isEmpty():\n    pass\n`)
  silent(
    "a grouped count is a frame, not a number",
    `${READ}per = orders.groupBy("country").count()\nper.write.csv("out")\n`,
  )
  silent("a test may count", `${READ}assert orders.count() > 0\n`, { path: "tests/test_orders.py" })
  silent(
    "a parameter of unknown type may be anything",
    `def check(df):\n    if df.count() == 0:\n        raise ValueError()\n`,
  )
  silent("footers answer a count straight on parquet", `${READ}if spark.read.parquet("p").count() == 0:\n    pass\n`)
  silent(
    "a comment says that it warms the data up",
    `${READ}if orders.count() == 0:  # force materialization here\n    pass\n`,
  )

  fixes(
    "an empty test",
    `${READ}if orders.count() == 0:\n    raise ValueError("no orders")\n`,
    `${READ}if orders.isEmpty():\n    raise ValueError("no orders")\n`,
    { safety: "safe" },
  )
  fixes(
    "a test for rows, mirrored",
    `${READ}found = 0 < orders.filter("amount > 10").count()\n`,
    `${READ}found = not orders.filter("amount > 10").isEmpty()\n`,
    { safety: "safe" },
  )
  fixes("a plain condition", `${READ}if orders.count():\n    pass\n`, `${READ}if not orders.isEmpty():\n    pass\n`, {
    safety: "safe",
  })
  fixes("under a not", `${READ}if not orders.count():\n    pass\n`, `${READ}if orders.isEmpty():\n    pass\n`, {
    safety: "safe",
  })
  fixes(
    "a comparison under a not",
    `${READ}if not orders.count() > 0:\n    pass\n`,
    `${READ}if orders.isEmpty():\n    pass\n`,
    { safety: "safe" },
  )
  fixes("a bool()", `${READ}full = bool(orders.count())\n`, `${READ}full = not orders.isEmpty()\n`, { safety: "safe" })
  fixes(
    "a collected list",
    `${READ}if len(orders.collect()) == 0:\n    pass\n`,
    `${READ}if orders.isEmpty():\n    pass\n`,
    { safety: "safe" },
  )
  fixes(
    "inside a larger condition",
    `${READ}if ready and orders.count() > 0 or force:\n    pass\n`,
    `${READ}if ready and not orders.isEmpty() or force:\n    pass\n`,
    { safety: "safe" },
  )
  fixes(
    "a chain over several lines",
    `${READ}if (
    orders.filter("amount > 0")
    .distinct()
    .count() == 0
):
    pass
`,
    `${READ}if (
    orders.filter("amount > 0")
    .distinct()
    .isEmpty()
):
    pass
`,
    { safety: "safe" },
  )
  suggests("a count kept first", `${READ}n = orders.count()\nif n == 0:\n    pass\n`, "instead of keeping the count")
})
