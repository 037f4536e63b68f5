import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import path from "node:path"
import { folderWith, lintJson, places, shufflewise } from "./shell.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")

/** Spark broadcasts the small side by itself, unless its threshold is a byte. */
const job = lines(
  "from pyspark.sql import SparkSession",
  "spark = SparkSession.builder.getOrCreate()",
  'orders = spark.read.parquet("s3://lake/orders")',
  'orders.join(spark.range(10), "id").write.parquet("s3://lake/out")',
)
const threshold = "spark.sql.autoBroadcastJoinThreshold"
const found = ["jobs/etl.py:4:13 missing-broadcast"]

describe("lint with what a job is launched with", () => {
  it("hears spark-submit, and says where it stands", async () => {
    const cwd = folderWith({
      "jobs/etl.py": job,
      "bin/run.sh": lines("#!/bin/sh", "spark-submit \\", `  --conf "${threshold}=1" \\`, "  jobs/etl.py"),
    })
    const { report } = await lintJson([], { cwd })
    assert.deepEqual(places(report), found)
    const evidence = report.findings[0]!.evidence.find((each) => each.path === "bin/run.sh")
    assert.deepEqual(evidence!.range, { start: { line: 3, column: 3 }, end: { line: 3, column: 50 } })
    const { out } = await shufflewise(["lint"], { cwd })
    assert.ok(out.includes("(bin/run.sh:3:3)"), out)
  })

  it("hears spark-defaults.conf for all below its folder, the code over it, and forgets results when it changes", async () => {
    const cwd = folderWith({ "jobs/etl.py": job, "conf/spark-defaults.conf": `${threshold}  1\n` })
    assert.deepEqual(places((await lintJson([], { cwd })).report), found)
    assert.deepEqual(places((await lintJson([], { cwd })).report), found)
    writeFileSync(path.join(cwd, "conf/spark-defaults.conf"), `${threshold}  10m\n`)
    assert.deepEqual(places((await lintJson([], { cwd })).report), [])
    writeFileSync(path.join(cwd, "conf/spark-defaults.conf"), `${threshold}  1\n`)
    const code = job.replace(".getOrCreate()", `.config("${threshold}", "10m").getOrCreate()`)
    writeFileSync(path.join(cwd, "jobs/etl.py"), code)
    assert.deepEqual(places((await lintJson([], { cwd })).report), [])
  })

  it("does not mind a launch of another script", async () => {
    const cwd = folderWith({
      "jobs/etl.py": job,
      "run.sh": `spark-submit --conf ${threshold}=1 jobs/other.py\nspark-submit jobs/etl.py`,
    })
    assert.deepEqual(places((await lintJson([], { cwd })).report), [])
  })
})
