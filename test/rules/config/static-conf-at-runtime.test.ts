import { staticConfAtRuntime } from "../../../rules/config/static-conf-at-runtime.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`

describeRule(staticConfAtRuntime, ({ fires, silent, suggests }) => {
  fires(
    "executors that are there already",
    `${SESSION}spark.conf.set("spark.executor.memory", "8g")
#                                       ^^^^ fixed when the application starts: setting it in a running session fails (\`CANNOT_MODIFY_CONFIG\`)
`,
  )
  fires(
    "a static setting of SQL",
    `${SESSION}spark.conf.set("spark.sql.warehouse.dir", "/data")
#                                         ^^^^^^^ is a static setting: it is fixed when the first session starts
`,
  )
  fires(
    "by SQL's SET",
    `${SESSION}spark.sql("SET spark.dynamicAllocation.enabled=true")
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ setting it in a running session fails
`,
  )
  fires(
    "taken and ignored",
    `${SESSION}spark.conf.set("spark.default.parallelism", 64)
#                                           ^^ a running session takes the value and nothing reads it
`,
  )
  fires(
    "of the manager",
    `${SESSION}spark.conf.set("spark.yarn.queue", "etl")
#                                  ^^^^^ nothing reads it
`,
  )
  fires(
    "a GPU's amount, which no table of settings has",
    `${SESSION}spark.conf.set("spark.task.resource.gpu.amount", "0.25")
#                                                ^^^^^^ nothing reads it
`,
  )
  fires(
    "in a helper",
    `${SESSION}def tune(session):
    session.conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
#                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ fixed when the application starts

tune(spark)
`,
  )

  silent("a setting of the session", `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "64")\n`)
  silent(
    "where the session is made",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memory", "8g").getOrCreate()\n`,
  )
  silent(
    "a SparkConf is no running session",
    `${HEAD}conf = SparkConf()\nconf.set("spark.executor.memory", "8g")\nspark = SparkSession.builder.config(conf=conf).getOrCreate()\n`,
  )
  silent(
    "Hadoop's settings are looked up each time",
    `${SESSION}spark.conf.set("spark.hadoop.fs.s3a.endpoint", "http://localhost:9000")\n`,
  )
  silent("another product's", `${SESSION}spark.conf.set("spark.databricks.delta.schema.autoMerge.enabled", "true")\n`)
  silent(
    "the error is caught",
    `${SESSION}try:\n    spark.conf.set("spark.executor.memory", "8g")\nexcept Exception:\n    pass\n`,
  )
  silent("only read", `${SESSION}print(spark.conf.get("spark.executor.memory"))\n`)
  silent("a key from outside", `${SESSION}import sys\nspark.conf.set(sys.argv[1], "8g")\n`)
  silent("a key of one's own", `${SESSION}spark.conf.set("etl.date", "2025-01-01")\n`)
  silent("the conf of something else", `conf = {}\nconf.update({"spark.executor.memory": "8g"})\n`)
  silent("set by the launch", `${SESSION}spark.table("a").show()\n`, { launch: { "spark.executor.memory": "8g" } })

  suggests(
    "where it belongs",
    `${SESSION}spark.conf.set("spark.executor.memory", "8g")\n`,
    "Set spark.executor.memory where the session is made",
  )
})
