import { broadcastTooLarge } from "../../../rules/joins/broadcast-too-large.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
clicks = spark.table("web.clicks")
`
const MIB = 1024 * 1024
const large = { tables: { "web.clicks": { bytes: 40 * 1024 * MIB } } }

describeRule(broadcastTooLarge, ({ fires, silent, fixes }) => {
  fires(
    "a table over Spark's own limit",
    `${READ}joined = orders.join(F.broadcast(clicks), "id")
#                      ^^^^^^^^^^^^^^^^^ \`clicks\` has 40 GiB, more than the 8 GiB that Spark broadcasts at most
#                                | the configuration gives the size of table web.clicks
`,
    large,
  )
  fires(
    "a table that the driver would have to collect",
    `${READ}joined = orders.join(F.broadcast(clicks), "id", "left")
#                      ^^^^^^^^^^^^^^^^^ \`clicks\` has 500 MiB: the driver collects all of it
`,
    { tables: { "web.clicks": { bytes: 500 * MIB } } },
  )
  fires(
    "a range of very many rows",
    `${READ}numbers = spark.range(5_000_000_000)
joined = orders.join(numbers.hint("broadcast"), "id")
#                            ^^^^^^^^^^^^^^^^^ \`numbers\` has 5,000,000,000 rows, at least 75 GiB
`,
  )
  fires(
    "hinted where it is made, on the left",
    `${READ}pages = F.broadcast(clicks.withColumn("n", F.lit(1)))
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ has 40 GiB
joined = pages.join(orders, "id")
`,
    large,
  )
  fires(
    "hinted in a helper",
    `${READ}def fast(df):
    return F.broadcast(df)
#            ^^^^^^^^^^^^^ \`df\` has 40 GiB

joined = orders.join(fast(clicks), "id")
`,
    large,
  )
  fires(
    "over a limit that the team set",
    `${READ}joined = orders.join(F.broadcast(clicks), "id")
#                      ^^^^^^^^^^^^^^^^^ \`clicks\` has 40 MiB
`,
    { tables: { "web.clicks": { bytes: 40 * MIB } }, options: { maxBytes: 20 * MIB } },
  )

  fires(
    "more than an executor here has in all",
    `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.config("spark.executor.memory", "1g").config("spark.driver.memory", "8g").getOrCreate()
joined = spark.table("web.orders").join(F.broadcast(spark.table("web.clicks")), "id")
#                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ has 500 MiB, and an executor here has 434 MiB for it and everything else (floor((heap - 300 MiB) x spark.memory.fraction), of 1g)
#                                       | \`spark.executor.memory\` is 1g
`,
    { tables: { "web.clicks": { bytes: 500 * MIB } } },
  )
  fires(
    "more than the driver has, as a script launches it",
    `${READ}joined = orders.join(F.broadcast(clicks), "id")
#                      ^^^^^^^^^^^^^^^^^ and the driver here has 434 MiB for it
#                      | \`spark.driver.memory\` is 1g
`,
    {
      tables: { "web.clicks": { bytes: 600 * MIB } },
      launch: { "spark.driver.memory": "1g", "spark.executor.memory": "8g" },
    },
  )

  silent(
    "driver and executors have much memory",
    `${READ}orders.join(F.broadcast(clicks), "id").write.parquet("out")\n`,
    {
      tables: { "web.clicks": { bytes: 300 * MIB } },
      conf: { "spark.driver.memory": "16g", "spark.executor.memory": "16g" },
    },
  )
  silent("Spark's own limit is raised", `${READ}orders.join(F.broadcast(clicks), "id").write.parquet("out")\n`, {
    tables: { "web.clicks": { bytes: 9 * 1024 * MIB } },
    conf: { "spark.sql.maxBroadcastTableSize": "16g" },
    options: { maxBytes: 16 * 1024 * MIB },
  })
  silent(
    "nothing is known of its size",
    `${READ}orders.join(F.broadcast(spark.read.parquet("c")), "id").write.parquet("out")\n`,
  )
  silent("a table that fits", `${READ}orders.join(F.broadcast(clicks), "id").write.parquet("out")\n`, {
    tables: { "web.clicks": { bytes: 40 * MIB } },
  })
  silent(
    "a filter leaves nobody knows how much",
    `${READ}orders.join(F.broadcast(clicks.filter("day = '2025-01-01'")), "id").write.parquet("out")\n`,
    large,
  )
  silent(
    "few of its columns go into the broadcast",
    `${READ}orders.join(F.broadcast(clicks.select("id")), "id").write.parquet("out")\n`,
    large,
  )
  silent(
    "an aggregate of it",
    `${READ}orders.join(F.broadcast(clicks.groupBy("id").count()), "id").write.parquet("out")\n`,
    large,
  )
  silent("without a hint", `${READ}orders.join(clicks, "id").write.parquet("out")\n`, large)
  silent("another hint", `${READ}orders.join(clicks.hint("merge"), "id").write.parquet("out")\n`, large)
  silent(
    "the other side is the large one",
    `${READ}clicks.join(F.broadcast(orders), "id").write.parquet("out")\n`,
    large,
  )
  silent("the limit is raised", `${READ}orders.join(F.broadcast(clicks), "id").write.parquet("out")\n`, {
    tables: { "web.clicks": { bytes: 500 * MIB } },
    options: { maxBytes: 1024 * MIB },
  })
  silent(
    "a broadcast variable is another thing",
    `${READ}codes = spark.sparkContext.broadcast(list(range(1000000)))\nprint(codes.value)\n`,
  )
  silent(
    "only some rows of the range",
    `${READ}orders.join(F.broadcast(spark.range(5_000_000_000).limit(100)), "id").write.parquet("out")\n`,
  )

  fixes(
    "drops the function",
    `${READ}joined = orders.join(F.broadcast(clicks), "id")\n`,
    `${READ}joined = orders.join(clicks, "id")\n`,
    { safety: "safe", title: "Drop the broadcast hint on `clicks`", ...large },
  )
  fixes(
    "drops the hint from a chain",
    `${READ}joined = clicks.hint("broadcast").join(orders, "id")\n`,
    `${READ}joined = clicks.join(orders, "id")\n`,
    { safety: "safe", ...large },
  )
})
