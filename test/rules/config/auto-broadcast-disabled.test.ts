import { autoBroadcastDisabled } from "../../../rules/config/auto-broadcast-disabled.ts"
import { describeRule } from "../harness.ts"

const KEY = "spark.sql.autoBroadcastJoinThreshold"
const HEAD = `from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`

describeRule(autoBroadcastDisabled, ({ fires, silent, fixes, suggests }) => {
  fires(
    "switched off in a running session",
    `${SESSION}spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
#                                                      ^^^^ No join is broadcast any more unless it is hinted: with -1
`,
  )
  fires(
    "by a number, in the builder",
    `${HEAD}spark = (
    SparkSession.builder.appName("job")
    .config("spark.sql.autoBroadcastJoinThreshold", -1)
#                                                   ^^ with -1 even a table of a few rows has the other side shuffled
    .getOrCreate()
)
`,
  )
  fires(
    "zero, by SQL",
    `${SESSION}spark.sql("SET spark.sql.autoBroadcastJoinThreshold=0")
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ with 0 even a table
`,
  )
  fires(
    "by the script that launches it",
    `${HEAD}spark = SparkSession.builder.getOrCreate()
#                            ^^^^^^^^^^^ No join is broadcast any more
#                            | \`spark.sql.autoBroadcastJoinThreshold\` is -1
`,
    { launch: { [KEY]: "-1" } },
  )
  fires(
    "over what Spark broadcasts",
    `${SESSION}spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10g")
#                                                      ^^^^^ up to 10 GiB by itself, and then refuses those over 8 GiB
`,
  )
  fires(
    "over the memory of an executor",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memory", "2g").config("spark.sql.autoBroadcastJoinThreshold", "2g").getOrCreate()
#                                                                                                                 ^^^^ up to 2 GiB by itself, and an executor here has 1.0 GiB for them and everything else
#                                                                                                                 | \`spark.executor.memory\` is 2g
`,
  )

  silent("a threshold of its own", `${SESSION}spark.conf.set("${KEY}", "50MB")\n`)
  silent(
    "changed back later",
    `${SESSION}spark.conf.set("${KEY}", "-1")\nspark.table("a").join(spark.table("b"), "id").show()\nspark.conf.set("${KEY}", "10MB")\n`,
  )
  silent(
    "unset later",
    `${SESSION}spark.conf.set("${KEY}", -1)\nspark.table("a").join(spark.table("b"), "id").show()\nspark.conf.unset("${KEY}")\n`,
  )
  silent(
    "AQE has a threshold of its own",
    `${SESSION}spark.conf.set("${KEY}", "-1")\nspark.conf.set("spark.sql.adaptive.autoBroadcastJoinThreshold", "30MB")\n`,
  )
  silent("a value from outside", `${SESSION}import sys\nspark.conf.set("${KEY}", sys.argv[1])\n`)
  silent(
    "the limit is raised too",
    `${SESSION}spark.conf.set("spark.sql.maxBroadcastTableSize", "16g")\nspark.conf.set("${KEY}", "10g")\n`,
  )
  silent(
    "executors have the memory",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memory", "16g").config("${KEY}", "2g").getOrCreate()\n`,
  )
  silent("only read", `${SESSION}print(spark.conf.get("${KEY}"))\n`)
  silent("another setting", `${SESSION}spark.conf.set("spark.sql.broadcastTimeout", "-1")\n`)
  silent("a test compares plans", `${SESSION}spark.conf.set("${KEY}", "-1")\n`, { path: "tests/test_joins.py" })
  silent("another library's conf", `conf = {}\nconf["${KEY}"] = "-1"\n`)
  silent(
    "the code sets what the configuration switches off",
    `${HEAD}spark = SparkSession.builder.config("${KEY}", "20MB").getOrCreate()\n`,
    { conf: { [KEY]: "-1" } },
  )

  fixes(
    "by Spark's default",
    `${SESSION}spark.conf.set('${KEY}', '-1')\n`,
    `${SESSION}spark.conf.set('${KEY}', '10MB')\n`,
    {
      safety: "unsafe",
      title: "10MB, Spark's default",
    },
  )
  fixes(
    "a number by a number",
    `${SESSION}spark.conf.set("${KEY}", -1)\n`,
    `${SESSION}spark.conf.set("${KEY}", 10485760)\n`,
    { safety: "unsafe" },
  )
  fixes(
    "by what fits executors and driver",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memory", "16g").config("spark.driver.memory", "8g").config("${KEY}", "-1").getOrCreate()\n`,
    `${HEAD}spark = SparkSession.builder.config("spark.executor.memory", "16g").config("spark.driver.memory", "8g").config("${KEY}", "197MB").getOrCreate()\n`,
    { safety: "unsafe", title: "four tables of that size" },
  )
  suggests("only a text where SQL sets it", `${SESSION}spark.sql("SET ${KEY}=-1")\n`, "10MB")
})
