import { joinInLoop } from "../../../rules/joins/join-in-loop.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
customers = spark.read.parquet("customers")
`

describeRule(joinInLoop, ({ fires, silent, suggests }) => {
  fires(
    "a table read in each round",
    `${READ}result = customers
for name in open("tables.txt"):
    part = spark.read.parquet(name)
    result = result.join(part, "id", "left")
#   ^^^^^^ Each round joins \`part\` to \`result\`, over rounds that nothing here bounds
#   | \`result\` enters each round as the round before left it
#   | each round adds this join
`,
  )
  fires(
    "six literal rounds",
    `${READ}orders = spark.read.parquet("orders")
result = customers
for status in ["a", "b", "c", "d", "e", "f"]:
    result = result.join(orders.filter(F.col("status") == status).groupBy("id").count(), "id")
#   ^^^^^^ Each round joins another frame to \`result\`, over 6 rounds
`,
  )
  fires(
    "frames of a list, from none",
    `${READ}def together(frames):
    result = None
    for frame in frames:
        result = frame if result is None else result.join(frame, "id", "outer")
#       ^^^^^^ to \`result\`
    return result

together([spark.read.parquet(name) for name in open("tables.txt")])
`,
  )
  fires(
    "the part on the left, and a projection behind",
    `${READ}result = customers.select("id")
for name in open("columns.txt"):
    part = spark.table("features").filter(F.col("name") == name).select("id", "value")
    result = part.join(result, ["id"], "right").withColumnRenamed("value", name)
#   ^^^^^^ Each round joins another frame to \`result\`
`,
  )
  fires(
    "two joins a round",
    `${READ}result = customers
for day in open("days.txt"):
    result = result.join(spark.read.parquet("a/" + day), "id").join(spark.read.parquet("b/" + day), "id")
#   ^^^^^^ Each round joins another frame
`,
  )
  fires(
    "an attribute of an object",
    `${READ}class Features:
    def __init__(self):
        self.df = customers

    def add(self, names):
        for name in names:
            self.df = self.df.join(spark.table(name), "id", "left")
#           ^^^^^^^ Each round joins another frame to \`self.df\`

Features().add(open("tables.txt"))
`,
  )
  fires(
    "reduce over unknown frames, only in the strict profile",
    `${READ}from functools import reduce
frames = [spark.read.parquet(name) for name in open("tables.txt")]
result = reduce(lambda a, b: a.join(b, "id"), frames)
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Each round joins \`b\` to \`a\`
`,
    { show: "possible" },
  )

  silent(
    "three literal rounds",
    `${READ}result = customers\nfor name in ["a", "b", "c"]:\n    result = result.join(spark.read.parquet(name), "id")\n`,
  )
  silent(
    "a look-up by a column of its own in each round",
    `${READ}codes = spark.read.parquet("codes")\nresult = customers\nfor name in open("t"):\n    part = codes.filter(F.col("kind") == name)\n    result = result.join(part, result[name] == part["code"], "left")\n`,
  )
  silent(
    "a checkpoint inside",
    `${READ}result = customers\nfor name in open("t"):\n    result = result.join(spark.read.parquet(name), "id").localCheckpoint()\n`,
  )
  silent(
    "written and read back",
    `${READ}result = customers\nfor name in open("t"):\n    result.join(spark.read.parquet(name), "id").write.mode("overwrite").parquet("tmp")\n    result = spark.read.parquet("tmp")\n`,
  )
  silent(
    "each round starts anew",
    `${READ}for name in open("t"):\n    result = customers.join(spark.read.parquet(name), "id")\n    result.write.parquet("out/" + name.strip())\n`,
  )
  silent(
    "an iterative computation over the same frame is unchecked-lineage's",
    `${READ}links = spark.read.parquet("links")\nranks = customers\nfor i in range(20):\n    ranks = ranks.join(links, "id").groupBy("target").agg(F.sum("rank").alias("rank")).withColumnRenamed("target", "id")\n`,
  )
  silent(
    "the same frame joined again",
    `${READ}links = spark.read.parquet("links")\nranks = customers\nfor i in range(20):\n    ranks = ranks.join(links, "id")\n`,
  )
  silent(
    "unions have a rule of their own",
    `${READ}result = customers\nfor name in open("t"):\n    result = result.unionByName(spark.read.parquet(name))\n`,
  )
  silent(
    "small parts are broadcast",
    `${READ}result = customers\nfor name in open("t"):\n    result = result.join(F.broadcast(spark.read.parquet(name)), "id")\n`,
  )
  silent(
    "pandas joins in memory",
    `import pandas as pd\nresult = pd.read_csv("a.csv")\nfor name in open("t"):\n    result = result.join(pd.read_csv(name), on="id")\n`,
  )
  silent("texts are joined", `${READ}path = "a"\nfor name in open("t"):\n    path = "/".join([path, name])\n`)
  silent(
    "a stream is planned once",
    `${READ}stream = spark.readStream.table("events")\nfor name in open("t"):\n    stream = stream.join(spark.read.parquet(name), "id")\n`,
  )

  suggests(
    "a union and a pivot",
    `${READ}result = customers\nfor name in open("t"):\n    result = result.join(spark.read.parquet(name), "id")\n`,
    "union them and pivot once",
  )
})
