import assert from "node:assert/strict"
import { apis, callTo, planNamed, programOf, sketch } from "./sketch.ts"

describe("analysis: columns", () => {
  const columns = async (text: string) =>
    planNamed(await programOf(text), "df").columns?.value.map((c) => (c.type ? `${c.name}:${c.type}` : c.name))

  it("from a DDL schema through a projection", async () => {
    assert.deepEqual(
      await columns(`from pyspark.sql import functions as F
df = (spark.read.schema("id bigint, name string, tags array<string>").json("a")
  .withColumn("n", F.length("name")).withColumnRenamed("id", "key").drop("tags"))
`),
      ["key:bigint", "name:string", "n:int"],
    )
  })
  it("from literal rows, and an aggregate over them", async () => {
    assert.deepEqual(
      await columns(`from pyspark.sql import functions as F
df = spark.createDataFrame([(1, "a")], ["id", "k"]).groupBy("k").agg(F.count("id").alias("n"))
`),
      ["k:string", "n:bigint"],
    )
  })
  it("not from a file", async () =>
    assert.equal(await columns(`df = spark.read.parquet("a").select("*")\n`), undefined))
})

describe("analysis: shuffles, partitions, caches", () => {
  it("counts shuffles since the source, and stops at a cache and a checkpoint", async () => {
    const program = await programOf(`a = spark.table("t").groupBy("k").count()
b = a.orderBy("k")
b.cache()
c = b.distinct()
d = c.localCheckpoint().groupBy("k").count()
`)
    assert.deepEqual(
      ["a", "b", "c", "d"].map((name) => planNamed(program, name).shuffles),
      [1, 2, 1, 1],
    )
  })
  it("knows constant partition counts", async () => {
    const program = await programOf(
      `a = spark.table("t").repartition(8, "k").filter("x")\nb = a.coalesce(1)\nc = spark.range(0, 10, 1, 4)\n`,
    )
    assert.deepEqual(
      ["a", "b", "c"].map((name) => planNamed(program, name).partitions?.value),
      [8, 1, 4],
    )
  })
  it("keeps hints, through broadcast() and hint()", async () => {
    const program = await programOf(
      `from pyspark.sql.functions import broadcast\na = broadcast(spark.table("t"))\nb = spark.table("u").hint("MERGE")\n`,
    )
    assert.deepEqual([planNamed(program, "a").hints, planNamed(program, "b").hints], [["broadcast"], ["merge"]])
  })
})

describe("analysis: columns of SQL text", () => {
  const windows = async (step: string) => {
    const program = await programOf(`from pyspark.sql import functions as F\ndf = spark.table("t").${step}\n`)
    const { windows, wide, expensive, columns } = planNamed(program, "df")
    return {
      by: windows.map(({ partitionBy }) => partitionBy?.map((key) => (key.op === "column" ? key.name : key.op))),
      wide,
      expensive,
      columns: columns?.value.map(({ name }) => name),
    }
  }
  it("a window in selectExpr shuffles, and names tell the columns", async () =>
    assert.deepEqual(
      await windows(`selectExpr("id", "row_number() OVER (PARTITION BY id, day ORDER BY ts desc) as rn")`),
      { by: [["id", "day"]], wide: true, expensive: "computes a window", columns: ["id", "rn"] },
    ))
  it("one in expr, with no key", async () =>
    assert.deepEqual(
      await windows(`withColumn("n", F.expr("sum(x) over (order by ts rows between 1 preceding and current row)"))`),
      {
        by: [[]],
        wide: true,
        expensive: "computes a window",
        columns: undefined,
      },
    ))
  it("a named window may have any key", async () =>
    assert.deepEqual((await windows(`selectExpr("max(x) over w as m")`)).by, [undefined]))
  it("other text is no window, and an expression without a name leaves the columns open", async () =>
    assert.deepEqual(await windows(`selectExpr("id", "cast(overdue as int)", "'over (x)' as t")`), {
      by: [],
      wide: false,
      expensive: null,
      columns: undefined,
    }))
})

