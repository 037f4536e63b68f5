import assert from "node:assert/strict"
import { programOf } from "./sketch.ts"

describe("analysis: Python code on executors", () => {
  it("knows the context managers and decorators around a call, those of its callers too", async () => {
    const program = await programOf(`import torch
from pyspark.sql.functions import pandas_udf
model = torch.load("m.pt")
@torch.inference_mode()
def helper(x):
    return model(x)
@pandas_udf("float")
def f(batches):
    with torch.no_grad(), open("log"):
        a = helper(batches)
    return a.numpy()
`)
    const [udf] = program.udfs
    const within = (api: string): string[] =>
      udf!.calls
        .find((call) => call.api === api)!
        .within.map((value) => (value.kind === "foreign" ? value.path : value.kind))
    assert.deepEqual(within("torch.load()"), [
      "pandas_udf()",
      "torch.no_grad()",
      "builtins.open()",
      "torch.inference_mode()",
    ])
    assert.deepEqual(within("torch.load()().numpy"), ["pandas_udf()"])
  })
  it("follows what a class has from another library", async () => {
    const program = await programOf(`import torch.nn as nn
class Base(nn.Module):
    def __init__(self):
        super().__init__()
class Net(Base):
    pass
net = Net()
net.eval()
y = net(1)
z = net.to("cuda")(2)
w = Net.load("x").eval()
`)
    const apis = program.calls.map((call) => call.api)
    assert.deepEqual(apis.slice(-6), [
      "torch.nn.Module().eval",
      "torch.nn.Module()",
      "torch.nn.Module().to",
      "torch.nn.Module().to()",
      "torch.nn.Module.load",
      "torch.nn.Module.load().eval",
    ])
  })
  it("knows the iterator through a partition, and what only passes it on", async () => {
    const program = await programOf(`def f(rows):
    a = list(rows)
    b = list(map(len, rows))
    c = list(r.x for r in rows)
    d = list(enumerate(iter(rows)))
    e = list([r.x for r in rows])
    return iter(a)
spark.table("t").rdd.mapPartitions(f)
`)
    const lists = program.udfs[0]!.calls.filter((call) => call.api === "builtins.list")
    const partition = lists.map((call) => {
      const { value } = call.args[0]!
      return value.kind === "sequence" && value.partition === true
    })
    assert.deepEqual(partition, [true, true, true, true, false])
  })
})

describe("analysis: objects that executors call", () => {
  it("run their __call__, and a pandas UDF for groups knows where it is applied", async () => {
    const program = await programOf(`import joblib
import pandas as pd
from pyspark.sql.functions import pandas_udf, PandasUDFType
class Predict:
    def __init__(self, path):
        self.path = path
    def __call__(self, rows):
        model = joblib.load(self.path)
        for row in rows:
            yield model.predict([row])
spark.table("t").rdd.mapPartitions(Predict("m"))
spark.table("t").foreachPartition(Predict("m"))
@pandas_udf("a int", PandasUDFType.GROUPED_MAP)
def fit(pdf):
    return pdf
spark.table("t").groupBy("k").apply(fit)
`)
    assert.deepEqual(
      program.udfs
        .map((udf) => [udf.kind, udf.calls.map(({ api }) => api)[0], udf.applied.map(({ api }) => api)[0]])
        .sort(),
      [
        ["grouped-map", undefined, "GroupedData.apply"],
        ["rdd-partition", "joblib.load", "DataFrame.foreachPartition"],
        ["rdd-partition", "joblib.load", "RDD.mapPartitions"],
      ],
    )
  })
})

describe("analysis: what makes a predict function", () => {
  it("runs on executors as well, and what it holds isn't captured", async () => {
    const program = await programOf(`import torch
from pyspark.ml.functions import predict_batch_udf
path = "m.pt"
def make():
    model = torch.load(path)
    def predict(x):
        return model(x)
    return predict
score = predict_batch_udf(make, return_type=None, batch_size=8)
`)
    const [udf] = program.udfs
    assert.deepEqual(
      [udf!.setup, udf!.calls].map((calls) => calls.map(({ api }) => api)),
      [["torch.load"], ["torch.load()"]],
    )
    assert.ok([...udf!.setup, ...udf!.calls].every(({ inUdf }) => inUdf === udf))
    assert.deepEqual([...udf!.captures.keys()].sort(), ["path", "torch"])
  })
})

