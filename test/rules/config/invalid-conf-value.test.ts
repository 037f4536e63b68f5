import { invalidConfValue } from "../../../rules/config/invalid-conf-value.ts"
import { describeRule } from "../harness.ts"

const HEAD = `from pyspark import SparkConf
from pyspark.sql import SparkSession
`
const SESSION = `${HEAD}spark = SparkSession.builder.getOrCreate()
`
const built = (key: string, value: string): string =>
  `${HEAD}spark = SparkSession.builder.config("${key}", ${value}).getOrCreate()\n`

describeRule(invalidConfValue, ({ fires, silent, suggests }) => {
  fires(
    "a word that is neither true nor false",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "yes")
#                                            ^^^^^ Spark refuses \`yes\` for \`spark.sql.adaptive.enabled\`: it is true or false
`,
  )
  fires(
    "a fraction of a unit",
    `${SESSION}spark.conf.set("spark.sql.files.maxPartitionBytes", "1.5g")
#                                                   ^^^^^^ fractions of a unit are not taken
`,
  )
  fires(
    "a space before the unit",
    `${SESSION}spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10 MB")
#                                                      ^^^^^^^ without a space
`,
  )
  fires(
    "bytes where MiB were meant",
    `${SESSION}spark.conf.set("spark.sql.files.maxPartitionBytes", "128")
#                                                   ^^^^^ counts bytes where no unit is given: 128 is 128 bytes, where the default is
`,
  )
  fires(
    "MiB where GiB were meant",
    `${HEAD}conf = SparkConf().set("spark.driver.memory", "4")
#                                             ^^^ counts MiB where no unit is given: 4 is 4 MiB
`,
  )
  fires(
    "a unit that only Spark 4 takes",
    `${SESSION}spark.conf.set("spark.sql.files.maxPartitionBytes", "64MiB")
#                                                   ^^^^^^^ units such as gib are taken by Spark 4 only; Spark 3.5 wants
`,
    { target: "3.5" },
  )
  fires(
    "a time in words",
    `${SESSION}spark.conf.set("spark.sql.broadcastTimeout", "10 minutes")
#                                            ^^^^^^^^^^^^ one of the units us, ms, s, m, min, h or d
`,
  )
  fires(
    "a wait of hours",
    `${HEAD}conf = SparkConf().set("spark.network.timeout", "10000000")
#                                               ^^^^^^^^^^ is waited for 2,777.8 hours
`,
  )
  fires(
    "a heartbeat after the end",
    `${HEAD}conf = SparkConf().set("spark.executor.heartbeatInterval", "300s")
#                                                          ^^^^^^ Executors report every 300 s and are given up after 120 s: Spark refuses to start
`,
  )
  fires(
    "a share over one",
    `${HEAD}conf = SparkConf().set("spark.memory.fraction", 60)
#                                               ^^ is a share from 0 to 1; 60 is none
`,
  )
  fires(
    "a number with a letter",
    `${HEAD}conf = SparkConf().set("spark.executor.cores", "4c")
#                                              ^^^^ Spark refuses \`4c\` for \`spark.executor.cores\`: it is a whole number
`,
  )

  silent(
    "each in its own notation",
    `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", "TRUE")\nspark.conf.set("spark.sql.files.maxPartitionBytes", "256MB")\nspark.conf.set("spark.sql.broadcastTimeout", "600")\nspark.conf.set("spark.sql.autoBroadcastJoinThreshold", -1)\n`,
  )
  silent("Python's True", `${SESSION}spark.conf.set("spark.sql.adaptive.enabled", True)\n`)
  silent(
    "bytes that are as many as meant",
    `${SESSION}spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10485760")\n`,
  )
  silent("MiB that are as many as meant", built("spark.driver.memory", '"4096"'))
  silent("filled in later", built("spark.driver.memory", '"{{ memory }}"'))
  silent(
    "from outside",
    `${HEAD}import os\nspark = SparkSession.builder.config("spark.driver.memory", os.environ["MEM"]).getOrCreate()\n`,
  )
  silent(
    "auto on Databricks",
    `# Databricks notebook source\nspark.conf.set("spark.sql.autoBroadcastJoinThreshold", "auto")\n`,
  )
  silent(
    "a heartbeat with its timeout",
    `${HEAD}conf = SparkConf().set("spark.executor.heartbeatInterval", "60s").set("spark.network.timeout", "600s")\n`,
  )
  silent(
    "a number of partitions is another rule's",
    `${SESSION}spark.conf.set("spark.sql.shuffle.partitions", "many")\n`,
  )
  silent("a unit that Spark 4 takes", built("spark.driver.memory", '"4gib"'))
  silent("a key that nobody knows", `${SESSION}spark.conf.set("spark.my.flag", "yes")\n`)
  silent("a share that is none by its name alone", built("spark.dynamicAllocation.executorAllocationRatio", '"0.5"'))
  silent("a word of several", `${SESSION}spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")\n`)
  silent("a small buffer, whose default is small", built("spark.shuffle.file.buffer", '"64"'))
  silent(
    "a comment says that it is forced",
    `${SESSION}# force a shuffle\nspark.conf.set("spark.sql.autoBroadcastJoinThreshold", "1")\n`,
  )

  suggests("the unit", built("spark.driver.memory", '"4"'), "Write the unit that is meant: 4g")
  suggests(
    "Spark's own notation",
    `${SESSION}spark.conf.set("spark.sql.broadcastTimeout", "10 minutes")\n`,
    "as Spark writes its default",
  )
})
