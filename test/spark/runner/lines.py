"""
Starts jobs in every way that PySpark knows. A line that starts one ends in a comment, `job`, and its stages must name it,
no other line. What a thread of a pool does without any line of ours belongs to the line that waits for it.

    spark-submit --py-files helpers.zip lines.py FOLDER
"""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

from pyspark import InheritableThread, inheritable_thread_target
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

import beside
import zipped

FOLDER = sys.argv[1]
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
sc.setLogLevel("ERROR")
sc.setCheckpointDir(f"{FOLDER}/checkpoints")


def say(*what):
    print(*what, flush=True)


def small(rows=200):
    return spark.range(0, rows, 1, 4).withColumn("k", F.col("id") % 5).withColumn("x", F.col("id") * 0.5)


def frames():
    df = small()
    totals = df.groupBy("k").agg(F.sum("x").alias("total"), F.count("*").alias("n"))
    say(df.count())  # job
    say(sorted(totals.collect()))  # job
    df.orderBy(F.desc("id")).show(3)  # job
    say(df.first(), df.head(2), df.take(2))  # job
    say(df.tail(1))  # job
    say(df.isEmpty())  # job
    say(df.join(totals, "k").join(F.broadcast(totals.limit(3)), "k").count())  # job
    say(df.where(F.col("x") > totals.selectExpr("min(total)").first()[0]).count())  # job
    say(df.withColumn("r", F.row_number().over(Window.partitionBy("k").orderBy("id"))).where("r = 1").count())  # job
    say(sorted(df.groupBy("k").pivot("k").count().columns))  # job
    say(df.approxQuantile("x", [0.5], 0.0))  # job
    say(df.stat.crosstab("k", "k").count())  # job
    df.describe("x").show()  # job
    df.summary("count").show()  # job
    say(len(df.toPandas()))  # job
    say(sum(row.id for row in df.toLocalIterator()))  # job
    df.foreach(lambda row: None)  # job
    df.foreachPartition(lambda rows: None)  # job
    say(df.checkpoint().count())  # job
    say(df.localCheckpoint().count())  # job
    say(sum(part.count() for part in df.randomSplit([0.5, 0.5], 1)))  # job


def cached():
    df = small().cache()
    say(df.count())  # job
    say(df.groupBy("k").count().count())  # job
    df.unpersist()


def functions():
    double = F.udf(lambda x: x * 2, "double")

    @F.pandas_udf("double")
    def half(x):
        return x / 2

    say(small().select(F.sum(double("x")), F.sum(half("x"))).collect())  # job
    say(small().groupBy("k").applyInPandas(lambda rows: rows.head(1), "id long, k long, x double").count())  # job
    say(len(small().mapInPandas(lambda parts: parts, "id long, k long, x double").collect()))  # job


def files():
    df = small()
    df.write.mode("overwrite").parquet(f"{FOLDER}/parquet")  # job
    df.write.mode("overwrite").partitionBy("k").json(f"{FOLDER}/json")  # job
    df.write.mode("overwrite").csv(f"{FOLDER}/csv", header=True)  # job
    say(spark.read.parquet(f"{FOLDER}/parquet").count())  # job
    rows = spark.read.json(f"{FOLDER}/json")  # job
    say(rows.count())  # job
    rows = spark.read.csv(f"{FOLDER}/csv", header=True, inferSchema=True)  # job
    say(rows.count())  # job


def tables():
    df = small()
    df.write.saveAsTable("saved")  # job
    df.write.insertInto("saved")  # job
    df.write.bucketBy(2, "k").saveAsTable("bucketed")  # job
    spark.sql("CREATE TABLE made USING parquet AS SELECT k, count(*) n FROM saved GROUP BY k")  # job
    spark.sql("INSERT INTO made SELECT k, id FROM saved")  # job
    spark.sql("ANALYZE TABLE made COMPUTE STATISTICS FOR ALL COLUMNS")  # job
    spark.sql("CACHE TABLE kept AS SELECT * FROM made")  # job
    spark.sql("SELECT sum(n) FROM kept").show()  # job
    say(spark.table("made").count())  # job
    df.writeTo("version2").using("parquet").create()  # job
    spark.sql("CREATE TABLE derby.APP.V2 (ID BIGINT, K BIGINT, X DOUBLE)")
    df.toDF("ID", "K", "X").writeTo("derby.APP.V2").append()  # job
    say(spark.table("derby.APP.V2").count())  # job


