import { coalesceAfterShuffle } from "../../../rules/partitions/coalesce-after-shuffle.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
customers = spark.read.parquet("customers")
`

describeRule(coalesceAfterShuffle, ({ fires, silent, fixes }) => {
  fires(
    "after an aggregation",
    `${READ}totals = orders.groupBy("customer_id").count().coalesce(4)
#                                              ^^^^^^^^^^^ the whole last stage of the aggregation before it runs as 4 tasks
#                                              | whose stage shrinks to 4 tasks
`,
  )
  fires(
    "after a join and a projection, before a write",
    `${READ}orders.join(customers, "id").select("id", "name").coalesce(2).write.parquet("out")
#                                                 ^^^^^^^^^^^ last stage of the join
`,
  )
  fires(
    "after dropDuplicates, with the number in a name",
    `${READ}FILES = 5
clean = orders.dropDuplicates(["id"])
clean.coalesce(FILES).write.csv("out")
#     ^^^^^^^^^^^^^^^ gives \`clean\` the same 5 partitions
`,
  )
  fires(
    "after a sort",
    `${READ}orders.orderBy("id").coalesce(3).write.csv("out")
#                    ^^^^^^^^^^^ last stage of the sort
`,
  )
  fires(
    "fewer than the slots of the cluster",
    `${READ}orders.groupBy("customer_id").count().coalesce(20).write.csv("out")
#                                     ^^^^^^^^^^^^ while the cluster has 64 slots
`,
    { cluster: { executors: 16, cores: 4 } },
  )

  silent(
    "straight from files, where no stage shrinks but the scan's",
    `${READ}orders.filter("amount > 0").coalesce(4).write.csv("out")\n`,
  )
  silent(
    "one partition is another rule's",
    `${READ}orders.groupBy("customer_id").count().coalesce(1).write.csv("out")\n`,
  )
  silent(
    "enough tasks for a small cluster",
    `${READ}orders.groupBy("customer_id").count().coalesce(64).write.csv("out")\n`,
  )
  silent("at least the slots", `${READ}orders.groupBy("customer_id").count().coalesce(20).write.csv("out")\n`, {
    cluster: { executors: 4, cores: 4 },
  })
  silent(
    "repartition adds its own stage",
    `${READ}orders.groupBy("customer_id").count().repartition(4).write.csv("out")\n`,
  )
  silent(
    "after a repartition the aggregation keeps its tasks",
    `${READ}orders.groupBy("customer_id").count().repartition(50).coalesce(4).write.csv("out")\n`,
  )
  silent("few groups", `${READ}orders.groupBy(F.month("day")).count().coalesce(2).write.csv("out")\n`)
  silent("after a limit", `${READ}orders.groupBy("customer_id").count().limit(100).coalesce(2).write.csv("out")\n`)
  silent(
    "a broadcast join shuffles nothing",
    `${READ}orders.join(F.broadcast(customers), "id").coalesce(4).write.csv("out")\n`,
  )
  silent(
    "cached before: its tasks are done",
    `${READ}t = orders.groupBy("customer_id").count().cache()\nt.count()\nt.select("count").coalesce(4).write.csv("out")\n`,
  )
  silent(
    "F.coalesce is about nulls",
    `${READ}orders.groupBy("customer_id").count().select(F.coalesce("count", F.lit(2)))\n`,
  )
  silent(
    "the number is not known",
    `${READ}import cfg\norders.groupBy("customer_id").count().coalesce(cfg.n).write.csv("out")\n`,
  )
  silent(
    "a comment says why",
    `${READ}# few files, however slow\norders.groupBy("customer_id").count().coalesce(2).write.csv("out")\n`,
  )

  fixes(
    "a shuffle of the result instead",
    `${READ}orders.groupBy("customer_id").count().coalesce(4).write.csv("out")\n`,
    `${READ}orders.groupBy("customer_id").count().repartition(4).write.csv("out")\n`,
    { safety: "unsafe" },
  )
})
