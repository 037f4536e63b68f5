"""Fails in PySpark in many ways, prints each traceback, and ends in one that nobody catches."""

import os
import sys
import threading
import traceback

from pyspark import InheritableThread
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

# One task after the other, so that each run fails in the same one.
settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
spark = SparkSession.builder.master("local[1]").config(map=settings).getOrCreate()
sc = spark.sparkContext
sc.setLogLevel("OFF")
frame = spark.range(10)


class Point:
    """Goes to the workers by way of `__main__`."""

    def __init__(self, x):
        self.x = x

    def moved(self):
        return Point(self.x + 1)


def fail(*_):
    raise ValueError("in a worker")


def in_batch(batch, number):
    batch.select("nowhere")


def stream():
    source = spark.readStream.format("rate").load()
    query = source.writeStream.foreachBatch(in_batch).trigger(availableNow=True).start()
    query.awaitTermination()


def learn():
    from pyspark.ml.feature import VectorAssembler

    VectorAssembler(inputCols=["nowhere"], outputCol="out").transform(frame)


def pandas():
    import pyspark.pandas as ps

    ps.range(3)["nowhere"]


FAILURES = [
    lambda: frame.select("nowhere"),
    lambda: spark.sql("SELEC 1"),
    lambda: spark.table("nowhere"),
    lambda: spark.read.parquet("/nowhere"),
    lambda: frame.select(F.udf(fail)("id")).collect(),
    lambda: frame.rdd.map(fail).count(),
    lambda: frame.foreach(fail),
    lambda: frame.select(F.expr("raise_error('in the JVM')")).toPandas(),
    lambda: list(frame.select(F.udf(fail)("id")).toLocalIterator()),
    lambda: frame.limit("x"),
    lambda: F.col(3),
    lambda: spark.createDataFrame([(1,)], "a int, b int").count(),
    lambda: sc.parallelize([]).first(),
    lambda: sc._jvm.java.lang.Integer.parseInt("x"),
    learn,
    stream,
    pandas,
]

for failure in FAILURES:
    try:
        failure()
        print("no error")
    except Exception:
        print(traceback.format_exc())

for kind in (threading.Thread, InheritableThread):
    thread = kind(target=frame.select, args=("nowhere",), name="one")
    thread.start()
    thread.join()

points = sc.parallelize([Point(1), Point(2)]).map(Point.moved).collect()
print([point.x for point in points], type(points[0]) is Point)
print(sc.parallelize([0], 1).map(lambda _: (sorted(sys.modules).count("shufflewise_runner"), os.environ.get("PYTHONPATH"))).collect())
print(sc.getLocalProperty("spark.job.description"), sc.getLocalProperty("mine"))
sc.setLocalProperty("callSite.short", "a phase of my own")
print(frame.count(), sc.getLocalProperty("callSite.short"))
frame.select(F.udf(fail)("id")).show()
