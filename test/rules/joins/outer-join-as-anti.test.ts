import { outerJoinAsAnti } from "../../../rules/joins/outer-join-as-anti.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import col
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
done = spark.read.parquet("done")
`

describeRule(outerJoinAsAnti, ({ fires, silent, fixes, suggests }) => {
  fires(
    "the other side's key, by a condition",
    `${READ}new = orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull()).select(orders["*"])
#                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ keeps the rows of \`orders\` that found no partner in \`done\`
#                                                                  | the left outer join
`,
  )
  fires(
    "aliases and SQL text",
    `${READ}new = orders.alias("o").join(done.alias("d"), col("o.id") == col("d.id"), "left_outer").where("d.id is null").select("o.*")
#                                                                                       ^^^^^^^^^^^^^^^^^^^^^ A \`left_anti\` join gives the same rows
`,
  )
  fires(
    "among other tests, in SQL text",
    `${READ}new = orders.alias("o").join(done.alias("d"), col("o.id") == col("d.id"), "left").where("d.id IS NULL and o.amount > 10")
#                                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`d\`
`,
  )
  fires(
    "joined on a name, by the other frame's column",
    `${READ}new = orders.join(done, ["id"], how="left").where(F.isnull(done["id"]))
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`done\`
`,
  )
  fires(
    "a marker that the other side adds",
    `${READ}seen = done.select("id").distinct().withColumn("seen", F.lit(True))
marked = orders.join(seen, "id", "left")
new = marked.filter(col("seen").isNull()).drop("seen")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`seen\`
`,
  )
  fires(
    "a renamed key, and another test",
    `${READ}keys = done.select(col("id").alias("done_id"))
new = orders.join(keys, orders.id == keys.done_id, "left").filter(~keys.done_id.isNotNull() & (orders.amount > 0)).count()
#                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`keys\`
`,
  )
  fires(
    "a full outer join",
    `${READ}new = orders.join(done, orders.id == done.order_id, "outer").filter(done.order_id.isNull())
#                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`done\`
`,
  )
  fires(
    "a right outer join",
    `${READ}new = done.join(orders, done.order_id == orders.id, "right").filter(done.order_id.isNull())
#                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ rows of \`orders\` that found no partner in \`done\`
`,
  )
  fires(
    "in a helper that knows its frames by its callers",
    `${READ}def unseen(df, known):
    return df.join(known, df.id == known.order_id, "left").filter(known.order_id.isNull())
#                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no partner in \`known\`

unseen(orders, done).write.parquet("out")
`,
  )

  silent(
    "an anti join already",
    `${READ}orders.join(done, orders.id == done.order_id, "left_anti").write.parquet("out")\n`,
  )
  silent(
    "rows that did find a partner",
    `${READ}orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNotNull()).write.parquet("out")\n`,
  )
  silent(
    "columns of the other side are filled afterwards",
    `${READ}orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull()).withColumn("at", F.coalesce(done["at"], F.lit(0))).write.parquet("out")\n`,
  )
  silent(
    "columns of the other side in SQL text afterwards",
    `${READ}orders.alias("o").join(done.alias("d"), col("o.id") == col("d.id"), "left").filter("d.id is null").selectExpr("o.id", "coalesce(d.at, now()) as at").write.parquet("out")\n`,
  )
  silent(
    "a union with rows that have those columns",
    `${READ}new = orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull())\nnew.union(spark.read.parquet("both")).write.parquet("out")\n`,
  )
  silent(
    "a column that may be null on a partner too",
    `${READ}orders.join(done, orders.id == done.order_id, "left").filter(done.reason.isNull()).write.parquet("out")\n`,
  )
  silent(
    "the preserved side's own column",
    `${READ}orders.join(done, orders.id == done.order_id, "left").filter(orders.id.isNull()).write.parquet("out")\n`,
  )
  silent(
    "the shared column of a join on a name",
    `${READ}orders.join(done, "id", "left").filter(col("id").isNull()).write.parquet("out")\n`,
  )
  silent(
    "an inner join has no rows without a partner",
    `${READ}orders.join(done, orders.id == done.order_id).filter(done.order_id.isNull()).write.parquet("out")\n`,
  )
  silent(
    "one test of several, joined by or",
    `${READ}orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull() | (done.day < orders.day)).write.parquet("out")\n`,
  )
  silent(
    "the kind of join is not known",
    `${READ}def f(how):\n    return orders.join(done, orders.id == done.order_id, how).filter(done.order_id.isNull())\n`,
  )
  silent(
    "pandas merges in memory",
    `import pandas as pd\na = pd.read_csv("a.csv")\nb = pd.read_csv("b.csv")\nnew = a.join(b, on="id", how="left")\nnew = new[new["b_id"].isnull()]\n`,
  )
  silent(
    "nulls of a frame that was never joined",
    `${READ}orders.filter(orders.customer_id.isNull()).write.parquet("out")\n`,
  )
  silent(
    "the rows with a partner are used as well",
    `${READ}joined = orders.join(done, orders.id == done.order_id, "left")\njoined.filter(done.order_id.isNull()).write.parquet("new")\njoined.filter(done.order_id.isNotNull()).write.parquet("old")\n`,
  )
  silent(
    "a comment explains the outer join",
    `${READ}# the left join stays: the report shows both sides\norders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull()).write.parquet("out")\n`,
  )

  fixes(
    "in one chain",
    `${READ}new = orders.join(done, orders.id == done.order_id, "left").filter(done.order_id.isNull()).select("amount")\n`,
    `${READ}new = orders.join(done, orders.id == done.order_id, "left_anti").select("amount")\n`,
    { safety: "unsafe", title: "Join by `left_anti`: the columns of `done`, all null here, are gone" },
  )
  fixes(
    "in two statements, by keyword",
    `${READ}joined = orders.join(done, on=["id"], how="left")\nnew = joined.filter(done.id.isNull())\n`,
    `${READ}joined = orders.join(done, on=["id"], how="left_anti")\nnew = joined\n`,
    { safety: "unsafe" },
  )
  suggests(
    "with another test in the filter",
    `${READ}joined = orders.join(done, orders.id == done.order_id, "left")\nnew = joined.filter(done.order_id.isNull() & (orders.amount > 1))\n`,
    "Join by `left_anti`",
  )
})