def rdds():
    numbers = sc.parallelize(range(100), 4)
    pairs = numbers.map(lambda n: (n % 3, n))
    say(numbers.sum(), numbers.max())  # job
    say(sorted(pairs.reduceByKey(lambda a, b: a + b).collect()))  # job
    say(sorted(pairs.countByKey().items()))  # job
    say(pairs.sortByKey().first())  # job
    say(pairs.join(pairs).count())  # job
    say(numbers.zipWithIndex().count())  # job
    say(sum(numbers.toLocalIterator()))  # job
    say(len(numbers.takeSample(False, 5, 1)))  # job
    say(numbers.treeAggregate(0, lambda a, b: a + b, lambda a, b: a + b))  # job
    pairs.saveAsTextFile(f"{FOLDER}/text")  # job
    say(sc.textFile(f"{FOLDER}/text").count())  # job
    say(small().rdd.map(lambda row: row.k).distinct().count())  # job
    say(pairs.toDF(["k", "v"]).groupBy("k").count().count())  # job
    say(spark.createDataFrame(pairs, ["k", "v"]).count())  # job


def learning():
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.evaluation import BinaryClassificationEvaluator
    from pyspark.ml.feature import StringIndexer, VectorAssembler
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder

    df = small().selectExpr("string(k) name", "double(id % 7) a", "x b", "double(id % 2) label")
    assemble = VectorAssembler(inputCols=["a", "b"], outputCol="features")
    regression = LogisticRegression(maxIter=2)
    pipeline = Pipeline(stages=[StringIndexer(inputCol="name", outputCol="index"), assemble, regression])
    model = pipeline.fit(df)  # job
    say(model.transform(df).count())  # job
    model.write().overwrite().save(f"{FOLDER}/model")  # job
    say(len(PipelineModel.load(f"{FOLDER}/model").stages))  # job
    evaluator = BinaryClassificationEvaluator()
    say(0 <= evaluator.evaluate(model.transform(df)) <= 1)  # job
    say(KMeans(k=2, seed=1).fit(assemble.transform(df)).summary.k)  # job
    grid = ParamGridBuilder().addGrid(regression.regParam, [0.1, 0.01]).build()
    validator = CrossValidator(estimator=pipeline, estimatorParamMaps=grid, evaluator=evaluator, numFolds=2, parallelism=2)
    say(len(validator.fit(df).avgMetrics))  # job


def streams():
    source = spark.readStream.schema("id long, k long, x double").parquet(f"{FOLDER}/parquet")

    def each(batch, number):
        say("batch", number, batch.count())  # job
        batch.write.mode("overwrite").parquet(f"{FOLDER}/batch")  # job

    query = source.writeStream.foreachBatch(each).trigger(availableNow=True).start()
    query.awaitTermination()
    memory = source.groupBy("k").count().writeStream.format("memory").queryName("counts").outputMode("complete")
    memory.trigger(availableNow=True).start().awaitTermination()  # job
    say(spark.table("counts").count())  # job
    table = source.writeStream.option("checkpointLocation", f"{FOLDER}/stream")
    table.trigger(availableNow=True).toTable("streamed").awaitTermination()  # job
    say(spark.table("streamed").count())  # job


def threads():
    results = []

    def one():
        results.append(small().groupBy("k").count().collect())  # job

    def two():
        results.append(small(300).rdd.map(lambda row: row.k).collect())  # job

    running = [threading.Thread(target=target) for target in (one, two, one, two)]
    running += [InheritableThread(target=target) for target in (one, two)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    say(len(results))
    with ThreadPoolExecutor(2) as pool:
        say(list(pool.map(lambda rows: small(rows).count(), [100, 200])))  # job
        say(list(pool.map(DataFrame.count, [small(100), small(200)])))  # job
    with ThreadPool(2) as pool:
        count = inheritable_thread_target(lambda df: df.distinct().count())  # job
        say(pool.map(count, [small(100), small(200)]))
    thread = InheritableThread(target=small(50).foreach, args=(print_nothing,))
    thread.start()  # job
    thread.join()


def print_nothing(row):
    pass


def pandas_api():
    import pyspark.pandas as ps

    df = ps.DataFrame({"a": [1, 2, 3, 4], "b": [1.0, 2.0, 3.0, 4.0]})
    say(float(df["b"].mean()))  # job
    say(df.groupby("a").sum().sort_index().to_pandas().shape)  # job
    say(len(df))  # job
    say(repr(df.head(2)))  # job


def helpers():
    say(beside.total(small()))
    say(zipped.total(small()))
    say(beside.apply(lambda: small().count()))  # job


if __name__ == "__main__":
    for part in (frames, cached, functions, files, tables, rdds, learning, streams, threads, pandas_api, helpers):
        say(f"== {part.__name__}")
        part()
    spark.stop()
