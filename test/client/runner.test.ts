import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { prepareEventLogs } from "../../client/src/spark/eventLogs.ts"
import { eventLogSettings, submitArguments, withRunner } from "../../client/src/spark/runner.ts"

describe("what rides along with a job", () => {
  it("stands first on PYTHONPATH", () => {
    assert.equal(withRunner("/ext/runner", undefined, false), "/ext/runner")
    assert.equal(withRunner("/ext/runner", "", false), "/ext/runner")
    assert.equal(withRunner("/ext/runner", "/a:/b", false), "/ext/runner:/a:/b")
    assert.equal(withRunner("C:\\ext\\runner", "C:\\a", true), "C:\\ext\\runner;C:\\a")
  })

  it("is quoted so that PySpark reads the same arguments again", () => {
    const args = ["--master", "local[*]", "--conf", "a=b c", "it's", 'a "b" \\', "", "$HOME;`x`", "C:\\logs", "ä"]
    const program = "import json, shlex, sys; print(json.dumps(shlex.split(sys.argv[1])))"
    const split: unknown = JSON.parse(
      execFileSync("python3", ["-c", program, submitArguments(args)], { encoding: "utf8" }),
    )
    assert.deepEqual(split, args)
    assert.equal(submitArguments(["--master", "local[*]", "x=1"]), "--master local[*] x=1")
  })

  it("writes the event log where it is told to, with the memory of stages and of Python", () => {
    const settings = eventLogSettings("/logs")
    assert.equal(settings["spark.eventLog.dir"], "/logs")
    assert.deepEqual(new Set(Object.values(settings)), new Set(["true", "/logs"]))
  })
})

describe("the folder of event logs", () => {
  let folder = ""
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "event-logs-")), "logs")
  })
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }))

  it("is made where it is missing", async () => {
    await prepareEventLogs(folder)
    assert.deepEqual(readdirSync(folder), [])
  })

  it("keeps the newest, be they files or the folders of Spark 4", async () => {
    for (const [at, name] of ["local-1", "eventlog_v2_local-2", "local-3", "eventlog_v2_local-4"].entries()) {
      const path = join(folder, name)
      mkdirSync(name.startsWith("eventlog") ? path : folder, { recursive: true })
      writeFileSync(name.startsWith("eventlog") ? join(path, "events_1_x.zstd") : path, "x")
      utimesSync(path, 1000 + at, 1000 + at)
    }
    await prepareEventLogs(folder, 2)
    assert.deepEqual(readdirSync(folder).sort(), ["eventlog_v2_local-4", "local-3"])
  })
})
