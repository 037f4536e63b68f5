import { discardedAction } from "../../../rules/driver/discarded-action.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
late = spark.read.parquet("orders").filter("late")
`

describeRule(discardedAction, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a count",
    `${READ}late.count()
#    ^^^^^^^ nothing uses what it gives
#    | made by \`filter\`
late.write.parquet("late")
`,
  )
  fires(
    "all rows brought for nothing",
    `${READ}late.collect()
#    ^^^^^^^^^ brings every row of \`late\` to the driver, and nothing uses them
`,
  )
  fires(
    "a pandas frame that nobody gets",
    `${READ}late.toPandas()
#    ^^^^^^^^^^ brings every row
`,
  )
  fires(
    "the first row",
    `${READ}late.orderBy("ts").first()
#                  ^^^^^^^ nothing uses
`,
  )
  fires(
    "in a function",
    `${READ}def load(df):
    df.filter("x > 1").count()
#                      ^^^^^^^ nothing uses
    return df

load(late)
`,
  )
  fires(
    "an RDD",
    `${READ}spark.sparkContext.textFile("a.txt").distinct().count()
#                                               ^^^^^^^ nothing uses
`,
  )

  silent(
    "it runs Python code for what that does besides",
    `${READ}def send(rows):
    for row in rows:
        print(row)
    return []
late.rdd.barrier().mapPartitions(send).collect()
`,
  )
  silent(
    "it fills an observation",
    `${READ}def fill(df, observation):\n    if observation is not None:\n        df.count()\nfill(late, None)\n`,
  )
  silent("it fills the cache", `${READ}late.cache()\nlate.count()\n`)
  silent("it fills the cache in one chain", `${READ}late.persist().count()\n`)
  silent("a comment says that it materializes", `${READ}late.count()  # materialize\n`)
  silent("its time is measured", `${READ}import time\nt = time.time()\nlate.count()\nprint(time.time() - t)\n`)
  silent("an observation needs a run", `${READ}seen = late.observe("m", F.count("*"))\nseen.count()\n`)
  silent("the number is used", `${READ}n = late.count()\nprint(n)\n`)
  silent("it is printed", `${READ}print(late.count())\n`)
  silent("show prints", `${READ}late.show()\n`)
  silent("the value of a notebook's cell", `# Databricks notebook source\nlate = spark.table("t")\nlate.count()\n`)
  silent("a command that is run", `${READ}spark.sql("insert into t select * from u").collect()\n`)
  silent("a few rows from Python", `${READ}spark.createDataFrame([(1,)], ["a"]).count()\n`)
  silent(
    "Python code may fill an accumulator",
    `${READ}spark.sparkContext.textFile("a").map(lambda x: seen.add(1)).count()\n`,
  )
  silent("garbage is collected", `import gc\ngc.collect()\n`)
  silent(
    "a look whether the query can be run",
    `${READ}def has_lineage():
    try:
        spark.sql("select a from lineage").count()
    except Exception:
        return False
    return True

has_lineage()
`,
  )
  silent("under a debug flag", `${READ}if debug:\n    late.count()\n`)

  fixes(
    "removes the line",
    `${READ}late.count()\nlate.write.parquet("late")\n`,
    `${READ}late.write.parquet("late")\n`,
    { safety: "unsafe" },
  )
  suggests("the only statement of a block", `${READ}if ready:\n    late.count()\n`, "Remove")
})
