import { highCardinalityPartitionBy } from "../../../rules/partitions/high-cardinality-partition-by.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(highCardinalityPartitionBy, ({ fires, silent, suggests }) => {
  fires(
    "an identifier",
    `${READ}orders.write.partitionBy("customer_id").parquet("out")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^ a folder for every value of \`customer_id\`
#            | by its name
`,
  )
  fires(
    "among others",
    `${READ}orders.write.mode("overwrite").partitionBy("year", "artist_id").save("out")
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every value of \`artist_id\`
`,
  )
  fires(
    "as an argument of the write",
    `${READ}orders.write.parquet("out", partitionBy=["email"])
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every value of \`email\`
`,
  )
  fires(
    "a timestamp by its type",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
logs = spark.read.schema("id long, at timestamp").json("logs")
logs.write.partitionBy("at").parquet("out")
#          ^^^^^^^^^^^^^^^^^ every value of \`at\`
#          | is a timestamp
`,
  )
  fires(
    "in camel case, into a table",
    `${READ}orders.write.partitionBy("userId").saveAsTable("by_user")
#            ^^^^^^^^^^^^^^^^^^^^^ every value of \`userId\`
`,
  )

  silent("a date", `${READ}orders.write.partitionBy("order_date").parquet("out")\n`)
  silent("few countries", `${READ}orders.write.partitionBy("country_id").parquet("out")\n`)
  silent("an identifier of what nobody knows", `${READ}orders.write.partitionBy("plant_id").parquet("out")\n`)
  silent(
    "a timestamp made a date",
    `${READ}orders.withColumn("ts", F.to_date("ts")).write.partitionBy("ts").parquet("out")\n`,
  )
  silent(
    "a bucket of it",
    `${READ}orders.withColumn("user_id", F.col("user_id") % 16).write.partitionBy("user_id").parquet("out")\n`,
  )
  silent(
    "a date by its type",
    `${READ}logs = spark.read.schema("id long, ts date").json("logs")\nlogs.write.partitionBy("ts").parquet("out")\n`,
  )
  silent(
    "a window's partitions",
    `${READ}from pyspark.sql import Window\norders.withColumn("n", F.count("id").over(Window.partitionBy("customer_id"))).write.parquet("out")\n`,
  )
  silent("buckets, not folders", `${READ}orders.write.bucketBy(16, "customer_id").saveAsTable("t")\n`)
  silent(
    "rows of a Python list",
    `${READ}spark.createDataFrame([(1, "a")], ["user_id", "k"]).write.partitionBy("user_id").parquet("out")\n`,
  )
  silent("the column is not known", `${READ}import cfg\norders.write.partitionBy(cfg.column).parquet("out")\n`)
  silent("pandas writes a few", `import pandas as pd\npd.read_csv("x").to_parquet("out", partition_cols=["user_id"])\n`)
  silent(
    "a comment says why",
    `${READ}# one partition for each customer: exports read exactly one\norders.write.partitionBy("customer_id").parquet("out")\n`,
  )

  suggests(
    "a coarse column",
    `${READ}orders.write.partitionBy("customer_id").parquet("out")\n`,
    "Derive a coarse column",
  )
})
