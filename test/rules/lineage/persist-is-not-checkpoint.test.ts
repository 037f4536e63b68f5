import { persistIsNotCheckpoint } from "../../../rules/lineage/persist-is-not-checkpoint.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark import StorageLevel
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
edges = spark.read.parquet("edges")
ranks = spark.read.parquet("ranks")
`

describeRule(persistIsNotCheckpoint, ({ fires, silent, suggests }) => {
  fires(
    "a cache in each round",
    `${READ}for i in range(30):
    ranks = ranks.join(edges, "id").select("id", "rank").cache()
#                                                        ^^^^^^^ \`cache\` keeps the rows of \`ranks\`, but not its plan short: that grows by a join each round, over 30 rounds
#                                                        | \`ranks\` enters each round as the round before left it
#                                                        | each round adds a join
    print(ranks.count())
`,
  )
  fires(
    "persist as a statement, until it converges",
    `${READ}while not done(ranks):
    ranks = ranks.join(edges, "id").groupBy("id").agg(F.sum("rank").alias("rank"))
    ranks.persist(StorageLevel.MEMORY_AND_DISK)
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ over rounds that nothing here bounds
    ranks.count()
`,
  )
  fires(
    "each round uses the one before twice",
    `${READ}for i in range(12):
    total = ranks.groupBy("id").agg(F.sum("rank").alias("total"))
    ranks = ranks.join(total, "id").cache()
#                                   ^^^^^^^ planning time doubles with it
`,
  )
  fires(
    "through another name, with the one before released",
    `${READ}for i in range(rounds):
    new = ranks.join(edges, "id").select("id", "rank").cache()
#                                                      ^^^^^^^ grows by a join each round
    new.count()
    ranks.unpersist()
    ranks = new
`,
  )
  fires(
    "an RDD",
    `${READ}links = edges.rdd.map(lambda r: (r.id, r.to)).cache()
scores = ranks.rdd.map(lambda r: (r.id, r.rank))
for i in range(10):
    scores = links.join(scores).map(lambda kv: kv[1]).reduceByKey(lambda a, b: a + b).cache()
#                                                                                     ^^^^^^^ a lost executor has all rounds computed again
`,
  )
  fires(
    "in a function",
    `${READ}def iterate(df, n):
    for i in range(n):
        df = df.join(edges, "id").select("id", "rank").persist()
#                                                      ^^^^^^^^^ keeps the rows of \`df\`
    return df

iterate(ranks, 50)
`,
  )

  silent(
    "a checkpoint in the loop as well",
    `${READ}for i in range(30):\n    ranks = ranks.join(edges, "id").cache()\n    if i % 10 == 9:\n        ranks = ranks.checkpoint()\n`,
  )
  silent("five rounds", `${READ}for i in range(5):\n    ranks = ranks.join(edges, "id").cache()\n    ranks.count()\n`)
  silent(
    "what is cached is from outside the loop",
    `${READ}edges.cache()\nfor day in days:\n    edges.join(ranks.filter(F.col("day") == day), "id").write.parquet(day)\n`,
  )
  silent(
    "each round caches something of its own",
    `${READ}for day in days:\n    part = edges.filter(F.col("day") == day).join(ranks, "id").cache()\n    part.count()\n    part.write.parquet(day)\n    part.unpersist()\n`,
  )
  silent("cached before the loop", `${READ}ranks.cache()\nfor i in range(30):\n    ranks = ranks.join(edges, "id")\n`)
  silent(
    "written and read back",
    `${READ}for i in range(20):\n    ranks.join(edges, "id").write.mode("overwrite").parquet("step")\n    ranks = spark.read.parquet("step").cache()\n`,
  )
  silent(
    "only projections, which Catalyst makes one",
    `${READ}for c in names:\n    ranks = ranks.withColumn(c, F.lit(0)).cache()\n`,
  )
  silent(
    "parts that only add up, of which union-in-loop speaks",
    `${READ}for day in days:\n    ranks = ranks.union(spark.read.parquet(day)).cache()\n`,
  )
  silent(
    "another library's cache",
    `import dask.dataframe as dd\nedges = dd.read_parquet("e")\nranks = dd.read_parquet("r")\nfor i in range(20):\n    ranks = ranks.merge(edges, on="id").persist()\n`,
  )
  silent(
    "the author knows",
    `${READ}for i in range(30):\n    # the lineage stays short enough\n    ranks = ranks.join(edges, "id").cache()\n`,
  )

  suggests(
    "a checkpoint every few rounds",
    `${READ}for i in range(30):\n    ranks = ranks.join(edges, "id").cache()\n`,
    "Every few rounds, ranks = ranks.checkpoint()",
  )
})
