/** The premises of the rules about reads, tried on real Spark; docs/premises.md tells what came out. */
import assert from "node:assert/strict"
import { proveJson, versions } from "./prover.ts"

/** Files that the scan of a plan opened. */
const FILES = `
import json
def files_of(frame):
    frame.collect()
    found = []
    def walk(node):
        if node.nodeName().startswith("Scan"):
            found.append(node.metrics().apply("numFiles").value())
        children = node.children()
        for i in range(children.size()):
            walk(children.apply(i))
    plan = frame._jdf.queryExecution().executedPlan()
    walk(plan.executedPlan() if plan.nodeName().startswith("Adaptive") else plan)
    return sum(found)
`

for (const version of versions) {
  describe(`reads on Spark ${version}`, function () {
    this.timeout(400_000)

    it("leave out folders by functions and casts of a partition column, and none by a Python UDF", async () => {
      const files = await proveJson<Record<string, number>>(
        version,
        `${FILES}
from pyspark.sql import functions as F
days = spark.range(360).select("id", F.expr("date_add(date'2025-01-01', cast(id as int))").alias("day"))
days.withColumn("month", F.date_format("day", "yyyy-MM")).repartition("month").write.partitionBy("month").parquet("months")
months = spark.read.parquet("months")
early = F.udf(lambda month: month < "2025-03", "boolean")
result = json.dumps({
    "all": files_of(months),
    "plain": files_of(months.filter("month = '2025-02'")),
    "function": files_of(months.filter(F.substring("month", 6, 2) < "03")),
    "cast": files_of(months.filter(F.to_date(F.concat("month", F.lit("-01"))) < F.lit("2025-03-01"))),
    "udf": files_of(months.filter(early("month"))),
})
`,
      )
      assert.deepEqual(files, { all: 12, plain: 1, function: 2, cast: 2, udf: 12 })
    })

    it("go through JSON once more without a schema, and through CSV for its types", async () => {
      const jobs = await proveJson<Record<string, number>>(
        version,
        `
import json
spark.read.parquet("customers").select("id", "segment").limit(100).write.json("few_json")
spark.read.parquet("customers").select("id", "segment").limit(100).write.csv("few_csv")
def of(read):
    jobs.reset()
    read()
    return jobs.count()
result = json.dumps({
    "json": of(lambda: spark.read.json("few_json")),
    "json with a schema": of(lambda: spark.read.json("few_json", schema="id bigint, segment string")),
    "csv": of(lambda: spark.read.csv("few_csv", inferSchema=True)) - of(lambda: spark.read.csv("few_csv")),
    "csv with a schema": of(lambda: spark.read.csv("few_csv", schema="id bigint, segment string")),
})
`,
      )
      assert.deepEqual(jobs, { json: 1, "json with a schema": 0, csv: 1, "csv with a schema": 0 })
    })

    it("divide a database's table by a column with its bounds, and by no number alone", async () => {
      const partitions = await proveJson<Record<string, number>>(
        version,
        `
import json
url = "jdbc:derby:memory:reads;create=true"
spark.range(1000).write.jdbc(url, "numbers", mode="overwrite")
of = lambda reader, **how: reader.jdbc(url, "numbers", **how).rdd.getNumPartitions()
result = json.dumps({
    "plain": of(spark.read),
    "a number alone": of(spark.read.option("numPartitions", 4)),
    "a column": of(spark.read, column="id", lowerBound=0, upperBound=1000, numPartitions=4),
    "predicates": of(spark.read, predicates=["id < 10", "id >= 10"]),
})
`,
      )
      assert.deepEqual(partitions, { plain: 1, "a number alone": 1, "a column": 4, predicates: 2 })
    })
  })
}
