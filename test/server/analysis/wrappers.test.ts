import assert from "node:assert/strict"
import { planNamed, programOf, sketch } from "./sketch.ts"
import { workspace } from "./workspace.ts"

const DATASET = `from abc import ABC, abstractmethod
from dataclasses import dataclass
from pyspark.sql import DataFrame

@dataclass
class Dataset(ABC):
    _df: DataFrame
    label: str = ""

    @property
    def df(self) -> DataFrame:
        return self._df

    @df.setter
    def df(self, new_df):
        self._df = new_df
        self.validate()

    @abstractmethod
    def validate(self): ...

    @classmethod
    def from_parquet(cls, spark, path):
        return cls(_df=spark.read.parquet(path))

    def filter(self, condition):
        attrs = {k: v for k, v in self.__dict__.items() if k != "_df"}
        return self.__class__(_df=self._df.filter(condition), **attrs)

    def persist(self):
        self.df = self._df.persist()
        return self
`
const READ = `from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
`

/** A class of another file that wraps a frame, and code that uses it. */
async function program(text: string) {
  const { analyze } = await workspace({
    "/w/dataset.py": DATASET,
    "/w/job.py": `from dataclasses import dataclass\nfrom dataset import Dataset\n${READ}
@dataclass
class Loci(Dataset):
    @classmethod
    def best(cls, of):
        return cls(_df=of.df.groupBy("id").count())
${text}`,
  })
  return (await analyze("/w/job.py")).program
}

describe("analysis: objects that wrap a frame", () => {
  it("a dataclass has the fields of its bases, through a class method and a property that can be set", async () => {
    assert.equal(
      sketch(planNamed(await program(`df = Loci.from_parquet(spark, "a").df.distinct()\n`), "df")),
      "distinct(read)",
    )
    assert.equal(
      sketch(planNamed(await program(`df = Loci.best(Loci.from_parquet(spark, "a")).df\n`), "df")),
      "aggregate(read)",
    )
  })
  it("an object makes another of its own class", async () =>
    assert.equal(
      sketch(planNamed(await program(`df = Loci.from_parquet(spark, "a").filter("x > 1").df.distinct()\n`), "df")),
      "distinct(filter(read))",
    ))
  it("what sets a property is run: the cached frame is the one that is used afterwards", async () => {
    const { plans } = await program(`loci = Loci.from_parquet(spark, "a").persist()\ndf = loci.df\ndf.show()\n`)
    assert.deepEqual(
      plans.filter(({ op }) => op === "read").map(({ caches, names }) => [caches.length, names.includes("df")]),
      [[1, true]],
    )
  })
  it("objects of one declared class hold frames of their own", async () => {
    const { plans } = await program(`def both(a: Loci, b: Loci):
    left = a.df.distinct()
    right = b.df.distinct()
    return left.join(right, "id")
`)
    const joined = plans.find(({ op }) => op === "join")!
    const [left, right] = joined.inputs.map((input) => input.inputs[0])
    assert.ok(left && right && left !== right)
  })
  it("a class of pydantic takes its fields as well", async () => {
    const known = await programOf(`from pydantic import BaseModel
from pyspark.sql import DataFrame
${READ}
class Job(BaseModel):
    source: DataFrame
    name: str
df = Job(source=spark.table("t"), name="a").source.distinct()
`)
    assert.equal(sketch(planNamed(known, "df")), "distinct(table)")
  })
  it("a class of another library keeps that library's methods", async () => {
    const { calls } = await programOf(`import torch
${READ}
class Net(torch.nn.Module):
    pass
net = Net()
net.eval()
`)
    assert.ok(calls.some(({ api }) => api === "torch.nn.Module().eval"))
  })
})
