import { partitionCount } from "../../../rules/partitions/partition-count.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const MIB = 1024 ** 2
const GIB = 1024 ** 3
const CLUSTER = { executors: 10, cores: 4 }

describeRule(partitionCount, ({ fires, silent, fixes }) => {
  fires(
    "fewer than the slots, for data that outgrows them",
    `${READ}sales = spark.table("sales")
sales.repartition(8).write.parquet("out")
#     ^^^^^^^^^^^^^^ 8 partitions keep only 8 of the 40 slots of 'prod' busy, each with 1.5 GiB
#     | the configuration gives the size of table sales
#     | 'prod' has 40 slots
`,
    { tables: { sales: { bytes: 12 * GIB } }, cluster: CLUSTER },
  )
  fires(
    "partitions of nothing",
    `${READ}days = spark.table("days")
days.repartition(200).write.parquet("out")
#    ^^^^^^^^^^^^^^^^ starting a task costs more than its work
`,
    { tables: { days: { bytes: 2 * MIB } } },
  )
  fires(
    "more than the driver can keep account of",
    `${READ}orders.repartition(50_000, "id").write.parquet("out")
#      ^^^^^^^^^^^^^^^^^^^^^^^^^ 50,000 partitions are more than the driver can keep account of
`,
  )
  fires(
    "zero and negative numbers, which Spark refuses",
    `${READ}orders.repartition(0)
#                  ^ fails when it runs
orders.coalesce(-1)
#               ^^ fails when it runs
`,
  )
  fires(
    "partitions too large for a task",
    `${READ}spark.table("sales").repartition(4, "day").write.parquet("out")
#                    ^^^^^^^^^^^^^^^^^^^^^ are 16 GiB each
`,
    { tables: { sales: { bytes: 64 * GIB } } },
  )
  fires(
    "partitions larger than what a task of these executors can have",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.executor.memory", "4g").config("spark.executor.cores", "5").getOrCreate()
spark.table("sales").repartition(20, "day").write.parquet("out")
#                    ^^^^^^^^^^^^^^^^^^^^^^ are 614 MiB each: more than the 456 MiB of execution memory that a task can have here, so they spill
`,
    { tables: { sales: { bytes: 12 * GIB } } },
  )
  fires(
    "fewer than the slots of the executors that a script asks for",
    `${READ}sales = spark.table("sales")
sales.repartition(8).write.parquet("out")
#     ^^^^^^^^^^^^^^ 8 partitions keep only 8 of the 40 slots of 10 executors of 4 cores busy, each with 1.5 GiB
#     | \`spark.executor.instances\` is 10
`,
    {
      tables: { sales: { bytes: 12 * GIB } },
      launch: { "spark.executor.instances": "10", "spark.executor.cores": "4", "spark.executor.memory": "20g" },
    },
  )
  fires(
    "an RDD's shuffle",
    `${READ}pairs = spark.sparkContext.textFile("log").map(lambda line: (line, 1))
pairs.reduceByKey(lambda a, b: a + b, 0).collect()
#                                     ^ gives no rows, and no error
pairs.sortByKey(True, -1).collect()
#                     ^^ fails when it runs
`,
  )
  fires(
    "few for an unknown size, only in the strict profile",
    `${READ}orders.repartition(4).write.parquet("out")
#      ^^^^^^^^^^^^^^ 4 partitions keep 4 of the 40 slots of 'prod' busy
`,
    { cluster: CLUSTER, show: "possible" },
  )

  silent(
    "a repartition that the next shuffle undoes is redundant-repartition's",
    `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.table("big").repartition(16).groupBy("country").count().write.parquet("out")
`,
    { tables: { big: { bytes: 500 * 1024 ** 3 } }, cluster: { executors: 16, cores: 4 } },
  )
  silent("neither a cluster nor a size is known", `${READ}orders.repartition(8).write.parquet("out")\n`)
  silent("the number fits the size", `${READ}spark.table("sales").repartition(96).write.parquet("out")\n`, {
    tables: { sales: { bytes: 12 * GIB } },
  })
  silent("the number fits size and cluster", `${READ}spark.table("sales").repartition(120).write.parquet("out")\n`, {
    tables: { sales: { bytes: 12 * GIB } },
    cluster: CLUSTER,
  })
  silent(
    "the number is not constant",
    `${READ}import cfg\nspark.table("sales").repartition(cfg.n).write.parquet("out")\n`,
    { tables: { sales: { bytes: MIB } } },
  )
  silent("one partition is another rule's", `${READ}spark.table("sales").coalesce(1).write.parquet("out")\n`, {
    tables: { sales: { bytes: 12 * GIB } },
  })
  silent(
    "coalesce to more than there are changes nothing",
    `${READ}spark.table("days").coalesce(200).write.parquet("out")\n`,
    { tables: { days: { bytes: MIB } } },
  )
  silent(
    "rows of the driver are tasks to do",
    `${READ}spark.sparkContext.parallelize(range(64)).repartition(64).map(lambda i: i).collect()\n`,
  )
  silent(
    "a Python function gets its cores that way",
    `${READ}def embed(batches):\n    yield from batches\n\nspark.table("texts").repartition(64).mapInPandas(embed, "id int").write.parquet("out")\n`,
    { tables: { texts: { bytes: 4 * MIB } } },
  )
  silent("no more partitions than slots", `${READ}spark.table("days").repartition(40).write.parquet("out")\n`, {
    tables: { days: { bytes: 2 * MIB } },
    cluster: CLUSTER,
  })
  silent("a few tasks too many cost nothing", `${READ}spark.table("days").repartition(50).write.parquet("out")\n`, {
    tables: { days: { bytes: 2 * MIB } },
  })
  silent(
    "a sample beside the code",
    `${READ}spark.read.csv("data/orders.csv").repartition(200).write.parquet("out")\n`,
    { onDisk: { "data/orders.csv": 20_000 } },
  )
  silent("a task has the memory for it", `${READ}spark.table("sales").repartition(40, "day").write.parquet("out")\n`, {
    tables: { sales: { bytes: 64 * GIB } },
    conf: { "spark.executor.memory": "31g", "spark.executor.cores": "4" },
  })
  silent("very many for very much", `${READ}spark.table("huge").repartition(20000).write.parquet("out")\n`, {
    tables: { huge: { bytes: 4 * 1024 * GIB } },
  })
  silent(
    "repartition by columns leaves the number to Spark",
    `${READ}spark.table("days").repartition("day").write.parquet("out")\n`,
    { tables: { days: { bytes: MIB } } },
  )
  silent("another library's repartition", `import dask.dataframe as dd\ndd.read_csv("a").repartition(0)\n`)
  silent("a slice by zero is no partition", `${READ}print(orders.columns[0], "a".split("b")[0])\n`)

  fixes(
    "by size",
    `${READ}spark.table("sales").repartition(4, "day").write.parquet("out")\n`,
    `${READ}spark.table("sales").repartition(512, "day").write.parquet("out")\n`,
    { safety: "unsafe", title: "Use 512 partitions: 64 GiB ÷ 128 MiB = 512", tables: { sales: { bytes: 64 * GIB } } },
  )
  fixes(
    "in whole waves of the cluster",
    `${READ}spark.table("sales").repartition(numPartitions=8).write.parquet("out")\n`,
    `${READ}spark.table("sales").repartition(numPartitions=120).write.parquet("out")\n`,
    {
      safety: "unsafe",
      title: "12 GiB ÷ 128 MiB = 96, rounded up to whole waves of 40 slots",
      tables: { sales: { bytes: 12 * GIB } },
      cluster: CLUSTER,
    },
  )
})
