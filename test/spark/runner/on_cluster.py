"""Runs on executors that are other processes, with a helper out of a zip file, and ends with exit code 3."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import zipped

spark = SparkSession.builder.getOrCreate()


class Doubled:
    """Known to the executors by way of `__main__`."""

    def __init__(self, value):
        self.value = value * 2


df = spark.range(0, 100, 1, 4).withColumn("x", F.col("id") * 0.5)
print(zipped.total(df))
print(spark.sparkContext.parallelize([1, 2], 2).map(Doubled).map(lambda one: one.value).collect())  # job
print(df.select(F.udf(lambda x: x + zipped.total.__code__.co_argcount, "double")("x")).distinct().count())  # job
sys.exit(3)
