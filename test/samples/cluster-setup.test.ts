import assert from "node:assert/strict"
import { join } from "node:path"
import { MIB } from "../../server/src/sizing/figures.ts"
import { container, executionPerTask, storageRegion, unifiedMemory } from "../../server/src/sizing/memory.ts"
import { describeJob } from "./job-suite.ts"
import { validReport } from "./report.ts"
import { jobsFolder, run } from "./spark-job.ts"

const suite = {
  name: "01_cluster_setup",
  sections: ["inventory", "master-in-code", "submit-lines", "slots", "driver-traffic"],
  args: ["--scale", "60000", "--runs", "1"],
  options: { scale: 60_000, runs: 1, tasks_per_slot: 4 },
  // how many executors and cores there are is the machine's own
  ownAnswers: ["inventory", "submit-lines"],
}

/** A number in the notes, written with commas. */
function number(notes: readonly string[], pattern: RegExp): number {
  const [, digits] = pattern.exec(notes.join("\n")) ?? []
  assert(digits, `the notes have ${pattern.source}`)
  return Number(digits.replaceAll(",", ""))
}

describeJob(suite, (spark, ran) => {
  it("computes the memory of its session as our own arithmetic does, and as the executor reports it", () => {
    const { notes } = ran().section("inventory")
    const heap = number(notes, /heap ([\d,]+) bytes/)
    const cores = number(notes, /executors: 1 of (\d+) cores/)
    const unified = unifiedMemory(heap).value
    assert.equal(number(notes, /x 0\.6 = ([\d,]+) bytes/), unified)
    assert.equal(number(notes, /executors report ([\d,]+) bytes: as computed/), unified)
    assert.equal(number(notes, /Storage keeps ([\d,]+) bytes/), storageRegion(unified).value)
    const { least, most } = executionPerTask(unified, cores)
    assert.equal(number(notes, /gets from ([\d,]+) to/), least.value)
    assert.equal(number(notes, /gets from [\d,]+ to ([\d,]+)\./), most.value)
  })

  it("says what was set, and what is Spark's default", () => {
    const text = ran().section("inventory").notes.join("\n")
    assert.match(text, /heap of the driver: 1g \(Spark's default: spark\.driver\.memory is not set\)/)
    assert.match(text, /master: local\[\*\] \(spark\.master\)/)
  })

  it("starts tasks to find executors in the first way only", () => {
    assert(ran().variant("inventory", "a job that looks").figures.tasks > 0)
    assert.equal(ran().variant("inventory", "ask the driver").figures.tasks, 0)
  })

  it("shows that a master in the code beats the one from outside", () => {
    const { notes } = ran().section("master-in-code")
    assert(notes.includes("master in the code: ran on local[1], 1 task at once."), notes.join("\n"))
    assert.match(notes.join("\n"), /master from outside: ran on local\[(\d+)\], \1 tasks? at once\./)
  })

  it("prints lines for four managers, with the containers that these book", () => {
    const text = ran().section("submit-lines").notes.join("\n")
    assert.match(text, /^local: spark-submit --master local\[\d+\] --driver-memory 1024m job\.py$/m)
    assert.match(text, /^standalone: .*--deploy-mode client .*--total-executor-cores \d+ --executor-cores \d+ /m)
    assert.match(text, /^yarn: spark-submit --master yarn --deploy-mode cluster .*--num-executors 1 .* job\.py$/m)
    assert.match(text, /^kubernetes: spark-submit --master k8s:\/\/https:\/\/HOST:443 --deploy-mode cluster /m)
    const settings = { deployMode: "cluster", python: true } as const
    const yarn = container(1024, { ...settings, manager: "yarn" }).value
    assert.equal(number([text], /YARN ([\d,]+) MiB/), yarn)
    assert.equal(
      number([text], /mode ([\d,]+) MiB for Python/),
      container(1024, { ...settings, manager: "kubernetes" }).value,
    )
  })

  it("runs a task for each partition", () => {
    const tasks = (variant: string): number => ran().variant("slots", variant).figures.tasks
    assert(tasks("200, the default") >= 200)
    assert(tasks("by the slots") < 200)
  })

  it("reads what somebody set, by spark-submit", async () => {
    const given = ["--master", "local[2]", "--driver-memory", "700m", "--conf", "spark.memory.fraction=0.5"]
    const args = ["--section", "inventory", "--section", "submit-lines", "--runs", "1", "--report", "report.json"]
    const finished = await run(spark, "spark-submit", [...given, join(jobsFolder, `${suite.name}.py`), ...args])
    assert.equal(finished.code, 0, finished.stderr)
    const notes = validReport(finished.report)
      .sections.flatMap((one) => one.notes ?? [])
      .join("\n")
    assert.match(notes, /heap of the driver: 700m \(spark\.driver\.memory\)/)
    assert.equal(number([notes], /x 0\.5 = ([\d,]+) bytes/), unifiedMemory(700 * MIB, { fraction: 0.5 }).value)
    assert.match(notes, /^local: spark-submit --master local\[2\] --driver-memory 700m job\.py$/m)
  })
})
