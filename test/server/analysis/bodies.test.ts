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
  it("follows the user's own functions, loops that gather, and what stands for a failure", async () => {
    const program = await programOf(`from pyspark.sql.functions import udf
from pyspark.sql.types import IntegerType
def clean(s, suffix="!"):
    s = s.strip()
    s += suffix
    return s
f = udf(lambda x: clean(x), "string")
@udf(returnType=IntegerType())
def number(s):
    try:
        return int(s)
    except ValueError:
        return None
@udf("array<string>")
def words(items):
    out = []
    for item in items:
        if item:
            out.append(item.lower())
    return out
@udf("boolean")
def known(items):
    for item in items:
        if item in names:
            return True
    return False
g = udf(lambda xs: list(map(lambda x: x + 1, xs)))
`)
    const [f, number, words, known, g] = program.udfs
    assert.deepEqual(
      program.udfs.map((udf) => udf.returns),
      ["string", "int", "array<string>", "boolean", "string"],
    )
    assert.equal(f!.body?.op, "binary")
    assert.match(JSON.stringify(f!.body), /"strip".*"x".*"!"/)
    assert.equal(number!.body?.op, "try")
    assert.match(JSON.stringify(words!.body), /"comprehension","type":"list","name":"item".*"lower".*"only"/)
    assert.match(JSON.stringify(known!.body), /"fn":"any".*"comprehension"/)
    assert.match(JSON.stringify(g!.body), /"fn":"list".*"comprehension"/)
  })
  it("knows where a UDF is called, and that a filter runs it", async () => {
    const program = await programOf(`from pyspark.sql import functions as F
f = F.udf(lambda x: x > 1, "boolean")
kept = spark.table("t").filter(f("x"))
`)
    const call = program.calls.find(({ api }) => api === "UserDefinedFunction.__call__")
    assert.equal(call?.result.kind === "column" && call.result.expr.op === "udf", true)
    assert.deepEqual(
      program.udfs[0]!.applied.map(({ api }) => api),
      ["DataFrame.filter"],
    )
    assert.equal(planNamed(program, "kept").udfs.length, 1)
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
