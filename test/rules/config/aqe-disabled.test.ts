import { aqeDisabled } from "../../../rules/config/aqe-disabled.ts"
import { describeRule } from "../harness.ts"

const KEY = "spark.sql.adaptive.enabled"
const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`
const JOB = `spark.read.parquet("orders").groupBy("country").count().write.parquet("out")
`

describeRule(aqeDisabled, ({ fires, silent, fixes, suggests }) => {
  fires(
    "all of it, in a running session",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "false")
#                                            ^^^^^^^ \`spark.sql.adaptive.enabled\` is off: Spark plans every query on guesses
${JOB}`,
  )
  fires(
    "by Python's False in the builder",
    `${HEAD}spark = SparkSession.builder.config("spark.sql.adaptive.enabled", False).getOrCreate()
#                                                                 ^^^^^ is off
`,
  )
  fires(
    "the merging of partitions",
    `${SESSION}spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
#                                                               ^^^^^^^ every shuffle keeps all its partitions
`,
  )
  fires(
    "the splitting of skewed partitions, by a SparkConf",
    `${HEAD}conf = SparkConf().set("spark.sql.adaptive.skewJoin.enabled", "FALSE")
#                                                             ^^^^^^^ a join waits for its largest partition
spark = SparkSession.builder.config(conf=conf).getOrCreate()
`,
  )
  fires(
    "by SQL",
    `${SESSION}spark.sql("SET spark.sql.adaptive.enabled=false")
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no small partitions are merged
`,
  )
  fires(
    "by the script that launches it",
    `${SESSION}${JOB.trimEnd()}
`.replace(
      ".getOrCreate()\n",
      `.getOrCreate()
#                            ^^^^^^^^^^^ is off: Spark plans every query on guesses
#                            | \`spark.sql.adaptive.enabled\` is false
`,
    ),
    { launch: { [KEY]: "false" } },
  )

  silent("it is on", `${SESSION}spark.conf.set("${KEY}", "true")\n${JOB}`)
  silent(
    "switched on again",
    `${SESSION}spark.conf.set("${KEY}", "false")\n${JOB}spark.conf.set("${KEY}", "true")\n${JOB}`,
  )
  silent("unset afterwards", `${SESSION}spark.conf.set("${KEY}", "false")\n${JOB}spark.conf.unset("${KEY}")\n`)
  silent("before 3.2 it was off by itself", `${SESSION}spark.conf.set("${KEY}", "false")\n${JOB}`, { target: "3.1" })
  silent(
    "a stream keeps its partitions",
    `${SESSION}spark.conf.set("${KEY}", "false")\nspark.readStream.format("rate").load().writeStream.start()\n`,
  )
  silent("a value from outside", `${SESSION}import sys\nspark.conf.set("${KEY}", sys.argv[1])\n${JOB}`)
  silent(
    "a comment says that plans are compared",
    `${SESSION}# to compare plans\nspark.conf.set("${KEY}", "false")\n${JOB}`,
  )
  silent("a test", `${SESSION}spark.conf.set("${KEY}", "false")\n${JOB}`, { path: "tests/test_plans.py" })
  silent(
    "the merging has another setting",
    `${SESSION}spark.conf.set("spark.sql.adaptive.coalescePartitions.parallelismFirst", "false")\n`,
  )
  silent(
    "the code switches on what the configuration switches off",
    `${HEAD}spark = SparkSession.builder.config("${KEY}", "true").getOrCreate()\n`,
    { conf: { [KEY]: "false" } },
  )
  silent("only read", `${SESSION}print(spark.conf.get("${KEY}", "false"))\n`)

  fixes("drops the statement", `${SESSION}spark.conf.set("${KEY}", "false")\n${JOB}`, `${SESSION}${JOB}`, {
    safety: "safe",
  })
  fixes(
    "drops the link of a chain",
    `${HEAD}spark = (\n    SparkSession.builder.appName("job")\n    .config("${KEY}", "false")\n    .getOrCreate()\n)\n`,
    `${HEAD}spark = (\n    SparkSession.builder.appName("job")\n    .getOrCreate()\n)\n`,
    { safety: "safe", title: "Drop adaptive.enabled: it is on by default" },
  )
  suggests(
    "only a text where it would leave a block empty",
    `${SESSION}if spark.version:\n    spark.conf.set("${KEY}", "false")\n${JOB}`,
    "it is on by default",
  )
})
