import { smallFiles } from "../../../rules/partitions/small-files.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
`

describeRule(smallFiles, ({ fires, silent, suggests }) => {
  fires(
    "after repartition(n)",
    `${READ}orders.repartition(200).write.partitionBy("day").parquet("out")
#                             ^^^^^^^^^^^^^^^^^^ \`repartition\` leaves the rows of each folder spread over all its tasks
#                             | spreads the rows by something else
`,
  )
  fires(
    "after a join on another key",
    `${READ}orders.join(customers, "customer_id").write.mode("overwrite").partitionBy("day", "country").parquet("out")
#                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Put \`repartition("day", "country")\` before the write
`,
  )
  fires(
    "after dropDuplicates by another key, and a projection",
    `${READ}clean = orders.dropDuplicates(["id"]).withColumn("x", F.lit(1))
clean.write.partitionBy("day").orc("out")
#           ^^^^^^^^^^^^^^^^^^ \`dropDuplicates\` leaves the rows
`,
  )
  fires(
    "repartitioned by another column",
    `${READ}orders.repartition("customer_id").write.partitionBy("day").saveAsTable("t")
#                                       ^^^^^^^^^^^^^^^^^^ tasks × folders small files
`,
  )
  fires(
    "as an argument of the write",
    `${READ}orders.repartition(64).write.parquet("out", partitionBy="day")
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`repartition\` leaves the rows
`,
  )

  silent(
    "gathered by the folder's column",
    `${READ}orders.repartition("day").write.partitionBy("day").parquet("out")\n`,
  )
  silent("gathered with a number", `${READ}orders.repartition(50, "day").write.partitionBy("day").parquet("out")\n`)
  silent(
    "ranges of the folder's column",
    `${READ}orders.repartitionByRange("day").write.partitionBy("day").parquet("out")\n`,
  )
  silent("a sort by it", `${READ}orders.repartition(64).orderBy("day").write.partitionBy("day").parquet("out")\n`)
  silent(
    "a rebalance hint",
    `${READ}orders.join(customers, "customer_id").hint("rebalance", "day").write.partitionBy("day").parquet("out")\n`,
  )
  silent("straight from files nothing is known to be spread", `${READ}orders.write.partitionBy("day").parquet("out")\n`)
  silent(
    "few tasks",
    `${READ}orders.join(customers, "customer_id").coalesce(4).write.partitionBy("day").parquet("out")\n`,
  )
  silent(
    "optimized writes",
    `${READ}spark.conf.set("spark.databricks.delta.optimizeWrite.enabled", "true")\norders.repartition(200).write.format("delta").partitionBy("day").save("out")\n`,
  )
  silent(
    "grouped by the folder's column",
    `${READ}orders.groupBy("day").count().write.partitionBy("day").parquet("out")\n`,
  )
  silent(
    "a folder a customer is another rule's",
    `${READ}orders.repartition(200).write.partitionBy("customer_id").parquet("out")\n`,
  )
  silent("no folders", `${READ}orders.repartition(200).write.parquet("out")\n`)
  silent("another system", `${READ}orders.repartition(200).write.format("bigquery").partitionBy("day").save("out")\n`)
  silent(
    "a comment speaks of the files",
    `${READ}# small files are compacted nightly\norders.repartition(200).write.partitionBy("day").parquet("out")\n`,
  )

  suggests(
    "one task a folder",
    `${READ}orders.repartition(200).write.partitionBy("day").parquet("out")\n`,
    'Call repartition("day") on',
  )
})
