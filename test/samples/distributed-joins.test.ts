import assert from "node:assert/strict"
import { join } from "node:path"
import { type Report, type Section, section, type Variant, validReport } from "./report.ts"
import { type Finished, helperNames, jobsFolder, run, sparks } from "./spark-job.ts"

const name = "03_distributed_joins"
const file = `${name}.py`
const job = join(jobsFolder, file)
const sectionNames = ["strategies", "repeated-joins", "bucketing", "skew", "join-types", "existence", "large-broadcast"]
// Large enough for what the figures must show, small enough for a test.
const small = ["--scale", "60000", "--runs", "1"]

function checksums(report: Report): Record<string, readonly string[]> {
  return Object.fromEntries(report.sections.map((one) => [one.name, checksumsOf(one)]))
}

function checksumsOf(one: Section): readonly string[] {
  return (one.variants ?? []).flatMap((variant) => variant.checksums)
}

const full = new Map<string, Report>()

for (const spark of sparks) {
  describe(`${file} on ${spark}`, function () {
    this.timeout(7 * 60_000)
    let finished: Finished
    let report: Report

    function variant(sectionName: string, variantName: string): Variant {
      const found = section(report, sectionName).by.get(variantName)
      assert(found, `${sectionName} has the variant ${variantName}`)
      return found
    }

    before(async () => {
      finished = await run(spark, "python", [job, ...small, "--report", "report.json"])
      assert.equal(finished.code, 0, finished.stderr)
      report = validReport(finished.report)
      full.set(spark, report)
    })

    it("runs every section, and all variants of each agree", () => {
      assert.deepEqual(
        report.sections.map((one) => one.name),
        sectionNames,
      )
      for (const one of report.sections) {
        assert.equal(new Set(checksumsOf(one)).size, 1, one.name)
        assert.notEqual(one.verdict, "skipped", one.name)
      }
      assert.equal(report.ok, true)
      assert.equal(report.job, name)
    })

    it("says what ran where", () => {
      assert.match(report.environment.spark, spark === "spark35" ? /^3\.5\./ : /^4\./)
      assert.equal(report.environment.master, "local[*]")
      assert.deepEqual(report.options, { scale: 60_000, runs: 1, seed: 1, hot_percent: 80, tables: null })
    })

    it("prints a table of all sections last, within 100 columns", () => {
      const lines = finished.stdout.trimEnd().split("\n")
      const table = lines.slice(lines.findIndex((line) => /^={100}$/.test(line)))
      const rows = table.filter((line) => /^[a-z-]+ .* \d+ > \d+ /.test(line)).map((line) => line.split(" ")[0])
      assert.deepEqual(rows, sectionNames)
      assert.equal(table.filter((line) => /^ {2}measured {2}/.test(line)).length, sectionNames.length)
      assert.deepEqual(
        lines.filter((line) => line.length > 100),
        [],
      )
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is about what is not ASCII
      assert.match(finished.stdout, /^[\x00-\x7f]*$/, "every terminal can show it")
    })

    it("leaves nothing in the folder it ran in", () => {
      assert.deepEqual(finished.left, [])
    })

    it("reads the three joins back from the executed plan", () => {
      assert.deepEqual(variant("strategies", "no hint").figures.joins, ["SortMergeJoin -> BroadcastHashJoin"])
      assert.deepEqual(variant("strategies", "merge hint").figures.joins, ["SortMergeJoin"])
      assert.deepEqual(variant("strategies", "shuffle_hash hint").figures.joins, ["ShuffledHashJoin"])
      assert.deepEqual(variant("strategies", "broadcast").figures.joins, ["BroadcastHashJoin"])
    })

    it("shows that a broadcast saves the shuffle", () => {
      const [before, after] = [variant("strategies", "no hint"), variant("strategies", "broadcast")]
      assert(after.figures.shuffle_bytes * 10 < before.figures.shuffle_bytes)
      assert(after.figures.broadcast_bytes > 0)
    })

    it("shows that a cache and buckets save shuffles", () => {
      const forgot = variant("repeated-joins", "prepare").figures.shuffle_bytes
      const cached = variant("repeated-joins", "prepare and cache").figures.shuffle_bytes
      assert(cached * 2 < forgot, `${cached} bytes with the cache, ${forgot} without`)
      const plain = variant("bucketing", "plain tables").figures.shuffle_bytes
      const bucketed = variant("bucketing", "bucketed tables").figures.shuffle_bytes
      assert(bucketed * 10 < plain, `${bucketed} bytes with buckets, ${plain} without`)
    })

    it("shows the skew, and its handling in the plan", () => {
      const figures = ["plain", "salted", "adaptive"].map((one) => variant("skew", one).figures)
      const [plain, salted, adaptive] = figures
      assert.deepEqual(plain?.joins, ["SortMergeJoin"])
      assert.deepEqual(adaptive?.joins, ["SortMergeJoin -> SortMergeJoin(skew=true)"])
      assert(adaptive.tasks > plain.tasks, "the hot partition is cut into more tasks")
      assert.deepEqual(salted?.joins, ["SortMergeJoin"])
      for (const one of figures) assert(one.slowest_over_median_task !== null)
    })

    it("runs each join type as Spark can", () => {
      const joins = variant("join-types", "seven joins").figures.joins
      assert.equal(joins.length, 7)
      assert.equal(joins.filter((one) => one.includes("BroadcastNestedLoopJoin")).length, 1, "the cross join")
      assert.match(section(report, "join-types").notes[0] ?? "", /150 rows.*inner \d+.*cross 22,500$/)
    })

    it("holds more on every executor, the larger the broadcast", () => {
      const [least, most] = [3_000, 60_000].map(
        (rows) => variant("large-broadcast", `broadcast ${rows.toLocaleString("en")}`).figures.broadcast_bytes,
      )
      assert(least && most && most > least)
    })

    it("runs the named sections only, by spark-submit and without the UI", async () => {
      const chosen = ["--section", "existence", "--section", "strategies"]
      const submit = ["--conf", "spark.ui.enabled=false", "--master", "local[2]", job]
      const submitted = await run(spark, "spark-submit", [...submit, ...small, ...chosen, "--report", "report.json"])
      assert.equal(submitted.code, 0, submitted.stderr)
      const other = validReport(submitted.report)
      assert.deepEqual(
        other.sections.map((one) => one.name),
        ["strategies", "existence"],
      )
      assert.equal(other.environment.master, "local[2]")
      for (const one of other.sections.flatMap((each) => each.variants ?? [])) {
        assert(one.figures.tasks > 0 && one.figures.joins.length > 0, `${one.name} has figures`)
      }
      assert.deepEqual(checksums(other).strategies, checksums(report).strategies)
    })

    it("makes other data for another seed", async () => {
      const args = [job, ...small, "--seed", "2", "--section", "strategies", "--report", "report.json"]
      const other = validReport((await run(spark, "python", args)).report)
      assert.notDeepEqual(checksums(other).strategies, checksums(report).strategies)
    })

    it("says what to send along when it is submitted alone, and runs with it", async () => {
      const alone = await run(spark, "spark-submit", [file, ...small], { beside: [file] })
      assert.equal(alone.code, 2)
      // spark-submit prints both of the job's streams to its standard output.
      assert.match(alone.stdout, /^No module named 'measuring': send it along, --py-files measuring\.py,/)
      assert.doesNotMatch(alone.stdout + alone.stderr, /Traceback/)
      const helpers = helperNames.map((helper) => join(jobsFolder, helper)).join(",")
      const sent = await run(spark, "spark-submit", ["--py-files", helpers, file, ...small, "--section", "existence"], {
        beside: [file],
      })
      assert.equal(sent.code, 0, sent.stderr)
    })
  })
}

describe(`${file} on both`, () => {
  it("makes the same data on every version", () => {
    const [first, second] = sparks.map((spark) => full.get(spark))
    assert(first && second)
    assert.deepEqual(checksums(first), checksums(second))
  })
})
