import assert from "node:assert/strict"
import { planNamed, programOf, sketch } from "./sketch.ts"
import { workspace } from "./workspace.ts"

/** Asserts the sketch of the frame that `df` holds. */
async function holds(text: string, expected: string): Promise<void> {
  assert.equal(sketch(planNamed(await programOf(text), "df")), expected)
}

const SESSION = `from pyspark.sql import SparkSession

session = None
context = None


def init_spark(name):
    global session, context
    try:
        session = SparkSession.builder.appName(name).getOrCreate()
        context = session.sparkContext
    except ValueError as error:
        raise RuntimeError(name) from error
`

describe("analysis: names that a function fills", () => {
  it("a session that another file's function makes", async () => {
    const space = await workspace({
      "/w/app/__init__.py": SESSION,
      "/w/app/job.py": `import app\n\ndef load(path):\n    df = app.session.read.parquet(path)\n    return df.distinct()\n`,
    })
    const { program } = await space.analyze("/w/app/job.py")
    assert.equal(sketch(planNamed(program, "df")), "read")
  })
  it("a session of this file, used above the function that makes it", () =>
    holds(
      `from pyspark.sql import SparkSession\nhandle = None\ndef load(path):\n    df = handle.read.parquet(path)\n    return df\ndef start():\n    global handle\n    handle = SparkSession.builder.getOrCreate()\n`,
      "read",
    ))
  it("a frame that is kept between calls", () =>
    holds(
      `_known = None\ndef use():\n    df = _known.distinct()\n    return df\ndef fill(spark):\n    global _known\n    if _known is None:\n        _known = spark.read.parquet("a")\n    return _known\n`,
      "distinct(opaque)",
    ))
  it("finds what the functions do once", async () => {
    const program = await programOf(`${SESSION}\ndef count(path):\n    return session.read.parquet(path).count()\n`)
    assert.equal(program.calls.filter(({ api }) => api === "DataFrame.count").length, 1)
    assert.equal(program.calls.filter(({ name }) => name === "getOrCreate").length, 1)
  })
  it("not a name that holds something already", () =>
    holds(
      `import pandas as pd\nimport pyspark\ntable = pd.DataFrame()\ndef other(spark):\n    global table\n    table = spark.read.parquet("a")\ndf = pyspark.sql.SparkSession.builder.getOrCreate().createDataFrame(table)\n`,
      "local",
    ))
  it("a session that a class keeps for all", () =>
    holds(
      `from pyspark.sql import SparkSession\nclass Sessions:\n    _shared = None\n    @classmethod\n    def get(cls):\n        if cls._shared is None:\n            cls._shared = SparkSession.builder.getOrCreate()\n        return cls._shared\ndf = Sessions.get().read.parquet("a")\n`,
      "read",
    ))
})
