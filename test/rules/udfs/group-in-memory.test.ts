import { groupInMemory } from "../../../rules/udfs/group-in-memory.ts"
import { describeRule } from "../harness.ts"

const READ = `import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window
spark = SparkSession.builder.getOrCreate()
events = spark.read.parquet("events")

def fit(pdf: pd.DataFrame) -> pd.DataFrame:
    return pdf.describe()

`

describeRule(groupInMemory, ({ fires, silent }) => {
  fires(
    "a constant key",
    `${READ}events.groupBy(F.lit(1)).applyInPandas(fit, "a double").write.parquet("out")
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hands over all rows of \`events\` as one group
#                        | grouped by one value
`,
  )
  fires(
    "a constant column",
    `${READ}keyed = events.withColumn("k", F.lit("all")).filter("value > 0")
keyed.groupby("k").applyInPandas(fit, "a double").write.parquet("out")
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all rows of \`keyed\` as one group
`,
  )
  fires(
    "no key",
    `${READ}events.groupBy().agg(F.collect_list("id").alias("ids")).write.parquet("out")
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`collect_list\` gathers all rows of \`events\` as one group
#                    | no key at all
`,
  )
  fires(
    "an aggregate of the frame",
    `${READ}ids = events.agg(F.sort_array(F.collect_list("id")))
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as one group
ids.write.parquet("out")
`,
  )
  fires(
    "an aggregate in a select",
    `${READ}ids = events.select(F.collect_list("id"))
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gathers all rows of \`events\`
ids.write.parquet("out")
`,
  )
  fires(
    "true or false",
    `${READ}events.groupBy((F.col("value") > 10).alias("high")).agg(F.collect_list("id")).write.parquet("out")
#                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^ its key makes only a few
#                                                   | true or false
`,
  )
  fires(
    "a few by the name, in the strict profile",
    `${READ}events.groupBy("country").applyInPandas(fit, "a double").write.parquet("out")
#                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ its key makes only a few
`,
    { show: "possible" },
  )

  silent(
    "a key with a value for each user",
    `${READ}events.groupBy("user_id").applyInPandas(fit, "a double").write.parquet("out")\n`,
  )
  silent(
    "a few by the name is a hint",
    `${READ}events.groupBy("country").applyInPandas(fit, "a double").write.parquet("out")\n`,
  )
  silent(
    "a constant among other keys",
    `${READ}events.groupBy(F.lit(1), "user_id").agg(F.collect_list("id")).write.parquet("out")\n`,
    { show: "possible" },
  )
  silent(
    "little data",
    `${READ}events.limit(100).groupBy(F.lit(1)).applyInPandas(fit, "a double").write.parquet("out")\n`,
  )
  silent(
    "a row for each key came before",
    `${READ}per_user = events.groupBy("user_id").count()\nper_user.agg(F.collect_list("user_id")).write.parquet("out")\n`,
  )
  silent(
    "the array is only counted, which another rule tells",
    `${READ}events.groupBy().agg(F.size(F.collect_list("id"))).write.parquet("out")\n`,
  )
  silent("only different values", `${READ}events.groupBy().agg(F.collect_set("kind")).write.parquet("out")\n`)
  silent(
    "a built-in aggregate of everything",
    `${READ}events.groupBy(F.lit(1)).agg(F.sum("value")).write.parquet("out")\n`,
  )
  silent(
    "a window is another matter",
    `${READ}w = Window.partitionBy("user_id")\nevents.select(F.collect_list("id").over(w)).write.parquet("out")\n`,
  )
  silent("pandas' own groups", `${READ}pdf = events.limit(9).toPandas()\npdf.groupby("kind").agg(list)\n`)
  silent(
    "groups of something whose own type nothing shows",
    `${READ}def collected(signals):
    return signals.df.groupBy("chromosome", "position").agg(F.collect_list(F.col("variant")).alias("variants"))

collected(unknown).write.parquet("out")
`,
  )
  silent(
    "one group of a few rows",
    `${READ}text = spark.table("t").limit(25).select(F.concat_ws(" ", F.collect_list("status")).alias("all")).first()[0]\n`,
  )
  silent(
    "one group of what was limited out of sight",
    `${READ}def texts(source):
    few = source.df.limit(25)
    return few.select(F.concat_ws(" ", F.collect_list("status")).alias("all")).first()[0]

texts(unknown)
`,
  )
  silent(
    "the column was made anew from another one",
    `${READ}keyed = events.withColumn("k", F.lit(1)).withColumn("k", F.col("user_id") % 1000)\nkeyed.groupBy("k").applyInPandas(fit, "a double").write.parquet("out")\n`,
  )
})
