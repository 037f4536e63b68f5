import assert from "node:assert/strict"
import { appendFileSync, copyFileSync, mkdirSync } from "node:fs"
import path from "node:path"
import { folderWith, lintJson, places } from "./shell.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")
const threshold = "spark.sql.autoBroadcastJoinThreshold"

/** Joins a large table with local files; Spark broadcasts a byte by itself, so that it is worth saying so. */
const job = (read: string): string =>
  lines(
    "from pyspark.sql import SparkSession",
    `spark = SparkSession.builder.config("${threshold}", "1b").getOrCreate()`,
    'orders = spark.read.parquet("s3://lake/orders")',
    `countries = ${read}`,
    'orders.join(countries, "id").write.parquet("s3://lake/out")',
  )
const fixture = path.resolve(import.meta.dirname, "../fixtures/204-rows.parquet")
const found = ["etl.py:5:13 missing-broadcast"]

describe("lint with data on the disk", () => {
  it("knows how large files at literal paths are, and says so", async () => {
    const cwd = folderWith({ "etl.py": job('spark.read.option("header", True).csv("data/countries.csv")') })
    assert.deepEqual(places((await lintJson([], { cwd })).report), [])
    mkdirSync(path.join(cwd, "data"))
    appendFileSync(path.join(cwd, "data/countries.csv"), "id,name\n1,de\n")
    const { report } = await lintJson([], { cwd })
    assert.deepEqual(places(report), found)
    const messages = report.findings[0]!.evidence.map(({ message }) => message)
    assert.ok(
      messages.some((message) => message.includes("'data/countries.csv' is 13 bytes on disk")),
      messages.join("\n"),
    )
    assert.deepEqual(places((await lintJson([], { cwd })).report), found)
  })

  it("counts a Parquet file's rows, from where the command runs or from the file's folder", async () => {
    const cwd = folderWith({ "etl.py": "", "jobs/etl.py": job('spark.read.parquet("../data/c.parquet")') })
    mkdirSync(path.join(cwd, "data"))
    copyFileSync(fixture, path.join(cwd, "data/c.parquet"))
    const { report } = await lintJson([], { cwd })
    assert.deepEqual(places(report), ["jobs/etl.py:5:13 missing-broadcast"])
    const messages = report.findings[0]!.evidence.map(({ message }) => message).join("\n")
    assert.match(messages, /is 1\.5 KiB on disk, 204 rows by the Parquet footers/)
  })

  it("says nothing of other file systems, patterns, several paths, and what lies elsewhere", async () => {
    for (const read of [
      'spark.read.csv("s3://data/countries.csv")',
      'spark.read.csv("hdfs:///data/countries.csv")',
      'spark.read.csv("data/*.csv")',
      'spark.read.parquet("data/c.parquet", "s3://lake/more")',
      'spark.read.format("delta").load("data/countries.csv")',
      'spark.read.option("pathGlobFilter", "*.csv").csv("data")',
      `spark.read.parquet("${fixture}")`,
    ]) {
      const cwd = folderWith({ "etl.py": job(read), "data/countries.csv": "id,name\n" })
      copyFileSync(fixture, path.join(cwd, "data/c.parquet"))
      assert.deepEqual(places((await lintJson([], { cwd })).report), [], read)
    }
  })
})
