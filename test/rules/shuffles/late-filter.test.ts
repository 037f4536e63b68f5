import { lateFilter } from "../../../rules/shuffles/late-filter.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
orders = spark.read.parquet("orders")
`
const TWICE = `paid.groupBy("day").count().write.parquet("a")
paid.groupBy("country").count().write.parquet("b")
`

describeRule(lateFilter, ({ fires, silent, fixes, suggests }) => {
  fires(
    "behind a cache that nothing else reads",
    `${READ}kept = orders.cache()
paid = kept.filter(F.col("status") == "paid")
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`cache\` keeps all rows of \`kept\`, and all that reads them wants only those
#           | \`cache\` comes before the filter
#           | what stays is \`paid\`
${TWICE}`,
  )
  fires(
    "in one chain",
    `${READ}paid = orders.select("id", "day", "country", "status").persist().where("status = 'paid'")
#                                                                ^^^^^^^^^^^^^^^^^^^^^^^^ \`persist\` keeps all rows
${TWICE}`,
  )
  fires(
    "filled by a count, and filtered alike twice",
    `${READ}orders.cache()
orders.count()
orders.filter(F.col("status") == "paid").groupBy("day").count().write.parquet("a")
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ wants only those that this filter leaves
orders.filter(F.col("status") == "paid").groupBy("country").count().write.parquet("b")
`,
  )
  fires(
    "behind a checkpoint",
    `${READ}big = orders.join(spark.read.parquet("customers"), "customer_id").checkpoint()
paid = big.filter(F.col("status") == "paid")
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`checkpoint\` keeps all rows of \`big\`
${TWICE}`,
  )
  fires(
    "behind a random column that it does not read",
    `${READ}salted = orders.withColumn("salt", (F.rand() * 8).cast("int")).filter(F.col("status") == "paid")
#                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Spark computes \`rand\` for all rows before this filter
#                                                              | \`salt\` gets other values each time
`,
  )
  fires(
    "behind a UDF that is marked",
    `${READ}@F.udf("string")
def token(x):
    return make(x)

token = token.asNondeterministic()
tokens = orders.withColumn("token", token("id")).filter(F.col("status").isNotNull())
#                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the UDF \`token\`, marked as non-deterministic
`,
  )
  fires(
    "behind a function over groups, by their key",
    `${READ}fitted = orders.groupBy("country").applyInPandas(fit, "country string, slope double")
at = fitted.filter(F.col("country") == "AT")
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs Python over every group before this filter throws groups away by \`country\`
`,
  )

  silent(
    "other readers want the other rows",
    `${READ}kept = orders.cache()\npaid = kept.filter("status = 'paid'")\n${TWICE}kept.count()\nkept.write.parquet("c")\n`,
  )
  silent(
    "filters that differ",
    `${READ}orders.cache()\norders.filter("status = 'paid'").write.parquet("a")\norders.filter("status = 'new'").write.parquet("b")\n`,
  )
  silent(
    "a Python UDF, below which Spark pushes it",
    `${READ}@F.udf("string")\ndef up(x):\n    return x.upper()\n\norders.withColumn("u", up("status")).filter(F.col("country") == "AT").write.parquet("a")\n`,
  )
  silent(
    "a window by the same key, below which Spark pushes it",
    `${READ}from pyspark.sql import Window\norders.withColumn("n", F.count("*").over(Window.partitionBy("country"))).filter(F.col("country") == "AT").write.parquet("a")\n`,
  )
  silent(
    "a join, below which Spark pushes it",
    `${READ}orders.join(spark.read.parquet("customers"), "customer_id", "left").filter(F.col("segment") == "public").write.parquet("a")\n`,
  )
  silent(
    "a limit, which would choose other rows",
    `${READ}orders.limit(1000).filter(F.col("country") == "AT").write.parquet("a")\n`,
  )
  silent(
    "it reads the random column",
    `${READ}orders.withColumn("r", F.rand(7)).filter(F.col("r") < 0.1).write.parquet("a")\n`,
  )
  silent(
    "read once: the cache is for nothing, which another rule says",
    `${READ}orders.cache().filter("status = 'paid'").write.parquet("a")\n`,
  )
  silent(
    "the filter changes with each round",
    `${READ}orders.cache()\nfor s in statuses:\n    orders.filter(F.col("status") == s).write.parquet(s)\n`,
  )
  silent(
    "the cached frame goes to a caller",
    `${READ}def load():\n    kept = orders.cache()\n    paid = kept.filter("status = 'paid'")\n    ${TWICE.replaceAll("\n", "\n    ").trimEnd()}\n    return kept\n`,
  )
  silent(
    "the function over groups may change other columns",
    `${READ}orders.groupBy("country").applyInPandas(fit, "country string, slope double").filter(F.col("slope") > 1).write.parquet("a")\n`,
  )
  silent(
    "row numbers may be meant for all rows",
    `${READ}orders.withColumn("n", F.monotonically_increasing_id()).filter(F.col("status") == "paid").write.parquet("a")\n`,
  )
  silent(
    "a comment says that the whole is wanted",
    `${READ}kept = orders.cache()\npaid = kept.filter("status = 'paid'")  # the whole table is read again by the next job\n${TWICE}`,
  )

  fixes(
    "changes their order",
    `${READ}paid = orders.select("id", "day", "country", "status").persist().where("status = 'paid'")
${TWICE}`,
    `${READ}paid = orders.select("id", "day", "country", "status").where("status = 'paid'").persist()
${TWICE}`,
    { safety: "unsafe" },
  )
  fixes(
    "before a random column",
    `${READ}salted = orders.withColumn("salt", F.rand()).filter(F.col("status") == "paid")\n`,
    `${READ}salted = orders.filter(F.col("status") == "paid").withColumn("salt", F.rand())\n`,
    { safety: "unsafe" },
  )
  suggests(
    "a text where they stand apart",
    `${READ}kept = orders.cache()\npaid = kept.filter("status = 'paid'")\n${TWICE}`,
    "Filter before `cache`",
  )
})
