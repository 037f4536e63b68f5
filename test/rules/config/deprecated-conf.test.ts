import { deprecatedConf } from "../../../rules/config/deprecated-conf.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`

describeRule(deprecatedConf, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a new name",
    `${SESSION}spark.conf.set("spark.sql.execution.arrow.enabled", "true")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is deprecated since Spark 3.0: its name is \`spark.sql.execution.arrow.pyspark.enabled\` now
`,
  )
  fires(
    "a new name by Spark's own list",
    `${HEAD}spark = SparkSession.builder.config("spark.yarn.executor.memoryOverhead", "1g").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ its name is \`spark.executor.memoryOverhead\` now
`,
  )
  fires(
    "deprecated, with nothing in its place",
    `${HEAD}conf = SparkConf().set("spark.shuffle.spill", "true")
#                      ^^^^^^^^^^^^^^^^^^^^^ is deprecated since Spark 1.6, and may go with any release
`,
  )
  fires(
    "removed",
    `${SESSION}spark.conf.set("spark.sql.hive.verifyPartitionPath", "true")
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was removed in Spark 4.0: it does nothing any more, and any value but its old default is refused
`,
  )
  fires(
    "both names",
    `${HEAD}spark = SparkSession.builder.config("spark.yarn.driver.memoryOverhead", "1g").config("spark.driver.memoryOverhead", "2g").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ That is set too: drop this one
`,
  )
  fires(
    "a value of another unit",
    `${HEAD}spark = SparkSession.builder.config("spark.kryoserializer.buffer.max.mb", "512").getOrCreate()
#                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ its name is \`spark.kryoserializer.buffer.max\` now
`,
  )

  silent("a key that is as it was", `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "8")\n`)
  silent("before it was deprecated", `${SESSION}spark.conf.set("spark.sql.execution.arrow.enabled", "true")\n`, {
    target: "2.4",
  })
  silent("before it was removed", `${SESSION}spark.conf.set("spark.sql.hive.verifyPartitionPath", "true")\n`, {
    target: "3.5",
  })
  silent(
    "its new name",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memoryOverhead", "1g").getOrCreate()\n`,
  )
  silent(
    "a key that Spark never had is another rule's",
    `${SESSION}spark.conf.set("spark.sql.execution.arow.enabled", "true")\n`,
  )
  silent("only read", `${SESSION}print(spark.conf.get("spark.sql.execution.arrow.enabled"))\n`)
  silent("a key from outside", `${SESSION}import sys\nspark.conf.set(sys.argv[1], "true")\n`)
  silent("another product's", `${SESSION}spark.conf.set("spark.databricks.delta.preview.enabled", "true")\n`)
  silent("set by the launch, which is read elsewhere", `${SESSION}spark.table("a").show()\n`, {
    launch: { "spark.yarn.executor.memoryOverhead": "1g" },
  })
  silent("a dict of something else", `settings = {"spark.yarn.executor.memoryOverhead": "1g"}\nprint(settings)\n`)

  fixes(
    "by the new name",
    `${SESSION}spark.conf.set('spark.sql.execution.arrow.enabled', True)\n`,
    `${SESSION}spark.conf.set('spark.sql.execution.arrow.pyspark.enabled', True)\n`,
    { safety: "safe" },
  )
  suggests(
    "a unit",
    `${HEAD}spark = SparkSession.builder.config("spark.kryoserializer.buffer.max.mb", "512").getOrCreate()\n`,
    "512 counted MiB",
  )
})
