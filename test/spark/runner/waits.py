"""Has a job that runs until it is interrupted."""

import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
print("ready", flush=True)
spark.sparkContext.parallelize([1], 1).foreach(lambda _: time.sleep(300))