describe("analysis: who uses what", () => {
  it("finds the actions of a frame through lazy steps", async () => {
    const program = await programOf(`base = spark.table("t").groupBy("k").count()
base.filter("x").write.parquet("a")
n = base.select("k").distinct().count()
`)
    assert.deepEqual(
      program.actionsOf(planNamed(program, "base")).map((c) => c.api),
      ["DataFrameWriter.parquet", "DataFrame.count"],
    )
  })
  it("counts what a cache serves once", async () => {
    const program = await programOf(`base = spark.table("t").groupBy("k").count()
kept = base.filter("x").cache()
kept.count()
kept.show()
`)
    assert.equal(program.actionsOf(planNamed(program, "base")).length, 1)
    assert.equal(program.actionsOf(planNamed(program, "kept")).length, 2)
  })
  it("tells exclusive branches from those on one path", async () => {
    const program = await programOf(`df = spark.table("t")
if a:
    df.count()
elif b:
    df.show()
if c:
    df.collect()
`)
    const [count, show, collect] = ["DataFrame.count", "DataFrame.show", "DataFrame.collect"].map((api) =>
      callTo(program, api),
    )
    assert.equal(program.exclusive(count!.path, show!.path), true)
    assert.equal(program.exclusive(count!.path, collect!.path), false)
  })
  it("sees how a count is used, through a variable", async () => {
    const program = await programOf(`n = spark.table("t").count()
if n == 0:
    raise ValueError("empty")
print(n)
`)
    const uses = callTo(program, "DataFrame.count").resultUses
    assert.deepEqual(
      uses.map((use) => use.kind),
      ["compare", "print"],
    )
  })
  it("notes what leaves the file's sight", async () => {
    const program = await programOf(`df = spark.table("t")\nsomething.keep(df)\n`)
    assert.equal(planNamed(program, "df").escapes, true)
  })
})

describe("analysis: loops", () => {
  it("tells what a loop carries, and how often", async () => {
    const program = await programOf(`df = spark.table("t")
for i in range(12):
    df = df.join(spark.table("u"), "id")
`)
    const [loop] = program.loops
    assert.deepEqual(loop!.rounds, { min: 12, max: 12 })
    assert.deepEqual(
      loop!.carried.map((c) => c.name),
      ["df"],
    )
    assert.equal(sketch(loop!.carried[0]!.before), "table")
  })
  it("carries an object's attribute", async () => {
    const program = await programOf(`class Job:
    def __init__(self, spark):
        self.df = spark.table("t")
    def run(self, names):
        for name in names:
            self.df = self.df.join(spark.table(name), "id")
        self.df.count()

Job(spark).run(names)
`)
    const [loop] = program.loops
    assert.deepEqual(
      loop!.carried.map((c) => c.name),
      ["self.df"],
    )
    assert.equal(sketch(loop!.carried[0]!.before), "table")
    assert.equal(loop!.carried[0]!.after.op, "join")
    const count = callTo(program, "DataFrame.count").receiver
    assert(count.kind === "frame" && count.plan === loop!.carried[0]!.entry, "what follows sees the loop")
  })
  it("carries nothing that a round makes anew", async () => {
    const program = await programOf(`for p in paths:
    df = spark.read.parquet(p)
    df.write.parquet(p + "x")
`)
    assert.deepEqual(program.loops[0]!.carried, [])
  })
  it("carries what the first round makes", async () => {
    for (const start of ["", "out = None\n", "out = []\n"]) {
      const program = await programOf(`${start}for i, p in enumerate(paths):
    df = spark.read.parquet(p)
    if i == 0:
        out = df
    else:
        out = out.union(df)
`)
      assert.deepEqual(
        program.loops[0]!.carried.map((c) => c.name),
        ["out"],
        start,
      )
    }
  })
  it("notes a method that is named and not called", async () => {
    const program = await programOf(`df = spark.table("t")\ndf.cache\ndf.x\ndf.cache()\nsomething.cache\n`)
    assert.deepEqual(
      program.uncalled.map(({ name, plan }) => `${plan.names} ${name}`),
      ["df cache"],
    )
  })
  it("finds the actions of frames that loops cache and carry back", async () => {
    const program = await programOf(`a = spark.table("t")
while more():
    while more():
        a = a.filter("x > 1").cache()
    a = a.union(a).cache()
a.write.parquet("out")
`)
    const actions = program.plans.map((plan) => program.actionsOf(plan).length)
    assert.ok(actions.every((count) => count <= 1))
    assert.ok(actions.includes(1))
  })
})

