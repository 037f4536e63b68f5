import { cacheWithoutUnpersist } from "../../../rules/lineage/cache-without-unpersist.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
countries = ["AT", "BE", "CH", "CZ", "DE"]
`

describeRule(cacheWithoutUnpersist, ({ fires, silent, fixes, suggests }) => {
  fires(
    "each round caches its own part",
    `${READ}for c in countries:
    part = orders.filter(F.col("country") == c).cache()
    #                                           ^^^^^^^ Each round caches \`part\` and none lets go of it
    #                                           | in every round of this loop
    part.count()
    part.write.csv(c)
`,
  )
  fires(
    "a while loop",
    `${READ}while more():
    batch = spark.read.parquet(next_path())
    batch.persist()
    #     ^^^^^^^^^ Each round caches \`batch\`
    print(batch.count(), batch.distinct().count())
`,
  )
  fires(
    "what the loop carries on",
    `${READ}ranks = orders
for i in range(20):
    ranks = ranks.groupBy("id").agg(F.sum("amount").alias("amount")).cache()
    #                                                                ^^^^^^^ none lets go of it
    ranks.count()
`,
  )
  fires(
    "in a function that the loop calls",
    `${READ}def export(c):
    part = orders.filter(F.col("country") == c).cache()
    #                                           ^^^^^^^ Each round caches \`part\`
    part.count()
    part.write.csv(c)

for c in countries:
    export(c)
`,
  )
  fires(
    "long after its last use",
    `${READ}a = orders.groupBy("id").count().cache()
#                                ^^^^^^^ \`a\` stays cached after its last use, while 3 more jobs
#                                | the last action that reads \`a\`
a.count()
a.write.csv("a")
for_days = spark.table("days").groupBy("day").count()
for_days.write.csv("b")
spark.table("x").distinct().write.csv("c")
spark.table("y").join(spark.table("z"), "id").write.csv("d")
`,
  )

  silent(
    "the round unpersists it",
    `${READ}for c in countries:\n    p = orders.filter(F.col("c") == c).cache()\n    p.count()\n    p.write.csv(c)\n    p.unpersist()\n`,
  )
  silent(
    "clearCache in the round",
    `${READ}for c in countries:\n    p = orders.filter(F.col("c") == c).cache()\n    p.count()\n    p.write.csv(c)\n    spark.catalog.clearCache()\n`,
  )
  silent(
    "the round before is let go",
    `${READ}old = orders\nfor i in range(9):\n    new = old.distinct().cache()\n    new.count()\n    old.unpersist()\n    old = new\n`,
  )
  silent(
    "all parts are needed together afterwards",
    `${READ}parts = []\nfor c in countries:\n    p = orders.filter(F.col("c") == c).cache()\n    parts.append(p)\n`,
  )
  silent(
    "cached once, before the loop",
    `${READ}orders.cache()\nfor c in countries:\n    orders.filter(F.col("c") == c).write.csv(c)\n`,
  )
  silent("the script ends after its last use", `${READ}orders.cache()\norders.count()\norders.write.csv("o")\n`)
  silent(
    "a frame made outside, cached again in each round, is one cache",
    `${READ}for c in countries:\n    orders.cache()\n    orders.count()\n`,
  )
  silent(
    "three rounds",
    `${READ}for c in ["AT", "BE", "CH"]:\n    p = orders.filter(F.col("c") == c).cache()\n    p.count()\n    p.write.csv(c)\n`,
  )
  silent(
    "rows of a Python list",
    `${READ}for c in countries:\n    p = spark.createDataFrame([(c,)], ["c"]).cache()\n    p.count()\n    p.write.csv(c)\n`,
  )
  silent(
    "Spark cleans up RDDs that Python let go of",
    `${READ}for c in countries:\n    p = spark.sparkContext.textFile(c).cache()\n    p.count()\n    p.saveAsTextFile(c)\n`,
  )
  silent(
    "a function returns it to its caller",
    `${READ}def first():\n    for c in countries:\n        p = orders.filter(F.col("c") == c).cache()\n        if p.count() > 0:\n            return p\n`,
  )
  silent(
    "the jobs after it only read",
    `${READ}a = orders.groupBy("id").count().cache()\na.count()\na.write.csv("a")\nspark.table("x").write.csv("b")\nspark.table("y").write.csv("c")\nspark.table("z").write.csv("d")\n`,
  )
  silent(
    "a comment says that it stays",
    `${READ}for c in countries:\n    # keep it in the cache for the dashboard\n    p = orders.filter(F.col("c") == c).cache()\n    p.count()\n    p.write.csv(c)\n`,
  )

  fixes(
    "after the last action of the round",
    `${READ}for c in countries:\n    part = orders.filter(F.col("country") == c).cache()\n    part.count()\n    part.write.csv(c)\n`,
    `${READ}for c in countries:\n    part = orders.filter(F.col("country") == c).cache()\n    part.count()\n    part.write.csv(c)\n    part.unpersist()\n`,
    { safety: "unsafe" },
  )
  suggests(
    "what the loop carries is needed one round longer",
    `${READ}ranks = orders\nfor i in range(20):\n    ranks = ranks.groupBy("id").agg(F.sum("amount").alias("amount")).cache()\n    ranks.count()\n`,
    "Keep the round before in a name of its own",
  )
})
