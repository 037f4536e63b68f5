import { unsplittableInput } from "../../../rules/reads/unsplittable-input.ts"
import { describeRule } from "../harness.ts"

const SPARK = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`

describeRule(unsplittableInput, ({ fires, silent }) => {
  fires(
    "one gzipped CSV",
    `${SPARK}orders = spark.read.csv("s3://lake/orders.csv.gz", header=True)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is read by one task, since a .gz file can't be split
#                   | one file is read here
orders.groupBy("country").count().write.parquet("out")
`,
  )
  fires(
    "gzipped JSON",
    `${SPARK}events = spark.read.json("events.json.gz", schema="id long")
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'events.json.gz' is read by one task
events.write.parquet("out")
`,
  )
  fires(
    "text by format",
    `${SPARK}lines = spark.read.format("text").load("hdfs:///logs/access.log.gz")
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one task
lines.filter("value like '%error%'").write.text("out")
`,
  )
  fires(
    "of a size that is known",
    `${SPARK}orders = spark.read.csv("orders.csv.gz")
#                   ^^^^^^^^^^^^^^^^^^^^ 'orders.csv.gz', 20 GiB, is read by one task
#                   | the configuration gives the size
orders.write.parquet("out")
`,
    { tables: { "orders.csv.gz": { bytes: 20 * 2 ** 30 } } },
  )
  fires(
    "records that span lines, where the file is large",
    `${SPARK}orders = spark.read.csv("orders.csv", multiLine=True)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ records that span lines (\`multiLine\`) can't be split
orders.write.parquet("out")
`,
    { tables: { "orders.csv": { bytes: 20 * 2 ** 30 } } },
  )

  silent("many files", `${SPARK}spark.read.csv("orders/*.csv.gz").write.parquet("out")\n`)
  silent("a folder", `${SPARK}spark.read.csv("orders", multiLine=True).write.parquet("out")\n`)
  silent("plain text splits", `${SPARK}spark.read.csv("orders.csv").write.parquet("out")\n`)
  silent("bzip2 splits", `${SPARK}spark.read.csv("orders.csv.bz2").write.parquet("out")\n`)
  silent("Parquet compresses its pages", `${SPARK}spark.read.parquet("orders.gz.parquet").write.parquet("out")\n`)
  silent(
    "the rows are spread out first",
    `${SPARK}spark.read.csv("orders.csv.gz").repartition(64).groupBy("_c0").count().write.parquet("out")\n`,
  )
  silent("a small file", `${SPARK}spark.read.csv("countries.csv.gz").write.parquet("out")\n`, {
    tables: { "countries.csv.gz": { bytes: 20_000 } },
  })
  silent(
    "a document of unknown size is only possible",
    `${SPARK}spark.read.json("settings.json", multiLine=True).write.parquet("out")\n`,
  )
  silent("a path that nobody knows", `${SPARK}import sys\nspark.read.csv(sys.argv[1]).write.parquet("out")\n`)
  silent("pandas", `import pandas as pd\npd.read_csv("orders.csv.gz").to_parquet("out")\n`)
})
