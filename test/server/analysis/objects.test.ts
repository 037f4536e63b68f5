import assert from "node:assert/strict"
import { callTo, planNamed, programOf, sketch } from "./sketch.ts"

/** Asserts the sketch of the frame that `df` holds. */
async function holds(text: string, expected: string): Promise<void> {
  assert.equal(sketch(planNamed(await programOf(text), "df")), expected)
}

describe("analysis: objects that manage what they hold", () => {
  it("a session that a class opens", () =>
    holds(
      `from pyspark.sql import SparkSession
class Job:
    def __init__(self, name):
        self.spark = SparkSession.builder.appName(name).getOrCreate()
    def __enter__(self):
        return self.spark
    def __exit__(self, *error):
        self.spark.stop()
with Job("a") as session:
    df = session.read.csv("a")
`,
      "read",
    ))
  it("an object that gives itself, or nothing", () =>
    holds(
      `class Job:
    def __init__(self, spark):
        self.frame = spark.read.csv("a")
    def __enter__(self):
        return self
class Timer:
    def __enter__(self):
        self.start = now()
with Timer(), Job(spark) as job:
    df = job.frame.distinct()
`,
      "distinct(read)",
    ))
  it("what is cached inside is let go of at the end", async () => {
    const program = await programOf(
      `class cached:
    def __init__(self, df):
        self.df = df.cache()
    def __enter__(self):
        return self.df
    def __exit__(self, *error):
        self.df.unpersist()
with cached(spark.read.csv("a")) as df:
    df.count()
`,
    )
    assert.ok(callTo(program, "DataFrame.count").index < callTo(program, "DataFrame.unpersist").index)
  })
})

describe("analysis: fields that a loop fills", () => {
  const GROW = `class All:
    def __init__(self, spark):
        self.spark = spark
        self.df = None
    def add(self, days):
        for day in days:
            part = self.spark.read.parquet(day)
            if self.df is None:
                self.df = part
            else:
                self.df = self.df.union(part)
        return self.df
`
  it("carries what the rounds make of it", async () => {
    const program = await programOf(`${GROW}All(spark).add(days)\n`)
    const [loop] = program.loops
    assert.deepEqual(
      loop?.carried.map(({ name }) => name),
      ["self.df"],
    )
  })
  it("counts what the rounds do once", async () => {
    const program = await programOf(`${GROW}All(spark).add(days)\n`)
    assert.equal(program.calls.filter(({ api }) => api === "DataFrame.union").length, 1)
  })
  it("carries nothing where each round begins anew", async () => {
    const program = await programOf(
      `class Each:
    def run(self, spark, days):
        for day in days:
            self.df = spark.read.parquet(day)
            self.df.count()
Each().run(spark, days)
`,
    )
    assert.deepEqual(program.loops[0]?.carried, [])
  })
})
