import { redundantRepartition } from "../../../rules/shuffles/redundant-repartition.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
`

describeRule(redundantRepartition, ({ fires, silent, fixes, suggests }) => {
  fires(
    "right before groupBy",
    `${READ}orders.repartition(200).groupBy("country").count().write.parquet("out")
#      ^^^^^^^^^^^^^^^^ \`repartition\` shuffles every row of \`orders\`, and \`count\`, which groups by keys of its own
#      | shuffled again by \`count\`
`,
  )
  fires(
    "before a join, through a variable and a filter",
    `${READ}spread = orders.repartition(64)
#               ^^^^^^^^^^^^^^^ \`join\`, which joins by keys of its own
paid = spread.filter(F.col("status") == "paid").select("customer_id", "amount")
paid.join(customers, paid.customer_id == customers.id).write.parquet("out")
`,
  )
  fires(
    "before distinct, reassigned",
    `${READ}orders = orders.repartition(48)
#               ^^^^^^^^^^^^^^^ \`distinct\`, which removes duplicates by keys of its own
orders.select("customer_id").distinct().write.parquet("out")
`,
  )
  fires(
    "before a global sort of what was only read",
    `${READ}orders.repartition(32).orderBy("ts").write.parquet("out")
#      ^^^^^^^^^^^^^^^ \`orderBy\`, which sorts by keys of its own
`,
  )
  fires(
    "by other keys than the groups",
    `${READ}orders.repartition("country").groupBy("customer_id").agg(F.sum("amount")).write.parquet("out")
#      ^^^^^^^^^^^^^^^^^^^^^^ \`agg\`, which groups
`,
  )
  fires(
    "before a window over other keys",
    `${READ}by_customer = Window.partitionBy("customer_id").orderBy("ts")
orders.repartition(100).withColumn("n", F.row_number().over(by_customer)).write.parquet("out")
#      ^^^^^^^^^^^^^^^^ computes a window
`,
  )
  fires(
    "a number in a parameter",
    `${READ}def totals(num_partitions):
    return orders.repartition(num_partitions).groupBy("country").count()
    #             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count\`, which groups
`,
  )
  fires(
    "a number that is computed",
    `${READ}from settings import cores
