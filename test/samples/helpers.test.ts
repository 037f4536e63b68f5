import assert from "node:assert/strict"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { problems, section, validReport } from "./report.ts"
import { helpersOnPath, run, sparks } from "./spark-job.ts"

const here = fileURLToPath(new URL("jobs/", import.meta.url))
const job = join(here, "99_helpers_checked.py")

describe("helpers of the example jobs", function () {
  this.timeout(120_000)

  it("hold in Python's own unit tests", async () => {
    const { code, stderr } = await run("spark4", "python", [join(here, "helpers_unittest.py")], {
      variables: helpersOnPath,
    })
    assert.equal(code, 0, stderr)
    assert.match(stderr, /Ran \d\d tests in .*\n\nOK\n$/)
  })

  for (const spark of sparks) {
    it(`fail a job whose variants disagree (${spark})`, async () => {
      const args = [job, "--runs", "2", "--report", "report.json"]
      const finished = await run(spark, "python", args, { variables: helpersOnPath })
      assert.equal(finished.code, 1, finished.stderr)
      assert.match(finished.stderr, /^99_helpers_checked: different answers within different, changing$/m)
      const report = validReport(finished.report)
      assert.equal(report.ok, false)
      const verdicts = Object.fromEntries(report.sections.map((one) => [one.name, one.verdict]))
      assert.equal(verdicts.different, "disagrees")
      assert.equal(verdicts.changing, "disagrees")
      assert.notEqual(verdicts.same, "disagrees")
      assert.equal(verdicts.skipped, "skipped")
      assert.equal(section(report, "skipped").statement, "needs a thing that nobody has")
      assert.match(finished.stdout, /^skipped +skipped: needs a thing that nobody has$/m)
      assert.equal(section(report, "changing").by.get("first")?.checksums.length, 3)
    })

    it(`succeed when only a section was skipped (${spark})`, async () => {
      const args = [job, "--section", "skipped", "--section", "same", "--runs", "1"]
      const finished = await run(spark, "python", args, { variables: helpersOnPath })
      assert.equal(finished.code, 0, finished.stderr)
    })
  }
})

describe("schema of the reports", () => {
  const figures = {
    stages: 1,
    tasks: 8,
    shuffle_bytes: 10,
    broadcast_bytes: 0,
    spill_bytes: 0,
    slowest_over_median_task: null,
    joins: [],
  }
  const variant = { name: "a", seconds: [1], median_seconds: 1, checksums: ["0123abcd"], figures }
  const one = {
    name: "skew",
    verdict: "shown",
    statement: "2.0x",
    question: "?",
    takeaway: "!",
    rule_of_thumb: { text: "it helps", low: 2, high: null },
    before: "a",
    after: "b",
    speed_up: 2,
    variants: [variant, { ...variant, name: "b" }],
    notes: [],
  }
  const report = {
    schema: 1,
    job: "03_distributed_joins",
    ok: true,
    seconds: 1,
    environment: { spark: "4.3.0", python: "3.11.7", master: "local[*]", slots: 2, driver_memory: "1g" },
    options: { scale: 1000, seed: 1, runs: 3 },
    sections: [one, { name: "bucketing", verdict: "skipped", statement: "needs --tables" }],
  }

  it("takes what a job writes", () => assert.deepEqual(problems(report), []))

  const wrong: Readonly<Record<string, unknown>> = {
    "another version": { ...report, schema: 2 },
    "a key that nobody knows": { ...report, colour: "red" },
    "a missing key": { ...report, ok: undefined },
    "a section with one variant": { ...report, sections: [{ ...one, variants: [variant] }] },
    "a verdict that nobody knows": { ...report, sections: [{ ...one, verdict: "great" }] },
    "a skipped section with figures": { ...report, sections: [{ ...one, verdict: "skipped" }] },
    "a checksum of another form": {
      ...report,
      sections: [{ ...one, variants: [variant, { ...variant, checksums: ["x"] }] }],
    },
    "negative bytes": {
      ...report,
      sections: [{ ...one, variants: [variant, { ...variant, figures: { ...figures, spill_bytes: -1 } }] }],
    },
  }
  for (const [what, value] of Object.entries(wrong)) {
    it(`refuses ${what}`, () => assert.notDeepEqual(problems(JSON.parse(JSON.stringify(value))), []))
  }
})
