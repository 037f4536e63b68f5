import { globalSort } from "../../../rules/shuffles/global-sort.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(globalSort, ({ fires, silent, suggests }) => {
  fires(
    "right before a write",
    `${READ}orders.orderBy("ts").write.parquet("out")
#      ^^^^^^^^^^^^^ puts all of \`orders\` in one order for a write
#      | written here
`,
  )
  fires(
    "sort, through a variable and a projection",
    `${READ}by_time = orders.sort(F.desc("ts"))
#                ^^^^^^^^^^^^^^^^^^ \`sort\` puts all of \`orders\` in one order
by_time.select("id", "ts").write.mode("overwrite").saveAsTable("t")
`,
  )
  fires(
    "into folders by another column",
    `${READ}orders.orderBy("customer_id").write.partitionBy("day").parquet("out")
#      ^^^^^^^^^^^^^^^^^^^^^^ \`sortWithinPartitions\` sorts each file
`,
  )
  fires(
    "in a helper that saves",
    `${READ}def save(df, path):
    df.orderBy("id").write.format("delta").mode("append").save(path)
    #  ^^^^^^^^^^^^^ goes through the rows a first time
save(orders, "out")
`,
  )
  fires(
    "after a join",
    `${READ}customers = spark.read.parquet("customers")
orders.join(customers, orders.customer_id == customers.id).orderBy("name").write.orc("out")
#                                                          ^^^^^^^^^^^^^^^ puts all of what \`join\` gives
`,
  )
  fires(
    "groups, in the strict profile",
    `${READ}orders.groupBy("brand").count().orderBy("count").write.parquet("out")
#                               ^^^^^^^^^^^^^^^^ in one order for a write
`,
    { show: "possible" },
  )
  fires(
    "a group for every customer",
    `${READ}orders.groupBy("customer_id", "day").count().orderBy("count").write.parquet("out")
#                                            ^^^^^^^^^^^^^^^^ in one order for a write
`,
  )
  fires(
    "only where it is asked for",
    `${READ}out = orders.filter("amount > 1")
if order_by:
    out = out.orderBy(*order_by)
#             ^^^^^^^^^^^^^^^^^^ puts all of \`out\` in one order for a write
out.write.parquet("out")
`,
  )

  silent("a random order is meant", `${READ}orders.orderBy(F.rand(7)).write.parquet("out")\n`)
  silent(
    "a random order is meant, by a column of its own",
    `${READ}orders.withColumn("r", F.rand()).orderBy("r").drop("r").write.parquet("out")\n`,
  )
  silent(
    "how many groups there are is not known",
    `${READ}orders.groupBy("brand").count().orderBy("count").write.parquet("out")\n`,
  )
  silent("a top-n", `${READ}orders.orderBy("ts").limit(100).write.parquet("out")\n`)
  silent("shown", `${READ}orders.orderBy("ts").show()\n`)
  silent("shown, and written by the way", `${READ}top = orders.orderBy("ts")\ntop.show()\ntop.write.parquet("out")\n`)
  silent(
    "few rows",
    `${READ}spark.createDataFrame([(2, "b"), (1, "a")], ["k", "v"]).orderBy("k").write.parquet("out")\n`,
  )
  silent("few groups", `${READ}orders.groupBy(F.month("day")).count().orderBy("count").write.parquet("out")\n`)
  silent("each partition by itself", `${READ}orders.sortWithinPartitions("ts").write.parquet("out")\n`)
  silent(
    "sorted by what makes the folders",
    `${READ}orders.orderBy("day", "id").write.partitionBy("day").parquet("out")\n`,
  )
  silent("one file, of which single-partition speaks", `${READ}orders.orderBy("ts").coalesce(1).write.csv("out")\n`)
  silent(
    "grouped after the sort: another matter",
    `${READ}orders.orderBy("ts").groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "a comment says that readers skip by it",
    `${READ}# sorted so that readers can skip files\norders.orderBy("customer_id").write.parquet("out")\n`,
  )
  silent(
    "buckets have an order of their own",
    `${READ}orders.orderBy("id").write.bucketBy(8, "id").sortBy("id").saveAsTable("t")\n`,
  )
  silent("pandas", `import pandas as pd\npd.read_parquet("orders").sort_values("ts").to_parquet("out")\n`)
  silent(
    "only where the caller asks for an order",
    `${READ}def roll_up(path, order_by=None):
    found = spark.read.parquet(path)
    if order_by:
        found = found.orderBy(*order_by)
    found.write.parquet("out")
`,
  )
  silent("cached for more than the write", `${READ}s = orders.orderBy("ts").cache()\ns.write.parquet("out")\n`)

  suggests(
    "the same keys within partitions",
    `${READ}orders.orderBy("customer_id", F.desc("ts")).write.parquet("out")\n`,
    `Use sortWithinPartitions("customer_id", F.desc("ts"))`,
  )
})