describe("analysis: functions of other libraries as UDFs", () => {
  it("are taken as if they were called with what comes", async () => {
    const program = await programOf(`from faker import Faker
from pyspark.sql import functions as F
from pyspark.sql.types import StringType
fake = Faker()
name = F.udf(fake.first_name, StringType())
spark.range(9).select(name().alias("name"))
@F.udf(StringType())
def same(x):
    return x
`)
    const [udf, same] = program.udfs
    assert.equal(udf!.name, "first_name")
    assert.deepEqual(
      udf!.calls.map(({ api }) => api),
      ["faker.Faker().first_name"],
    )
    assert.equal(udf!.applied.length, 1)
    assert.equal(same!.name, "same")
  })
})

describe("analysis: names that another notebook imports", () => {
  it("are PySpark's and pandas' in a notebook that runs it, and nobody's in a script", async () => {
    const code = `# COMMAND ----------
@pandas_udf("float")
def score(x: pd.Series) -> pd.Series:
    return pd.Series(np.log(x))
`
    const notebook = await programOf(`# Databricks notebook source\n# MAGIC %run ./gone\n${code}`)
    assert.deepEqual(
      notebook.udfs.map((udf) => [udf.kind, ...udf.calls.map(({ api }) => api)]),
      [["pandas", "numpy.log", "pandas.Series"]],
    )
    assert.equal((await programOf(code)).udfs.length, 0)
  })
})

describe("analysis: libraries that may be missing", () => {
  it("are what the code runs with, not what stands in for them", async () => {
    const program = await programOf(`try:
    from pyspark.sql import functions as F
    from pyspark.sql.types import StringType
except (ImportError, ModuleNotFoundError):
    F = None
    StringType = object
clean = F.udf(lambda s: s.strip(), StringType())
try:
    import torch
except:
    torch = None
m = torch.load("m.pt")
`)
    assert.equal(program.udfs.length, 1)
    assert.equal(program.udfs[0]!.returns, "string")
  })
})

describe("analysis: what is an RDD", () => {
  it("by a method that only RDDs have", async () => {
    const program = await programOf(`from pyspark.sql import SparkSession
class Blocks:
    def __init__(self, rdd):
        self._rdd = rdd
    def sizes(self):
        return self._rdd.mapPartitions(lambda rows: [len(list(rows))])
def words(lines):
    counts = lines.reduceByKey(lambda a, b: a + b)
    lines.map(lambda x: x)
def send(frame):
    frame.foreachPartition(lambda rows: list(rows))
    frame.select("a").createOrReplaceTempView("v")
`)
    const apis = program.calls.filter((call) => call.spark).map((call) => call.api)
    assert.deepEqual(apis, [
      "RDD.mapPartitions",
      "RDD.reduceByKey",
      "RDD.map",
      "DataFrame.foreachPartition",
      "DataFrame.select",
      "DataFrame.createOrReplaceTempView",
    ])
    assert.deepEqual(
      program.udfs.map((udf) => udf.kind),
      ["rdd-partition", "rdd", "rdd", "rdd-partition"],
    )
  })
  it("ends where a function on executors, or a maker of one, hands itself on", async () => {
    const maker = await programOf(`from pyspark.ml.functions import predict_batch_udf
def make():
    def predict(x):
        return predict_batch_udf(make, return_type="float", batch_size=8)
    return predict, predict_batch_udf(make, return_type="float", batch_size=8)
score = predict_batch_udf(make, return_type="float", batch_size=8)
`)
    assert.ok(maker.udfs.length < 100)
    const rows = await programOf(`def each(row):
    return spark.range(1).rdd.map(each).map(each)
spark.range(1).rdd.map(each).count()
`)
    assert.ok(rows.udfs.length < 100)
  })
})
