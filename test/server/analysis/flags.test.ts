import assert from "node:assert/strict"
import { callTo, planNamed, programOf, sketch } from "./sketch.ts"

const LOAD = `def load(spark, path, clean=False, extra=None, mode="full"):
    found = spark.read.parquet(path)
    if clean:
        found = found.join(spark.table("bad"), "id", "left_anti")
    if extra is not None:
        found = found.union(spark.table(extra))
    if mode == "small":
        found = found.limit(10)
    return found
`

/** Asserts the sketch of the frame that `df` holds. */
async function holds(call: string, expected: string, text = LOAD): Promise<void> {
  assert.equal(sketch(planNamed(await programOf(`${text}df = ${call}\n`), "df")), expected)
}

describe("analysis: flags that a call hands over", () => {
  it("left at their defaults", () => holds(`load(spark, "a")`, "read"))
  it("set by the call", () => holds(`load(spark, "a", True)`, "join(read, table)"))
  it("compared with None and with a text", () =>
    holds(`load(spark, "a", extra="b", mode="small")`, "limit(union(read, table))"))
  it("not where the call hands on what it doesn't know", () =>
    holds(`load(spark, "a", clean=asked)`, "either(join(read, table), read)"))
  it("not where the function sets it itself", () =>
    holds(
      `load(spark, "a")`,
      "either(distinct(read), read)",
      `def load(spark, path, clean=False):\n    clean = clean or path in known\n    found = spark.read.parquet(path)\n    if clean:\n        found = found.distinct()\n    return found\n`,
    ))
  it("not with keywords from elsewhere", () =>
    holds(
      `load(spark, "a", **options)`,
      "either(limit(either(union(either(join(read, table), read), table), either(join(read, table), read))), either(union(either(join(read, table), read), table), either(join(read, table), read)))",
    ))
  it("of a method", () =>
    holds(
      `Loader().load("a")`,
      "read",
      `class Loader:\n    def load(self, path, clean=False):\n        found = spark.read.parquet(path)\n        if clean:\n            found = found.distinct()\n        return found\n`,
    ))
  it("marks what the call doesn't reach, and goes on behind it", async () => {
    const program = await programOf(
      `def report(df, really=False, quiet=True):\n    if really:\n        print(df.count())\n    if quiet:\n        return\n    df.collect()\ndf = spark.read.parquet("a")\nreport(df)\n`,
    )
    assert.match(callTo(program, "DataFrame.count").deliberate?.message ?? "", /not reached by this call/)
    assert.ok(callTo(program, "DataFrame.collect"))
  })
  it("says nothing of a function that nobody calls", async () => {
    const program = await programOf(
      `def report(spark, really=False):\n    if really:\n        print(spark.table("a").count())\n`,
    )
    assert.equal(callTo(program, "DataFrame.count").deliberate, undefined)
  })
  it("marks what only runs where things are tried out", async () => {
    const why = async (test: string) =>
      callTo(await programOf(`if ${test}:\n    spark.table("a").count()\n`), "DataFrame.count").deliberate?.message
    for (const test of [
      'env and env.lower() in ["development", "staging"]',
      'self.ENV == "local"',
      'deploy_env == "dev"',
    ])
      assert.equal(await why(test), "only where things are tried out", test)
    for (const test of [
      'env in ["dev", "prod"]',
      'env != "dev"',
      'mode == "test"',
      "env == name",
      'env not in ["dev"]',
    ])
      assert.equal(await why(test), undefined, test)
  })
})

describe("analysis: defaults that a test rules out", () => {
  it("a number that is no number of partitions", async () => {
    const program = await programOf(
      `def save(spark, n=-1):\n    df = spark.read.csv("a")\n    if n > 0:\n        df = df.repartition(n)\n    return df\n`,
    )
    assert.equal(callTo(program, "DataFrame.repartition").args[0]?.value.kind, "unknown")
  })
  it("behind the way that ends where the default holds", async () => {
    const program = await programOf(
      `import pyspark\ndef rows(df=None):\n    if df is None:\n        return 0\n    return df.withColumnRenamed("a", "b").count()\n`,
    )
    assert.ok(callTo(program, "DataFrame.count"))
  })
  it("keeps a default that the test lets through", async () => {
    const program = await programOf(
      `def save(spark, n=4):\n    if n > 0:\n        spark.read.csv("a").repartition(n).write.csv("b")\n`,
    )
    const [count] = callTo(program, "DataFrame.repartition").args
    assert.equal(count?.value.kind === "constant" ? count.value.value : undefined, 4)
  })
  it("keeps an object's frame where a call leaves out another", () =>
    holds(
      `Encoder(spark.read.csv("a")).encode()`,
      "distinct(read)",
      `class Encoder:\n    def __init__(self, data=None):\n        self.data = data\n    def encode(self, data=None):\n        if data is not None:\n            self.data = data\n        return self.data.distinct()\n`,
    ))
  it("holds again where both ways go on", async () => {
    const program = await programOf(
      `def save(spark, n=1):\n    if n > 1:\n        log(n)\n    spark.read.csv("a").coalesce(n).write.csv("b")\n`,
    )
    const [count] = callTo(program, "DataFrame.coalesce").args
    assert.equal(count?.value.kind === "constant" ? count.value.value : undefined, 1)
  })
  it("keeps what the function itself set", async () => {
    const program = await programOf(
      `def save(spark):\n    n = -1\n    if n > 0:\n        spark.read.csv("a").repartition(n).write.csv("b")\n`,
    )
    assert.equal(callTo(program, "DataFrame.repartition").args[0]?.value.kind, "constant")
  })
})
