import { unknownConf } from "../../../rules/config/unknown-conf.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`

describeRule(unknownConf, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a letter that is missing",
    `${SESSION}spark.conf.set("spark.sql.shufle.partitions", "8")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`spark.sql.shuffle.partitions\`?
`,
  )
  fires(
    "a wrong capital, in the builder",
    `${HEAD}spark = SparkSession.builder.config("spark.Driver.host", "localhost").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^ Did you mean \`spark.driver.host\`?
`,
  )
  fires(
    "another separator, in a SparkConf",
    `${HEAD}conf = SparkConf().set("spark.app-name", "job")
#                      ^^^^^^^^^^^^^^^^ Did you mean \`spark.app.name\`?
`,
  )
  fires(
    "two letters swapped",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memroy", "4g").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`spark.executor.memory\`?
`,
  )
  fires(
    "all capitals lost",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memoryoverhead", "1g").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Did you mean \`spark.executor.memoryOverhead\`?
`,
  )
  fires(
    "by SQL",
    `${SESSION}spark.sql("SET spark.sql.adaptive.enable=true")
#     ^^^ Did you mean \`spark.sql.adaptive.enabled\`?
`,
  )
  fires(
    "near to none, in the strict profile",
    `${HEAD}spark = SparkSession.builder.config("spark.kubernetes.executor.limit.memory", "4g").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Spark doesn't know a setting \`spark.kubernetes.executor.limit.memory\`, and nothing here reads it
`,
    { show: "possible" },
  )

  silent("a key that Spark has", `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "8")\n`)
  silent("a key that only 4.x has", `${SESSION}spark.conf.set("spark.sql.maxBroadcastTableSize", "8g")\n`)
  silent(
    "a deprecated key is another rule's",
    `${HEAD}spark = SparkSession.builder.config("spark.yarn.executor.memoryOverhead", "1g").getOrCreate()\n`,
  )
  silent(
    "Spark reads it without registering it",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.resource.gpu.amount", "1").config("spark.local.dir", "/tmp").getOrCreate()\n`,
  )
  silent("Hadoop's", `${HEAD}spark = SparkSession.builder.config("spark.hadoop.fs.s3a.acces.key", "x").getOrCreate()\n`)
  silent(
    "another product's",
    `${HEAD}spark = SparkSession.builder.config("spark.databricks.delta.optimizeWrites.enabled", "true").config("spark.rapids.sql.enabled", "true").getOrCreate()\n`,
  )
  silent(
    "a catalog of one's own",
    `${HEAD}spark = SparkSession.builder.config("spark.sql.catalog.local", "x").config("spark.sql.catalog.local.type", "hadoop").getOrCreate()\n`,
  )
  silent(
    "a variable of the executors",
    `${HEAD}spark = SparkSession.builder.config("spark.executorEnv.PATHS", "x").getOrCreate()\n`,
  )
  silent(
    "the code reads it",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partition", "8")\nprint(spark.conf.get("spark.sql.shuffle.partition"))\n`,
  )
  silent("no setting of Spark's", `${SESSION}spark.conf.set("etl.run.date", "2025-01-01")\n`)
  silent(
    "a short name is another one, not a slip",
    `${HEAD}spark = SparkSession.builder.config("spark.ui.post", "x").config("spark.jar", "x").getOrCreate()\n`,
  )
  silent("near to none", `${SESSION}spark.conf.set("spark.etl.run.date", "2025-01-01")\n`)
  silent(
    "a key that is put together",
    `${SESSION}for part in ("a", "b"):\n    spark.conf.set("spark.sql." + input(), "1")\n`,
  )
  silent("set by the launch, where it can't be seen", `${SESSION}spark.table("a").show()\n`, {
    launch: { "spark.executor.memroy": "4g" },
  })

  fixes(
    "by the key that Spark has",
    `${SESSION}spark.conf.set('spark.sql.shufle.partitions', 8)\n`,
    `${SESSION}spark.conf.set('spark.sql.shuffle.partitions', 8)\n`,
    { safety: "unsafe", title: "8 then counts" },
  )
  suggests(
    "only a text where SQL sets it",
    `${SESSION}spark.sql("SET spark.sql.adaptive.enable=true")\n`,
    "Write spark.sql.adaptive.enabled",
  )
})
