"""
Starts jobs over Spark Connect. Lines that start one end in a comment, `job`.

    connected.py sc://HOST:PORT FOLDER
"""

import sys
import threading
import traceback

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

FOLDER = sys.argv[2]
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
df = spark.range(0, 1000, 1, 2).withColumn("k", F.col("id") % 7)


def total(frame):
    return frame.groupBy("k").agg(F.sum("id").alias("s")).orderBy("k").collect()[0].s  # job


print(df.count())  # job
print(total(df))
print(df.toPandas().shape)  # job
print(sum(row.id for row in df.toLocalIterator()))  # job
df.write.mode("overwrite").parquet(f"{FOLDER}/connected")  # job
print(spark.read.schema("id long, k long").parquet(f"{FOLDER}/connected").count())  # job
spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS a")
print(spark.sql("SELECT count(*) FROM range(10)").first())  # job
print(df.select(F.udf(lambda x: x + 1, "long")("id")).distinct().count())  # job


def count():
    df.distinct().count()  # job


threads = [threading.Thread(target=count) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()

spark.addTag("mine")
print(df.count(), spark.getTags())  # job
spark.clearTags()
try:
    df.select("nowhere").collect()
except Exception:
    print(traceback.format_exc().splitlines()[0:3])
df.select(F.expr("raise_error('at the end')")).collect()  # job
