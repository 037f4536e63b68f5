import { hardCodedMaster } from "../../../rules/config/hard-coded-master.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession
`
const READ = `spark.read.parquet("s3a://shop/orders").groupBy("country").count().write.parquet("s3a://shop/out")
`
const CLUSTER = { cluster: { executors: 10, cores: 4 } }

describeRule(hardCodedMaster, ({ fires, silent, fixes }) => {
  fires(
    "data of a shared storage",
    `${HEAD}spark = SparkSession.builder.appName("job").master("local[*]").getOrCreate()
#                                                  ^^^^^^^^^^ The master is fixed to \`local[*]\` in the code: \`spark-submit --master\` counts for nothing, and one machine
#                                                  | reads \`s3a://shop/orders\`
${READ}`,
  )
  fires(
    "launched on YARN",
    `${HEAD}spark = SparkSession.builder.master("local[4]").getOrCreate()
#                                   ^^^^^^^^^^ it is launched with yarn, and what the code says wins
#                                   | \`spark.master\` is yarn
`,
    { launch: { "spark.master": "yarn" } },
  )
  fires(
    "behind a main guard, and launched on YARN",
    `${HEAD}if __name__ == "__main__":
    spark = SparkSession.builder.master("local[*]").getOrCreate()
#                                       ^^^^^^^^^^ it is launched with yarn
`,
    { launch: { "spark.master": "yarn" } },
  )
  fires(
    "by a SparkConf, for the configured cluster",
    `${HEAD}conf = SparkConf().setAppName("job").setMaster("local[*]")
#                                              ^^^^^^^^^^ the settings of 'prod' count for nothing
#                                              | the configuration describes the cluster 'prod'
sc = SparkContext(conf=conf)
`,
    CLUSTER,
  )
  fires(
    "as a setting",
    `${HEAD}spark = SparkSession.builder.config("spark.master", "local").getOrCreate()
#                                                   ^^^^^^^ The master is fixed to \`local\`
${READ}`,
  )
  fires(
    "from a name",
    `${HEAD}MASTER = "local[8]"
spark = SparkSession.builder.master(MASTER).getOrCreate()
#                                   ^^^^^^ The master is fixed to \`local[8]\`
${READ}`,
  )
  fires(
    "nothing tells of a cluster, in the strict profile",
    `${HEAD}spark = SparkSession.builder.master("local[*]").getOrCreate()
#                                   ^^^^^^^^^^ \`spark-submit --master\` counts for nothing
`,
    { show: "possible" },
  )

  silent(
    "nothing tells of a cluster",
    `${HEAD}spark = SparkSession.builder.master("local[*]").getOrCreate()\nspark.read.csv("orders.csv").show()\n`,
  )
  silent("without a master", `${HEAD}spark = SparkSession.builder.getOrCreate()\n${READ}`, CLUSTER)
  silent("a cluster's master", `${HEAD}spark = SparkSession.builder.master("yarn").getOrCreate()\n${READ}`)
  silent(
    "behind a main guard",
    `${HEAD}if __name__ == "__main__":\n    spark = SparkSession.builder.master("local[*]").getOrCreate()\n    ${READ}`,
  )
  silent(
    "behind a flag",
    `${HEAD}import sys\nbuilder = SparkSession.builder\nif "--local" in sys.argv:\n    builder = builder.master("local[*]")\nspark = builder.getOrCreate()\n${READ}`,
  )
  silent(
    "behind a flag, whatever launches it",
    `${HEAD}import sys\nbuilder = SparkSession.builder\nif "--local" in sys.argv:\n    builder = builder.master("local[*]")\nspark = builder.getOrCreate()\n`,
    { launch: { "spark.master": "yarn" } },
  )
  silent(
    "a notebook",
    `# Databricks notebook source\n${HEAD}spark = SparkSession.builder.master("local[*]").getOrCreate()\n${READ}`,
  )
  silent("a test", `${HEAD}spark = SparkSession.builder.master("local[2]").getOrCreate()\n${READ}`, {
    path: "tests/test_job.py",
  })
  silent(
    "a comment says so",
    `${HEAD}# runs on the build server only\nspark = SparkSession.builder.master("local[*]").getOrCreate()\n${READ}`,
  )
  silent(
    "from outside",
    `${HEAD}import os\nspark = SparkSession.builder.master(os.environ["MASTER"]).getOrCreate()\n${READ}`,
  )
  silent(
    "only where nothing else is set",
    `${HEAD}conf = SparkConf().setIfMissing("spark.master", "local[*]")\nspark = SparkSession.builder.config(conf=conf).getOrCreate()\n${READ}`,
  )
  silent(
    "Hadoop on the same machine",
    `${HEAD}spark = SparkSession.builder.master("local[*]").getOrCreate()\nspark.read.text("hdfs://localhost:9000/a").show()\n`,
  )
  silent("launched with the same", `${HEAD}spark = SparkSession.builder.master("local[*]").getOrCreate()\n`, {
    launch: { "spark.master": "local[*]" },
  })

  fixes(
    "drops the link",
    `${HEAD}spark = SparkSession.builder.appName("job").master("local[*]").getOrCreate()\n${READ}`,
    `${HEAD}spark = SparkSession.builder.appName("job").getOrCreate()\n${READ}`,
    { safety: "safe", title: "Drop the master" },
  )
  fixes(
    "drops the line of a chain",
    `${HEAD}spark = (\n    SparkSession.builder\n    .master("local[4]")\n    .getOrCreate()\n)\n${READ}`,
    `${HEAD}spark = (\n    SparkSession.builder\n    .getOrCreate()\n)\n${READ}`,
    { safety: "safe", title: "not as `local[4]`" },
  )
  fixes(
    "drops a statement",
    `${HEAD}conf = SparkConf()\nconf.setMaster("local[*]")\nspark = SparkSession.builder.config(conf=conf).getOrCreate()\n${READ}`,
    `${HEAD}conf = SparkConf()\nspark = SparkSession.builder.config(conf=conf).getOrCreate()\n${READ}`,
    { safety: "safe" },
  )
})
