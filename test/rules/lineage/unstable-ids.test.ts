import { unstableIds } from "../../../rules/lineage/unstable-ids.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
clean = orders.dropDuplicates(["id"])
`

describeRule(unstableIds, ({ fires, silent, suggests }) => {
  fires(
    "two writes of numbered rows",
    `${READ}numbered = clean.withColumn("n", F.monotonically_increasing_id())
#                ^^^^^^^^^^ \`monotonically_increasing_id\` goes by the place of each row
#                | \`dropDuplicates\` brings the rows in no fixed order
numbered.select("n", "a").write.parquet("a")
numbered.select("n", "b").write.parquet("b")
`,
  )
  fires(
    "joined back on it",
    `${READ}numbered = clean.select("*", F.monotonically_increasing_id().alias("n"))
#                ^^^^^^ the two sides of the join see other values
#                | both sides come from
best = numbered.groupBy("country").agg(F.max("n").alias("n"))
numbered.join(best, "n").write.parquet("out")
`,
  )
  fires(
    "a split by rand, written twice",
    `${READ}split = orders.repartition("country").withColumn("r", F.rand(seed=1))
#                                     ^^^^^^^^^^ \`rand\` goes by the place
split.filter("r < 0.8").write.parquet("train")
split.filter("r >= 0.8").write.parquet("test")
`,
  )
  fires(
    "uuid after a join",
    `${READ}keyed = orders.join(clean, "id").withColumn("key", F.uuid())
#                                ^^^^^^^^^^ after \`join\` rows arrive in another order
keyed.write.parquet("a")
keyed.select("key").write.parquet("b")
`,
  )
  fires(
    "a write and what is collected",
    `${READ}numbered = clean.withColumn("n", F.monotonically_increasing_id())
#                ^^^^^^^^^^ \`parquet\` and \`collect\` see other values
numbered.write.parquet("a")
rows = numbered.filter("n < 10").collect()
`,
  )

  silent(
    "checkpointed right after",
    `${READ}n = clean.withColumn("n", F.monotonically_increasing_id()).checkpoint()\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent(
    "cached right after",
    `${READ}n = clean.withColumn("n", F.monotonically_increasing_id()).cache()\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent("used once", `${READ}n = clean.withColumn("n", F.monotonically_increasing_id())\nn.write.csv("a")\n`)
  silent(
    "files keep the place of a row",
    `${READ}n = orders.withColumn("n", F.monotonically_increasing_id())\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent(
    "a count reads no identifier",
    `${READ}n = clean.withColumn("n", F.monotonically_increasing_id())\nprint(n.count())\nn.write.csv("a")\n`,
  )
  silent("a look", `${READ}n = clean.withColumn("n", F.monotonically_increasing_id())\nn.show()\nn.write.csv("a")\n`)
  silent(
    "branches that exclude each other",
    `${READ}import cfg\nn = clean.withColumn("n", F.monotonically_increasing_id())\nif cfg.x:\n    n.write.csv("a")\nelse:\n    n.write.csv("b")\n`,
  )
  silent(
    "a hash of the row",
    `${READ}n = clean.withColumn("n", F.xxhash64("id"))\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent(
    "a sort fixes the order",
    `${READ}n = clean.orderBy("id").withColumn("n", F.monotonically_increasing_id())\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent(
    "the shuffle is behind a checkpoint",
    `${READ}c = clean.localCheckpoint()\nn = c.withColumn("n", F.monotonically_increasing_id())\nn.write.csv("a")\nn.write.csv("b")\n`,
  )
  silent("numpy's rand", `import numpy as np\nx = np.random.rand(3)\nprint(x)\nprint(x)\n`)

  suggests(
    "keep it, or derive it",
    `${READ}n = clean.withColumn("n", F.uuid())\nn.write.csv("a")\nn.write.csv("b")\n`,
    "by checkpoint() before its first use",
  )
})
