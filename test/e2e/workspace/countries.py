"""Joins orders with a handful of countries."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("countries").getOrCreate()

orders = spark.read.parquet("/lake/orders")
countries = spark.createDataFrame([("DE", "Germany"), ("FR", "France"), ("PL", "Poland")], ["country", "name"])

named = orders.join(countries, "country")
totals = named.groupBy("country", "name").count().orderBy("country")
totals.write.mode("overwrite").parquet("/lake/totals")
