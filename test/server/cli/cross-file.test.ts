import assert from "node:assert/strict"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { folderWith, type JsonReport, lintJson, places, shufflewise } from "./shell.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")

/** A helper that says nothing of Spark, and a job that hands it frames. */
const steps = lines(
  "def load(session, name):",
  "    return session.read.parquet(name).repartition(7)",
  "",
  "def check(data):",
  "    if data.count() == 0:",
  '        raise ValueError("none")',
)
/** A frame of its own: what is computed twice is another rule's business. */
const handed = 'check(load(SparkSession.builder.getOrCreate(), "returns"))'
const job = lines(
  "from pyspark.sql import SparkSession",
  "from steps import check, load",
  'orders = load(SparkSession.builder.getOrCreate(), "orders")',
  handed,
  "if orders.count() == 0:",
  '    raise ValueError("none")',
)
const project = { "steps.py": steps, "job.py": job }

async function found(cwd: string, ...args: string[]): Promise<string[]> {
  const { report, err } = await lintJson(args, { cwd })
  assert.deepEqual(report.failures, [], err)
  return places(report)
}

/** The messages of a run, with a mark on what comes from the cache. */
async function fromCache(cwd: string): Promise<Record<string, boolean>> {
  const folder = path.join(cwd, ".cache-of-test/shufflewise")
  const file = path.join(folder, readdirSync(folder)[0]!)
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(/"message":"(CACHED )?/g, '"message":"CACHED '))
  const { report } = await lintJson([], { cwd })
  return Object.fromEntries(report.findings.map((each) => [each.path, each.message.startsWith("CACHED")]))
}

describe("lint across files", () => {
  it("follows helpers, and tells their functions what they are called with", async () => {
    const cwd = folderWith(project)
    assert.deepEqual(await found(cwd), ["job.py:5:4 count-as-emptiness", "steps.py:5:8 count-as-emptiness"])
    assert.deepEqual(await found(cwd, "steps.py"), [], "alone, it can't be known what comes in")
    assert.deepEqual(await found(cwd, "job.py"), ["job.py:5:4 count-as-emptiness"])
  })

  it("shows where evidence in another file stands", async () => {
    const cwd = folderWith({ "sub/steps.py": steps, "job.py": job.replace("from steps", "from sub.steps") })
    const { report } = await lintJson(["job.py"], { cwd })
    const [evidence] = report.findings[0]!.evidence
    assert.deepEqual(evidence, {
      message: "`orders` is made by `repartition`",
      path: "sub/steps.py",
      cell: null,
      range: { start: { line: 2, column: 12 }, end: { line: 2, column: 53 } },
    })
    const { out } = await shufflewise(["lint", "job.py"], { cwd })
    assert.ok(out.includes("(sub/steps.py:2:12)"), out)
  })

  it("follows packages, relative imports and what they re-export", async () => {
    const cwd = folderWith({
      "lib/__init__.py": "from .steps import *\n",
      "lib/steps.py": steps,
      "jobs/job.py": job.replace("from steps", "from lib"),
    })
    assert.deepEqual(await found(cwd), ["jobs/job.py:5:4 count-as-emptiness", "lib/steps.py:5:8 count-as-emptiness"])
  })

  it("takes a file without a word of Spark for what it imports", async () => {
    const cwd = folderWith({
      "session.py": lines("from pyspark.sql import SparkSession", "s = SparkSession.builder.getOrCreate()"),
      "job.py": lines("from session import s", 'if s.table("t").count() == 0:', "    print()"),
    })
    assert.deepEqual(await found(cwd), ["job.py:2:4 count-as-emptiness"])
  })

  it("follows what standard input and a notebook import", async () => {
    const cwd = folderWith({ "steps.py": steps })
    const piped = { cwd, stdin: job }
    assert.deepEqual(places((await lintJson(["-", "--stdin-filename", "job.py"], piped)).report), [
      "job.py:5:4 count-as-emptiness",
    ])
    const source = job.split(/(?<=\n)/)
    const cell = { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source }
    const metadata = { language_info: { name: "python" } }
    writeFileSync(
      path.join(cwd, "job.ipynb"),
      JSON.stringify({ cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 }),
    )
    assert.deepEqual(await found(cwd), ["job.ipynb:0:5:4 count-as-emptiness", "steps.py:5:8 count-as-emptiness"])
  })

  it("tells the same on any number of threads, circles of imports included", async () => {
    const files: Record<string, string> = {
      "pad.py": `import pyspark\n${"# so that there are two threads\n".repeat(30_000)}`,
    }
    for (let at = 0; at < 8; at++) {
      const other = `m${(at + 1) % 8}`
      files[`m${at}.py`] = lines(
        `from ${other} import check as other_check`,
        steps,
        "def run(data):",
        "    check(data)",
        "    other_check(data.distinct())",
      )
    }
    files["job.py"] = job.replace(handed, "from m3 import run\nrun(orders)")
    files["steps.py"] = steps
    const cwd = folderWith(files)
    const stable = ({ findings }: JsonReport): unknown => findings
    const one = stable((await lintJson(["--jobs", "1", "--no-cache"], { cwd })).report)
    const two = stable((await lintJson(["--jobs", "2", "--no-cache"], { cwd })).report)
    assert.ok((one as unknown[]).length > 2)
    assert.deepEqual(two, one)
  })

  it("fixes a file with what is known of its functions' callers", async () => {
    const cwd = folderWith(project)
    const { code } = await shufflewise(["lint", "--fix"], { cwd })
    assert.equal(code, 0)
    assert.ok(readFileSync(path.join(cwd, "steps.py"), "utf8").includes("if data.isEmpty():"))
    assert.ok(readFileSync(path.join(cwd, "job.py"), "utf8").includes("if orders.isEmpty():"))
  })

  it("tells once of an imported file that does not end in time, and goes on without it", async () => {
    // Some seconds of work for any machine: what is stopped here must not depend on how fast it is.
    const list = `[${"x, ".repeat(60)}x]`
    const deep = Array.from({ length: 40 }, (_, at) => `def f${at}(x):\n    return f${at + 1}(f${at + 1}(${list}))\n`)
    const calls = Array.from({ length: 20_000 }, (_, at) => `y${at} = f0(${at})`)
    const cwd = folderWith({
      "slow.py": ["import pyspark", ...deep, ...calls].join("\n"),
      "job.py": `import slow\n${job.replace("from steps", "from helpers")}`,
      "other.py": `import slow\n${job.replace("from steps", "from helpers")}`,
      "helpers.py": steps,
    })
    const options = { cwd, env: { SHUFFLEWISE_FILE_TIMEOUT: "1000" } }
    const { report, err } = await lintJson(["job.py", "other.py"], options)
    assert.equal(err.match(/slow\.py, which it imports, did not end in time and is not followed/g)?.length, 1, err)
    assert.deepEqual(places(report), ["job.py:6:4 count-as-emptiness", "other.py:6:4 count-as-emptiness"])
  })
})

describe("the cache, across files", () => {
  const other = lines("df = spark.table('t')", "if df.count() == 0:", "    print()")
  const write = (cwd: string, name: string, text: string): void => writeFileSync(path.join(cwd, name), text)

  it("serves what depends on nothing that changed", async () => {
    const cwd = folderWith({ ...project, "other.py": other })
    await lintJson([], { cwd })
    assert.deepEqual(await fromCache(cwd), { "job.py": true, "other.py": true, "steps.py": true })
    write(cwd, "other.py", `${other}# new\n`)
    assert.deepEqual(await fromCache(cwd), { "job.py": true, "other.py": false, "steps.py": true })
  })

  it("forgets who imports a file that changed, came or went, also where that is not linted", async () => {
    const cwd = folderWith({ ...project, "other.py": other, "shufflewise.toml": 'exclude = ["lib.py"]' })
    write(cwd, "steps.py", `import lib\n${steps}`)
    await lintJson([], { cwd })
    for (const text of ["a = 1\n", "a = 2\n"]) {
      write(cwd, "lib.py", text)
      assert.deepEqual(await fromCache(cwd), { "job.py": false, "other.py": true, "steps.py": false })
    }
  })

  it("looks again at a function whose callers hand it something else", async () => {
    const cwd = folderWith({ ...project, "other.py": other })
    await lintJson([], { cwd })
    const cold = await found(cwd, "--no-cache")
    assert.deepEqual(await found(cwd), cold)
    write(cwd, "job.py", job.replace(handed, "check([1])"))
    assert.deepEqual(await fromCache(cwd), { "job.py": false, "other.py": true })
    write(cwd, "job.py", job)
    assert.deepEqual(await found(cwd), cold)
  })
})
