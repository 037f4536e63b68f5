import { checkpointWithoutDir } from "../../../rules/lineage/checkpoint-without-dir.ts"
import { describeRule } from "../harness.ts"

const SESSION = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`
const READ = `${SESSION}orders = spark.read.parquet("orders")
`

describeRule(checkpointWithoutDir, ({ fires, silent, fixes }) => {
  fires(
    "a frame",
    `${READ}orders = orders.checkpoint()
#               ^^^^^^^^^^^^ \`checkpoint()\` of \`orders\` fails here
#               | without a checkpoint directory
`,
  )
  fires(
    "lazily",
    `${READ}cut = orders.distinct().checkpoint(eager=False)
#                       ^^^^^^^^^^^^^^^^^^^^^^^ no directory is set
`,
  )
  fires(
    "an RDD",
    `${READ}words = spark.sparkContext.textFile("w")
words.checkpoint()
#     ^^^^^^^^^^^^ \`checkpoint()\` of \`words\` fails
`,
  )
  fires(
    "in a loop",
    `${READ}for i in range(20):
    orders = orders.distinct().checkpoint()
#                              ^^^^^^^^^^^^ Call \`setCheckpointDir\`
`,
  )
  fires(
    "in a function",
    `${READ}def cut(df):
    return df.distinct().checkpoint()
#                        ^^^^^^^^^^^^ fails here
cut(orders).count()
`,
  )
  fires(
    "in a test too, since it fails",
    `${READ}orders.checkpoint().count()
#      ^^^^^^^^^^^^ fails here
`,
    { path: "tests/test_cut.py" },
  )

  silent(
    "the directory is set",
    `${SESSION}spark.sparkContext.setCheckpointDir("/c")\norders = spark.read.parquet("o").checkpoint()\n`,
  )
  silent(
    "set on a context in a variable",
    `${SESSION}sc = spark.sparkContext\nsc.setCheckpointDir("/c")\norders = spark.read.parquet("o").checkpoint()\n`,
  )
  silent(
    "the code asks whether there is a directory",
    `${READ}if spark.sparkContext.getCheckpointDir():
    orders = orders.checkpoint()
else:
    orders = orders.localCheckpoint()
`,
  )
  silent("a local checkpoint needs none", `${READ}orders = orders.localCheckpoint()\n`)
  silent(
    "by the conf of the builder",
    `from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.checkpoint.dir", "/c").getOrCreate()\norders = spark.read.parquet("o").checkpoint()\n`,
  )
  silent("by the project's configuration", `${READ}orders = orders.checkpoint()\n`, {
    conf: { "spark.checkpoint.dir": "/c" },
  })
  silent(
    "the session comes from outside",
    `from pyspark.sql import DataFrame\ndef cut(df: DataFrame) -> DataFrame:\n    return df.checkpoint()\n`,
  )
  silent(
    "a notebook's cluster may set it",
    `# Databricks notebook source\n${READ}\n# COMMAND ----------\norders = orders.checkpoint()\n`,
  )
  silent(
    "a stream's checkpoint is an option",
    `${SESSION}spark.readStream.format("rate").load().writeStream.option("checkpointLocation", "/c").start()\n`,
  )
  silent("something else has checkpoints", `${SESSION}import trainer\nmodel = trainer.Model()\nmodel.checkpoint()\n`)

  fixes(
    "behind the session",
    `${SESSION}orders = spark.read.parquet("orders").checkpoint()\n`,
    `${SESSION}spark.sparkContext.setCheckpointDir("checkpoints")\norders = spark.read.parquet("orders").checkpoint()\n`,
    { safety: "unsafe" },
  )
})
