import { parallelismConfForFrames } from "../../../rules/partitions/parallelism-conf-for-frames.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
`
const WORK = `orders = spark.read.parquet("orders")
orders.groupBy("day").count().write.parquet("out")
`

describeRule(parallelismConfForFrames, ({ fires, silent, suggests }) => {
  fires(
    "on the builder",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", "200").getOrCreate()
#                                                                ^^^^^ \`spark.default.parallelism\` = 200 is for RDDs: the shuffles of DataFrames here don't look at it
#                                                                | \`count\` shuffles a DataFrame
${WORK}`,
  )
  fires(
    "in a SparkConf",
    `${HEAD}conf = SparkConf().set("spark.default.parallelism", 64)
#                                                   ^^ is for RDDs
spark = SparkSession.builder.config(conf=conf).getOrCreate()
${WORK}`,
  )
  fires(
    "from the environment",
    `${HEAD}import os
spark = SparkSession.builder.config("spark.default.parallelism", os.environ["N"]).getOrCreate()
#                                                                ^^^^^^^^^^^^^^^ \`spark.default.parallelism\` is for RDDs
${WORK}`,
  )
  fires(
    "before a join",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()
#                                                                ^ Theirs is \`spark.sql.shuffle.partitions\`
#                                                                | \`join\` shuffles a DataFrame
a = spark.read.parquet("a")
a.join(spark.read.parquet("b"), "id").write.parquet("out")
`,
  )
  fires(
    "both set is only possible",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 400).config("spark.sql.shuffle.partitions", 800).getOrCreate()
#                                                                ^^^ which is set as well, is what counts
${WORK}`,
    { show: "possible" },
  )

  silent(
    "RDDs",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\nspark.sparkContext.textFile("a").map(len).distinct().saveAsTextFile("b")\n${WORK}`,
  )
  silent(
    "a frame becomes an RDD",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\n${WORK}orders.rdd.map(lambda r: (r.day, 1)).reduceByKey(lambda a, b: a + b).collect()\n`,
  )
  silent(
    "a list is made parallel",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\nspark.sparkContext.parallelize(range(100)).foreach(print)\n${WORK}`,
  )
  silent(
    "both are set",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).config("spark.sql.shuffle.partitions", 8).getOrCreate()\n${WORK}`,
  )
  silent(
    "a session for others to use",
    `${HEAD}def session():\n    return SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\n`,
  )
  silent(
    "no shuffle",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\nspark.read.parquet("a").filter("x > 1").write.parquet("b")\n`,
  )
  silent(
    "the DataFrames' own setting",
    `${HEAD}spark = SparkSession.builder.config("spark.sql.shuffle.partitions", 8).getOrCreate()\n${WORK}`,
  )
  silent("another library's setting", `import ray\nray.init(**{"spark.default.parallelism": 8})\n`)
  silent(
    "a comment says what for",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()  # how small files are split\n${WORK}`,
  )
  silent(
    "in a test",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 1).getOrCreate()\n${WORK}`,
    { path: "tests/conftest.py" },
  )

  suggests(
    "the setting of DataFrames",
    `${HEAD}spark = SparkSession.builder.config("spark.default.parallelism", 8).getOrCreate()\n${WORK}`,
    "Set spark.sql.shuffle.partitions instead",
  )
})
