/** What Python code on executors gets from Spark, and what it holds; see docs/premises.md. */
import assert from "node:assert/strict"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Runs a snippet that leaves a dict or list in `result`. */
function facts<T>(version: SparkVersion, code: string): Promise<T> {
  return proveJson(
    version,
    `
import json
import numpy as np
import pandas as pd
from pyspark.sql import functions as F
${code}
result = json.dumps(result)`,
  )
}

for (const version of versions) {
  describe(`Python on executors with Spark ${version}`, function () {
    this.timeout(400_000)

    it("cuts the batches of predict_batch_udf out of Arrow batches", async () => {
      const largest = await facts<Record<string, number[]>>(
        version,
        `
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql.types import IntegerType

def make():
    return lambda x: np.full(len(x), len(x), dtype="int32")

def sizes(batch_size):
    rows = predict_batch_udf(make, return_type=IntegerType(), batch_size=batch_size)
    return sorted(row[0] for row in spark.range(0, 60000, 1, 2).select(rows("id")).distinct().collect())

KEY = "spark.sql.execution.arrow.maxRecordsPerBatch"
result = {"50,000 of 10,000": sizes(50000), "64 of 10,000": sizes(64)}
spark.conf.set(KEY, "100")
result["64 of 100"] = sizes(64)
spark.conf.set(KEY, "0")
result["50,000 of no bound"] = sizes(50000)
`,
      )
      assert.deepEqual(largest, {
        "50,000 of 10,000": [10_000],
        // what is left of an Arrow batch is a batch of its own
        "64 of 10,000": [16, 64],
        "64 of 100": [36, 64],
        "50,000 of no bound": [30_000],
      })
    })

    it("gives a task no resources that weren't asked for", async () => {
      const given = await facts<string[]>(
        version,
        `
def given(rows):
    from pyspark import TaskContext
    yield repr(TaskContext.get().resources())

result = spark.range(1).rdd.mapPartitions(given).collect()
`,
      )
      assert.ok(given.length > 0 && given.every((text) => text === "{}"), given.join())
    })

    it("hands over partitions as iterators that can only be gone through once", async () => {
      const parts = await facts<unknown[][]>(
        version,
        `
def twice(rows):
    yield [iter(rows) is rows, sum(1 for _ in rows), sum(1 for _ in rows)]

result = spark.range(0, 100, 1, 1).rdd.mapPartitions(twice).collect()
`,
      )
      assert.deepEqual(parts, [[true, 100, 0]])
    })

    it("hands over a group of a constant key as one frame, in one task", async () => {
      const groups = await facts<Record<string, number[]>>(
        version,
        `
def rows_of(group):
    return pd.DataFrame({"n": [len(group)]})

ids = spark.range(0, 20000, 1, 8)
result = {
    "constant": [row.n for row in ids.groupBy(F.lit("all")).applyInPandas(rows_of, "n long").collect()],
    "true or false": sorted(
        row.n for row in ids.groupBy(F.col("id") < 2000).applyInPandas(rows_of, "n long").collect()
    ),
}
`,
      )
      assert.deepEqual(groups, { constant: [20_000], "true or false": [2000, 18_000] })
    })
  })
}
