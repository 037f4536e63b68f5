import { uncheckedLineage } from "../../../rules/lineage/unchecked-lineage.ts"
import { describeRule } from "../harness.ts"

const READ = `from functools import reduce
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
edges = spark.read.parquet("edges")
ranks = spark.read.parquet("ranks")
`

describeRule(uncheckedLineage, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a join in each round",
    `${READ}for i in range(20):
    ranks = ranks.join(edges, "id").select("id", "rank")
#   ^^^^^ The plan of \`ranks\` grows by a join each round, over 20 rounds
#   | \`ranks\` enters each round as the round before left it
#   | each round adds a join
`,
  )
  fires(
    "a frame joined with an aggregate of itself",
    `${READ}for i in range(20):
    total = ranks.groupBy("id").agg(F.sum("rank").alias("total"))
    ranks = ranks.join(total, "id")
#   ^^^^^ so planning time doubles
`,
  )
  fires(
    "until it converges",
    `${READ}changed = True
while changed:
    new = ranks.union(ranks.join(edges, "id").select("id", "rank")).distinct()
    changed = new.count() > ranks.count()
    ranks = new
#   ^^^^^ over rounds that nothing here bounds
`,
  )
  fires(
    "cached before the loop only",
    `${READ}ranks = ranks.cache()
for step in range(30):
    ranks = ranks.join(edges, "id").groupBy("id").agg(F.sum("rank").alias("rank"))
#   ^^^^^ grows by a join and an aggregation
`,
  )
  fires(
    "a step in a helper",
    `${READ}def step(df):
    return df.join(edges, "id").select("id", "rank")

for i in range(iterations):
    ranks = ranks.transform(step)
#   ^^^^^ grows by a join each round
`,
  )
  fires(
    "an RDD",
    `${READ}links = edges.rdd.map(lambda r: (r.id, r.to))
scores = ranks.rdd.map(lambda r: (r.id, r.rank))
for i in range(10):
    scores = links.join(scores).map(lambda kv: kv[1]).reduceByKey(lambda a, b: a + b)
#   ^^^^^^ The plan of \`scores\` grows by
`,
  )

  silent(
    "five rounds or fewer",
    `${READ}for i in range(5):\n    ranks = ranks.join(edges, "id").select("id", "rank")\n`,
  )
  silent(
    "a checkpoint in the loop",
    `${READ}for i in range(20):\n    ranks = ranks.join(edges, "id").select("id", "rank").checkpoint()\n`,
  )
  silent(
    "a local checkpoint every few rounds",
    `${READ}for i in range(20):\n    ranks = ranks.join(edges, "id").select("id", "rank")\n    if i % 5 == 4:\n        ranks = ranks.localCheckpoint()\n`,
  )
  silent(
    "written and read back",
    `${READ}for i in range(20):\n    ranks.join(edges, "id").write.mode("overwrite").parquet("step")\n    ranks = spark.read.parquet("step")\n`,
  )
  silent(
    "the loop only builds a projection, of which another rule speaks",
    `${READ}for c in names:\n    ranks = ranks.withColumn(c, F.lit(0))\n`,
  )
  silent(
    "each round starts anew",
    `${READ}for day in days:\n    part = edges.filter(F.col("day") == day).join(ranks, "id")\n    part.write.parquet(day)\n`,
  )
  silent(
    "filters of one round fall together",
    `${READ}for day in days:\n    edges = edges.filter(F.col("day") != day)\n`,
  )
  silent(
    "pandas grows in memory",
    `import pandas as pd\ndf = pd.read_csv("a")\nfor i in range(20):\n    df = df.join(pd.read_csv("b"), on="id")\n`,
  )
  silent(
    "a list of frames grows, not a frame",
    `${READ}parts = []\nfor day in days:\n    parts.append(edges.filter(F.col("day") == day).join(ranks, "id"))\n`,
  )
  silent(
    "stages of machine learning that add a column each",
    `${READ}from pyspark.ml.feature import StringIndexer\nfor c in names:\n    ranks = StringIndexer(inputCol=c, outputCol=c + "_i").fit(ranks).transform(ranks)\n`,
  )
  silent(
    "rows that add up and are read in each round, mostly of a few rounds",
    `${READ}seen = ranks\nfor day in days:\n    new = spark.read.parquet(day)\n    new.join(seen, "id", "left_anti").write.parquet(day + ".new")\n    seen = seen.union(new)\n`,
  )
  silent(
    "parts that only add up, of which union-in-loop speaks",
    `${READ}result = ranks\nfor day in days:\n    result = result.unionByName(spark.read.parquet(day))\n`,
  )
  silent(
    "a cache in each round, of which persist-is-not-checkpoint speaks",
    `${READ}for step in range(30):\n    ranks = ranks.join(edges, "id").cache()\n    print(ranks.count())\n`,
  )
  silent("what the step does is not known", `${READ}import lib\nfor i in range(20):\n    ranks = lib.step(ranks)\n`)
  silent(
    "an RDD is marked in place",
    `${READ}scores = ranks.rdd.map(lambda r: (r.id, r.rank))\nfor i in range(10):\n    scores = scores.reduceByKey(lambda a, b: a + b)\n    scores.localCheckpoint()\n    scores.count()\n`,
  )
  silent(
    "reduce over a list of unknown length, mostly short",
    `${READ}everything = reduce(lambda a, b: a.union(b), frames(spark), ranks)\n`,
  )
  silent("a test loops as it likes", `${READ}for i in range(20):\n    ranks = ranks.join(edges, "id")\n`, {
    path: "test_ranks.py",
  })

  fixes(
    "with the loop's own counter",
    `${READ}for i in range(20):
    ranks = ranks.join(edges, "id").select("id", "rank")
`,
    `${READ}for i in range(20):
    ranks = ranks.join(edges, "id").select("id", "rank")
    if i % 10 == 9:
        ranks = ranks.localCheckpoint()
`,
    { safety: "unsafe", title: "every 10 rounds" },
  )
  fixes(
    "sooner where the plan doubles",
    `${READ}for i in range(20):
    total = ranks.groupBy("id").agg(F.sum("rank").alias("total"))
    ranks = ranks.join(total, "id")
    print(i)
`,
    `${READ}for i in range(20):
    total = ranks.groupBy("id").agg(F.sum("rank").alias("total"))
    ranks = ranks.join(total, "id")
    if i % 5 == 4:
        ranks = ranks.localCheckpoint()
    print(i)
`,
    { safety: "unsafe", title: "every 5 rounds" },
  )
  fixes(
    "with a counter that it adds",
    `${READ}for day in days:
    ranks = ranks.join(spark.read.parquet(day), "id").distinct()
`,
    `${READ}for round_number, day in enumerate(days):
    ranks = ranks.join(spark.read.parquet(day), "id").distinct()
    if round_number % 10 == 9:
        ranks = ranks.localCheckpoint()
`,
    { safety: "unsafe", title: "Cut the plan every 10 rounds" },
  )
  fixes(
    "a reliable checkpoint under dynamic allocation",
    `${READ}for i in range(20):
    ranks = ranks.join(edges, "id").select("id", "rank")
`,
    `${READ}for i in range(20):
    ranks = ranks.join(edges, "id").select("id", "rank")
    if i % 10 == 9:
        ranks = ranks.checkpoint()
`,
    { safety: "unsafe", conf: { "spark.dynamicAllocation.enabled": "true" }, title: "checkpoint directory" },
  )
  suggests(
    "a while loop has no counter",
    `${READ}while True:\n    ranks = ranks.join(edges, "id").select("id", "rank")\n    if done(ranks):\n        break\n`,
    "Count the rounds",
  )
})
