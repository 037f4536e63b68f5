import assert from "node:assert/strict"
import { apis, callTo, planNamed, programOf, sketch } from "./sketch.ts"

/** Asserts the sketch of the frame that `df` holds at the end. */
async function holds(text: string, expected: string): Promise<void> {
  const program = await programOf(text)
  // the frame that `explain` is called on, where a loop gives the name to several
  const explained = program.calls.find((call) => call.api === "DataFrame.explain")?.receiver
  const plan = explained?.kind === "frame" ? explained.plan : planNamed(program, "df")
  assert.equal(sketch(plan), expected)
}

/** Asserts that nothing in the text is taken for Spark. */
async function silent(text: string): Promise<void> {
  const program = await programOf(text)
  assert.deepEqual(
    program.calls.filter((call) => call.spark).map((call) => call.api),
    [],
  )
}

describe("analysis: what is a DataFrame", () => {
  it("a read through an imported session", () =>
    holds(
      `from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("x").getOrCreate()
df = spark.read.parquet("a").filter("x > 1")
`,
      "filter(read)",
    ))
  it("a chain over many lines in brackets", () =>
    holds(
      `df = (
    spark.read
    .option("header", True)
    .csv("a")
    .select("x")
)
`,
      "project(read)",
    ))
  it("through an alias of the import and a string annotation", () =>
    holds(
      `import pyspark.sql as ps_sql
def f(raw: "ps_sql.DataFrame"):
    df = raw.distinct()
    return df
`,
      "distinct(param)",
    ))
  it("through Optional and a union with None", () =>
    holds(
      `from typing import Optional
from pyspark.sql import DataFrame
def f(raw: Optional[DataFrame], more: DataFrame | None):
    df = raw.join(more, "id")
`,
      "join(param, param)",
    ))
  it("through a union of the classic frame and Connect's, and an alias of it", async () => {
    const head = `from typing import Optional, TypeAlias, Union
from pyspark.sql import DataFrame
from pyspark.sql.connect.dataframe import DataFrame as Remote
`
    await holds(`${head}def f(df: Union[DataFrame, Remote]):\n    df.count()\n`, "param")
    await holds(`${head}def f(df: DataFrame | Remote | None):\n    df.count()\n`, "param")
    await holds(`${head}Frame = Union[DataFrame, Remote]\ndef f(df: Frame):\n    df.count()\n`, "param")
    await holds(
      `${head}Frame: TypeAlias = Union[DataFrame, "RemoteDataFrame"]\ndef f(df: Optional[Frame]):\n    df.count()\n`,
      "param",
    )
  })
  it("not through a union with something else", () =>
    silent(
      `import pandas as pd\nfrom typing import Union\nfrom pyspark.sql import DataFrame\ndef f(df: Union[DataFrame, pd.DataFrame]):\n    df.count()\n`,
    ))
  it("through a helper's return value", () =>
    holds(
      `def load(name):
    return spark.read.parquet(name)
df = load("a").union(load("b"))
`,
      "union(read, read)",
    ))
  it("through a helper's parameter, unannotated", async () => {
    const program = await programOf(`def clean(frame):
    return frame.dropDuplicates(["id"]).count()
clean(spark.table("t"))
`)
    assert.ok(apis(program).includes("DataFrame.count"))
    assert.equal(callTo(program, "DataFrame.count").via.length, 1)
  })
  it("through self and __init__", () =>
    holds(
      `class Job:
    def __init__(self, spark: "SparkSession"):
        self.raw = spark.read.json("a")
    def run(self):
        df = self.raw.groupBy("k").count()
from pyspark.sql import SparkSession
`,
      "aggregate(read)",
    ))
  it("through a part of itself", () =>
    holds(
      `def f(wanted=None):\n    df = spark.table("t")\n    if wanted:\n        df = df[wanted]\n    df.count()\n`,
      "either(project(table), table)",
    ))
  it("through super, on several levels, and methods that a class above calls", () =>
    holds(
      `from pyspark.sql import DataFrame
class Base:
    def __init__(self, df: DataFrame):
        self.df = df
    def run(self):
        return self.step().distinct()
class Middle(Base):
    def __init__(self, df, name):
        super().__init__(df)
        self.name = name
    def step(self):
        return self.df
class Job(Middle):
    def __init__(self, df):
        super(Job, self).__init__(df, "job")
    def step(self):
        return super().step().limit(3)
df = Job(spark.table("t")).run()
`,
      "distinct(limit(table))",
    ))
  it("through transform and a lambda", () =>
    holds(
      `def step(d):
    return d.filter("x")
df = spark.table("t").transform(step).transform(lambda d: d.limit(5))
`,
      "limit(filter(table))",
    ))
  it("by a method that only Spark has, for a parameter of a library function", () =>
    holds(
      `import pyspark
def f(df):
    df.printSchema()
    return df.withColumnRenamed("a", "b")
`,
      "param",
    ))
  it("through branches", () =>
    holds(
      `if flag:
    df = spark.table("a")
else:
    df = spark.table("b").limit(1)
`,
      "either(table, limit(table))",
    ))
  it("through an early return: only the other arm goes on", () =>
    holds(
      `def f(flag):
    df = spark.table("a")
    if flag:
        df = df.limit(1)
        return df
    df = df.distinct()
`,
      "distinct(table)",
    ))
  it("through a loop that carries it", () =>
    holds(
      `df = spark.table("a")
for day in days:
    df = df.union(spark.table(day))
df.explain()
`,
      "loop(table, union(…, table))",
    ))
  it("through a loop that starts from None", () =>
    holds(
      `df = None
for day in days:
    part = spark.table(day)
    df = part if df is None else df.union(part)
df.explain()
`,
      "loop(table, either(table, union(…, table)))",
    ))
  it("through reduce", () =>
    holds(
      `from functools import reduce
parts = [spark.table(n) for n in names]
df = reduce(lambda a, b: a.union(b), parts)
`,
      "union(loop(table, …), table)",
    ))
  it("through a with helper and a context manager", () =>
    holds(
      `from contextlib import contextmanager
@contextmanager
def cached(d):
    d.cache()
    yield d
with cached(spark.table("t")) as df:
    df.count()
`,
      "table",
    ))
  it("through a temporary view and SQL", () =>
    holds(
      `spark.table("t").createOrReplaceTempView("v")
df = spark.sql("select * from v limit 7")
`,
      "sql(table)",
    ))
  it("through tuple unpacking and randomSplit", () =>
    holds(`other, df = spark.table("t").randomSplit([0.8, 0.2])\n`, "sample(table)"))
  it("through a walrus", () => holds(`if (df := spark.table("t")) is not None:\n    df.show()\n`, "table"))
  it("through isinstance", () =>
    holds(
      `from pyspark.sql import DataFrame
def f(x):
    if isinstance(x, DataFrame):
        df = x.distinct()
`,
      "distinct(param)",
    ))
  it("through isinstance that raises where it fails", () =>
    holds(
      `from pyspark.sql import DataFrame
def f(x):
    if x is None or not isinstance(x, DataFrame):
        raise TypeError(x)
    df = x.limit(3)
`,
      "limit(param)",
    ))
  it("through an assert, of one class or several", () =>
    holds(
      `from pyspark.sql import DataFrame
from pyspark.sql.connect.dataframe import DataFrame as ConnectFrame
def f(x):
    assert isinstance(x, (DataFrame, ConnectFrame)), "no frame"
    df = x.limit(3)
`,
      "limit(param)",
    ))
})