orders.repartition(cores * 3).dropDuplicates(["id"]).write.parquet("out")
#      ^^^^^^^^^^^^^^^^^^^^^^ \`dropDuplicates\`, which removes duplicates
orders.repartition(numPartitions=spark.sparkContext.defaultParallelism).groupBy("country").pivot("status", ["new"]).count().show()
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`count\`, which groups
`,
  )
  fires(
    "merged by coalesce at once",
    `${READ}orders.repartition(200).coalesce(10).write.parquet("out")
#      ^^^^^^^^^^^^^^^^ \`repartition(10)\` gives the 10 partitions at once
`,
  )

  silent(
    "one task reads a file that cannot be split",
    `${READ}spark.read.csv("orders.csv.gz", header=True).repartition(64).groupBy("country").count().write.parquet("out")
spark.read.option("multiLine", "true").json("orders.json").repartition(64).groupBy("country").count().write.parquet("out")
`,
  )
  silent(
    "one task reads a database",
    `${READ}rows = spark.read.format("jdbc").option("url", "jdbc:x").option("dbtable", "orders").load()
rows.repartition(64).filter("amount > 1").groupBy("country").count().write.parquet("out")
`,
  )
  silent(
    "how the rows are spread is what is asked for",
    `${READ}orders.repartition(8).groupBy(F.spark_partition_id()).count().show()
orders.repartition(16).withColumn("p", F.spark_partition_id()).groupBy("p").count().show()
`,
  )
  silent(
    "the keys are the groups': one shuffle for both",
    `${READ}orders.repartition(200, "country").groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "the keys are among the join's",
    `${READ}orders.repartition("customer_id").join(customers.withColumnRenamed("id", "customer_id"), ["customer_id", "country"]).write.parquet("out")\n`,
  )
  silent("two in a row are one", `${READ}orders.repartition(200).repartition("country").write.parquet("out")\n`)
  silent("written", `${READ}orders.repartition(200).write.parquet("out")\n`)
  silent(
    "a Python function between needs the tasks",
    `${READ}@F.udf("string")
def parse(text):
    return text.strip()
orders.repartition(200).withColumn("p", parse("status")).groupBy("p").count().write.parquet("out")
`,
  )
  silent(
    "parsing between needs the tasks",
    `${READ}orders.repartition(200).select(F.from_json("status", "a int").alias("j")).groupBy("j.a").count().write.parquet("out")\n`,
  )
  silent(
    "cached, for all that comes",
    `${READ}spread = orders.repartition(200).cache()\nspread.groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "written as well",
    `${READ}spread = orders.repartition(200)\nspread.write.parquet("all")\nspread.groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "a broadcast join keeps the partitions",
    `${READ}orders.repartition(200).join(F.broadcast(customers), orders.customer_id == customers.id).write.parquet("out")\n`,
  )
  silent(
    "a cross join takes its tasks from its inputs",
    `${READ}orders.repartition(200).crossJoin(customers).write.parquet("out")\n`,
  )
  silent(
    "a few rows",
    `${READ}spark.createDataFrame([(1, "a"), (2, "b")], ["k", "v"]).repartition(4).groupBy("k").count().show()\n`,
  )
  silent("one partition is single-partition's", `${READ}orders.repartition(1).orderBy("ts").write.parquet("out")\n`)
  silent(
    "the sort would compute the Python function below twice",
    `${READ}@F.udf("string")
def slow(text):
    return text.strip()
orders.withColumn("p", slow("status")).repartition(200).orderBy("p").write.parquet("out")
`,
  )
  silent(
    "ranges that the sort needs anyway",
    `${READ}orders.repartitionByRange("ts").orderBy("ts").write.parquet("out")\n`,
  )
  silent(
    "the partitions are what the function is for",
    `${READ}def spread(frame: "DataFrame"):\n    return frame.repartition(200)\n`,
  )
  silent(
    "something that may be a column",
    `${READ}from settings import key\norders.repartition(key).groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "rows go partition by partition",
    `${READ}orders.repartition(20).foreachPartition(print)\norders.repartition(20).sortWithinPartitions("ts").write.parquet("out")\n`,
  )
  silent(
    "coalesce by key keeps what belongs together",
    `${READ}orders.repartition(200, "day").coalesce(10).write.parquet("out")\n`,
  )
  silent(
    "a comment tells of the skew",
    `${READ}# the files are skewed\norders.repartition(200).groupBy("country").count().write.parquet("out")\n`,
  )
  silent(
    "timed, to try numbers of partitions",
    `${READ}import time
start = time.time()
orders.repartition(10).groupBy("country").count().write.format("noop").mode("overwrite").save()
print(time.time() - start)
`,
  )
  silent(
    "pandas has no partitions",
    `import dask.dataframe as dd\nframe = dd.read_parquet("orders")\nframe.repartition(20).groupby("country").count()\n`,
  )

  fixes(
    "its link is taken out of the chain",
    `${READ}out = (
    orders
    .repartition(200)
    .groupBy("country").count()
)
`,
    `${READ}out = (
    orders
    .groupBy("country").count()
)
`,
    { safety: "safe" },
  )
  fixes(
    "a statement that does nothing else is taken away",
    `${READ}orders = orders.repartition(48)\norders.select("customer_id").distinct().write.parquet("out")\n`,
    `${READ}orders.select("customer_id").distinct().write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "one number of partitions",
    `${READ}orders.repartition(200).coalesce(10).write.parquet("out")\n`,
    `${READ}orders.repartition(10).write.parquet("out")\n`,
    { safety: "safe" },
  )
  fixes(
    "a coalesce that merges nothing",
    `${READ}orders.repartition(4).coalesce(10).write.parquet("out")\n`,
    `${READ}orders.repartition(4).write.parquet("out")\n`,
    { safety: "safe" },
  )
  suggests(
    "one number, where the two stand apart",
    `${READ}spread = orders.repartition(200)\nspread.coalesce(10).write.parquet("out")\n`,
    "repartition(10) alone",
  )
})
