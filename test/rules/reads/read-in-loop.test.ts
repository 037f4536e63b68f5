import { readInLoop } from "../../../rules/reads/read-in-loop.ts"
import { describeRule } from "../harness.ts"

const SPARK = `from functools import reduce
import sys
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
paths = sys.argv[1:]
`

describeRule(readInLoop, ({ fires, silent, suggests }) => {
  fires(
    "a comprehension, then reduce",
    `${SPARK}parts = [spark.read.parquet(path) for path in paths]
#                   ^^^^^^^^^^^^^ The reader takes all paths at once
#                   | one read for each round
reduce(DataFrame.unionByName, parts).write.parquet("out")
`,
  )
  fires(
    "a list that a loop fills",
    `${SPARK}parts = []
for day in paths:
    part = spark.read.parquet(f"s3://lake/{day}")
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ lists files and finds out a schema
    parts.append(part)
reduce(lambda a, b: a.union(b), parts).write.parquet("out")
`,
  )
  fires(
    "a path put together in the loop",
    `${SPARK}parts = []
for day in paths:
    path = "s3://lake/" + day
    parts.append(spark.read.orc(path))
#                           ^^^^^^^^^ one listing, one scan
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  fires(
    "each part is told by a column",
    `${SPARK}parts = [spark.read.parquet(p).withColumn("source", F.lit(p)) for p in paths]
#                   ^^^^^^^^^^ \`F.input_file_name()\` tells which file a row is of
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  fires(
    "CSV with a schema, filtered",
    `${SPARK}parts = [spark.read.csv(p, schema="id long").filter("id > 0") for p in paths]
#                   ^^^^^^^^^^^^^^^^^^^^^^^^ Every round of this loop lists files anew, and the union
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )

  silent("all at once", `${SPARK}spark.read.parquet(*paths).write.parquet("out")\n`)
  silent(
    "a loop grows the union: another rule speaks",
    `${SPARK}df = spark.read.parquet(paths[0])
for p in paths[1:]:
    df = df.union(spark.read.parquet(p))
df.write.parquet("out")
`,
  )
  silent(
    "three files",
    `${SPARK}parts = [spark.read.parquet(p) for p in ["a", "b", "c"]]
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  silent(
    "each is written by itself",
    `${SPARK}for p in paths:
    spark.read.parquet(p).write.parquet(p + "_out")
`,
  )
  silent(
    "the same path in each round",
    `${SPARK}parts = [spark.read.parquet("orders").filter(F.col("k") == k) for k in paths]
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  silent(
    "each is aggregated first",
    `${SPARK}parts = [spark.read.parquet(p).groupBy("k").count() for p in paths]
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  silent(
    "joined, not united",
    `${SPARK}parts = [spark.read.parquet(p) for p in paths]
reduce(lambda a, b: a.join(b, "id"), parts).write.parquet("out")
`,
  )
  silent(
    "tables are no paths",
    `${SPARK}parts = [spark.table(t) for t in paths]
reduce(DataFrame.union, parts).write.parquet("out")
`,
  )
  silent(
    "pandas",
    `import glob
import pandas as pd
pd.concat([pd.read_parquet(p) for p in glob.glob("*")]).to_parquet("out")
`,
  )

  suggests(
    "one read",
    `${SPARK}parts = [spark.read.parquet(p) for p in paths]
reduce(DataFrame.union, parts).write.parquet("out")
`,
    "spark.read.parquet(*paths)",
  )
})
