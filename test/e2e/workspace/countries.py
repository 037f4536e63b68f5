"""Joins orders with a handful of countries."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("countries").getOrCreate()

orders = spark.read.parquet("/lake/orders")
countries = spark.createDataFrame([("DE", "Germany"), ("FR", "France"), ("PL", "Poland")], ["country", "name"])

named = orders.join(countries, "country")
named.write.mode("overwrite").parquet("/lake/named")
