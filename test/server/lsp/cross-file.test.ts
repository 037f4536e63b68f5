import assert from "node:assert/strict"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileUri, poorCapabilities, richCapabilities, Session, type SessionOptions, textAt } from "./session.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")

/** Says nothing of Spark itself. */
const helper = lines("def load(session):", '    return session.read.parquet("orders").repartition(7)')
const plainHelper = lines("def load(session):", "    return [1, 2]")
const job = lines(
  "from pyspark.sql import SparkSession",
  "from helper import load",
  "orders = load(SparkSession.builder.getOrCreate())",
  "if orders.count() == 0:",
  '    raise ValueError("none")',
)
const steps = lines("def check(data):", "    if data.count() == 0:", '        raise ValueError("none")')
const caller = lines("from pyspark.sql import SparkSession", "from steps import check", 'check(spark.table("t"))')
const refresh = "workspace/diagnostic/refresh"

describe("the server, across files", () => {
  let folder: string
  let session: Session
  const uri = (name: string): string => fileUri(join(folder, name))
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const start = async (options: SessionOptions = {}): Promise<void> => {
    session = await Session.start({ folder, ...options })
  }
  const rules = async (name: string): Promise<unknown[]> => (await session.items(uri(name))).map((one) => one.code)
  const refreshes = (): number => session.client.requests.filter((one) => one.method === refresh).length
  const refreshed = (before: number): Promise<void> =>
    session.client.until(() => refreshes() > before, "a request to pull again")
  const told = (name: string, type: 1 | 2 | 3): void =>
    session.client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uri(name), type }] })
  const replace = (name: string, version: number, text: string): void => session.change(uri(name), version, [{ text }])

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "shufflewise-"))
  })
  afterEach(async () => {
    assert.deepEqual(session.log(1), [])
    await session.client.stop()
    rmSync(folder, { recursive: true })
  })

  it("follows a closed file's functions, and shows evidence where it stands there", async () => {
    write("helper.py", `# above\n${helper}`)
    await start()
    session.open(uri("job.py"), job)
    const [finding] = await session.items(uri("job.py"))
    assert.equal(finding?.code, "count-as-emptiness")
    const [related] = finding.relatedInformation!
    assert.equal(related!.location.uri, uri("helper.py"))
    assert.equal(textAt(`# above\n${helper}`, related!.location.range), 'session.read.parquet("orders").repartition(7)')
  })

  it("takes an open file's text before the disk's, and tells of it when it is saved", async () => {
    write("helper.py", plainHelper)
    await start()
    session.open(uri("job.py"), job)
    assert.deepEqual(await rules("job.py"), [])
    session.open(uri("helper.py"), plainHelper)
    await rules("helper.py")
    replace("helper.py", 2, helper)
    assert.deepEqual(await rules("job.py"), ["count-as-emptiness"], "asked for, unsaved edits count")
    replace("helper.py", 3, plainHelper)
    const before = refreshes()
    await rules("helper.py")
    assert.equal(refreshes(), before, "while somebody types nobody is told")
    session.save(uri("helper.py"))
    await refreshed(before)
    assert.deepEqual(await rules("job.py"), [])
    replace("helper.py", 4, helper)
    assert.deepEqual(await rules("job.py"), ["count-as-emptiness"])
    session.close(uri("helper.py"))
    assert.deepEqual(await rules("job.py"), [], "closed without saving, the disk's counts again")
  })

  it("does not compute again what a change does not reach", async () => {
    write("helper.py", helper)
    await start()
    session.open(uri("job.py"), job)
    session.open(uri("other.py"), "x = 1\n")
    const first = await session.pull(uri("job.py"))
    replace("other.py", 2, "x = 2\n")
    session.save(uri("other.py"))
    await session.pull(uri("other.py"))
    assert.equal((await session.pull(uri("job.py"), first.resultId)).kind, "unchanged")
  })

  it("hears of files that are written, made and deleted", async () => {
    await start()
    session.open(uri("job.py"), job)
    assert.deepEqual(await rules("job.py"), [])
    for (const [text, type, expected] of [
      [helper, 1, ["count-as-emptiness"]],
      [plainHelper, 2, []],
      [helper, 2, ["count-as-emptiness"]],
      [undefined, 3, []],
    ] as const) {
      if (text === undefined) rmSync(join(folder, "helper.py"))
      else write("helper.py", text)
      const before = refreshes()
      told("helper.py", type)
      await refreshed(before)
      assert.deepEqual(await rules("job.py"), expected)
    }
  })

  it("tells a function what other open files call it with", async () => {
    await start({ settings: { value: { index: false } } })
    session.open(uri("steps.py"), steps)
    write("steps.py", steps)
    assert.deepEqual(await rules("steps.py"), [])
    const before = refreshes()
    session.open(uri("caller.py"), caller)
    await rules("caller.py")
    await refreshed(before)
    assert.deepEqual(await rules("steps.py"), ["count-as-emptiness"])
    replace("caller.py", 2, caller.replace('spark.table("t")', "[1]"))
    await rules("caller.py")
    assert.deepEqual(await rules("steps.py"), [])
  })

  it("tells it, in its own time, what closed files call it with, those aside that git ignores", async () => {
    write("steps.py", steps)
    write(".gitignore", "ignored.py\n")
    write("ignored.py", "from steps import check\ncheck([1])\n")
    write("deep/down/caller.py", caller)
    await start()
    session.open(uri("steps.py"), steps)
    assert.deepEqual(await rules("steps.py"), [])
    await refreshed(0)
    assert.deepEqual(await rules("steps.py"), ["count-as-emptiness"])
    write("deep/down/caller.py", "from steps import check\n")
    told("deep/down/caller.py", 2)
    await refreshed(1)
    assert.deepEqual(await rules("steps.py"), [])
  })

  it("looks at each closed file by its own configuration", async () => {
    write("lib/steps.py", steps)
    write("off/shufflewise.toml", "enable = false\n")
    write("off/caller.py", caller.replace("from steps", "from lib.steps"))
    await start()
    session.open(uri("lib/steps.py"), steps)
    assert.deepEqual(await rules("lib/steps.py"), [])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.equal(refreshes(), 0, "a file that is not linted tells nothing")
    write("off/shufflewise.toml", "enable = true\n")
    told("off/shufflewise.toml", 2)
    told("off/caller.py", 2)
    await refreshed(1)
    assert.deepEqual(await rules("lib/steps.py"), ["count-as-emptiness"])
  })

  it("leaves closed files alone where the setting says so", async () => {
    write("steps.py", steps)
    write("caller.py", caller)
    await start({ settings: { value: { index: false } } })
    session.open(uri("steps.py"), steps)
    assert.deepEqual(await rules("steps.py"), [])
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.equal(refreshes(), 0)
    assert.deepEqual(await rules("steps.py"), [])
  })

  it("shows that it reads the workspace where that takes long, and stops when it is told to", async () => {
    write("steps.py", steps)
    // far more than a second's work on any machine
    for (let at = 0; at < 500; at++)
      write(`m${at}.py`, `from steps import check\n${'x = spark.table("t").filter("a > 1")\n'.repeat(400)}`)
    await start({ capabilities: { ...richCapabilities, window: { workDoneProgress: true } } })
    session.open(uri("steps.py"), steps)
    await rules("steps.py")
    const shown = await session.client.notification<{ token: string; value: { kind: string } }>(
      "$/progress",
      ({ value }) => value.kind === "begin",
    )
    session.client.notify("window/workDoneProgress/cancel", { token: shown.token })
    await session.client.notification<{ value: { kind: string } }>("$/progress", ({ value }) => value.kind === "end")
    assert.deepEqual(await rules("steps.py"), [])
  })

  it("pushes anew what a save made old", async () => {
    write("helper.py", plainHelper)
    await start({ capabilities: poorCapabilities })
    const published = (count: number): Promise<unknown> =>
      session.client.notification<{ uri: string; diagnostics: unknown[] }>(
        "textDocument/publishDiagnostics",
        (each) => each.uri === uri("job.py") && each.diagnostics.length === count,
      )
    session.open(uri("job.py"), job)
    await published(0)
    session.open(uri("helper.py"), plainHelper)
    replace("helper.py", 2, helper)
    session.save(uri("helper.py"))
    await published(1)
  })

  it("follows a notebook that another one runs, and its changes", async () => {
    const cells = (...sources: string[]): string =>
      JSON.stringify({ nbformat: 4, cells: sources.map((source) => ({ cell_type: "code", source })) })
    write("setup.ipynb", cells("%matplotlib inline", "orders = spark.read.parquet('orders').repartition(7)"))
    await start()
    const open = lines(
      "# Databricks notebook source",
      "# MAGIC %run ./setup",
      "# COMMAND ----------",
      "orders.count() == 0",
    )
    session.open(uri("job.py"), open)
    assert.deepEqual(await rules("job.py"), ["count-as-emptiness"])
    const opened = "orders = spark.read.parquet('orders').repartition(7)"
    session.client.notify("notebookDocument/didOpen", {
      notebookDocument: {
        uri: uri("setup.ipynb"),
        notebookType: "x",
        version: 1,
        cells: [{ kind: 2, document: "cell:1" }],
      },
      cellTextDocuments: [{ uri: "cell:1", languageId: "python", version: 1, text: opened }],
    })
    const [finding] = await session.items(uri("job.py"))
    const places = finding!.relatedInformation!.map(({ location }) => location)
    const place = places.find((each) => each.uri === "cell:1")
    assert.ok(place && textAt(opened, place.range).includes("parquet"), JSON.stringify(places))
    session.client.notify("notebookDocument/didClose", {
      notebookDocument: { uri: uri("setup.ipynb") },
      cellTextDocuments: [],
    })
    const before = refreshes()
    write("setup.ipynb", cells("orders = [1, 2]"))
    told("setup.ipynb", 2)
    await refreshed(before)
    assert.deepEqual(await rules("job.py"), [])
  })

  it("hears how a job is launched once the workspace was looked through, and its changes", async () => {
    const threshold = "spark.sql.autoBroadcastJoinThreshold"
    write("bin/run.sh", lines("# nightly", `spark-submit --conf ${threshold}=1 jobs/etl.py`))
    const text = lines(
      "from pyspark.sql import SparkSession",
      "spark = SparkSession.builder.getOrCreate()",
      'orders = spark.read.parquet("s3://lake/orders")',
      'orders.join(spark.range(10), "id").write.parquet("s3://lake/out")',
    )
    write("jobs/etl.py", text)
    await start()
    session.open(uri("jobs/etl.py"), text)
    assert.deepEqual(await rules("jobs/etl.py"), [])
    await refreshed(0)
    const [finding] = await session.items(uri("jobs/etl.py"))
    assert.equal(finding!.code, "missing-broadcast")
    const place = finding!.relatedInformation!.find(({ location }) => location.uri === uri("bin/run.sh"))
    assert.equal(place!.location.range.start.line, 1)
    const before = refreshes()
    write("bin/run.sh", lines("# nightly", "spark-submit jobs/etl.py"))
    told("bin/run.sh", 2)
    await refreshed(before)
    assert.deepEqual(await rules("jobs/etl.py"), [])
    write("conf/spark-defaults.conf", `${threshold} 1\n`)
    told("conf/spark-defaults.conf", 1)
    await refreshed(before + 1)
    assert.deepEqual(await rules("jobs/etl.py"), ["missing-broadcast"])
  })
})
