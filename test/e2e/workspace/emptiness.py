"""Asks two tables whether they are empty, the dear way."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("orders").getOrCreate()

orders = spark.read.parquet("/lake/orders").filter("status = 'open'")
returns = spark.read.parquet("/lake/returns").filter("reason IS NULL")

if orders.count() == 0:
    raise ValueError("no orders")

if returns.count() == 0:
    raise ValueError("no returns")
