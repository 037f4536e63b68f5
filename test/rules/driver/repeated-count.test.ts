import { repeatedCount } from "../../../rules/driver/repeated-count.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
import logging
logger = logging.getLogger(__name__)
spark = SparkSession.builder.getOrCreate()
late = spark.read.csv("orders.csv").filter("late")
`

describeRule(repeatedCount, ({ fires, silent }) => {
  fires(
    "the same frame twice",
    `${READ}print(late.count())
share = 100 / late.count()
#                  ^^^^^^^ \`late\` is counted again
#                  | \`late\` is counted here
`,
  )
  fires(
    "in every round of a loop",
    `${READ}for name in names:
    print(name, 1 / late.count())
#                        ^^^^^^^ counted anew in every round
`,
  )
  fires(
    "only for a log line",
    `${READ}logger.info(f"late: {late.count()}")
#                         ^^^^^^^ counted only for a log line
late.write.parquet("late")
`,
  )
  fires(
    "only for a log line of the object's own",
    `${READ}class Job:
    def run(self):
        self.logger.info("late: %d", late.count())
#                                         ^^^^^^^ counted only for a log line
        late.write.parquet("late")

Job().run()
`,
  )
  fires(
    "an RDD",
    `${READ}lines = spark.sparkContext.textFile("a.txt").filter(len)
a = lines.count()
b = lines.count() - 1
#         ^^^^^^^ counted again
`,
  )

  silent(
    "the loop hands another frame to the function each time",
    `${READ}def buckets(df, size):
    number = df.count() / size
    return df.withColumn("bucket", F.lit(number))
def handle(frames, sizes):
    df = frames[0]
    for size in sizes:
        df = buckets(df, size)
    return df
`,
  )
  silent("counted once", `${READ}n = late.count()\nprint(n, n + 1)\n`)
  silent("cached", `${READ}late.cache()\nprint(late.count())\nprint(late.count())\n`)
  silent(
    "made from a cached frame",
    `${READ}late.cache()\nmore = late.filter("x")\nprint(more.count(), more.count())\n`,
  )
  silent(
    "footers answer it",
    `from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\nt = spark.read.parquet("t")\nprint(t.count(), t.count())\n`,
  )
  silent("different frames", `${READ}print(late.count())\nprint(late.filter("x > 1").count())\n`)
  silent("branches that exclude each other", `${READ}if a:\n    n = late.count()\nelse:\n    n = late.count() + 1\n`)
  silent(
    "Python built the rows",
    `${READ}few = spark.createDataFrame([(1,)], ["a"])\nprint(few.count(), few.count())\n`,
  )
  silent(
    "missing-cache speaks of what is expensive",
    `${READ}per = late.groupBy("k").count()\nprint(per.count())\nprint(per.count())\n`,
  )
  silent("each round reads its own", `${READ}for p in paths:\n    print(spark.read.csv(p).count())\n`)
  silent("the rows of what each round reads", `${READ}for p in paths:\n    print(spark.read.csv(p).rdd.count())\n`)
  silent("waiting for rows", `${READ}while late.count() < 10:\n    pass\n`)
  silent("under a debug flag", `${READ}if debug:\n    print(late.count())\nprint(late.count())\n`)
  silent("a list counts what it is asked for", `items = [1]\nprint(items.count(1), items.count(1))\n`)
  silent(
    "the first one only asks whether there are any",
    `${READ}if late.count() > 0:
    print("late:", late.count())
`,
  )
  silent(
    "count-per-condition speaks of parts that are logged one after the other",
    `${READ}logger.info(f"late: {late.filter('qty > 1').count()}")\nlogger.info(f"large: {late.filter('qty > 9').count()}")\n`,
  )
  silent("printed once for people", `${READ}print("late:", late.count())\n`)
  silent(
    "a notebook looks",
    `# Databricks notebook source\nlate = spark.read.csv("a")\nlate.count()\n\n# COMMAND ----------\nlate.count()\n`,
  )
})
