import { fixedShufflePartitions } from "../../../rules/partitions/fixed-shuffle-partitions.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`
const CLUSTER = { cluster: { executors: 4, cores: 10 } }

describeRule(fixedShufflePartitions, ({ fires, silent, fixes, suggests }) => {
  fires(
    "fewer than the cluster's slots",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", 8)
#                                              ^ 8 shuffle partitions keep at most 8 of the 40 slots of 'prod' busy after each shuffle; AQE merges partitions, but never makes more
#                                              | 'prod' has 40 slots
`,
    CLUSTER,
  )
  fires(
    "fewer than the slots, and AQE off",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "false")
spark.conf.set("spark.sql.shuffle.partitions", "20")
#                                              ^^^^ keep at most 20 of the 40 slots of 'prod' busy after each shuffle.
`,
    CLUSTER,
  )
  fires(
    "fewer than the slots that the settings ask for",
    `${HEAD}spark = (
    SparkSession.builder.config("spark.executor.instances", "10")
    .config("spark.executor.cores", "5")
    .config("spark.sql.shuffle.partitions", "20")
#                                           ^^^^ keep at most 20 of the 50 slots of 10 executors of 5 cores busy
#                                           | \`spark.executor.instances\` is 10
#                                           | \`spark.executor.cores\` is 5
    .getOrCreate()
)
`,
  )
  fires(
    "below AQE's start, where AQE is asked for",
    `${HEAD}spark = (
    SparkSession.builder.appName("job")
    .config("spark.sql.adaptive.enabled", "true")
    .config("spark.sql.shuffle.partitions", "50")
#                                           ^^^^ 50 is the most that any shuffle here gets, however large it is
#                                           | AQE is switched on here
    .getOrCreate()
)
`,
  )
  fires(
    "a word that only Databricks knows",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "auto")
#                                              ^^^^^^ Only Databricks knows "auto" here
`,
  )
  fires(
    "none",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", 0)
#                                              ^ the number must be positive
`,
  )
  fires(
    "more than the driver can track",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "20000")
#                                              ^^^^^^^ 20,000 shuffle partitions are more than the driver can keep account of
`,
  )
  fires(
    "a low number is only possible where nothing is known",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "16")
#                                              ^^^^ 16 is the most that any shuffle here gets
`,
    { show: "possible" },
  )

  silent(
    "nothing is known of the cluster or of AQE",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "16")\n`,
  )
  silent(
    "the data in sight is small",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "true")\nspark.conf.set("spark.sql.shuffle.partitions", "4")\ndf = spark.createDataFrame([(1, "a"), (2, "b")], "id int, k string")\ndf.groupBy("k").count().show()\n`,
  )
  silent(
    "dynamic allocation asks for as many executors as it likes",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.instances", "10").config("spark.executor.cores", "5").config("spark.dynamicAllocation.enabled", "true").config("spark.sql.shuffle.partitions", "20").getOrCreate()\n`,
  )
  silent(
    "as many as this job's own executors have slots",
    `${HEAD}spark = SparkSession.builder.config("spark.executor.instances", "2").config("spark.executor.cores", "5").config("spark.sql.shuffle.partitions", "20").getOrCreate()\n`,
    CLUSTER,
  )
  silent("as many as slots", `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "40")\n`, CLUSTER)
  silent("far more, which AQE merges", `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", 2000)\n`, CLUSTER)
  silent(
    "a local session",
    `${HEAD}spark = SparkSession.builder.master("local[4]").config("spark.sql.adaptive.enabled", "true").config("spark.sql.shuffle.partitions", "4").getOrCreate()\n`,
  )
  silent(
    "merging is off",
    `${SESSION}spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")\nspark.conf.set("spark.sql.adaptive.enabled", "true")\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n`,
  )
  silent(
    "AQE starts from its own number",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "true")\nspark.conf.set("spark.sql.adaptive.coalescePartitions.initialPartitionNum", "400")\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n`,
  )
  silent(
    "a stream keeps its state in them",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "8")\nspark.readStream.format("rate").load().groupBy("value").count().writeStream.start()\n`,
    CLUSTER,
  )
  silent("auto on Databricks", `# Databricks notebook source\nspark.conf.set("spark.sql.shuffle.partitions", "auto")\n`)
  silent(
    "a number from outside",
    `${SESSION}import sys\nspark.conf.set("spark.sql.shuffle.partitions", sys.argv[1])\n`,
    {
      cluster: { executors: 4, cores: 11 },
    },
  )
  silent(
    "AQE is off, so that somebody must say",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "false")\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n`,
  )
  silent(
    "no AQE before 3.2",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "true")\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n`,
    { target: "3.1" },
  )
  silent(
    "a comment says that the data is small",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "true")\n# tiny tables\nspark.conf.set("spark.sql.shuffle.partitions", "50")\n`,
  )

  fixes(
    "whole waves of the slots",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "8")\n`,
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "210")\n`,
    { safety: "unsafe", cluster: { executors: 7, cores: 5 } },
  )
  fixes(
    "a number for a word",
    `${SESSION}spark.conf.set('spark.sql.shuffle.partitions', 'auto')\n`,
    `${SESSION}spark.conf.set('spark.sql.shuffle.partitions', '200')\n`,
    { safety: "unsafe" },
  )
  suggests(
    "only a text where a variable holds it",
    `${SESSION}n = 8\nspark.conf.set("spark.sql.shuffle.partitions", str(n))\n`,
    "whole waves",
    CLUSTER,
  )
})
