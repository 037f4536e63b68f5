import assert from "node:assert/strict"
import { proveJson, versions } from "./prover.ts"

for (const version of versions) {
  describe(`the tables on Spark ${version}`, function () {
    this.timeout(400_000)

    it("are what the README says", async () => {
      const seen = await proveJson<Record<string, unknown>>(
        version,
        `
import glob, json, os
from pyspark.sql import functions as F
orders, customers, events = (spark.table(name) for name in ["orders", "customers", "events"])
countries = spark.table("countries")
def size(name):
    return sum(os.path.getsize(path) for path in glob.glob(f"{name}/part-*"))
kinds = {f.name: f.dataType.simpleString() for f in orders.schema}
result = json.dumps({
    "rows": [table.count() for table in [orders, customers, events, countries]],
    "files": [len(glob.glob(f"{name}/part-*")) for name in ["orders", "customers", "events"]],
    "orders": kinds,
    "ids": orders.select("id").distinct().count(),
    "duplicates": orders.count() - orders.distinct().count(),
    "of customer 7": round(orders.filter("customer_id = 7").count() / orders.count(), 2),
    "nulls": [round(100 * orders.filter(F.col(c).isNull()).count() / orders.count(), 1) for c in ["customer_id", "country", "amount"]],
    "exact": orders.filter("amount * 4 != floor(amount * 4)").count(),
    "years": [row[0] for row in orders.select(F.year("day")).distinct().collect()],
    "days": orders.filter("day != to_date(ts)").count(),
    "without orders": customers.join(orders, customers.id == orders.customer_id, "left_anti").count() > 1000,
    "strangers": events.join(customers, events.user_id == customers.id, "left_anti").count()
        + orders.join(countries, orders.country == countries.code, "left_anti").filter("country is not null").count(),
    "over the threshold": size("orders") > 10 * 262_144 and size("events") > 262_144 and size("customers") > 262_144,
    "features": [row[0] for row in events.select(F.size("features")).distinct().collect()],
})
`,
      )
      assert.deepEqual(seen, {
        rows: [200_500, 20_000, 100_000, 12],
        files: [8, 2, 4],
        orders: {
          id: "bigint",
          customer_id: "bigint",
          country: "string",
          amount: "double",
          qty: "int",
          ts: "timestamp",
          day: "date",
          status: "string",
        },
        ids: 200_000,
        duplicates: 500,
        "of customer 7": 0.2,
        nulls: [1, 2, 0.5],
        exact: 0,
        years: [2025],
        days: 0,
        "without orders": true,
        strangers: 0,
        "over the threshold": true,
        features: [4],
      })
    })

    it("come with a model that onnxruntime runs", async () => {
      const scores = await proveJson<number[]>(
        version,
        `
import json
import numpy as np
import onnxruntime
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
rows = np.array([[1, 2, 3, 4], [0, 0, 0, 0]], dtype="float32")
result = json.dumps(session.run(["y"], {"x": rows})[0][:, 0].tolist())
`,
      )
      assert.deepEqual(scores, [5.625, 0.125])
    })

    it("are the same for every example, whatever an earlier one did to the session", async () => {
      await proveJson(
        version,
        `
spark.conf.set("spark.sql.shuffle.partitions", "17")
spark.range(3).createOrReplaceTempView("orders")
spark.range(3).write.saveAsTable("kept")
spark.range(3).write.parquet("written")
spark.range(3).cache().count()
spark.udf.register("twice", lambda n: 2 * n)
result = "1"
`,
      )
      const left = await proveJson<unknown[]>(
        version,
        `
import json, os
from pyspark.sql import SparkSession
result = json.dumps([
    spark.conf.get("spark.sql.shuffle.partitions"),
    spark.table("orders").count(),
    spark.catalog.tableExists("kept"),
    os.path.exists("written"),
    len(spark.sparkContext._jsc.getPersistentRDDs()),
    spark.catalog.functionExists("twice"),
    SparkSession.builder.getOrCreate() is spark,
])
`,
      )
      assert.deepEqual(left, ["4", 200_500, false, false, 0, false, true])
    })
  })
}
