import assert from "node:assert/strict"
import { apis, planNamed, programOf, sketch } from "./sketch.ts"

async function holds(text: string, expected: string): Promise<void> {
  assert.equal(sketch(planNamed(await programOf(text), "df")), expected)
}

describe("analysis: DataFrames of other libraries", () => {
  it("a DynamicFrame of Glue, through transforms that a star brings", () =>
    holds(
      `from awsglue.transforms import *
from awsglue.context import GlueContext
glue = GlueContext(sc)
source = glue.create_dynamic_frame.from_catalog(database="d", table_name="t")
df = ApplyMapping.apply(frame=source, mappings=m).toDF().distinct()
`,
      "distinct(opaque)",
    ))
  it("a live table", () =>
    holds(
      `import dlt\n@dlt.table\ndef gold():\n    df = dlt.read("silver").dropDuplicates(["id"])\n    return df\n`,
      "distinct(opaque)",
    ))
  it("a feature store's training set", () =>
    holds(
      `from databricks.feature_engineering import FeatureEngineeringClient
fe = FeatureEngineeringClient()
df = fe.create_training_set(df=labels, feature_lookups=l, label="y").load_df().drop("id")
`,
      "project(opaque)",
    ))
  it("a graph's vertices, and what is found in it", async () => {
    const program = await programOf(`from graphframes import *
g = GraphFrame(v, e)
ranks = g.pageRank(resetProbability=0.15, maxIter=5).vertices
ranks.orderBy("pagerank").show()
g.find("(a)-[e]->(b)").count()
g.degrees.count()
`)
    assert.equal(apis(program).filter((api) => api === "DataFrame.count").length, 2)
    assert.ok(apis(program).includes("DataFrame.orderBy"))
  })
  it("what a Databricks notebook adds to every frame", async () => {
    const program = await programOf(`days = spark.table("t").groupBy("day").count()\ndays.display()\n`)
    assert.deepEqual(
      program.actionsOf(planNamed(program, "days")).map(({ api }) => api),
      ["DataFrame.display"],
    )
  })
  it("nothing else of theirs", async () => {
    const program = await programOf(`import dlt
from graphframes import GraphFrame
dlt.expect("a", "b").count()
GraphFrame(v, e).cache().count()
GraphFrame.vertices.count()
`)
    assert.ok(!apis(program).some((api) => api.startsWith("DataFrame.")))
  })
})

describe("analysis: proof by an RDD", () => {
  const F = "from pyspark.sql import functions as F\n"
  it("a parameter whose RDD is mapped", async () => {
    const program = await programOf(`${F}def ids(rows):\n    rows.count()\n    return rows.rdd.map(lambda r: r[0])\n`)
    assert.ok(apis(program).includes("DataFrame.count"))
  })
  it("not a field of the object itself, nor one that is called", async () => {
    const program = await programOf(
      `${F}class Wrapper:\n    def f(self, other):\n        self.inner.count()\n        other.count()\n        other.rdd()\n        return self.inner.rdd.map(f)\n`,
    )
    assert.ok(!apis(program).some((api) => api.startsWith("DataFrame.")))
  })
})
