"""A snippet for prove.py: calls each API that the table tells effects of, and leaves what it saw.

`result` maps the API to `jobs` (jobs that the call started) and, for what it returns, `shuffles`, `sorted` (rows still
in the order of a sorted input), `partitions` (as many as the input's) and `same` (the very same object).
"""

import json
import tempfile

from pyspark import RDD
from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

sc = spark.sparkContext
spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
spark.conf.set("spark.sql.adaptive.enabled", "false")


def folder():
    return tempfile.mkdtemp() + "/out"


# A materialized input, so that a call's own jobs are all that is counted: sorted by id, in 3 partitions.
base = spark.range(0, 300, 1, 3).select(
    "id", (F.col("id") % 7).alias("k"), (F.col("id") / 2).alias("v"), F.lit("x").alias("s"), F.current_timestamp().alias("ts")
)
ordered = base.localCheckpoint()
other = spark.range(0, 40, 1, 2).select("id", (F.col("id") % 5).alias("k"), F.lit(1.5).alias("v"), F.lit("y").alias("s"), F.current_timestamp().alias("ts")).localCheckpoint()
small = spark.createDataFrame([(1, "a", 1.0)], "id long, k string, v double").localCheckpoint()

frames = {
    "select": lambda d: d.select("id", "k"),
    "selectExpr": lambda d: d.selectExpr("id", "k + 1 AS k"),
    "withColumn": lambda d: d.withColumn("w", F.col("v") * 2),
    "withColumns": lambda d: d.withColumns({"w": F.col("v") * 2}),
    "withColumnRenamed": lambda d: d.withColumnRenamed("v", "w"),
    "withColumnsRenamed": lambda d: d.withColumnsRenamed({"v": "w"}),
    "withMetadata": lambda d: d.withMetadata("v", {"unit": "m"}),
    "drop": lambda d: d.drop("v"),
    "alias": lambda d: d.alias("a"),
    "filter": lambda d: d.filter("k > 2"),
    "where": lambda d: d.where("k > 2"),
    "dropna": lambda d: d.dropna(),
    "fillna": lambda d: d.fillna(0),
    "replace": lambda d: d.replace(1, 2, ["k"]),
    "toDF": lambda d: d.toDF("id", "b", "c", "d", "e"),
    "to": lambda d: d.to(d.schema),
    "observe": lambda d: d.observe(Observation(), F.count("*").alias("n")),
    "withWatermark": lambda d: d.withWatermark("ts", "1 hour"),
    "sample": lambda d: d.sample(0.5, seed=1),
    "sampleBy": lambda d: d.sampleBy("k", {1: 0.5, 2: 1.0}, seed=1),
    "hint": lambda d: d.hint("broadcast"),
    "limit": lambda d: d.limit(250),
    "offset": lambda d: d.offset(5),
    "sortWithinPartitions": lambda d: d.sortWithinPartitions("v"),
    "union": lambda d: d.union(other),
    "unionAll": lambda d: d.unionAll(other),
    "unionByName": lambda d: d.unionByName(other),
    "unpivot": lambda d: d.unpivot("id", ["k", "v"], "name", "value"),
    "mapInPandas": lambda d: d.mapInPandas(lambda frames: frames, d.schema),
    "mapInArrow": lambda d: d.mapInArrow(lambda batches: batches, d.schema),
    "coalesce": lambda d: d.coalesce(2),
    "randomSplit": lambda d: d.randomSplit([0.5, 0.5], seed=1)[0],
    "agg": lambda d: d.agg(F.sum("v")),
    "distinct": lambda d: d.select("k").distinct(),
    "dropDuplicates": lambda d: d.dropDuplicates(["k"]),
    "drop_duplicates": lambda d: d.drop_duplicates(["k"]),
    "intersect": lambda d: d.intersect(other),
    "intersectAll": lambda d: d.intersectAll(other),
    "subtract": lambda d: d.subtract(other),
    "exceptAll": lambda d: d.exceptAll(other),
    "join": lambda d: d.join(other, "k"),
    "crossJoin": lambda d: d.crossJoin(other.select(F.col("v").alias("w"))),
    "orderBy": lambda d: d.orderBy("v"),
    "sort": lambda d: d.sort("v"),
    "repartition": lambda d: d.repartition(5),
    "repartitionByRange": lambda d: d.repartitionByRange(5, "v"),
    "repartitionById": lambda d: d.repartitionById(5, (F.col("id") % 5).cast("int")),
    "describe": lambda d: d.describe("v"),
    "summary": lambda d: d.summary("count", "max"),
    "crosstab": lambda d: d.crosstab("k", "s"),
    "freqItems": lambda d: d.freqItems(["k"]),
    "transpose": lambda d: small.select("k", "v").transpose(),
    "cache": lambda d: d.cache(),
    "persist": lambda d: d.persist(),
    "unpersist": lambda d: d.unpersist(),
    "checkpoint": lambda d: d.checkpoint(),
    "localCheckpoint": lambda d: d.localCheckpoint(),
    "zipWithIndex": lambda d: d.zipWithIndex(),
    "toJSON": lambda d: d.toJSON(),
    "pandas_api": lambda d: d.pandas_api(),
    "createTempView": lambda d: d.createTempView("one_view"),
    "createOrReplaceTempView": lambda d: d.createOrReplaceTempView("one_view"),
    "createGlobalTempView": lambda d: d.createGlobalTempView("one_view"),
    "createOrReplaceGlobalTempView": lambda d: d.createOrReplaceGlobalTempView("one_view"),
    "explain": lambda d: d.explain(),
    "printSchema": lambda d: d.printSchema(),
    "isLocal": lambda d: d.isLocal(),
    "inputFiles": lambda d: d.inputFiles(),
    "sameSemantics": lambda d: d.sameSemantics(other),
    "semanticHash": lambda d: d.semanticHash(),
    "colRegex": lambda d: d.colRegex("`k.*`"),
    "collect": lambda d: d.collect(),
    "count": lambda d: d.count(),
    "show": lambda d: d.show(2),
    "take": lambda d: d.take(2),
    "head": lambda d: d.head(),
    "first": lambda d: d.first(),
    "tail": lambda d: d.tail(2),
    "isEmpty": lambda d: d.isEmpty(),
    "toPandas": lambda d: d.toPandas(),
    "toArrow": lambda d: d.toArrow(),
    "toLocalIterator": lambda d: list(d.toLocalIterator()),
    "foreach": lambda d: d.foreach(lambda row: None),
    "foreachPartition": lambda d: d.foreachPartition(lambda rows: None),
    "approxQuantile": lambda d: d.approxQuantile("v", [0.5], 0.1),
    "corr": lambda d: d.corr("k", "v"),
    "cov": lambda d: d.cov("k", "v"),
}
grouped = {
    "agg": lambda g: g.agg(F.sum("v")),
    "count": lambda g: g.count(),
    "sum": lambda g: g.sum("v"),
    "avg": lambda g: g.avg("v"),
    "mean": lambda g: g.mean("v"),
    "max": lambda g: g.max("v"),
    "min": lambda g: g.min("v"),
    "applyInPandas": lambda g: g.applyInPandas(lambda frame: frame, ordered.schema),
    "applyInArrow": lambda g: g.applyInArrow(lambda table: table, ordered.schema),
}
writers = {
    "save": lambda w: w.format("noop").mode("overwrite").save(),
    "parquet": lambda w: w.parquet(folder()),
    "orc": lambda w: w.orc(folder()),
    "csv": lambda w: w.csv(folder()),
    "json": lambda w: w.json(folder()),
    "saveAsTable": lambda w: w.saveAsTable("one_table"),
    "insertInto": lambda w: w.insertInto("one_table"),
}
rdds = {
    "map": lambda r: r.map(lambda x: x),
    "flatMap": lambda r: r.flatMap(lambda x: [x]),
    "filter": lambda r: r.filter(lambda x: True),
    "mapValues": lambda r: r.mapValues(lambda x: x),
    "flatMapValues": lambda r: r.flatMapValues(lambda x: [x]),
    "mapPartitions": lambda r: r.mapPartitions(lambda x: x),
    "mapPartitionsWithIndex": lambda r: r.mapPartitionsWithIndex(lambda i, x: x),
    "keyBy": lambda r: r.keyBy(lambda x: x),
    "keys": lambda r: r.keys(),
    "values": lambda r: r.values(),
    "glom": lambda r: r.glom(),
    "zip": lambda r: r.zip(r.map(lambda x: x)),
    "zipWithUniqueId": lambda r: r.zipWithUniqueId(),
    "sample": lambda r: r.sample(False, 0.5, 1),
    "sampleByKey": lambda r: r.sampleByKey(False, {1: 0.5}, 1),
    "union": lambda r: r.union(r),
    "coalesce": lambda r: r.coalesce(2),
    "randomSplit": lambda r: r.randomSplit([0.5, 0.5], 1)[0],
    "groupByKey": lambda r: r.groupByKey(),
    "reduceByKey": lambda r: r.reduceByKey(lambda a, b: a),
    "aggregateByKey": lambda r: r.aggregateByKey(0, lambda a, b: a, lambda a, b: a),
    "foldByKey": lambda r: r.foldByKey(0, lambda a, b: a),
    "combineByKey": lambda r: r.combineByKey(lambda a: a, lambda a, b: a, lambda a, b: a),
    "groupBy": lambda r: r.groupBy(lambda x: x[0]),
    "join": lambda r: r.join(r),
    "leftOuterJoin": lambda r: r.leftOuterJoin(r),
    "rightOuterJoin": lambda r: r.rightOuterJoin(r),
    "fullOuterJoin": lambda r: r.fullOuterJoin(r),
    "cogroup": lambda r: r.cogroup(r),
    "distinct": lambda r: r.distinct(),
    "intersection": lambda r: r.intersection(r),
    "subtract": lambda r: r.subtract(r),
    "subtractByKey": lambda r: r.subtractByKey(r),
    "repartition": lambda r: r.repartition(2),
    "partitionBy": lambda r: r.partitionBy(2),
    "repartitionAndSortWithinPartitions": lambda r: r.repartitionAndSortWithinPartitions(2),
    "cache": lambda r: r.cache(),
    "persist": lambda r: r.persist(),
    "unpersist": lambda r: r.unpersist(),
    "setName": lambda r: r.setName("n"),
    "checkpoint": lambda r: r.map(lambda x: x).checkpoint(),
    "localCheckpoint": lambda r: r.map(lambda x: x).localCheckpoint(),
    "getNumPartitions": lambda r: r.getNumPartitions(),
    "collect": lambda r: r.collect(),
    "collectAsMap": lambda r: r.collectAsMap(),
    "count": lambda r: r.count(),
    "countByKey": lambda r: r.countByKey(),
    "countByValue": lambda r: r.countByValue(),
    "countApproxDistinct": lambda r: r.countApproxDistinct(),
    "first": lambda r: r.first(),
    "take": lambda r: r.take(1),
    "takeOrdered": lambda r: r.takeOrdered(1),
    "takeSample": lambda r: r.takeSample(False, 1),
    "top": lambda r: r.top(1),
    "reduce": lambda r: r.reduce(lambda a, b: a),
    "fold": lambda r: r.fold(0, lambda a, b: a),
    "aggregate": lambda r: r.aggregate(0, lambda a, b: a, lambda a, b: a),
    "treeReduce": lambda r: r.treeReduce(lambda a, b: a),
    "treeAggregate": lambda r: r.treeAggregate(0, lambda a, b: a, lambda a, b: a),
    "max": lambda r: r.max(),
    "min": lambda r: r.min(),
    "sum": lambda r: r.values().sum(),
    "mean": lambda r: r.values().mean(),
    "stats": lambda r: r.values().stats(),
    "variance": lambda r: r.values().variance(),
    "stdev": lambda r: r.values().stdev(),
    "histogram": lambda r: r.values().histogram(2),
    "foreach": lambda r: r.foreach(lambda x: None),
    "foreachPartition": lambda r: r.foreachPartition(lambda x: None),
    "isEmpty": lambda r: r.isEmpty(),
    "lookup": lambda r: r.lookup(1),
    "reduceByKeyLocally": lambda r: r.reduceByKeyLocally(lambda a, b: a),
    "saveAsTextFile": lambda r: r.saveAsTextFile(folder()),
    "saveAsPickleFile": lambda r: r.saveAsPickleFile(folder()),
    "toLocalIterator": lambda r: list(r.toLocalIterator()),
}
sources = {
    "SparkSession.createDataFrame": lambda: spark.createDataFrame([(1,)], "a long"),
    "SparkSession.range": lambda: spark.range(3),
    "SparkSession.sql": lambda: spark.sql("SELECT 1"),
    "SparkSession.table": lambda: spark.table("orders"),
    "SparkContext.parallelize": lambda: sc.parallelize([1]),
    "SparkContext.textFile": lambda: sc.textFile("countries.csv"),
    "DataFrameReader.csv": lambda: spark.read.csv("countries.csv", schema="a string"),
    "DataFrameReader.text": lambda: spark.read.text("countries.csv"),
    "DataFrameWriterV2.create": lambda: ordered.writeTo("two_table").using("parquet").create(),
    "DataFrameNaFunctions.drop": lambda: ordered.na.drop(),
    "DataFrameNaFunctions.fill": lambda: ordered.na.fill(0),
    "DataFrameStatFunctions.corr": lambda: ordered.stat.corr("k", "v"),
}


