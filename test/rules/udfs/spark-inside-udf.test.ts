import { sparkInsideUdf } from "../../../rules/udfs/spark-inside-udf.ts"
import { describeRule } from "../harness.ts"

const READ = `from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.functions import udf
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
orders = spark.read.parquet("orders")
rates = spark.read.parquet("rates")
`

describeRule(sparkInsideUdf, ({ fires, silent }) => {
  fires(
    "a function of columns",
    `${READ}@udf("string")
def code(country):
    return F.upper(country)
#            ^^^^^^^^^^^^^^ \`code\` calls \`upper\` of pyspark.sql.functions
#            | \`code\` runs on executors
#            | applied here

orders.select(code("country")).write.parquet("out")
`,
  )
  fires(
    "a query by the session",
    `${READ}def rate(currency):
    return spark.sql(f"SELECT rate FROM rates WHERE currency = '{currency}'").first()[0]
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ needs the Spark session of the driver

rate_udf = F.udf(rate, T.DoubleType())
orders.withColumn("rate", rate_udf("currency")).write.parquet("out")
`,
  )
  fires(
    "a DataFrame in an RDD's lambda",
    `${READ}orders.rdd.map(lambda row: rates.filter(rates.currency == row.currency).count()).saveAsTextFile("out")
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ This lambda uses \`filter\`
`,
  )
  fires(
    "another UDF",
    `${READ}@udf("string")
def clean(s):
    return s.strip()

@udf("string")
def label(s):
    return clean(s) + "!"
#          ^^^^^^^^ \`label\` calls another UDF, \`clean\`

orders.select(label("status")).write.parquet("out")
`,
  )
  fires(
    "an RDD inside another RDD's function",
    `${READ}names = sc.textFile("names")

def known(row):
    return names.filter(lambda name: name == row.name).count() > 0
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ uses \`filter\`

orders.rdd.filter(known).saveAsTextFile("out")
`,
  )
  fires(
    "a session made in foreachPartition",
    `${READ}def save(rows):
    session = SparkSession.builder.getOrCreate()
#                                  ^^^^^^^^^^^^^ uses \`getOrCreate\`
    session.createDataFrame(list(rows)).write.mode("append").parquet("out")

orders.foreachPartition(save)
`,
  )
  fires(
    "a helper that asks the session",
    `${READ}def look_up(key):
    return spark.table("names").filter(F.col("key") == key).first()
#                ^^^^^^^^^^^^^^ \`name_of\` uses \`table\`

@udf("string")
def name_of(key):
    return look_up(key)["name"]

orders.select(name_of("customer_id")).write.parquet("out")
`,
  )

  fires(
    "an object that holds the session",
    `${READ}class Job:
    def __init__(self, spark):
        self.spark = spark
        self.suffix = "!"

    def run(self, df):
        mark = udf(lambda s: s + self.suffix)
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^ takes \`self\`, which holds \`spark\` along
        return df.select(mark("status"))

Job(spark).run(orders).write.parquet("out")
`,
  )

  silent(
    "a broadcast value is made for this",
    `${READ}known = sc.broadcast({"AT": 1})\n\n@udf("int")\ndef code(country):\n    return known.value.get(country)\n\norders.select(code("country")).write.parquet("out")\n`,
  )
  silent(
    "an accumulator adds up on executors",
    `${READ}seen = sc.accumulator(0)\n\ndef count(row):\n    seen.add(1)\n\norders.foreach(count)\n`,
  )
  silent(
    "a row is a plain value",
    `${READ}orders.rdd.map(lambda row: Row(id=row.id, total=row.amount * 2)).toDF().write.parquet("out")\n`,
  )
  silent(
    "a function that is no UDF works on columns",
    `${READ}def code(country):\n    return F.upper(country)\n\norders.select(code("country")).write.parquet("out")\n`,
  )
  silent(
    "foreachBatch runs on the driver",
    `${READ}def save(batch, n):\n    batch.select(F.upper("country")).write.mode("append").parquet("out")\n\nspark.readStream.table("t").writeStream.foreachBatch(save).start()\n`,
  )
  silent(
    "transform runs on the driver",
    `${READ}def step(df):\n    return df.withColumn("x", F.upper("country"))\n\norders.transform(step).write.parquet("out")\n`,
  )
  silent(
    "a lambda of a higher-order function makes columns",
    `${READ}orders.select(F.transform("tags", lambda tag: F.upper(tag))).write.parquet("out")\n`,
  )
  silent(
    "the plain function beside the UDF",
    `${READ}def clean(s):\n    return s.strip()\n\nclean_udf = udf(clean)\n\n@udf("string")\ndef label(s):\n    return clean(s) + "!"\n\norders.select(label("status"), clean_udf("status")).write.parquet("out")\n`,
  )
  silent(
    "values that were collected before",
    `${READ}known = [row.code for row in rates.collect()]\n\n@udf("boolean")\ndef is_known(code):\n    return code in known\n\norders.select(is_known("country")).write.parquet("out")\n`,
  )
  silent(
    "Python's own function was meant, which another rule tells",
    `from pyspark.sql.functions import *\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n\n@udf("double")\ndef total(xs):\n    return sum(xs)\n\nspark.table("t").select(total("xs")).write.parquet("out")\n`,
  )
  silent(
    "asks whether there is a session, which executors have not",
    `${READ}def logger():
    session = SparkSession.getActiveSession()
    if session:
        return session
    return print

def work(rows):
    logger()
    return rows

spark.sparkContext.parallelize([1]).mapPartitions(work).count()
`,
  )
  silent(
    "types are plain objects",
    `${READ}@udf("string")\ndef kind(x):\n    return T.StringType().simpleString()\n\norders.select(kind("status")).write.parquet("out")\n`,
  )
})
