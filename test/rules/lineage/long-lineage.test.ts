import { longLineage } from "../../../rules/lineage/long-lineage.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("orders")
`
/** Groupings that alternate between two keys, so that each needs a shuffle of its own. */
function groups(count: number, from = 0): string {
  return Array.from(
    { length: count },
    (_, i) =>
      `df = df.groupBy("${(from + i) % 2 === 0 ? "a" : "b"}").agg(F.max("a").alias("a"), F.max("b").alias("b"))\n`,
  ).join("")
}
const joins = (side: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `df = df.join(${side.replace("N", String(i))}, "k${i}")\n`).join("")

describeRule(longLineage, ({ fires, silent, suggests }) => {
  fires(
    "nine groupings",
    `${READ}${groups(9)}df.write.parquet("out")
#        ^^^^^^^^^^^^^^ \`df\` is 9 shuffles away from its source, with nothing kept between
#        | the first of 9 shuffles: \`agg\`
#        | the last of 9 shuffles
`,
  )
  fires(
    "joins of large tables by other keys",
    `${READ}${joins('spark.read.parquet("N")', 10)}df.count()
#  ^^^^^^^ 10 shuffles away
`,
  )
  fires(
    "after a cut, too many again",
    `${READ}${groups(5)}df = df.checkpoint()
${groups(9, 5)}n = df.collect()
#      ^^^^^^^^^ 9 shuffles away
`,
  )
  fires(
    "said once for two actions",
    `${READ}${groups(10)}df.write.parquet("a")
#        ^^^^^^^^^^^^ 10 shuffles away
df.write.parquet("b")
`,
  )
  fires(
    "in one chain",
    `${READ}df${'.groupBy("a").agg(F.max("b").alias("b")).groupBy("b").agg(F.max("a").alias("a"))'.repeat(5)}.toPandas()
#                                                                                                                                                                                                                                                                                                                                                                                                                  ^^^^^^^^^^ What this computes is 10 shuffles away
`,
  )

  silent("eight", `${READ}${groups(8)}df.write.parquet("out")\n`)
  silent(
    "a cache in the middle",
    `${READ}${groups(5)}df = df.cache()\n${groups(5, 5)}df.write.parquet("out")\ndf.count()\n`,
  )
  silent(
    "a checkpoint in the middle",
    `${READ}${groups(5)}df = df.localCheckpoint()\n${groups(5, 5)}df.write.parquet("out")\n`,
  )
  silent(
    "written and read back",
    `${READ}${groups(5)}df.write.parquet("tmp")\ndf = spark.read.parquet("tmp")\n${groups(5, 5)}df.write.parquet("out")\n`,
  )
  silent("joins with broadcast tables", `${READ}${joins('F.broadcast(spark.read.parquet("N"))', 12)}df.count()\n`)
  silent(
    "steps by the same key share a shuffle",
    `${READ}${'df = df.groupBy("a").agg(F.max("b").alias("b"))\n'.repeat(12)}df.write.parquet("out")\n`,
  )
  silent(
    "a loop, of which other rules speak",
    `${READ}for i in range(20):\n    df = df.groupBy("a").agg(F.max("b").alias("b")).groupBy("b").agg(F.max("a").alias("a"))\ndf.write.parquet("out")\n`,
  )
  silent(
    "side by side, not in a row",
    `${READ}${Array.from({ length: 10 }, (_, i) => `g${i} = df.groupBy("k${i}").count()\n`).join("")}g0${Array.from({ length: 9 }, (_, i) => `.union(g${i + 1})`).join("")}.write.parquet("out")\n`,
  )
  silent("nothing runs it", `${READ}${groups(10)}`)
  silent(
    "few rows",
    `${READ}df = spark.createDataFrame([(1, 2)], "a int, b int")\n${groups(10)}df.write.parquet("out")\n`,
  )
  silent(
    "pandas",
    `import pandas as pd\ndf = pd.read_csv("a")\n${'df = df.groupby("a").max().reset_index()\n'.repeat(12)}df.to_csv("b")\n`,
  )

  suggests("a cut", `${READ}${groups(9)}df.write.parquet("out")\n`, "Checkpoint df")
})
