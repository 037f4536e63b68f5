import assert from "node:assert/strict"
import { apis, planNamed, programOf, sketch } from "./sketch.ts"
import { workspace } from "./workspace.ts"

const F = "from pyspark.sql import functions as F\n"

/** Asserts that nothing in the text is taken for a Spark frame or session. */
async function silent(text: string): Promise<void> {
  const program = await programOf(text)
  assert.deepEqual(
    apis(program).filter((api) => /^(DataFrame|SparkSession|RDD|GroupedData)\./.test(api)),
    [],
  )
}

describe("analysis: proof by an attribute's use", () => {
  const KEEPER = `class Keeper:
    def __init__(self, source):
        self.source = source

    def save(self):
        self.source.write.mode("overwrite").parquet("a")

    def tidy(self):
        df = self.source.distinct()
        return df.withColumn("day", F.current_date())
`
  it("a field that another method calls a DataFrame's own method on", async () => {
    const program = await programOf(F + KEEPER)
    assert.equal(sketch(planNamed(program, "df")), "distinct(param)")
  })
  it("a chain that begins with the field", async () => {
    const program = await programOf(`${F}class A:
    def __init__(self, d):
        self._d = d
    def f(self):
        self._d.filter("a > 1").dropDuplicates(["a"]).count()
`)
    assert.ok(apis(program).includes("DataFrame.count"))
  })
  it("not what is known to be something else, nor without PySpark", async () => {
    await silent(`import pandas as pd\n${KEEPER.replace("self.source = source", "self.source = pd.read_csv(source)")}`)
    await silent(KEEPER)
  })
  it("not the object itself", () =>
    silent(`${F}class Frame:\n    def show(self):\n        self.printSchema()\n        self.collect()\n`))
})

describe("analysis: proof by a writer", () => {
  it("a parameter whose writer is given a mode or a format", async () => {
    const program = await programOf(
      `${F}def save(data, path):\n    data.write.mode("append").parquet(path)\n    data.count()\n`,
    )
    assert.ok(apis(program).includes("DataFrame.count"))
  })
  it("and one that is repartitioned on the way to it", async () => {
    const program = await programOf(`${F}def save(data, path):\n    data.repartition(1).write.csv(path, header=True)\n`)
    assert.ok(apis(program).includes("DataFrame.repartition"))
  })
  it("not a file, nor another library's writer", () =>
    silent(
      `${F}def save(out, ds):\n    out.write("x")\n    out.count("x")\n    ds.write.dataset("a")\n    ds.count()\n`,
    ))
})

describe("analysis: proof that something is an RDD", () => {
  const LIB =
    "from pyspark.sql import DataFrame, SparkSession\nimport shim\nspark = SparkSession.builder.getOrCreate()\n"
  it("a parameter, by what the end of a chain is asked for", async () => {
    const program = await programOf(`${LIB}def shares(data, key):
    if data.filter(bool).count() == 0:
        return {}
    return data.map(lambda p: (p[key],)).countByKey()
`)
    assert.ok(apis(program).includes("RDD.count"))
  })
  it("a name that a helper proves is known from there on, and so is one that a helper declares", async () => {
    const program = await programOf(`${LIB}def shares(data):
    return data.map(lambda p: (p,)).countByKey()
def save(df: DataFrame):
    df.write.parquet("a")
pings = shim.fetch(1)
kinds = shares(pings)
print(pings.count())
rows = shim.load(2)
save(df=rows)
print(rows.filter("a > 1").distinct().count())
`)
    assert.ok(apis(program).includes("RDD.count"))
    assert.ok(apis(program).includes("DataFrame.distinct"))
  })
  const counts = async (text: string) => apis(await programOf(LIB + text)).filter((api) => /\.count$/.test(api))
  it("not a stream of RDDs, nor what only shares a method", async () =>
    assert.deepEqual(
      await counts(`from pyspark.streaming import StreamingContext
def words(lines):
    lines.count()
    lines.map(str).reduceByKey(max).pprint()
def bag(items):
    items.count()
    return items.map(str).filter(bool).reduce(max)
`),
      [],
    ))
  it("not what a helper of another library's type is given, nor what another library made", async () =>
    assert.deepEqual(
      (
        await counts(`import pandas as pd
def save(df: pd.DataFrame):
    df.to_csv("a")
def both(df: DataFrame):
    return df
rows = shim.load(2)
save(rows)
rows.count()
table = pd.read_csv("a")
both(table)
table.count()
`)
      ).filter((api) => /^(DataFrame|RDD)/.test(api)),
      [],
    ))
})

describe("analysis: PySpark behind an import", () => {
  const files = {
    "/w/operators/base.py": `from pyspark.sql import SparkSession\nclass Operator:\n    def __init__(self, spark):\n        self.spark = spark\n`,
    "/w/operators/rename.py": `from operators.base import Operator
class Rename(Operator):
    def handle(self, frames):
        df = frames[0]
        for old, new in self.names:
            df = df.withColumnRenamed(old, new)
        return df
`,
    "/w/operators/other.py": `class Other:
    def handle(self, frames):
        df = frames[0]
        return df.withColumnRenamed("a", "b")
`,
    "/w/operators/snow.py": `from operators.base import Operator
from operators.warehouse import session
def handle(frames):
    df = frames[0]
    return df.withColumnRenamed("a", "b")
`,
    "/w/operators/warehouse.py": `from snowflake.snowpark import Session\nsession = Session.builder.create()\n`,
  }
  it("what a base class's file imports counts for a file that uses it", async () => {
    const { program } = await (await workspace(files)).analyze("/w/operators/rename.py")
    assert.ok(apis(program).includes("DataFrame.withColumnRenamed"))
  })
  it("a file that imports nothing of it says nothing, nor one with a rival", async () => {
    const all = await workspace(files)
    for (const path of ["/w/operators/other.py", "/w/operators/snow.py"])
      assert.deepEqual(
        apis((await all.analyze(path)).program).filter((api) => api.startsWith("DataFrame.")),
        [],
      )
  })
})

