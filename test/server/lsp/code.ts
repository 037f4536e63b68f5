/** PySpark that several rules speak about; the first finding has a safe fix. */
export const job = `from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

spark = SparkSession.builder.getOrCreate()
orders = spark.read.csv("s3://bucket/orders", header=True)
countries = spark.createDataFrame([("de", "Germany"), ("fr", "France")], ["code", "name"])

if orders.count() == 0:
    raise ValueError("no orders")

joined = orders.join(countries, orders.country == countries.code)
ranked = joined.withColumn("rank", F.row_number().over(Window.orderBy("amount")))
ranked.write.parquet("s3://bucket/ranked")

for name in ["a", "b", "c"]:
    orders = orders.withColumn(name, F.lit(1))
orders.write.parquet("s3://bucket/wide")
`

/** Two findings of one rule, each with a safe fix. */
export const twoCounts = `from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
orders = spark.read.csv("s3://bucket/orders", header=True)
events = spark.read.csv("s3://bucket/events", header=True)
if orders.count() == 0:
    raise ValueError("no orders")
if events.count() == 0:
    raise ValueError("no events")
`

/** A generator of numbers in [0, 1) that gives the same ones every time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
