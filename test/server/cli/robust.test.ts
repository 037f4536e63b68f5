import assert from "node:assert/strict"
import path from "node:path"
import { folderWith, type JsonReport, runNode, shufflewise } from "./shell.ts"

const program = path.join(import.meta.dirname, "odd-rules.ts")

/** A job that counts a table; `padding` bytes of comments make it worth a thread. */
function counts(table: string, padding = 0): string {
  const read = `df = SparkSession.builder.getOrCreate().read.parquet('${table}')\n`
  return `from pyspark.sql import SparkSession\n${read}df.count()\n${`# ${"x".repeat(97)}\n`.repeat(padding / 100)}`
}

async function lint(cwd: string, ...args: string[]) {
  const env = { SHUFFLEWISE_FILE_TIMEOUT: "1500" }
  const { code, out, err } = await runNode(program, ["lint", "--format", "json", ...args], { cwd, env })
  assert.notEqual(out, "", err)
  const report = JSON.parse(out) as JsonReport
  const found = report.findings.map(({ path: at, rule }) => `${at} ${rule}`)
  return { code, err, report, found }
}

const others = (file: string, but: string): string[] =>
  ["endless", "quitter", "sound", "thrower"].filter((rule) => rule !== but).map((rule) => `${file} ${rule}`)

describe("rules that misbehave", () => {
  it("lose their say on the file, and the others go on: one that throws", async () => {
    const cwd = folderWith({ "a.py": counts("throw"), "b.py": counts("x") })
    const { code, err, report, found } = await lint(cwd)
    assert.equal(code, 1)
    assert.match(err, /^a\.py: warning: rule `thrower`: it threw: no luck \(odd-rules\.ts:\d+:\d+\)\n$/)
    assert.deepEqual(report.failures, [])
    assert.deepEqual(found, [...others("a.py", "thrower"), ...others("b.py", "")])
  })

  for (const [where, padding, jobs] of [
    ["in this thread", 0, "1"],
    ["in worker threads", 600_000, "2"],
  ] as const) {
    it(`lose their say on the file, and the others go on: one that never ends, ${where}`, async () => {
      const cwd = folderWith({ "a.py": counts("endless", padding), "b.py": counts("x", padding) })
      const { code, report, found } = await lint(cwd, "--jobs", jobs)
      assert.equal(code, 2)
      assert.deepEqual(report.failures, [
        { path: "a.py", reason: "rule `endless`: it did not end within 1.5 s; the other rules ran" },
      ])
      assert.deepEqual(found, [...others("a.py", "endless"), ...others("b.py", "")])
    })
  }

  it("are left out for good after the third file that they hang on", async () => {
    const cwd = folderWith(
      Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.py`, counts("endless")])),
    )
    const { report } = await lint(cwd, "--jobs", "1")
    assert.deepEqual(
      report.failures.map(({ reason }) => reason.includes("switched off for the rest")),
      [false, false, false, true, true],
    )
  })

  it("cost one file where they end the thread, and a fresh thread goes on", async () => {
    const files = ["a", "b", "c", "d", "e", "f"].map((name) => [
      `${name}.py`,
      counts(name === "b" ? "quit" : "x", 300_000),
    ])
    const cwd = folderWith(Object.fromEntries(files) as Record<string, string>)
    const { code, report, found } = await lint(cwd, "--jobs", "2")
    assert.equal(code, 2)
    assert.deepEqual(report.failures, [{ path: "b.py", reason: "its analysis ended the thread it ran on" }])
    assert.deepEqual(
      found,
      ["a", "c", "d", "e", "f"].flatMap((name) => others(`${name}.py`, "")),
    )
  })
})

describe("threads", () => {
  it("give the same bytes as one does", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`${i}.py`, counts("x", 100_000) + counts("y")]),
    )
    const cwd = folderWith(files)
    const run = async (jobs: string): Promise<string> => {
      const { out } = await shufflewise(
        ["lint", "--format", "json", "--no-cache", "--profile", "strict", "--jobs", jobs],
        { cwd },
      )
      return out.replace(/"seconds": [\d.]+/, "")
    }
    const one = await run("1")
    assert.equal((JSON.parse(one.replace('"files": 30,', '"files": 30, "seconds": 0')) as JsonReport).files, 30)
    assert.equal(await run("4"), one)
  })
})
