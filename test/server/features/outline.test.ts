import assert from "node:assert/strict"
import { actionText } from "../../../server/src/features/action-lens.ts"
import { pipeline } from "../../../server/src/features/pipeline.ts"
import { programOf } from "../analysis/sketch.ts"

const JOB = `from pyspark.sql import functions as F
orders = spark.read.parquet("lake/orders")
countries = spark.createDataFrame([("de", 1)], ["code", "id"])
joined = orders.join(countries, "id", "left").groupBy("code").agg(F.sum("amount").alias("total"))
joined.write.mode("overwrite").parquet("lake/out")
n = joined.count()
kept = joined.filter("total > 1").cache()
kept.show()
`

describe("outline: the pipeline of a file", () => {
  it("lists sources, joins and writes in text order", async () => {
    assert.deepEqual(
      pipeline(await programOf(JOB)).map(({ kind, name, detail }) => `${kind}: ${name} (${detail})`),
      [
        "source: orders (parquet 'lake/orders')",
        "source: countries (rows of the driver)",
        "join: join (orders ⋈ countries, left_outer)",
        "write: write (joined → parquet 'lake/out')",
      ],
    )
  })
  it("lists a place once, however many calls lead to it", async () => {
    const program = await programOf(
      `def load(n):\n    return spark.read.json(n)\nload("a").count()\nload("b").count()\n`,
    )
    assert.equal(pipeline(program).length, 1)
  })
  it("is empty where nothing is Spark", async () =>
    assert.deepEqual(pipeline(await programOf("import pandas as pd\npd.read_csv('a')\n")), []))
})

describe("code lens: what an action costs", () => {
  it("tells shuffles, how often it is computed, and whether it is cached", async () => {
    const program = await programOf(JOB)
    const texts = program.calls
      .filter((call) => call.action)
      .map((call) => `${call.name}: ${actionText(call, program)}`)
    assert.deepEqual(texts, [
      "parquet: 2 shuffles since read · computed 3 times · not cached",
      "count: 2 shuffles since read · computed 3 times · not cached",
      "show: 2 shuffles since read · cached",
    ])
  })
  it("names the cached step that an action reads", async () => {
    const program = await programOf(`base = spark.table("t").distinct().cache()\nbase.filter("x").count()\n`)
    assert.equal(
      actionText(program.calls.find((call) => call.name === "count")!, program),
      "no shuffle · cached at `base`",
    )
  })
  it("says nothing of what isn't an action", async () => {
    const program = await programOf(JOB)
    assert.equal(actionText(program.calls.find((call) => call.name === "join")!, program), undefined)
  })
})
