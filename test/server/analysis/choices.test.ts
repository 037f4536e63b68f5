import assert from "node:assert/strict"
import { planNamed, programOf, sketch } from "./sketch.ts"

const READ = `import lib
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.getOrCreate()
src = spark.read.parquet("a")
`

/** The sketch of what `df` holds. */
async function made(text: string): Promise<string> {
  return sketch(planNamed(await programOf(READ + text), "df"))
}

/** The steps of frames that the program knows of, sources aside. */
async function steps(text: string): Promise<string[]> {
  const { plans } = await programOf(READ + text)
  return plans.map(({ op }) => op).filter((op) => op !== "read")
}

describe("analysis: code that is chosen while the program runs", () => {
  it("functions in a dict, by a name that nobody knows", async () =>
    assert.equal(
      await made(`STEPS = {"dedupe": lambda d: d.distinct(), "totals": lambda d: d.groupBy("k").count()}
df = STEPS[lib.choice()](src)
`),
      "either(distinct(read), aggregate(read))",
    ))
  it("a function or a class of two branches", async () => {
    assert.equal(
      await made(`def dedupe(d):
    return d.distinct()
def by_key(d):
    return d.groupBy("k").count()
step = dedupe if lib.flag() else by_key
df = step(src)
`),
      "either(distinct(read), aggregate(read))",
    )
    assert.equal(
      await made(`class Files:
    def load(self):
        return spark.read.parquet("b")
class Table:
    def load(self):
        return spark.table("t")
source = Files() if lib.flag() else Table()
df = source.load().distinct()
`),
      "distinct(either(read, table))",
    )
  })
  it("a method by its name, or by a part of it", async () => {
    const JOB = `class Job:
    def run_dedupe(self, d):
        return d.distinct()
    def run_totals(self, d):
        return d.groupBy("k").count()
    def other(self, d):
        return d.limit(1)
`
    assert.equal(await made(`${JOB}df = getattr(Job(), "run_totals")(src)\n`), "aggregate(read)")
    assert.equal(
      await made(`${JOB}kind = lib.choice()\ndf = getattr(Job(), f"run_{kind}")(src)\n`),
      "either(distinct(read), aggregate(read))",
    )
    const open = (await steps(`${JOB}name = lib.choice()\nx = getattr(Job(), name)(src)\n`)).filter(
      (op) => op === "either",
    )
    assert.deepEqual(open, [])
  })
  it("the ways exclude each other", async () => {
    const program = await programOf(`${READ}def save(d):
    d.write.parquet("b")
def count(d):
    return d.count()
{"save": save, "count": count}[lib.choice()](src)
`)
    const [a, b] = program.calls.filter(({ action }) => action)
    assert.ok(a && b && program.exclusive(a.path, b.path))
  })
  it("is not known where one of them is another's code, or where they are many", async () => {
    assert.deepEqual(await steps(`{"a": lambda d: d.distinct(), "b": lib.other}[lib.choice()](src).show()\n`), [])
    const many = Array.from({ length: 9 }, (_, i) => `"k${i}": lambda d: d.limit(${i + 1})`).join(", ")
    assert.ok(!(await steps(`x = {${many}}[lib.choice()](src)\n`)).includes("either"))
  })
  it("a UDF that is made by its class", async () => {
    const program = await programOf(`${READ}from pyspark.sql.types import StringType
def prefixed(d, prefix):
    f = F.UserDefinedFunction(lambda x: prefix + x, StringType())
    return d.select(f("a"))
prefixed(src, "p").write.parquet("b")
`)
    assert.deepEqual(
      program.udfs.map(({ kind, applied }) => [kind, applied.length]),
      [["row", 1]],
    )
  })
})
