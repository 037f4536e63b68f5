import { singlePartition } from "../../../rules/partitions/single-partition.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const GIB = 1024 ** 3

describeRule(singlePartition, ({ fires, silent, fixes, offers }) => {
  fires(
    "coalesce(1) before a write",
    `${READ}orders.coalesce(1).write.csv("out")
#      ^^^^^^^^^^^ \`coalesce(1)\` makes one task do all of \`orders\`
#      | read from parquet 'orders'
`,
  )
  fires(
    "repartition(1)",
    `${READ}orders.repartition(1).write.csv("out")
#      ^^^^^^^^^^^^^^ goes through the network into one task
`,
  )
  fires(
    "after a shuffle, whose stage it shrinks",
    `${READ}totals = orders.groupBy("customer_id").agg(F.sum("amount")).coalesce(1)
#                                                           ^^^^^^^^^^^ back to \`agg\`
#                                                           | \`agg\` runs in that one task too
`,
  )
  fires(
    "by keyword, in a chain over lines",
    `${READ}(
    orders.filter("amount > 0")
    .coalesce(numPartitions=1)
#    ^^^^^^^^^^^^^^^^^^^^^^^^^ makes one task do all of
    .write.csv("out")
)
`,
  )
  fires(
    "an RDD",
    `${READ}spark.sparkContext.textFile("logs").coalesce(1).saveAsTextFile("out")
#                                   ^^^^^^^^^^^ makes one task
`,
  )
  fires(
    "a number in a variable",
    `${READ}FILES = 1
orders.repartition(FILES).write.csv("out")
#      ^^^^^^^^^^^^^^^^^^ into one task
`,
  )
  fires(
    "a table of known size, for certain",
    `${READ}spark.table("sales").coalesce(1).write.csv("out")
#                    ^^^^^^^^^^^ 12 GiB
#                    | the configuration gives the size
`,
    { tables: { sales: { bytes: 12 * GIB } }, show: "certain" },
  )

  silent(
    "groups by a key of few values, by its name",
    `${READ}parted = orders.groupBy("country").agg(F.sum("amount").alias("amount")).orderBy("amount")
parted.coalesce(1).write.csv("out")
`,
  )
  fires(
    "which the strict profile tells of",
    `${READ}parted = orders.groupBy("country", F.year("day")).count()
parted.coalesce(1).write.csv("out")
#      ^^^^^^^^^^^ makes one task do all of \`parted\`
`,
    { show: "possible" },
  )
  fires(
    "groups by two keys, one of them of many values",
    `${READ}parted = orders.groupBy("country", "customer_id").count()
parted.coalesce(1).write.csv("out")
#      ^^^^^^^^^^^ makes one task do all of \`parted\`
`,
  )
  silent("after a limit", `${READ}orders.limit(1000).coalesce(1).write.csv("out")\n`)
  silent("a global aggregate is one row", `${READ}orders.agg(F.sum("amount")).coalesce(1).write.csv("out")\n`)
  silent("an aggregate with few groups", `${READ}orders.groupBy(F.month("day")).count().coalesce(1).write.csv("out")\n`)
  silent("a small table", `${READ}spark.table("days").coalesce(1).write.csv("out")\n`, {
    tables: { days: { bytes: 4000 } },
  })
  silent("literal rows", `${READ}spark.createDataFrame([(1,)], ["id"]).coalesce(1).write.csv("out")\n`)
  silent("F.coalesce is about nulls", `${READ}orders.select(F.coalesce("amount", F.lit(1))).write.csv("out")\n`)
  silent("more than one partition", `${READ}orders.coalesce(8).write.csv("out")\n`)
  silent(
    "the number is not known",
    `${READ}def save(df, n):\n    df.select("id").coalesce(n).write.csv("out")\n\nimport cfg\nsave(orders, cfg.files)\n`,
  )
  silent(
    "a window over all rows has left one partition",
    `${READ}from pyspark.sql import Window
numbered = orders.groupBy("word").count().withColumn("n", F.row_number().over(Window.orderBy("word")))
numbered.coalesce(1).write.csv("out")
`,
  )
  silent(
    "what is named as a summary is",
    `${READ}daily_summary = orders.groupBy("user_id").count()\ndaily_summary.coalesce(1).write.csv("out")\n`,
  )
  silent(
    "only where a setting asks for one",
    `${READ}if args.vertex_partitions == 1:\n    orders.coalesce(1).write.csv("out")\nelse:\n    orders.write.csv("out")\n`,
  )
  silent("it is one partition already", `${READ}orders.orderBy("id").limit(10**9).coalesce(1).write.csv("out")\n`)
  silent(
    "a comment says that one file is wanted",
    `${READ}# the partner takes a single file\norders.coalesce(1).write.csv("out")\n`,
  )
  silent("a test writes one file", `${READ}orders.coalesce(1).write.csv("out")\n`, { path: "tests/test_io.py" })
  silent(
    "pandas and others have no partitions to shrink",
    `import dask.dataframe as dd\ndd.read_csv("a").repartition(1)\n`,
  )
  silent("repartition by a column", `${READ}orders.repartition("customer_id").write.csv("out")\n`)

  fixes(
    "a write of as many files as there are partitions",
    `${READ}orders.coalesce(1).write.csv("out")\n`,
    `${READ}orders.write.csv("out")\n`,
    { safety: "unsafe", title: "Drop coalesce(1)" },
  )
  fixes(
    "a link of a chain over lines",
    `${READ}(
    orders.filter("amount > 0")
    .repartition(1)
    .write.csv("out")
)
`,
    `${READ}(
    orders.filter("amount > 0")
    .write.csv("out")
)
`,
    { safety: "unsafe", title: "Drop repartition(1)" },
  )
  fixes(
    "the number that the size asks for",
    `${READ}spark.table("sales").coalesce(1).write.csv("out")\n`,
    `${READ}spark.table("sales").coalesce(96).write.csv("out")\n`,
    {
      safety: "unsafe",
      title: "Use 96 partitions: 12 GiB ÷ 128 MiB each (makes 96 files)",
      tables: { sales: { bytes: 12 * GIB } },
    },
  )
  offers(
    "a shuffle instead, where one file is wanted",
    `${READ}orders.coalesce(1).write.csv("out")\n`,
    `${READ}orders.repartition(1).write.csv("out")\n`,
    { safety: "unsafe", title: "still one file" },
  )
})
