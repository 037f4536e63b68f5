import assert from "node:assert/strict"
import { planNamed, programOf } from "./sketch.ts"

describe("analysis: what rules ask of values and bodies", () => {
  it("knows where rows on the driver came from", async () => {
    const program = await programOf(`ids = [row.id for row in spark.table("small").collect()]
spark.table("big").filter(spark.table("big").id.isin(ids))
pdf = spark.table("t").toPandas()
names = pdf["name"].tolist()
spark.table("big").where(spark.table("big").name.isin(names))
`)
    const [first, second] = program.calls
      .filter((call) => call.api === "Column.isin")
      .map((call) => call.args[0]!.value)
    assert.equal(first?.kind === "sequence" ? first.from?.api : "", "DataFrame.collect")
    assert.equal(second?.kind === "foreign" ? second.from?.api : "", "DataFrame.toPandas")
  })
  it("describes a simple UDF's body", async () => {
    const program = await programOf(`import re
from pyspark.sql.functions import udf
@udf("string")
def clean(s):
    """Doc."""
    if s is None:
        return None
    t = s.strip().lower()
    return re.sub("x", "y", t)
f = udf(lambda x, y: len(x) + y[0])
`)
    const text = (body: unknown): string =>
      JSON.stringify(body, (key, value) => (key === "kind" || key === "op" ? undefined : value))
    const [clean, lambda] = program.udfs
    assert.equal(clean!.body?.op, "if")
    assert.match(text(clean!.body), /"fn":"re.sub".*"fn":"lower".*"fn":"strip".*"name":"s"/)
    assert.equal(lambda!.body?.op, "binary")
  })
  it("does not describe a body that does more", async () => {
    const program = await programOf(`from pyspark.sql.functions import udf
@udf("string")
def f(s):
    for c in s:
        print(c)
    return s
`)
    assert.equal(program.udfs[0]!.body, undefined)
  })
  it("keeps conditions, expressions and what is unstable", async () => {
    const program = await programOf(`from pyspark.sql import functions as F
a = spark.table("t").filter(F.col("x") == 1)
b = a.withColumn("id", F.monotonically_increasing_id()).select("id", F.rand().alias("r"))
c = a.filter("x > 2")
g = F.udf(lambda x: x).asNondeterministic()
`)
    assert.equal(planNamed(program, "a").condition?.op, "binary")
    assert.deepEqual(planNamed(program, "c").condition, { op: "sql", text: "x > 2" })
    assert.deepEqual(planNamed(program, "b").unstable, ["rand"])
    assert.deepEqual(planNamed(program, "b").inputs[0]!.unstable, ["monotonically_increasing_id"])
    assert.equal(program.udfs[0]!.nondeterministic, true)
  })
})
