import { withColumnLoop } from "../../../rules/driver/with-column-loop.ts"
import { describeRule } from "../harness.ts"

const READ = `from functools import reduce
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
spark = SparkSession.builder.getOrCreate()
df = spark.read.parquet("wide")
`

describeRule(withColumnLoop, ({ fires, silent, fixes, suggests }) => {
  fires(
    "a column per name of the frame",
    `${READ}for c in df.columns:
    df = df.withColumn(c, F.trim(F.col(c)))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \`withColumn\` runs once a round on \`df\`
#           | goes from round to round
`,
  )
  fires(
    "a counted number of rounds",
    `${READ}for i in range(50):
    df = df.withColumn(f"lag_{i}", F.lit(i))
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ runs 50 times on \`df\`
`,
  )
  fires(
    "renames",
    `${READ}for old, new in names.items():
    df = df.withColumnRenamed(old, new)
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ One \`withColumnsRenamed\`
`,
  )
  fires(
    "drops",
    `${READ}for c in unwanted:
    df = df.drop(c)
#           ^^^^^^^ One \`drop(*names)\`
`,
  )
  fires(
    "reduce over the frame",
    `${READ}clean = reduce(lambda acc, c: acc.withColumn(c, F.trim(c)), df.columns, df)
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^ on \`acc\`
`,
  )
  fires(
    "under a condition, with a filter beside it",
    `${READ}for name, dtype in df.dtypes:
    if dtype == "string":
        df = df.filter(F.col(name).isNotNull()).withColumn(name, F.lower(F.col(name)))
#                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ on \`df\`
`,
  )
  fires(
    "in a helper that the loop calls",
    `${READ}def add(frame, name):
    return frame.withColumn(name, F.lit(0))
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^ on \`df\`

for c in missing:
    df = add(df, c)
`,
  )

  silent(
    "pandas assigns in place",
    `import pandas as pd\ndf = pd.read_csv("a.csv")\nfor c in df.columns:\n    df = df.drop(c, axis=1)\n`,
  )
  silent(
    "polars' with_columns is another library's",
    `import polars as pl\ndf = pl.read_csv("a")\nfor c in df.columns:\n    df = df.with_columns(pl.col(c))\n`,
  )
  silent("three rounds cost nothing", `${READ}for c in ["a", "b", "c"]:\n    df = df.withColumn(c, F.lit(0))\n`)
  silent("one withColumn after the loop", `${READ}for c in names:\n    print(c)\ndf = df.withColumn("x", F.lit(0))\n`)
  silent(
    "each round starts from the same frame",
    `${READ}parts = []\nfor c in names:\n    part = df.withColumn(c, F.lit(0))\n    parts.append(part)\n`,
  )
  silent(
    "a loop that looks for one column makes it once",
    `${READ}for field in schema:\n    if field["name"] == "OWNER":\n        df = df.withColumn("OWNER", F.lit("x"))\n`,
  )
  silent(
    "each round goes on from the column that the one before wrote",
    `${READ}for c in names:\n    df = df.withColumn("total", F.col("total") + F.col(c))\n`,
  )
  silent("one withColumns for all", `${READ}df = df.withColumns({c: F.trim(F.col(c)) for c in df.columns})\n`)
  silent("a select builds them all", `${READ}df = df.select(*[F.trim(F.col(c)).alias(c) for c in df.columns])\n`)
  silent(
    "a checkpoint cuts the plan in each round",
    `${READ}for c in names:\n    df = df.withColumn(c, F.lit(0)).localCheckpoint()\n`,
  )
  silent(
    "the loop joins, which another rule speaks of",
    `${READ}for c in names:\n    df = df.join(spark.read.parquet(c), "id").withColumn(c, F.lit(0))\n`,
  )
  silent(
    "the frame is read anew in each round",
    `${READ}for path in paths:\n    df = spark.read.parquet(path)\n    df = df.withColumn("path", F.lit(path))\n    df.write.parquet(path + "_out")\n`,
  )
  silent("an RDD has no columns", `${READ}rdd = df.rdd\nfor c in names:\n    rdd = rdd.filter(lambda row: row)\n`)
  silent(
    "the name is rebound to something that is no frame",
    `df = load()\nfor c in names:\n    df = df.withColumn(c)\n    df = str(df)\n`,
  )
  silent(
    "each round waits for jobs besides",
    `${READ}for c in names:
    df = df.withColumn(c, F.upper(c))
    df.select(c).distinct().write.mode("overwrite").saveAsTable(f"values_{c}")
`,
  )
  silent("a test builds what it likes", `${READ}for c in names:\n    df = df.withColumn(c, F.lit(0))\n`, {
    path: "tests/test_wide.py",
  })

  fixes(
    "each column from itself",
    `${READ}for c in df.columns:\n    df = df.withColumn(c, F.trim(F.col(c)))\n`,
    `${READ}df = df.withColumns({c: F.trim(F.col(c)) for c in df.columns})\n`,
    { safety: "safe" },
  )
  fixes(
    "literal names, others only read",
    `${READ}for c in ["a", "b", "c", "d"]:
    df = df.withColumn(c, F.coalesce(F.col(c), F.col("other").cast("double"), F.lit(0)))
`,
    `${READ}df = df.withColumns(
    {c: F.coalesce(F.col(c), F.col("other").cast("double"), F.lit(0)) for c in ["a", "b", "c", "d"]}
)
`,
    { safety: "safe" },
  )
  fixes(
    "a round that reads a column of the others",
    `${READ}for c in ["a", "b", "c", "d"]:\n    df = df.withColumn(c, F.col(c) + F.col("a"))\n`,
    `${READ}df = df.withColumns({c: F.col(c) + F.col("a") for c in ["a", "b", "c", "d"]})\n`,
    { safety: "unsafe", title: "only if no round reads or overwrites" },
  )
  fixes(
    "a name twice",
    `${READ}for c in ["a", "b", "A", "d"]:\n    df = df.withColumn(c, F.concat(F.col(c), F.lit("x")))\n`,
    `${READ}df = df.withColumns({c: F.concat(F.col(c), F.lit("x")) for c in ["a", "b", "A", "d"]})\n`,
    { safety: "unsafe" },
  )
  fixes(
    "names from outside",
    `${READ}for c in names:\n    df = df.withColumn(c, F.trim(df[c]))\n`,
    `${READ}df = df.withColumns({c: F.trim(df[c]) for c in names})\n`,
    { safety: "unsafe" },
  )
  fixes(
    "new names beside the old",
    `${READ}for c in ["a", "b", "c", "d"]:\n    df = df.withColumn(f"{c}_clean", F.regexp_replace(F.col(c), " ", "_"))\n`,
    `${READ}df = df.withColumns(
    {f"{c}_clean": F.regexp_replace(F.col(c), " ", "_") for c in ["a", "b", "c", "d"]}
)
`,
    { safety: "safe" },
  )
  fixes(
    "a new name that another round reads",
    `${READ}for c in ["a", "a_x", "c", "d"]:\n    df = df.withColumn(f"{c}_x", F.upper(F.col(c)))\n`,
    `${READ}df = df.withColumns({f"{c}_x": F.upper(F.col(c)) for c in ["a", "a_x", "c", "d"]})\n`,
    { safety: "unsafe" },
  )
  fixes(
    "an expression with a value from outside, which may be a column",
    `${READ}for c in df.columns:\n    df = df.withColumn(c, F.col(c) * factor)\n`,
    `${READ}df = df.withColumns({c: F.col(c) * factor for c in df.columns})\n`,
    { safety: "unsafe" },
  )
  fixes(
    "renames of a mapping",
    `${READ}for old, new in names.items():\n    df = df.withColumnRenamed(old, new)\n`,
    `${READ}df = df.withColumnsRenamed(names)\n`,
    { safety: "unsafe" },
  )
  fixes(
    "renames of literal pairs",
    `${READ}for old, new in [("a", "x"), ("b", "y"), ("c", "z"), ("d", "w")]:\n    df = df.withColumnRenamed(old, new)\n`,
    `${READ}df = df.withColumnsRenamed(
    {old: new for old, new in [("a", "x"), ("b", "y"), ("c", "z"), ("d", "w")]}
)
`,
    { safety: "safe" },
  )
  fixes("drops", `${READ}for c in unwanted:\n    df = df.drop(c)\n`, `${READ}df = df.drop(*unwanted)\n`, {
    safety: "safe",
  })
  fixes(
    "drops of derived names",
    `${READ}for c in unwanted:\n    df = df.drop("_" + c)\n`,
    `${READ}df = df.drop(*["_" + c for c in unwanted])\n`,
    { safety: "safe" },
  )
  fixes(
    "reduce",
    `${READ}clean = reduce(lambda acc, c: acc.withColumn(c, F.trim(F.col(c))), df.columns, df)\n`,
    `${READ}clean = df.withColumns({c: F.trim(F.col(c)) for c in df.columns})\n`,
    { safety: "safe" },
  )
  fixes(
    "inside a function, at its indentation",
    `${READ}def clean(frame):
    frame = frame.select("*")
    for column in frame.columns:
        frame = frame.withColumn(column, F.when(F.col(column) == "", None).otherwise(F.trim(F.col(column))))
    return frame

clean(df).write.parquet("out")
`,
    `${READ}def clean(frame):
    frame = frame.select("*")
    frame = frame.withColumns(
        {column: F.when(F.col(column) == "", None).otherwise(F.trim(F.col(column))) for column in frame.columns}
    )
    return frame

clean(df).write.parquet("out")
`,
    { safety: "safe" },
  )
  suggests(
    "a loop that does more",
    `${READ}for c in df.columns:\n    print(c)\n    df = df.withColumn(c, F.trim(F.col(c)))\n`,
    "Collect the columns in a dict first",
  )
  suggests(
    "a Spark without withColumns",
    `${READ}for c in df.columns:\n    df = df.withColumn(c, F.trim(F.col(c)))\n`,
    "Collect the columns in a dict first",
    { target: "3.2", min: "3.2" },
  )
})