describe("analysis: UDFs", () => {
  const kinds = async (text: string) => (await programOf(text)).udfs.map((udf) => `${udf.name} ${udf.kind}`)

  it("knows the kinds by decorator, annotation and use", async () => {
    assert.deepEqual(
      await kinds(`import pandas as pd
from typing import Iterator
from pyspark.sql.functions import udf, pandas_udf
from pyspark.sql import functions as F
@udf("string")
def a(x): return x
@udf("string", useArrow=True)
def b(x): return x
@pandas_udf("double")
def c(x: pd.Series) -> pd.Series: return x
@F.pandas_udf("double")
def d(it: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for x in it: yield x
@pandas_udf("double")
def e(x: pd.Series) -> float: return x.mean()
def f(it): yield from it
spark.table("t").mapInPandas(f, "x int")
g = F.udf(lambda x: x + 1)
spark.table("t").groupBy("k").applyInPandas(h, "x int")
spark.sparkContext.parallelize([1]).map(lambda x: x)
`),
      [
        "a row",
        "b arrow",
        "c pandas",
        "d pandas-iterator",
        "e pandas-aggregate",
        "f map-in-pandas",
        "lambda row",
        "lambda rdd",
      ],
    )
  })
  it("knows what a body calls, in which loop, and what it captures", async () => {
    const program = await programOf(`import torch
from pyspark.sql.functions import pandas_udf
limit = 3
@pandas_udf("float")
def score(batches):
    model = torch.load("m.pt")
    out = []
    for x in batches:
        out.append(model(x) + limit)
    return out
`)
    const [udf] = program.udfs
    assert.deepEqual(
      udf!.calls.map((c) => `${c.api} ${c.loops.length}`),
      ["torch.load 0", "torch.load() 1"],
    )
    assert.ok(udf!.captures.has("limit"))
    assert.ok(udf!.calls.every((c) => c.inUdf === udf))
  })
  it("makes a projection with a UDF expensive, and a window wide", async () => {
    const program = await programOf(`from pyspark.sql import functions as F, Window
f = F.udf(lambda x: x)
a = spark.table("t").withColumn("y", f("x"))
b = spark.table("t").withColumn("r", F.row_number().over(Window.orderBy("x")))
`)
    assert.match(planNamed(program, "a").expensive!, /UDF/)
    assert.equal(planNamed(program, "b").wide, true)
    assert.deepEqual(
      planNamed(program, "b").windows.map((w) => w.partitionBy),
      [[]],
    )
  })
})

describe("analysis: confs", () => {
  it("finds every way to set one", async () => {
    const program = await programOf(`from pyspark import SparkConf
from pyspark.sql import SparkSession
conf = SparkConf().setAppName("a").set("spark.a", "1").setAll([("spark.b", "2")])
spark = SparkSession.builder.config(conf=conf).config("spark.c", 3).config(map={"spark.d": True}).getOrCreate()
spark.conf.set("spark.e", "5")
spark.sql("SET spark.f = 6")
`)
    assert.deepEqual(
      program.confs.map((c) => `${c.key}=${c.value.kind === "constant" ? c.value.value : "?"} ${c.how}`),
      [
        "spark.app.name=a SparkConf",
        "spark.a=1 SparkConf",
        "spark.b=2 SparkConf",
        "spark.c=3 builder",
        "spark.d=true builder",
        "spark.e=5 conf.set",
        "spark.f=6 sql",
      ],
    )
  })
})

describe("analysis: bounds", () => {
  it("ends on recursion", async () => {
    const program = await programOf(`def f(df, n):
    return f(df.distinct(), n - 1) if n else df
f(spark.table("t"), 5).count()
`)
    assert.ok(apis(program).includes("DataFrame.distinct"))
  })
  it("ends on a method that goes on inside a function of its own on executors", async () => {
    const program = await programOf(`from pyspark import RDD
class M:
    def predict(self, x):
        if isinstance(x, RDD):
            return x.map(lambda v: self.predict(v))
        return x
    def other(self, x):
        return x.map(lambda v: self.predict(self.other(v)))
M().predict(spark.sparkContext.parallelize([1]))
M().other(spark.sparkContext.parallelize([1]))
`)
    assert.ok(program.calls.length < 100, `${program.calls.length} calls`)
  })
  it("ends on functions that call each other in more ways than can be followed", async () => {
    let text = "def f0(df):\n    return df.distinct()\n"
    for (let i = 1; i < 30; i++)
      text += `def f${i}(df):\n    a = f${i - 1}(df)\n    b = f${i - 1}(a)\n    c = f${i - 1}(b)\n    return c\n`
    text += `f29(spark.table("t")).count()\n`
    const program = await programOf(text)
    assert.ok(program.calls.length < 200_000)
  })
})