def shuffles(value):
    if isinstance(value, DataFrame):
        plan = value._jdf.queryExecution().executedPlan().toString()
        return "Exchange" in plan or "CartesianProduct" in plan
    # Each shuffle begins an indented part of the debug string.
    return "+-" in value.toDebugString().decode() or "Cartesian" in value.toDebugString().decode()


def look(call, given):
    jobs.reset()
    value = call(given)
    seen = {"jobs": jobs.count(), "same": value is given}
    if isinstance(value, (DataFrame, RDD)):
        seen["shuffles"] = shuffles(value)
    if isinstance(value, DataFrame) and isinstance(given, DataFrame) and "id" in value.columns:
        ids = [row.id for row in value.collect()]
        seen["sorted"] = len(ids) > 20 and ids == sorted(ids)
        seen["partitions"] = value.rdd.getNumPartitions() == given.rdd.getNumPartitions()
    return seen


pairs = sc.parallelize([(n % 5, n) for n in range(50)], 3)
seen = {}
for owner, calls, given in [
    ("DataFrame", frames, lambda: ordered.select("*")),
    ("GroupedData", grouped, lambda: ordered.groupBy("k")),
    ("DataFrameWriter", writers, lambda: ordered.write),
    ("RDD", rdds, lambda: pairs),
]:
    for name, call in calls.items():
        it = given()
        if hasattr(it, name):
            seen[f"{owner}.{name}"] = look(call, it)
for api, call in sources.items():
    jobs.reset()
    call()
    seen[api] = {"jobs": jobs.count(), "same": False}

result = json.dumps(seen)
