import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ROOT } from "../../scripts/cache.ts"

const lines = (...each: string[]): string => [...each, ""].join("\n")
const load = lines("def load(spark):", '    return spark.read.parquet("orders").repartition("day")')
const job = lines(
  "from pyspark.sql import SparkSession",
  "from lib.load import load",
  "orders = load(SparkSession.builder.getOrCreate())",
  "if orders.count() == 0:",
  '    raise ValueError("none")',
)
const cells = [
  { cell_type: "markdown", source: ["# orders"] },
  { cell_type: "code", source: ['orders = spark.read.parquet("orders")\n', "rows = orders.collect()"] },
]
const notebook = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 })

describe("npm run corpus", () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "shufflewise-"))
    mkdirSync(join(folder, "lib"))
    writeFileSync(join(folder, "lib/load.py"), load)
    writeFileSync(join(folder, "job.py"), job)
    writeFileSync(join(folder, "copy.py"), job)
    writeFileSync(join(folder, "explore.ipynb"), notebook)
    writeFileSync(join(folder, "broken.ipynb"), '{"spark":')
    writeFileSync(join(folder, "plain.py"), "x = [1].count(1)\n")
  })
  after(() => rmSync(folder, { recursive: true }))

  const corpus = (...args: string[]): { status: number | null; out: string; err: string } => {
    const options = { cwd: folder, encoding: "utf8" } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/corpus.ts"), ...args], options)
    return { status, out: stdout, err: stderr }
  }

  it("counts findings by rule, through imports and in notebooks, and tells of failures and of slow files", () => {
    const { status, out } = corpus(".")
    assert.match(out, /^6 files \(2 notebooks\), 0\.0 kLOC; 5 of them/)
    assert.match(out, /\d MiB at most/)
    assert.match(out, /^ +2 +[\d.]+ {2}count-as-emptiness$/m)
    assert.match(out, /^ +1 +[\d.]+ {2}collect-on-driver$/m)
    assert.match(out, /not linted, or not by every rule: 1\n {2}broken\.ipynb: /)
    assert.match(out, /slowest files\n +\d+ ms {2}/)
    assert.equal(status, 1, "a file failed")
  })

  it("shows findings in their context, one of those that are alike, the same for the same seed", () => {
    const { status, out } = corpus("job.py", "copy.py", "explore.ipynb", "--sample", "9", "--seed", "5")
    assert.equal(out.split("\n=== ").length - 1, 2)
    assert.match(out, /^=== explore\.ipynb cell 1:2 \[collect-on-driver\] warning, \w+$/m)
    assert.match(out, /^=== (job|copy)\.py:4 \[count-as-emptiness\] warning, certain$/m)
    assert.match(out, /^ {2}- .* \(lib\/load\.py:2\)$/m, "evidence in another file")
    assert.match(out, /^ {2}> {4}4 {2}if orders\.count\(\) == 0:$/m)
    assert.equal(status, 0)
    const again = corpus("job.py", "copy.py", "explore.ipynb", "--sample", "9", "--seed", "5").out
    assert.equal(again.slice(again.indexOf("\n===")), out.slice(out.indexOf("\n===")))
  })

  it("leaves out other rules where some are named", () => {
    const { out } = corpus(".", "--rule", "count-as-emptiness", "--sample", "9")
    assert.doesNotMatch(out, /collect-on-driver/)
    assert.match(out, /^2 findings, /m)
  })

  it("says what is wrong with its arguments", () => {
    for (const [args, said] of [
      [[], "name at least one folder"],
      [[".", "--sample", "x"], "--sample takes a whole number from 0 on"],
      [[".", "--rule", "nosuch"], "there is no rule called nosuch"],
    ] as const) {
      const { status, err } = corpus(...args)
      assert.deepEqual([status, err], [2, `corpus: ${said}\n`])
    }
  })
})
