import assert from "node:assert/strict"
import { planNamed, programOf, sketch } from "./sketch.ts"

const HEAD = `from functools import reduce
from pyspark.sql import DataFrame, SparkSession
spark = SparkSession.builder.getOrCreate()
a = spark.table("a").distinct()
b = spark.table("b").distinct()
c = spark.table("c").distinct()
`

/** The actions that compute a variable's frame. */
async function actions(text: string, name: string): Promise<string[]> {
  const program = await programOf(HEAD + text)
  return program.actionsOf(planNamed(program, name)).map((call) => call.name)
}

describe("analysis: frames in lists and dicts", () => {
  it("a loop over a list computes each of its frames", async () => {
    const text = `for df in [a, b, c]:\n    df.write.parquet("x")\n`
    for (const name of ["a", "b", "c"]) assert.deepEqual(await actions(text, name), ["parquet"])
  })
  it("a loop over pairs does", async () => {
    const text = `for name, df in [("a", a), ("b", b)]:\n    df.write.saveAsTable(name)\n`
    assert.deepEqual(await actions(text, "b"), ["saveAsTable"])
    assert.deepEqual(await actions(text, "c"), [])
  })
  it("a loop over a dict's items and its values does", async () => {
    const text = `frames = {"a": a, "b": b}\nfor name, df in frames.items():\n    print(df.count())\nfor df in frames.values():\n    df.collect()\n`
    assert.deepEqual(await actions(text, "b"), ["count", "collect"])
  })
  it("a comprehension and a zip do", async () => {
    assert.deepEqual(await actions(`n = [df.count() for df in (a, b)]\n`, "b"), ["count"])
    assert.deepEqual(await actions(`for n, df in zip(["x", "y"], [a, b]):\n    df.count()\n`, "b"), ["count"])
  })
  it("a list that grows is any of what went in", async () => {
    const text = `parts = []
for path in paths:
    if path.endswith("csv"):
        df1 = spark.read.csv(path)
        parts.append(df1)
    else:
        df2 = spark.read.parquet(path)
        parts.append(df2)
for part in parts:
    part.count()
`
    assert.deepEqual(await actions(text, "df1"), ["count"])
    assert.deepEqual(await actions(text, "df2"), ["count"])
  })
  it("a dict that grows in a loop is as well", async () => {
    const text = `frames = {}
for path in paths:
    x = spark.read.csv(path)
    frames[path] = x
    y = spark.read.parquet(path)
    frames[path + "2"] = y
for df in frames.values():
    df.count()
`
    assert.deepEqual(await actions(text, "x"), ["count"])
    assert.deepEqual(await actions(text, "y"), ["count"])
  })
  it("reduce over a list unites its frames, by a method of the class and by a lambda", async () => {
    const text = (fn: string): string => `${HEAD}df = reduce(${fn}, [a, b, c])\n`
    for (const fn of ["DataFrame.unionByName", "lambda x, y: x.union(y)"]) {
      const plan = planNamed(await programOf(text(fn)), "df")
      assert.equal(sketch(plan), "union(union(distinct(table), distinct(table)), distinct(table))")
    }
  })
  it("reduce over a list that grew carries its union", async () => {
    const program = await programOf(`${HEAD}parts = []
for path in paths:
    parts.append(spark.read.csv(path))
df = reduce(DataFrame.unionByName, parts)
`)
    assert.equal(sketch(planNamed(program, "df")), "union(loop(read, …), read)")
  })
  it("a list of other things is what it was", async () => {
    const program = await programOf(
      `${HEAD}for name, n in [("x", 1), ("y", 2)]:\n    df = spark.table(name).limit(n)\n`,
    )
    assert.equal(sketch(planNamed(program, "df")), "limit(table)")
  })
})
