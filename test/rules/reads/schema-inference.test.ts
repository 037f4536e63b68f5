import { schemaInference } from "../../../rules/reads/schema-inference.ts"
import { describeRule } from "../harness.ts"

const SPARK = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`

describeRule(schemaInference, ({ fires, silent, suggests }) => {
  fires(
    "JSON without a schema",
    `${SPARK}events = spark.read.json("s3://lake/events")
#                   ^^^^^^^^^^^^^^^^^^^^^^^^ To make \`events\` Spark reads all of the JSON once to find its columns
#                   | the read of 's3://lake/events' has no schema
events.write.parquet("out")
`,
  )
  fires(
    "CSV with inferSchema",
    `${SPARK}orders = spark.read.csv("orders", header=True, inferSchema=True)
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ reads all of the CSV once to guess its types
orders.write.parquet("out")
`,
  )
  fires(
    "by options, as text",
    `${SPARK}orders = spark.read.format("csv").option("header", "true").option("inferSchema", "true").load("orders")
#                                                                                        ^^^^^^^^^^^^^^ to guess its types
orders.write.parquet("out")
`,
  )
  fires(
    "footers of all files",
    `${SPARK}orders = spark.read.option("mergeSchema", True).parquet("orders")
#                                               ^^^^^^^^^^^^^^^^^ opens the footers of all files to merge their schemas
orders.write.parquet("out")
`,
  )
  fires(
    "in a function, by a path that nobody knows",
    `${SPARK}import sys
def load(session: SparkSession, path: str):
    return session.read.json(path)
#                       ^^^^^^^^^^ reads all of the JSON once
load(spark, sys.argv[1]).write.parquet("out")
`,
  )

  fires(
    "of the same files once, however often they are read",
    `${SPARK}events = spark.read.json("events")
#                   ^^^^^^^^^^^^^^ To make \`events\` Spark reads all of the JSON once
again = spark.read.json("events")
events.join(again, "id").write.parquet("out")
`,
  )
  silent("a schema as text", `${SPARK}spark.read.json("events", schema="id long, kind string").write.parquet("out")\n`)
  silent(
    "a schema by the reader",
    `${SPARK}from pyspark.sql.types import StructType
spark.read.schema(StructType()).json("events").write.parquet("out")
`,
  )
  silent("plain CSV with a header: texts", `${SPARK}spark.read.csv("orders", header=True).write.parquet("out")\n`)
  silent(
    "inferSchema is off",
    `${SPARK}spark.read.csv("orders", header=True, inferSchema=False).write.parquet("out")\n`,
  )
  silent("Parquet has its schema", `${SPARK}spark.read.parquet("orders").write.parquet("out")\n`)
  silent("a sample", `${SPARK}spark.read.option("samplingRatio", 0.01).json("events").write.parquet("out")\n`)
  silent(
    "texts that the program holds",
    `${SPARK}rows = spark.sparkContext.parallelize(['{"a": 1}'])
spark.read.json(rows).write.parquet("out")
`,
  )
  silent("one document", `${SPARK}spark.read.option("multiLine", True).json("settings.json").write.parquet("out")\n`)
  silent(
    "Spark's own examples are a few lines",
    `${SPARK}spark.read.json("examples/src/main/resources/people.json").write.parquet("out")\n`,
  )
  silent("a file of known size", `${SPARK}spark.read.json("small/events").write.parquet("out")\n`, {
    tables: { "small/events": { rows: 100, bytes: 10_000 } },
  })
  silent(
    "options that are not seen",
    `${SPARK}import json
options = json.load(open("read.json"))
spark.read.options(**options).json("events").write.parquet("out")
`,
  )
  silent(
    "callers may give the schema, though the one that is seen does not",
    `${SPARK}def load(session: SparkSession, path, **options):
    return session.read.json(path, **options)
load(spark, "events").write.parquet("out")
`,
  )
  silent(
    "a stream must have one, and says so",
    `${SPARK}spark.readStream.format("json").load("events").writeStream.start("out")\n`,
  )
  silent(
    "pandas",
    `import pandas as pd
pd.read_json("events").to_parquet("out")
`,
  )

  suggests(
    "the schema of one read",
    `${SPARK}events = spark.read.json("events")\nevents.write.parquet("out")\n`,
    "take events.schema",
  )
})