describe("analysis: what isn't Spark", () => {
  it("pandas", () =>
    silent(`import pandas as pd\ndf = pd.read_csv("a")\ndf.groupby("x").count()\ndf.join(df, on="x").drop("y")\n`))
  it("polars", () =>
    silent(`import polars as pl\ndf = pl.read_parquet("a").filter(pl.col("x") > 1)\ndf.join(df, on="id").collect()\n`))
  it("what may be a frame or something else", () =>
    silent(
      `import pandas as pd
from pyspark.sql import DataFrame
def f(x, y, z):
    if isinstance(x, (DataFrame, pd.DataFrame)):
        x.count()
    if not isinstance(y, DataFrame):
        y.count()
    if not isinstance(z, DataFrame):
        log(z)
    z.count()
`,
    ))
  it("a list and a string", () => silent(`x = [1, 2]\nx.count(1)\n",".join(["a"])\n`))
  it("a parameter called df", () =>
    silent(`import pyspark\ndef f(df):\n    df.count()\n    return df.join(other, "id")\n`))
  it("a rival with Spark's method names", () =>
    silent(`from snowflake.snowpark import Session\ndef f(df):\n    return df.withColumnRenamed("a", "b").count()\n`))
  it("pandas on Spark", () => silent(`import pyspark.pandas as ps\ndf = ps.read_csv("a")\ndf.groupby("x").count()\n`))
  it("what toPandas gave", async () => {
    const program = await programOf(`pdf = spark.table("t").toPandas()\npdf.groupby("x").count()\n`)
    assert.deepEqual(
      program.calls.filter((c) => c.spark).map((c) => c.api),
      ["SparkSession.table", "DataFrame.toPandas"],
    )
  })
  it("a name that the file binds itself", () => silent(`spark = make_it()\nspark.read.parquet("a").count()\n`))
})

describe("analysis: proof by use", () => {
  it("a method of a chain that begins with the name", () =>
    holds(
      `import pyspark\ndef f(raw):\n    df = raw.filter("x").limit(2)\n    return raw.groupBy("k").agg({"a": "sum"}).withColumnRenamed("a", "b")\n`,
      "limit(filter(param))",
    ))
  it("a Column as an argument", () =>
    holds(
      `from pyspark.sql import functions as F\ndf = make().filter(F.col("x") > 1).limit(1)\n`,
      "limit(filter(opaque))",
    ))
  it("a Column given to an aggregate of groups, whose keys then aren't known", () =>
    holds(
      `from pyspark.sql import functions as F\ndf = make().groupBy("a").agg(F.max(F.col("x")))\n`,
      "aggregate(opaque)",
    ))
  it("not a chain that begins with something else", () =>
    silent(`import pyspark\ndef f(source):\n    return source.read.table("a").count()\n`))
  it("a session unpacked from a helper of another file", () =>
    holds(
      `from pyspark.sql import Row\nfrom helpers import start\nspark, log = start()\ndf = spark.read.parquet("a")\n`,
      "read",
    ))
})
