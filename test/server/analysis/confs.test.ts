import assert from "node:assert/strict"
import type { ConfSetting, Program } from "../../../rules/api.ts"
import { callTo, programOf } from "./sketch.ts"

const HEAD = "from pyspark import SparkConf, SparkContext\nfrom pyspark.sql import SparkSession\n"

function values(program: Program): Record<string, unknown> {
  const shown = ({ value }: ConfSetting): unknown => (value.kind === "constant" ? value.value : "unknown")
  return Object.fromEntries(program.confs.map(({ key }) => [key, shown(program.conf(key)!)]))
}

async function sets(code: string, expected: Record<string, unknown>): Promise<void> {
  assert.deepEqual(values(await programOf(HEAD + code)), expected)
}

describe("analysis: confs", () => {
  it("by a builder: key and value, a map, a SparkConf", async () => {
    await sets('SparkSession.builder.config("spark.a", 1).config(key="spark.b", value="x").getOrCreate()', {
      "spark.a": 1,
      "spark.b": "x",
    })
    await sets('SparkSession.builder.config(map={"spark.a": "1", "spark.b": 2}).getOrCreate()', {
      "spark.a": "1",
      "spark.b": 2,
    })
    await sets('options = {"spark.a": "1"}\nSparkSession.builder.config(map=options).getOrCreate()', { "spark.a": "1" })
    await sets(
      'SparkSession.builder.config(conf=SparkConf().setAll([("spark.a", "1"), ("spark.b", 2)])).getOrCreate()',
      {
        "spark.a": "1",
        "spark.b": 2,
      },
    )
  })
  it("by SparkConf().setAll of lists, tuples, a dict's items and a variable", async () => {
    await sets('SparkConf().setAll((("spark.a", "1"),))', { "spark.a": "1" })
    await sets('pairs = [("spark.a", "1"), ["spark.b", "2"]]\nSparkConf().setAll(pairs)', {
      "spark.a": "1",
      "spark.b": "2",
    })
    await sets('SparkConf().setAll({"spark.a": "1"}.items())', { "spark.a": "1" })
    await sets('SparkConf().setAll(list({"spark.a": "1"}.items()))', { "spark.a": "1" })
  })
  it("in loops over a literal dict or list of pairs", async () => {
    await sets(
      'b = SparkSession.builder\nfor k, v in {"spark.a": "1", "spark.b": "2"}.items():\n    b = b.config(k, v)\n',
      {
        "spark.a": "1",
        "spark.b": "2",
      },
    )
    await sets('conf = SparkConf()\nfor k, v in [("spark.a", "1"), ("spark.b", "2")]:\n    conf.set(k, v)\n', {
      "spark.a": "1",
      "spark.b": "2",
    })
  })
  it("by setIfMissing only where nothing else does", async () => {
    await sets('SparkConf().set("spark.a", "1").setIfMissing("spark.a", "2").setIfMissing("spark.b", "3")', {
      "spark.a": "1",
      "spark.b": "3",
    })
    const launch = [{ key: "spark.a", value: "0", path: "/w/run.sh", start: 3, end: 9 }]
    const program = await programOf(`${HEAD}SparkConf().setIfMissing("spark.a", "2")`, { launch })
    assert.deepEqual(values(program), { "spark.a": "0" })
  })
  it("by helper functions, methods and SQL", async () => {
    await sets(
      'def tune(session, n=7):\n    session.conf.set("spark.a", n)\nspark = SparkSession.builder.getOrCreate()\ntune(spark)\nspark.sql("SET spark.b = 2")',
      { "spark.a": 7, "spark.b": "2" },
    )
    await sets(
      'class Job:\n    def __init__(self):\n        self.spark = SparkSession.builder.getOrCreate()\n        self.tune()\n    def tune(self):\n        self.spark.conf.set("spark.a", "1")\nJob()',
      { "spark.a": "1" },
    )
    await sets(
      'def session(conf):\n    return SparkSession.builder.config(conf=conf).getOrCreate()\nsession(SparkConf().set("spark.a", "1"))',
      {
        "spark.a": "1",
      },
    )
  })
  it("outside the code: a launch over defaults, the code over both, each with its place", async () => {
    const launch = [
      { key: "spark.a", value: "1", path: "/w/conf/spark-defaults.conf", start: 0, end: 9 },
      { key: "spark.b", value: "1", path: "/w/conf/spark-defaults.conf", start: 10, end: 19 },
      { key: "spark.c", value: "1", path: "/w/conf/spark-defaults.conf", start: 20, end: 29 },
      { key: "spark.b", value: undefined, path: "/w/run.sh", start: 13, end: 29 },
      { key: "spark.c", value: "2", path: "/w/run.sh", start: 30, end: 40 },
    ]
    const program = await programOf(`${HEAD}SparkSession.builder.config("spark.c", "3").getOrCreate()`, { launch })
    assert.deepEqual(values(program), { "spark.a": "1", "spark.b": "unknown", "spark.c": "3" })
    assert.equal(program.conf("spark.b")!.site.path, "/w/run.sh")
    assert.equal(program.conf("spark.a")!.how, "file")
    assert.equal(program.conf("spark.a")!.site.path, "/w/conf/spark-defaults.conf")
  })
  it("in force at a call: what is set later, or on another branch, is not", async () => {
    const program = await programOf(
      `${HEAD}spark = SparkSession.builder.config("spark.a", "1").getOrCreate()\nspark.range(3).count()\nspark.conf.set("spark.a", "2")\nif x:\n    spark.conf.set("spark.a", "3")\nelse:\n    spark.range(4).collect()\n`,
    )
    const at = (api: string): unknown => {
      const { value } = program.conf("spark.a", callTo(program, api))!
      return value.kind === "constant" && value.value
    }
    assert.equal(at("DataFrame.count"), "1")
    assert.equal(at("DataFrame.collect"), "2")
    assert.equal(values(program)["spark.a"], "3")
  })
})
