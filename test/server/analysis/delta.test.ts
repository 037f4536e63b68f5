import assert from "node:assert/strict"
import { apis, callTo, planNamed, programOf, sketch } from "./sketch.ts"

const HEAD = `from pyspark.sql import SparkSession
from delta.tables import DeltaTable
spark = SparkSession.builder.getOrCreate()
`

async function holds(text: string, expected: string): Promise<void> {
  assert.equal(sketch(planNamed(await programOf(HEAD + text), "df")), expected)
}

describe("analysis: Delta tables", () => {
  it("are frames by toDF", () =>
    holds(`df = DeltaTable.forPath(spark, "/lake/t").toDF().filter("a > 1")\n`, "filter(table)"))
  it("by name, alias, and a plain import of the module", async () => {
    await holds(`df = DeltaTable.forName(spark, "t").alias("x").toDF()\n`, "table")
    const program = await programOf(`import delta\nspark.range(3)\ndf = delta.DeltaTable.forName(spark, "t").toDF()\n`)
    assert.equal(planNamed(program, "df").source?.table, "t")
  })
  it("by a star import", async () => {
    const program = await programOf(
      `from pyspark.sql.functions import *\nfrom delta.tables import *\ndf = DeltaTable.forName(spark, "t").toDF()\n`,
    )
    assert.equal(planNamed(program, "df").source?.format, "delta")
  })
  it("by annotation", () => holds(`def current(t: DeltaTable):\n    return t.toDF()\ndf = current(make())\n`, "table"))
  it("say how few rows tell of their history", async () => {
    const program = await programOf(`${HEAD}df = DeltaTable.forName(spark, "t").history()\n`)
    assert.ok(planNamed(program, "df").size.rows.max < Infinity)
  })
  it("compute what is merged into them", async () => {
    const program = await programOf(`${HEAD}df = spark.table("s").distinct()
target = DeltaTable.forName(spark, "t")
(target.alias("t").merge(df.alias("s"), "t.id = s.id")
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute())
`)
    assert.deepEqual(
      program.actionsOf(planNamed(program, "df")).map((call) => call.api),
      ["DeltaMergeBuilder.execute"],
    )
    assert.equal(planNamed(program, "df").escapes, false)
  })
  it("compute nothing before the merge is executed", async () => {
    const program = await programOf(`${HEAD}df = spark.table("s").distinct()
builder = DeltaTable.forName(spark, "t").merge(df, "t.id = s.id")
`)
    assert.deepEqual(program.actionsOf(planNamed(program, "df")), [])
  })
  it("run a job for an update and a delete", async () => {
    const program = await programOf(
      `${HEAD}t = DeltaTable.forName(spark, "t")\nt.delete("a = 1")\nt.update("a = 2", {"b": "3"})\n`,
    )
    assert.equal(callTo(program, "DeltaTable.delete").action, true)
    assert.equal(callTo(program, "DeltaTable.update").action, true)
  })
  it("are nothing of another library's", async () => {
    const program = await programOf(`import deltalake\ndf = deltalake.DeltaTable("t").to_pandas()\n`)
    assert.ok(!apis(program).some((api) => api.startsWith("DeltaTable")))
  })
})
