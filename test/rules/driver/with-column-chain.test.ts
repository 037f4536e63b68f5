import { withColumnChain } from "../../../rules/driver/with-column-chain.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("orders")
`
const FIVE = `.withColumn("a", F.upper("x")).withColumn("b", F.lower("y")).withColumn("c", F.lit(1)).withColumn("d", F.col("z") + 1).withColumn("e", F.year("t"))`

describeRule(withColumnChain, ({ fires, silent, fixes, suggests }) => {
  fires(
    "five in one chain",
    `${READ}out = df${FIVE}
#        ^^^^^^^^^^ 5 \`withColumn\` in a row
#        | and here
`,
  )
  fires(
    "five statements",
    `${READ}df = df.withColumn("a", F.upper("x"))
#       ^^^^^^^^^^ 5 \`withColumn\` in a row
df = df.withColumn("b", F.lower("y"))
df = df.withColumn("c", F.lit(1))
df = df.withColumn("d", F.col("z") + 1)
df = df.withColumn("e", F.year("t"))
`,
  )
  fires(
    "over lines",
    `${READ}out = (
    df
    .withColumn("a", F.upper("x"))
#    ^^^^^^^^^^ 6 \`withColumn\` in a row
    .withColumn("b", F.lower("y"))
    .withColumn("c", F.lit(1))
    .withColumn("d", F.col("z") + 1)
    .withColumn("e", F.year("t"))
    .withColumn("f", F.month("t"))
    .filter("a is not null")
)
`,
  )
  fires(
    "expressions that aren't known",
    `${READ}out = df.withColumn("a", x).withColumn("b", y).withColumn("c", z).withColumn("d", v).withColumn("e", w)
#        ^^^^^^^^^^ in a row
`,
  )
  fires(
    "some need others, most don't",
    `${READ}out = df${FIVE}.withColumn("f", F.col("a"))
#        ^^^^^^^^^^ adds those that don't need each other
`,
  )

  silent(
    "four are few",
    `${READ}out = df.withColumn("a", F.lit(1)).withColumn("b", F.lit(1)).withColumn("c", F.lit(1)).withColumn("d", F.lit(1))\n`,
  )
  silent(
    "each one needs the one before",
    `${READ}out = df.withColumn("a", F.upper("x")).withColumn("b", F.col("a")).withColumn("c", F.col("b")).withColumn("d", F.col("c")).withColumn("e", F.col("d"))\n`,
  )
  silent(
    "one column is rewritten",
    `${READ}out = df${[1, 2, 3, 4, 5].map((n) => `.withColumn("a", F.col("a") + ${n})`).join("")}\n`,
  )
  silent(
    "withColumns does it at once",
    `${READ}out = df.withColumns({"a": F.lit(1), "b": F.lit(2), "c": F.lit(3), "d": F.lit(4), "e": F.lit(5)})\n`,
  )
  silent(
    "a select does it at once",
    `${READ}out = df.select("*", F.lit(1).alias("a"), F.lit(2).alias("b"), F.lit(3).alias("c"))\n`,
  )
  silent("with-column-loop speaks of loops", `${READ}for c in cols:\n    df = df${FIVE}\n`)
  silent(
    "other steps stand between",
    `${READ}out = df.withColumn("a", F.lit(1)).filter("a").withColumn("b", F.lit(1)).filter("b").withColumn("c", F.lit(1)).filter("c").withColumn("d", F.lit(1)).filter("d").withColumn("e", F.lit(1))\n`,
  )
  silent(
    "a generator of test data takes types",
    `${READ}import dbldatagen as dg\ndata = dg.DataGenerator(spark).withColumn("a", "int", minValue=1).withColumn("b", "int", minValue=1).withColumn("c", "int", minValue=1).withColumn("d", "int", minValue=1).withColumn("e", "int", minValue=1)\n`,
  )
  silent(
    "polars has with_columns",
    `import polars as pl\ndf = pl.read_csv("a").with_columns(pl.lit(1)).with_columns(pl.lit(2))\n`,
  )
  silent(
    "a helper's steps, and those of its caller",
    `${READ}def add(frame):
    return frame.withColumn("a", F.upper("x")).withColumn("b", F.lower("y")).withColumn("c", F.lit(1))

out = add(df).withColumn("d", F.col("z") + 1).withColumn("e", F.year("t")).withColumn("f", F.lit(2))
`,
  )
  silent("a test", `${READ}out = df${FIVE}\n`, { path: "tests/test_a.py" })

  fixes(
    "on one line",
    `${READ}out = df${FIVE}\n`,
    `${READ}out = df.withColumns({
    "a": F.upper("x"),
    "b": F.lower("y"),
    "c": F.lit(1),
    "d": F.col("z") + 1,
    "e": F.year("t"),
})
`,
    { safety: "safe" },
  )
  fixes(
    "over lines, inside a function",
    `${READ}def add(df):
    return (
        df.filter("x is not null")
        .withColumn("a", F.upper("x"))
        .withColumn("b", F.lower("y"))
        .withColumn("c", F.lit(1))
        .withColumn("d", F.col("z") + 1)
        .withColumn("x", F.trim("x"))
        .drop("y")
    )

add(df)
`,
    `${READ}def add(df):
    return (
        df.filter("x is not null")
        .withColumns({
            "a": F.upper("x"),
            "b": F.lower("y"),
            "c": F.lit(1),
            "d": F.col("z") + 1,
            "x": F.trim("x"),
        })
        .drop("y")
    )

add(df)
`,
    { safety: "safe" },
  )
  suggests(
    "statements",
    `${READ}${["a", "b", "c", "d", "e"].map((c) => `df = df.withColumn("${c}", F.lit(1))`).join("\n")}\n`,
    "withColumns",
  )
  suggests("what isn't proven", `${READ}out = df${FIVE}.withColumn("f", F.col("a"))\n`, "where none reads")
})
