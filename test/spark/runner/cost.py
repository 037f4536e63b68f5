"""Prints what 1,000 small calls of PySpark's API take, and what an action does: JSON, each with the calls into the JVM."""

import json
import time

from py4j.clientserver import JavaClient
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
df = spark.range(100).withColumn("k", F.col("id") % 7)
commands = 0
send = JavaClient.send_command


def counting(self, *args, **kwargs):
    global commands
    # Objects that Python has done with are let go at any time.
    commands += args[0][0] != "m"
    return send(self, *args, **kwargs)


JavaClient.send_command = counting


def columns():
    a = F.col("id")
    b = a + 1
    c = b.alias("x")
    return F.when(c > 3, 1).otherwise(0)


def steps():
    a = df.select("id")
    b = a.filter("id > 3")
    c = b.withColumn("z", F.lit(1))
    d = c.groupBy("z").count()
    return d.orderBy("z")


def settings():
    spark.conf.set("spark.sql.shuffle.partitions", "4")
    spark.conf.get("spark.sql.shuffle.partitions")
    df.columns
    df.schema
    df.alias("d")


def sessions():
    spark.range(3)
    spark.table
    spark.createDataFrame([], "a int")
    spark.catalog.currentDatabase()
    df.storageLevel


def actions():
    df.limit(1).count()
    df.limit(2).collect()


def measure(five, rounds=200):
    global commands
    for _ in range(20):
        five()
    best = cpu = float("inf")
    for _ in range(4):
        commands = 0
        began, worked = time.perf_counter(), time.thread_time()
        for _ in range(rounds // 4):
            five()
        best = min(best, time.perf_counter() - began)
        cpu = min(cpu, time.thread_time() - worked)
    calls = rounds // 4
    return {"ms": best / calls * 1000, "cpu_ms": cpu / calls * 1000, "commands": commands / calls}


found = {part.__name__: measure(part) for part in (columns, steps, settings, sessions)}
found["actions"] = measure(actions, 20)
print(json.dumps(found))
