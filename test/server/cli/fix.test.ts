import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import path from "node:path"
import { fixedJob, folderWith, job, lintJson, shufflewise } from "./shell.ts"

/** A job whose only fix may change results. */
const unsafe = [
  "from pyspark.sql import SparkSession",
  "df = SparkSession.builder.getOrCreate().read.parquet('s3://lake/orders')",
  "df.repartition(1).write.parquet('out')",
  "",
].join("\n")

describe("shufflewise lint --fix", () => {
  it("writes safe fixes and tells of what is left", async () => {
    const cwd = folderWith({ "job.py": job, "more.py": unsafe })
    const { code, out } = await shufflewise(["lint", "--fix"], { cwd })
    assert.equal(code, 1)
    assert.equal(readFileSync(path.join(cwd, "job.py"), "utf8"), fixedJob)
    assert.equal(readFileSync(path.join(cwd, "more.py"), "utf8"), unsafe)
    assert.doesNotMatch(out, /count-as-emptiness/)
    assert.match(out, /1 warning; 1 with --fix --unsafe-fixes; 1 finding fixed; 2 files in/)
  })

  it("writes unsafe fixes only when asked", async () => {
    const cwd = folderWith({ "more.py": unsafe })
    const { code, report } = await lintJson(["--fix", "--unsafe-fixes"], { cwd })
    assert.deepEqual([code, report.findings.length], [0, 0])
    assert.notEqual(readFileSync(path.join(cwd, "more.py"), "utf8"), unsafe)
  })

  it("keeps a byte order mark and the line breaks", async () => {
    const cwd = folderWith({ "job.py": `\uFEFF${job.replaceAll("\n", "\r\n")}` })
    await shufflewise(["lint", "--fix"], { cwd })
    assert.equal(readFileSync(path.join(cwd, "job.py"), "utf8"), `\uFEFF${fixedJob.replaceAll("\n", "\r\n")}`)
  })

  it("leaves a file of another encoding alone, and says what to do", async () => {
    const bytes = Buffer.from(`# coding: latin-1\n${job}`, "latin1")
    const cwd = folderWith({ "job.py": bytes })
    const { code, report } = await lintJson(["--fix"], { cwd })
    assert.equal(code, 2)
    assert.match(
      report.failures[0]!.reason,
      /fixes were not written: the file is encoded as iso-8859-1; save it as UTF-8/,
    )
    assert.deepEqual(readFileSync(path.join(cwd, "job.py")), bytes)
  })

  it("fixes from what the cache knows as well", async () => {
    const cwd = folderWith({ "job.py": job })
    await shufflewise(["lint"], { cwd })
    await shufflewise(["lint", "--fix"], { cwd })
    assert.equal(readFileSync(path.join(cwd, "job.py"), "utf8"), fixedJob)
    assert.equal((await shufflewise(["lint"], { cwd })).code, 0)
  })
})
