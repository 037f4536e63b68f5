import { cacheAfterAction } from "../../../rules/lineage/cache-after-action.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const TOTALS = `${READ}totals = orders.groupBy("customer_id").count()
`

describeRule(cacheAfterAction, ({ fires, silent, fixes }) => {
  fires(
    "a count first",
    `${READ}totals = orders.groupBy("customer_id").count()
n = totals.count()
totals.cache()
#      ^^^^^^^ \`count\` has computed all of \`totals\` before
#      | computes \`totals\`, and keeps nothing
totals.write.parquet("out")
`,
  )
  fires(
    "a show after a shuffle",
    `${READ}totals = orders.groupBy("customer_id").count()
totals.show()
totals.persist()
#      ^^^^^^^^^ \`show\` has computed all of
totals.write.parquet("out")
`,
  )
  fires(
    "a write first",
    `${READ}paid = orders.filter("status = 'paid'")
paid.write.parquet("out")
paid = paid.cache()
#           ^^^^^^^ Cache it before its first action
paid.groupBy("day").count().write.csv("days")
paid.groupBy("country").count().write.csv("countries")
`,
  )
  fires(
    "a count of text files reads them all",
    `${READ}lines = spark.read.csv("lines", header=True)
print(lines.count())
lines.cache()
#     ^^^^^^^ the next action computes it once more
lines.groupBy("day").count().write.csv("days")
`,
  )
  fires(
    "a frame of two branches, made by a helper",
    `${READ}def customers(frame, some):
    if some:
        found = frame.where(F.col("id").isin(some)).distinct()
    else:
        found = frame.distinct()
    return found
def main(some):
    known = customers(orders.select("id"), some)
    n = known.count()
    known.persist()
#         ^^^^^^^^^ \`count\` has computed all of \`known\` before
    known.write.parquet("out")
    return n
main([1, 2])
`,
  )
  fires(
    "an RDD",
    `${READ}words = spark.sparkContext.textFile("w").map(str.lower)
print(words.count())
words.cache()
#     ^^^^^^^ \`count\` has computed all of \`words\`
words.saveAsTextFile("out")
`,
  )

  silent("cached first", `${TOTALS}totals.cache()\ntotals.count()\ntotals.write.csv("o")\n`)
  silent(
    "footers answer a count of parquet files",
    `${READ}print(orders.count())\norders.cache()\norders.distinct().count()\norders.write.csv("o")\n`,
  )
  silent(
    "the first rows of a plain read",
    `${READ}orders.show()\norders.cache()\norders.count()\norders.write.csv("o")\n`,
  )
  silent("nothing reads it afterwards", `${TOTALS}totals.count()\ntotals.cache()\n`)
  silent(
    "in another branch",
    `${TOTALS}import cfg\nif cfg.x:\n    totals.count()\nelse:\n    totals.cache()\n    totals.count()\n    totals.write.csv("o")\n`,
  )
  silent(
    "a look in a notebook",
    `# Databricks notebook source\n${TOTALS}totals.show()\n# COMMAND ----------\ntotals.cache()\ntotals.count()\n`,
  )
  silent(
    "rows of a Python list",
    `${READ}few = spark.createDataFrame([(1,)], ["id"]).distinct()\nfew.count()\nfew.cache()\nfew.count()\n`,
  )
  silent(
    "what a cache gains is measured",
    `${TOTALS}import time\nstart = time.time()\ntotals.count()\nprint(time.time() - start)\ntotals.cache()\ntotals.count()\ntotals.count()\n`,
  )
  silent(
    "under a debug flag",
    `${TOTALS}import cfg\nif cfg.debug:\n    totals.count()\ntotals.cache()\ntotals.count()\ntotals.write.csv("o")\n`,
  )
  silent(
    "the action was on what it is made from",
    `${READ}orders.write.csv("x")\ntotals = orders.groupBy("id").count().cache()\ntotals.count()\ntotals.write.csv("o")\n`,
  )

  fixes(
    "moves the statement to the definition",
    `${TOTALS}n = totals.count()\ntotals.cache()\ntotals.write.csv("o")\n`,
    `${READ}totals = orders.groupBy("customer_id").count().cache()\nn = totals.count()\ntotals.write.csv("o")\n`,
    { safety: "safe" },
  )
})
