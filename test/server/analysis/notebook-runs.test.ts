import assert from "node:assert/strict"
import { scanImports, scanRuns } from "../../../server/src/analysis/import-scan.ts"
import { joinCells } from "../../../server/src/syntax/notebook.ts"
import { apis, callTo, planNamed, sketch } from "./sketch.ts"
import { workspace } from "./workspace.ts"

const HEADER = "# Databricks notebook source\n"
const CELL = "\n# COMMAND ----------\n"

async function job(files: Record<string, string>) {
  return (await (await workspace(files)).analyze("/w/jobs/job.py")).program
}

describe("analysis: notebooks that run notebooks", () => {
  it("binds what the other one leaves behind", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}readings = spark.table("readings")\ndef latest(df):\n    return df.distinct()\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run ./common${CELL}df = latest(readings)\n`,
    })
    assert.equal(sketch(planNamed(program, "df")), "distinct(table)")
  })
  it("by a path that leads up, in quotes, and through a third one", async () => {
    const program = await job({
      "/w/setup/names.py": `${HEADER}source = spark.read.parquet("a")\n`,
      "/w/setup/start here.py": `${HEADER}# MAGIC %run ./names\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run "../setup/start here"${CELL}df = source.limit(3)\n`,
    })
    assert.equal(sketch(planNamed(program, "df")), "limit(read)")
  })
  it("knows what PySpark's functions are where the other one imports them with a star", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}from pyspark.sql.functions import *\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run ./common${CELL}df = spark.table("t").filter(col("a") > 1)\n`,
    })
    assert.ok(apis(program).includes("functions.col"))
  })
  it("knows that a frame was cached there", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}df = spark.table("t").distinct()\ndf.cache()\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run ./common${CELL}df.count()\n`,
    })
    assert.equal(planNamed(program, "df").caches.length, 1)
  })
  it("is not bound before it is run, nor in a module", async () => {
    const files = { "/w/jobs/common.py": `${HEADER}readings = spark.table("readings")\n` }
    const early = await job({ ...files, "/w/jobs/job.py": `${HEADER}readings.count()${CELL}# MAGIC %run ./common\n` })
    assert.deepEqual(apis(early), [])
    const plain = await job({ ...files, "/w/jobs/job.py": `# %run ./common\nimport os\nreadings.count()\n` })
    assert.deepEqual(apis(plain), [])
  })
  it("binds anew what was bound before", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}readings = spark.table("readings")\n`,
      "/w/jobs/job.py": `${HEADER}readings = None${CELL}# MAGIC %run ./common${CELL}df = readings.distinct()\n`,
    })
    assert.equal(sketch(planNamed(program, "df")), "distinct(table)")
  })
  it("is an .ipynb file too, or one that Jupyter runs with options", async () => {
    const cells = joinCells([{ index: 0, text: 'source = spark.read.parquet("a")' }]).text
    const text = joinCells([
      { index: 0, text: "%matplotlib inline\n%run ./names" },
      { index: 1, text: "%run -i ../lib/tools.py 3" },
      { index: 2, text: "df = first(source)" },
    ]).text
    const files = {
      "/w/jobs/names.ipynb": cells,
      "/w/lib/tools.py": "def first(df):\n    return df.limit(1)\n",
      "/w/jobs/job.py": text,
    }
    assert.equal(sketch(planNamed(await job(files), "df")), "limit(read)")
  })
  it("is found by a path of a Databricks workspace where its end lies below a folder of that name", async () => {
    const run = (path: string) => `${HEADER}# MAGIC %run ${path}${CELL}df = source.limit(3)\n`
    const names = `${HEADER}source = spark.read.parquet("a")\n`
    const files = (path: string) => ({ "/repos/etl/setup/names.py": names, "/repos/etl/jobs/job.py": run(path) })
    const at = async (path: string) => (await (await workspace(files(path))).analyze("/repos/etl/jobs/job.py")).program
    assert.equal(sketch(planNamed(await at("/Workspace/Users/me/etl/setup/names"), "df")), "limit(read)")
    assert.deepEqual(apis(await at("/Workspace/Users/me/other/setup/names")), [])
  })
  it("lets notebooks run each other in a circle", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}# MAGIC %run ./job${CELL}readings = spark.table("readings")\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run ./common${CELL}df = readings.distinct()\n`,
    })
    assert.equal(sketch(planNamed(program, "df")), "distinct(table)")
  })
  it("sets what the other one sets", async () => {
    const program = await job({
      "/w/jobs/common.py": `${HEADER}spark.conf.set("spark.sql.shuffle.partitions", 64)\n`,
      "/w/jobs/job.py": `${HEADER}# MAGIC %run ./common${CELL}spark.table("t").distinct().count()\n`,
    })
    const setting = program.conf("spark.sql.shuffle.partitions", callTo(program, "DataFrame.count"))!
    assert.deepEqual(setting.value, { ...setting.value, kind: "constant", value: 64 })
    assert.equal(setting.site.path, "/w/jobs/common.py")
  })
  it("is scanned as an import, in a notebook's JSON too", () => {
    assert.deepEqual(
      scanRuns(`x = 1\n# MAGIC %run ./a $p="1"\n%run ../b/c.py\n   "%run ./d\\n",\nprint("%run ./no")`).map(
        (run) => run.module,
      ),
      ["run:./a", "run:../b/c.py", "run:./d"],
    )
    assert.deepEqual(scanImports("%run ./a\n"), [{ module: "run:./a", level: 0, names: ["*"] }])
  })
})
