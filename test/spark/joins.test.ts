/** What Spark makes of hints, conditions and outer joins; see docs/premises.md. */
import assert from "node:assert/strict"
import { proveJson, type SparkVersion, versions } from "./prover.ts"

/** Plans of joins of `left` (`k`, `x`) and `right` (`k2`, `y`), neither broadcast by itself: how each is joined. */
function plans(version: SparkVersion, joins: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  return proveJson(
    version,
    `
import json
from pyspark.sql import functions as F
spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
customers = spark.read.parquet("customers")
left = customers.select(F.col("id").alias("k"), F.col("name").alias("x"))
right = customers.select(F.col("id").alias("k2"), F.col("email").alias("y"))
one = F.udf(lambda text: (text or "").upper(), "string")
two = F.udf(lambda a, b: a == b, "boolean")

def how(frame):
    plan = frame._jdf.queryExecution().executedPlan().toString()
    names = ["BroadcastHashJoin", "SortMergeJoin", "BroadcastNestedLoopJoin", "CartesianProduct"]
    joined = next((name for name in names if name in plan), "?")
    extra = [word for word in ("LeftAnti", "BuildLeft") if word in plan and "BroadcastHash" not in plan]
    python = plan.find("EvalPython")
    if python >= 0:
        extra.append("Python above" if python < plan.find(joined) else "Python below")
    return " ".join([joined, *extra])

result = {name: how(frame) for name, frame in {
${Object.entries(joins)
  .map(([name, code]) => `    ${JSON.stringify(name)}: ${code},`)
  .join("\n")}
}.items()}
result = json.dumps(result)`,
  )
}

for (const version of versions) {
  describe(`joins on Spark ${version}`, function () {
    this.timeout(400_000)

    it("drops a hint on the side that is kept whole, but not where there is no equality", async () => {
      const same = "left.k == right.k2"
      const found = await plans(version, {
        "left of left": `F.broadcast(left).join(right, ${same}, "left")`,
        "right of left": `left.join(F.broadcast(right), ${same}, "left")`,
        "left of semi": `F.broadcast(left).join(right, ${same}, "left_semi")`,
        "left of anti": `F.broadcast(left).join(right, ${same}, "left_anti")`,
        "right of right": `left.join(F.broadcast(right), ${same}, "right")`,
        "left of full": `F.broadcast(left).join(right, ${same}, "full")`,
        "right of full": `left.join(F.broadcast(right), ${same}, "full")`,
        "no equality": `F.broadcast(left).join(right, left.k > right.k2, "left")`,
      })
      assert.deepEqual(found, {
        "left of left": "SortMergeJoin",
        "right of left": "BroadcastHashJoin",
        "left of semi": "SortMergeJoin",
        "left of anti": "SortMergeJoin LeftAnti",
        "right of right": "SortMergeJoin",
        "left of full": "SortMergeJoin",
        "right of full": "SortMergeJoin",
        "no equality": "BroadcastNestedLoopJoin BuildLeft",
      })
    })

    it("makes keys of equalities, of functions and UDFs of one side too, and of no others", async () => {
      const found = await plans(version, {
        function: "left.join(right, F.lower(left.x) == F.lower(right.y))",
        arithmetic: "left.join(right, left.k == right.k2 + 1)",
        "both sides in one operand": "left.join(right, left.k - right.k2 == 0)",
        "UDF of one side": "left.join(right, one(left.x) == right.y)",
        "UDF of both sides": "left.join(right, two(left.x, right.y))",
        range: "left.join(right, left.k >= right.k2)",
        or: "left.join(right, (left.k == right.k2) | (left.x == right.y))",
        "or with one key": `left.join(right, ((left.k == right.k2) & (left.x == "a")) | ((left.k == right.k2) & (right.y == "b")))`,
        "equality after it": "left.join(right, left.k >= right.k2).filter(left.x == right.y)",
        "outer without key": `left.join(right, left.k >= right.k2, "left")`,
      })
      assert.deepEqual(found, {
        function: "SortMergeJoin",
        arithmetic: "SortMergeJoin",
        "both sides in one operand": "CartesianProduct",
        "UDF of one side": "SortMergeJoin Python below",
        "UDF of both sides": "CartesianProduct Python above",
        range: "CartesianProduct",
        or: "CartesianProduct",
        "or with one key": "SortMergeJoin",
        "equality after it": "SortMergeJoin",
        "outer without key": "BroadcastNestedLoopJoin",
      })
    })

    it("makes no anti join of an outer join with a filter", async () => {
      const found = await plans(version, {
        filtered: `left.join(right, left.k == right.k2, "left").filter(right.k2.isNull()).select("k")`,
        anti: `left.join(right, left.k == right.k2, "left_anti").select("k")`,
      })
      assert.deepEqual(found, { filtered: "SortMergeJoin", anti: "SortMergeJoin LeftAnti" })
    })
  })
}