describe("analysis: proof by what becomes of it", () => {
  it("a parameter of which something is made that only a DataFrame is", async () => {
    const program = await programOf(`${F}def enrich(left, right):
    left.count()
    joined = left.join(right, "id")
    joined = joined.withColumnRenamed("a", "b")
    right.count()
    return joined.withColumn("day", F.current_date())
`)
    assert.deepEqual(
      apis(program).filter((api) => api === "DataFrame.count" || api === "DataFrame.join"),
      ["DataFrame.count", "DataFrame.join", "DataFrame.count"],
    )
  })
  it("not of one that is made anew from something else", () =>
    silent(`${F}import spark_io
def f(rows, other):
    part = rows.filter("a")
    part = spark_io.load(other)
    part.withColumn
    return rows.count()
`))
  it("what an estimator is fitted to", async () => {
    const program = await programOf(`from pyspark.ml.feature import StringIndexer
def index(frames):
    df = frames[0]
    model = StringIndexer(inputCol="a", outputCol="b").fit(df)
    return model.transform(df).select("b").distinct().count()
`)
    assert.ok(apis(program).includes("DataFrame.count"))
  })
  it("not what a frame of another library is joined with", () =>
    silent(`import pandas as pd\ndef f(b):\n    a = pd.read_csv("a")\n    a.join(b)\n    return b.count()\n`))
})

describe("analysis: proof of what a name is made from", () => {
  it("a join of frames in a dict from nowhere", async () => {
    const program = await programOf(
      `${F}def f(frames):
    big = frames["orders"].join(frames["items"], "id").distinct()
    big.write.parquet("a")
`,
    )
    assert.equal(sketch(planNamed(program, "big")), "distinct(join(opaque))")
  })
  it("groups of what an unknown function gives", async () => {
    const program = await programOf(
      `${F}def f(path):
    per = load(path).groupBy("k").agg(F.sum("n"))
    return per.withColumn("x", F.lit(1))
`,
    )
    assert.equal(sketch(planNamed(program, "per")), "aggregate(opaque)")
  })
  it("not of pandas, nor of a name that nothing proves", () =>
    silent(
      `${F}import pandas as pd
def f(frames, path):
    df = pd.read_csv(path).join(frames["x"])
    other = frames["a"].join(frames["b"], "id")
    df.count()
    return other
`,
    ))
})

describe("analysis: what is declared", () => {
  it("of what another library hands out", async () => {
    const program = await programOf(
      `import hail as hl\nfrom pyspark.sql import DataFrame\ndef load(path) -> DataFrame:\n    return hl.read_table(path).to_spark()\ndf = load("a").distinct()\n`,
    )
    assert.equal(sketch(planNamed(program, "df")), "distinct(param)")
  })
  it("of a field that holds nothing at first", async () => {
    const program = await programOf(
      `from __future__ import annotations\nfrom dataclasses import dataclass\nfrom pyspark.sql import DataFrame\n@dataclass\nclass Model:\n    rows: DataFrame | None = None\ndef f(model: Model):\n    df = model.rows.limit(3)\n    return df\n`,
    )
    assert.equal(sketch(planNamed(program, "df")), "limit(param)")
  })
})

describe("analysis: a session as a parameter", () => {
  it("proves that a file without imports is about Spark", async () => {
    const program = await programOf(`class Rename:
    def handle(self, frames, spark):
        df = frames[0]
        return df.withColumnRenamed("a", "b")
`)
    assert.ok(apis(program).includes("DataFrame.withColumnRenamed"))
  })
  it("by its name and what it reads, with no import of PySpark", async () => {
    const program = await programOf(`def load(spark, path):\n    df = spark.read.parquet(path)\n    return df\n`)
    assert.equal(sketch(planNamed(program, "df")), "read")
  })
  it("by what it is asked for, under any name, as a parameter and as a field", async () => {
    const program = await programOf(`import pyspark
class Job:
    def run(self, session):
        df = session.read.format("csv").load("a")
        self.show(df)
    def more(self):
        other = self.engine.createDataFrame([], "a int")
        return other
`)
    assert.equal(sketch(planNamed(program, "df")), "read")
    assert.equal(sketch(planNamed(program, "other")), "local")
  })
  it("not by a query alone, nor by reading a file", () =>
    silent(
      `import pyspark\ndef f(db, path):\n    a = db.sql("select 1")\n    b = path.read().json()\n    a.count()\n    b.count()\n`,
    ))
  it("not by its name alone", () =>
    silent(`def light(spark, path):\n    spark.ignite(path)\n    return spark.count()\n`))
})

describe("analysis: what a SQL cell leaves behind", () => {
  it("is a frame under Databricks' own name", async () => {
    const program = await programOf(
      `# Databricks notebook source\n# MAGIC %sql select * from t\n\n# COMMAND ----------\ndf = _sqldf.distinct()\n`,
    )
    assert.equal(sketch(planNamed(program, "df")), "distinct(opaque)")
  })
  it("elsewhere the name means nothing", () => silent(`${F}df = _sqldf.distinct()\n`))
})
