import { selfJoinOfAggregate } from "../../../rules/joins/self-join-of-aggregate.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(selfJoinOfAggregate, ({ fires, silent, suggests }) => {
  fires(
    "a total put back on its rows",
    `${READ}totals = orders.groupBy("customer").agg(F.sum("amount").alias("total"))
shares = orders.join(totals, "customer")
#               ^^^^^^^^^^^^^^^^^^^^^^^^ \`totals\` aggregates \`orders\` by "customer", and this join puts it back on the rows of \`orders\`
#                            | \`orders\` is grouped by "customer" here
`,
  )
  fires(
    "two keys, a left join, the aggregate in the call",
    `${READ}shares = orders.join(orders.groupBy("a", "b").agg(F.max("day").alias("last")), on=["a", "b"], how="left")
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ The aggregate aggregates \`orders\`
`,
  )
  fires(
    "by a condition, with a renamed key",
    `${READ}last = orders.groupBy("customer").agg(F.max("day").alias("day")).withColumnRenamed("customer", "who")
latest = orders.join(last, (orders.customer == last.who))
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`last\` aggregates \`orders\`
`,
  )
  fires(
    "the latest row of each group",
    `${READ}last = orders.groupBy("customer").agg(F.max("day").alias("last"))
latest = orders.join(last, (orders.customer == last.customer) & (orders.day == last.last))
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`last\` aggregates \`orders\`
`,
  )
  fires(
    "two aggregates by the same key",
    `${READ}sums = orders.groupBy("customer").agg(F.sum("amount").alias("total"))
counts = orders.groupBy("customer").count()
both = sums.join(counts, "customer", "outer")
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Both sides aggregate \`orders\` by "customer": two passes over it and a join
`,
  )
  fires(
    "a third aggregate",
    `${READ}sums = orders.groupBy("customer").agg(F.sum("amount").alias("total"))
others = spark.read.parquet("customers")
most = orders.groupBy("customer").agg(F.max("amount").alias("most"))
all = sums.join(others, "customer").join(most, "customer")
#                                   ^^^^^^^^^^^^^^^^^^^^^^ Both sides aggregate \`orders\`
`,
  )
  fires(
    "the aggregate on the left, after projections",
    `${READ}paid = orders.filter("paid").withColumn("n", F.lit(1))
totals = paid.groupBy("customer").agg(F.sum("n").alias("n"))
shares = totals.join(paid, "customer", "right")
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ by "customer"
`,
  )
  fires(
    "one of them filtered",
    `${READ}orders = orders.dropna()
days = orders.groupBy("Model").agg(F.count("id").alias("days"))
failed = orders.filter("failed = 1").groupBy("Model").agg(F.count("id").alias("failures"))
rates = days.join(failed, "Model", "left")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Both sides aggregate \`orders\` by "Model": two passes
`,
  )
  fires(
    "filtered each, only in the strict profile",
    `${READ}new = orders.filter("status = 'new'").groupBy("customer").count()
old = orders.filter("status = 'old'").groupBy("customer").count()
both = new.join(old, "customer")
#          ^^^^^^^^^^^^^^^^^^^^^ with the filters inside
`,
    { show: "possible" },
  )

  silent(
    "an aggregate of another frame",
    `${READ}totals = spark.read.parquet("events").groupBy("customer").count()\norders.join(totals, "customer").write.parquet("out")\n`,
  )
  silent(
    "joined by another column",
    `${READ}totals = orders.groupBy("customer").count()\norders.join(totals, orders.seller == totals.buyer).write.parquet("out")\n`,
  )
  silent(
    "the aggregate is filtered to few groups",
    `${READ}frequent = orders.groupBy("customer").count().filter("count > 100")\norders.join(frequent, "customer").write.parquet("out")\n`,
  )
  silent(
    "the aggregate reads only some rows",
    `${READ}returned = orders.filter("returned").groupBy("customer").count()\norders.join(returned, "customer", "left").write.parquet("out")\n`,
  )
  silent(
    "few groups are broadcast, and the rows stay where they are",
    `${READ}totals = orders.groupBy("customer").agg(F.sum("amount").alias("total"))\norders.join(F.broadcast(totals), "customer").write.parquet("out")\n`,
  )
  silent(
    "few groups by the key's name",
    `${READ}totals = orders.groupBy("country").agg(F.sum("amount").alias("total"))\norders.join(totals, "country").write.parquet("out")\n`,
  )
  silent(
    "cached and used elsewhere",
    `${READ}orders.cache()\ntotals = orders.groupBy("customer").count()\norders.join(totals, "customer").write.parquet("out")\norders.groupBy("day").count().show()\norders.filter("paid").write.parquet("paid")\n`,
  )
  silent(
    "distinct counts are refused in windows",
    `${READ}days = orders.groupBy("customer").agg(F.countDistinct("day").alias("days"))\norders.join(days, "customer").write.parquet("out")\n`,
  )
  silent(
    "aggregates by different keys",
    `${READ}a = orders.groupBy("customer").count()\nb = orders.groupBy("seller").count()\na.join(b, a.customer == b.seller).write.parquet("out")\n`,
  )
  silent(
    "a pivot has other columns",
    `${READ}wide = orders.groupBy("customer").pivot("status").count()\norders.join(wide, "customer").write.parquet("out")\n`,
  )
  silent(
    "an anti join asks for absence",
    `${READ}seen = orders.groupBy("customer").count()\norders.join(seen, "customer", "left_anti").write.parquet("out")\n`,
  )
  silent(
    "the frame is small",
    `${READ}rates = spark.createDataFrame([("EUR", 1.0), ("USD", 1.1)], ["c", "r"])\nbest = rates.groupBy("c").agg(F.max("r").alias("m"))\nrates.join(best, "c").write.parquet("out")\n`,
  )
  silent(
    "the keys are expressions",
    `${READ}by = orders.groupBy(F.year("day").alias("y")).count()\norders.join(by, F.year(orders.day) == by.y).write.parquet("out")\n`,
  )
  silent(
    "pandas transforms groups itself",
    `import pandas as pd\norders = pd.read_csv("o.csv")\ntotals = orders.groupby("customer").sum()\norders = orders.join(totals, on="customer")\n`,
  )

  suggests(
    "a window",
    `${READ}totals = orders.groupBy("customer").count()\nshares = orders.join(totals, "customer")\n`,
    'Window.partitionBy("customer")',
  )
})
