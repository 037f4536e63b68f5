import assert from "node:assert/strict"
import { join } from "node:path"
import { describeJob } from "./job-suite.ts"
import { validReport } from "./report.ts"
import { jobsFolder, run } from "./spark-job.ts"

const suite = {
  name: "09_cluster_monitoring",
  sections: ["skew", "spill", "garbage", "shuffle", "failing", "idle", "plans", "checklist"],
  args: ["--scale", "30000", "--runs", "1"],
  options: { scale: 30_000, runs: 1 },
  // Every stage of the session, by its number and its own time.
  ownAnswers: ["checklist", "spill"],
}

describeJob(suite, (spark, ran) => {
  /** The number of a note such as `by customer: slowest / median task 12.3 (folklore: …`. */
  const figure = (section: string, variant: string, title: string): number => {
    const start = `${variant}: ${title} `
    const note = ran()
      .section(section)
      .notes.find((one) => one.startsWith(start))
    assert(note, `a note begins with ${start}`)
    return Number.parseFloat(note.slice(start.length))
  }

  it("tells skew by the slowest task", () => {
    const [skewed, even] = ["by customer", "by sale"].map((one) => figure("skew", one, "slowest / median task"))
    assert(skewed! > even!, `${skewed} and ${even}`)
  })

  it("spills where one task sorts more than there is memory, and not where many do", () => {
    assert(ran().variant("spill", "1 partition").figures.spill_bytes > 0)
    assert.equal(ran().variant("spill", "32 partitions").figures.spill_bytes, 0)
    assert(figure("spill", "1 partition", "spilled to disk") > 0, "REST says so, too")
    assert.equal(figure("spill", "32 partitions", "spilled to disk"), 0)
  })

  it("tells a huge shuffle by its bytes", () => {
    const [rows, sums] = ["rows", "sums"].map((one) => ran().variant("shuffle", one).figures.shuffle_bytes)
    assert(sums! * 5 < rows!)
  })

  it("names the reason of the failed stage", () => {
    assert(figure("failing", "strict cast", "failed tasks") >= 1)
    assert.equal(figure("failing", "try_cast", "failed tasks"), 0)
    assert.match(ran().section("failing").notes.at(-1) ?? "", /CAST_INVALID_INPUT.*not a number/)
  })

  it("sees idle slots", () => {
    const { slots } = ran().report.environment
    assert.equal(ran().variant("idle", "one task").figures.tasks, 1)
    assert(ran().variant("idle", "many tasks").figures.tasks > slots)
    // one task is at work on one slot at most
    assert(figure("idle", "one task", "slots at work") <= Math.ceil(100 / slots))
  })

  it("shows the filter move below the aggregate, and the plan that ran", () => {
    const [written, optimized, physical] = ran().section("plans").notes
    assert.match(written ?? "", /: Filter < Aggregate < Project /)
    assert.match(optimized ?? "", /: Aggregate < Project < Filter /)
    assert.match(physical ?? "", /Exchange.*WholeStageCodegen|WholeStageCodegen.*Exchange/)
  })

  it("grades the whole application", () => {
    const { notes, by } = ran().section("checklist")
    assert(by.has("all at once"))
    for (const title of ["GC time", "spilled to disk", "slowest / median", "shuffle read", "slots at work", "failed"])
      assert(
        notes.some((note) => note.startsWith(title)),
        title,
      )
    assert(notes.includes("Requests: all at once 1."))
  })

  it("needs the web UI, and says so", async () => {
    const args = ["--conf", "spark.ui.enabled=false", join(jobsFolder, `${suite.name}.py`), ...suite.args]
    const without = await run(spark, "spark-submit", [...args, "--section", "idle", "--report", "report.json"])
    assert.equal(without.code, 0, without.stderr)
    const [idle] = validReport(without.report).sections
    assert.equal(idle?.verdict, "skipped")
    assert.match(idle.statement, /^needs the web UI/)
  })
})
