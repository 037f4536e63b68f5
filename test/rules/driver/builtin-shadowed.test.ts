import { builtinShadowed } from "../../../rules/driver/builtin-shadowed.ts"
import { describeRule } from "../harness.ts"

const STAR = `from pyspark.sql import SparkSession
from pyspark.sql.functions import *
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("orders")
`
const NAMED = `from pyspark.sql import SparkSession
from pyspark.sql.functions import col, max, round, sum
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("orders")
`

describeRule(builtinShadowed, ({ fires, silent, fixes }) => {
  fires(
    "a list of numbers",
    `${STAR}total = sum([1, 2, 3])
#       ^^^ It is called with a Python list
`,
  )
  fires(
    "a number",
    `${NAMED}share = round(df.count() / 3, 2)
#       ^^^^^ called with a Python float
`,
  )
  fires(
    "two values, where the column function takes one",
    `${NAMED}n = max(a, b)
#   ^^^ called with 2 values
`,
  )
  fires(
    "a generator",
    `${STAR}total = sum(len(x) for x in names)
#       ^^^ called with a Python iterator
`,
  )
  fires(
    "a value of a row",
    `${NAMED}row = df.first()
print(round(row["amount"], 1))
#     ^^^^^ called with a value of the driver
`,
  )
  fires(
    "in Python code on executors",
    `${STAR}@udf("double")
def clip(x):
    return abs(x)
#          ^^^ where there are no columns

df.select(clip("amount")).write.parquet("out")
`,
  )
  fires(
    "in a test too: it fails there",
    `${STAR}def test_total():
    assert max([1, 2]) == 2
#          ^^^ a Python list
`,
    { path: "tests/test_a.py" },
  )
  fires(
    "a power that becomes a Column",
    `${STAR}limit = pow(2, 5)
#       ^^^ a Python int
`,
  )

  silent("called on a column's name", `${STAR}df.select(sum("amount"), round("x", 2))\n`)
  silent("called on a column", `${NAMED}df.agg(max(col("amount")), sum(df.qty))\n`)
  silent("Python's own, with no import over it", `from pyspark.sql import functions as F\ntotal = sum([1, 2])\n`)
  silent(
    "the module keeps the names apart",
    `from pyspark.sql import functions as F\nx = F.round(F.lit(3.14159), 2)\ny = round(3.14159, 2)\n`,
  )
  silent("taken back from builtins", `${STAR}from builtins import max\nn = max([1, 2])\n`)
  silent("the module is asked for", `${STAR}import builtins\nn = builtins.max([1, 2])\n`)
  silent("a function of the file's own", `${STAR}def max(xs):\n    return xs[0]\n\nn = max([1, 2])\n`)
  silent("another name for it", `from pyspark.sql.functions import max as max_\nn = max([1, 2])\n`)
  silent("a value that isn't known may be a column", `${NAMED}def top(c):\n    return max(c)\n`)
  silent("only names that were imported", `from pyspark.sql.functions import col\nn = max([1, 2])\n`)
  silent("an array column's function", `${STAR}df.select(filter("xs", lambda x: x > 1), slice("xs", 1, 2))\n`)
  silent("a power of a column", `${STAR}df.select(pow(col("x"), 2))\n`)

  fixes(
    "an import by name",
    `${NAMED}n = max([1, 2])\n`,
    `${NAMED.replace("col, max, round, sum\n", "col, max, round, sum\nimport builtins\n")}n = builtins.max([1, 2])\n`,
    { safety: "safe" },
  )
  fixes(
    "builtins are there already",
    `import builtins\n${STAR}n = round(2.5, 1)\n`,
    `import builtins\n${STAR}n = builtins.round(2.5, 1)\n`,
    { safety: "safe" },
  )
})
