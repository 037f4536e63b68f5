import { staticOverwrite } from "../../../rules/partitions/static-overwrite.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`

describeRule(staticOverwrite, ({ fires, silent, fixes, suggests }) => {
  fires(
    "one day of many",
    `${READ}today = orders.filter(F.col("day") == day)
today.write.mode("overwrite").partitionBy("day").parquet("out")
#                                                ^^^^^^^^^^^^^^ This deletes every partition of the folder first, those that \`today\` has no rows for as well, and \`today\` holds only some of \`day\`
#                                                | only some values of \`day\` are kept
#                                                | is static by default
`,
  )
  fires(
    "a condition in SQL, with steps after it",
    `${READ}orders.where(f"day >= '{start}' and qty > 0").withColumn("total", F.col("qty") * 2).write.partitionBy("country", "day").mode("overwrite").orc("out")
#                                                                                                                                         ^^^^^^^^^^ holds only some of \`country\`, \`day\`
`,
  )
  fires(
    "a query for one day",
    `${READ}def load(ds):
    part = spark.sql(f"select * from orders where ds = '{ds}' and qty > 0")
    part.write.mode("overwrite").partitionBy("ds").parquet("out")
#                                                  ^^^^^^^^^^^^^^ \`part\` holds only some of \`ds\`
`,
  )
  fires(
    "a column of one value",
    `${READ}def load(day):
    part = orders.withColumn("load_day", F.lit(day))
    part.write.parquet("out", mode="overwrite", partitionBy=["load_day"])
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ deletes every partition
#              | \`load_day\` has the value of this run in all rows
`,
  )
  fires(
    "a table",
    `${READ}orders.filter(F.col("day").isin(days)).write.mode("overwrite").partitionBy("day").saveAsTable("orders_by_day")
#                                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every partition of the table first
`,
  )
  fires(
    "today's date",
    `${READ}orders.select("id", F.current_date().alias("run_date")).write.mode("overwrite").partitionBy("run_date").save("out")
#                                                                                                       ^^^^^^^^^^^ deletes every partition
`,
  )
  fires(
    "a whole table is only possible",
    `${READ}orders.write.mode("overwrite").partitionBy("day").parquet("out")
#                                                 ^^^^^^^^^^^^^^ deletes every partition of the folder
`,
    { show: "possible" },
  )

  fires(
    "a table, in dynamic mode, which saveAsTable does not obey",
    `${READ}spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
orders.filter(F.col("day") == day).write.mode("overwrite").partitionBy("day").saveAsTable("t")
#                                                                             ^^^^^^^^^^^^^^^^ every partition of the table first
#                                                                             | saveAsTable makes the table anew, in dynamic mode as well
`,
  )

  silent(
    "a Delta table, in dynamic mode",
    `${READ}spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")\norders.filter(F.col("day") == day).write.format("delta").mode("overwrite").partitionBy("day").saveAsTable("t")\n`,
  )
  silent("all of the data, each time", `${READ}orders.write.mode("overwrite").partitionBy("day").parquet("out")\n`)
  silent(
    "the option says dynamic",
    `${READ}orders.filter(F.col("day") == day).write.mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "the session says dynamic",
    `${READ}spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")\norders.filter(F.col("day") == day).write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "the configuration says dynamic",
    `${READ}orders.filter(F.col("day") == day).write.mode("overwrite").partitionBy("day").parquet("out")\n`,
    { conf: { "spark.sql.sources.partitionOverwriteMode": "dynamic" } },
  )
  silent(
    "Delta's replaceWhere",
    `${READ}orders.filter(F.col("day") == day).write.format("delta").mode("overwrite").option("replaceWhere", f"day = '{day}'").partitionBy("day").save("out")\n`,
  )
  silent(
    "append keeps what is there",
    `${READ}orders.filter(F.col("day") == day).write.mode("append").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "a folder a customer is another rule's",
    `${READ}orders.filter("customer_id < 40").write.mode("overwrite").partitionBy("customer_id").parquet("out")\n`,
  )
  silent(
    "a bound that is written out: what the data is limited to",
    `${READ}orders.filter(F.col("day") >= "2020-01-01").write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "a value that is written out is the same in each run",
    `${READ}orders.withColumn("year", F.lit(2025)).write.mode("overwrite").partitionBy("year").parquet("out")\n`,
  )
  silent(
    "the values to keep are written out",
    `${READ}orders.filter(F.col("status").isin("new", "paid")).write.mode("overwrite").partitionBy("status").parquet("out")\n`,
  )
  silent("no folders", `${READ}orders.filter(F.col("day") == day).write.mode("overwrite").parquet("out")\n`)
  silent(
    "the filter is on another column",
    `${READ}orders.filter(F.col("qty") > 3).write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "only rows without a day are dropped",
    `${READ}orders.filter(F.col("day").isNotNull()).write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "the filter is on one side of a join",
    `${READ}orders.join(orders.filter(F.col("day") == day).select("id"), "id", "left").write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "a comment says that all is replaced",
    `${READ}# rebuilds the table from scratch\norders.filter(F.col("day") > start).write.mode("overwrite").partitionBy("day").parquet("out")\n`,
  )
  silent(
    "pandas writes folders too",
    `import pandas as pd\ndf = pd.read_csv("a")\ndf[df.day == day].to_parquet("out", partition_cols=["day"])\n`,
  )

  fixes(
    "replaces only what is written",
    `${READ}today = orders.filter(F.col("day") == day)
today.write.mode("overwrite").partitionBy("day").parquet("out")
`,
    `${READ}today = orders.filter(F.col("day") == day)
today.write.mode("overwrite").partitionBy("day").option("partitionOverwriteMode", "dynamic").parquet("out")
`,
    { safety: "unsafe" },
  )
  suggests(
    "another way to write a table",
    `${READ}orders.filter(F.col("day") == day).write.mode("overwrite").partitionBy("day").saveAsTable("t")\n`,
    "insertInto",
  )
})
