import { nonEquiJoin } from "../../../rules/joins/non-equi-join.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import col, expr
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
rates = spark.read.parquet("rates")
`

describeRule(nonEquiJoin, ({ fires, silent }) => {
  fires(
    "a range",
    `${READ}joined = orders.join(rates, (orders.day >= rates.start) & (orders.day <= rates.stop))
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Spark compares every row of \`orders\` with every row of \`rates\`. Add a key
#                              | \`orders\` is read from parquet 'orders'
`,
  )
  fires(
    "equalities joined by or",
    `${READ}joined = orders.join(rates, (orders.id == rates.id) | (orders.code == rates.code), "left")
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ With \`|\` between them the equalities give no key
`,
  )
  fires(
    "between, with aliases",
    `${READ}joined = orders.alias("o").join(rates.alias("r"), col("o.day").between(col("r.start"), col("r.stop")))
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ No part of this condition
`,
  )
  fires(
    "SQL text in an outer join",
    `${READ}joined = orders.join(rates, expr("day between first and last"), "left_outer")
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ and sends one of them whole to every executor
`,
  )
  fires(
    "a part of a text",
    `${READ}joined = orders.join(rates, orders.text.contains(rates.word))
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row of \`orders\`
`,
  )
  fires(
    "a frame with itself",
    `${READ}a = orders.alias("a")
b = orders.alias("b")
pairs = a.join(b, (col("a.id") < col("b.id")) & (col("a.amount") - col("b.amount") == 0))
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every row of \`a\` with every row of \`b\`
`,
  )
  fires(
    "not equal",
    `${READ}joined = orders.join(rates, orders.id != rates.id)
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Spark compares every row
`,
  )

  silent(
    "an equality besides the range",
    `${READ}orders.join(rates, (orders.code == rates.code) & (orders.day >= rates.start)).write.parquet("out")\n`,
  )
  silent("names", `${READ}orders.join(rates, "code").write.parquet("out")\n`)
  silent("a null-safe equality", `${READ}orders.join(rates, orders.code.eqNullSafe(rates.code)).write.parquet("out")\n`)
  silent(
    "an equality that both branches share",
    `${READ}orders.join(rates, ((orders.id == rates.id) & (orders.a > 1)) | ((orders.id == rates.id) & (rates.b > 2))).write.parquet("out")\n`,
  )
  silent(
    "the smaller side is broadcast",
    `${READ}orders.join(F.broadcast(rates), (orders.day >= rates.start) & (orders.day <= rates.stop)).write.parquet("out")\n`,
  )
  silent(
    "a side is small",
    `${READ}bands = spark.createDataFrame([(0, 10, "low"), (10, 99, "high")], ["a", "b", "name"])\norders.join(bands, (orders.amount >= bands.a) & (orders.amount < bands.b)).write.parquet("out")\n`,
  )
  silent(
    "range bucketing on both sides",
    `${READ}o = orders.withColumn("week", F.weekofyear("day"))\nr = rates.withColumn("week", F.weekofyear("first"))\no.join(r, (o.week == r.week) & (o.day >= r.start)).write.parquet("out")\n`,
  )
  silent(
    "the sides of the columns are not known",
    `${READ}orders.join(rates, col("order_code") == col("rate_code")).write.parquet("out")\n`,
  )
  silent(
    "an equality in SQL text",
    `${READ}orders.join(rates, expr("code = rate_code and day >= first")).write.parquet("out")\n`,
  )
  silent(
    "an equality follows, which Catalyst joins by",
    `${READ}orders.join(rates, orders.day >= rates.start).filter(orders.code == rates.code).write.parquet("out")\n`,
  )
  silent(
    "a condition that always holds is a cross join",
    `${READ}orders.join(rates, F.lit(True)).write.parquet("out")\n`,
  )
  silent(
    "a UDF in the condition: udf-in-filter speaks of that",
    `${READ}near = F.udf(lambda a, b: abs(a - b) < 3, "boolean")\norders.join(rates, near(orders.x, rates.y) == F.lit(True)).write.parquet("out")\n`,
  )
  silent("the condition is not known", `${READ}def f(condition):\n    return orders.join(rates, condition)\n`)
  silent(
    "a comment says that a range join is meant",
    `${READ}# range join: rates has a row a month\norders.join(rates, (orders.day >= rates.start) & (orders.day <= rates.stop)).write.parquet("out")\n`,
  )
  silent(
    "ibis joins elsewhere",
    `import ibis\na = ibis.read_parquet("a")\nb = ibis.read_parquet("b")\nc = a.join(b, a.day >= b.first)\n`,
  )
})
