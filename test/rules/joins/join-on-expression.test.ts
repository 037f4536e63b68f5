import { joinOnExpression } from "../../../rules/joins/join-on-expression.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import col
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
people = spark.read.parquet("people")
`

describeRule(joinOnExpression, ({ fires, silent, suggests }) => {
  fires(
    "a function on both sides",
    `${READ}joined = orders.join(people, F.lower(orders.email) == F.lower(people.email))
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The key of this join is computed by \`lower\` from \`email\`
#                                             | the join
`,
  )
  fires(
    "a cast on one side",
    `${READ}joined = orders.join(people, orders.person.cast("string") == people.id, "left")
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ computed by a cast from \`person\`
`,
  )
  fires(
    "a side that was grouped by the column",
    `${READ}totals = orders.groupBy("person").agg(F.sum("amount").alias("total"))
joined = totals.join(people, F.trim(totals.person) == people.id)
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows that are together already are shuffled once more
#                                 | brought together by \`person\` here
`,
  )
  fires(
    "one of several keys, with arithmetic",
    `${READ}joined = orders.join(people, (orders.id == people.order) & (orders.day == people.day + 1))
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ computed by \`+\` from \`day\`
`,
  )
  fires(
    "a list of conditions",
    `${READ}keys = [orders.id == people.id, F.to_date(orders.ts) == people.day]
joined = orders.join(people, keys)
#                            ^^^^ computed by \`to_date\` from \`ts\`
`,
  )

  silent("plain columns", `${READ}orders.join(people, orders.person == people.id).write.parquet("out")\n`)
  silent("names", `${READ}orders.join(people, ["id", "day"]).write.parquet("out")\n`)
  silent(
    "a column of its own",
    `${READ}clean = people.withColumn("key", F.lower("email"))\norders.join(clean, orders.email == clean.key).write.parquet("out")\n`,
  )
  silent(
    "a side is broadcast",
    `${READ}orders.join(F.broadcast(people), F.lower(orders.email) == people.email).write.parquet("out")\n`,
  )
  silent(
    "a side is small",
    `${READ}codes = spark.createDataFrame([("at", 1)], ["code", "n"])\norders.join(codes, F.lower(orders.code) == codes.code).write.parquet("out")\n`,
  )
  silent(
    "a field of a struct",
    `${READ}orders.join(people, orders["address"]["zip"] == people.zip).write.parquet("out")\n`,
  )
  silent(
    "compared with a constant, which is a filter",
    `${READ}orders.join(people, (orders.id == people.id) & (F.year(orders.day) == 2025)).write.parquet("out")\n`,
  )
  silent(
    "the key of a full outer join before it",
    `${READ}s = orders.alias("s")\ne = people.alias("e")\nboth = s.join(e, col("s.id") == col("e.id"), "full")\nboth.join(spark.read.parquet("i").alias("i"), F.coalesce(col("s.id"), col("e.id")) == col("i.id")).write.parquet("out")\n`,
  )
  silent(
    "a UDF around the key: udf-in-filter speaks of that",
    `${READ}clean = F.udf(lambda text: text.strip())\norders.join(people, clean(orders.name) == people.name).write.parquet("out")\n`,
  )
  silent(
    "an inequality is no key",
    `${READ}orders.join(people, (orders.id == people.id) & (F.to_date(orders.ts) <= people.day)).write.parquet("out")\n`,
  )
  silent(
    "both operands are of one side",
    `${READ}orders.join(people, (orders.id == people.id) & (F.lower(orders.a) == orders.b)).write.parquet("out")\n`,
  )
  silent(
    "a comment says why",
    `${READ}# the two systems disagree on case: normalise here\norders.join(people, F.lower(orders.email) == F.lower(people.email)).write.parquet("out")\n`,
  )
  silent("the condition is not known", `${READ}def f(on):\n    return orders.join(people, on)\n`)
  silent("a filter is no join", `${READ}orders.filter(F.lower(orders.email) == orders.key).write.parquet("out")\n`)

  suggests(
    "a column",
    `${READ}joined = orders.join(people, F.lower(orders.email) == people.email)\n`,
    "Add the key as a column where `email` is written or cleaned",
  )
})
