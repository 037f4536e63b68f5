import assert from "node:assert/strict"
import { describeJob } from "./job-suite.ts"

const suite = {
  name: "02_data_partitioning",
  sections: ["fewer", "one-partition", "methods", "hot-key", "adaptive", "sweep"],
  args: ["--scale", "40000", "--runs", "1", "--most-per-slot", "20"],
  options: { scale: 40_000, runs: 1, hot_percent: 80, most_per_slot: 20 },
}

describeJob(suite, (_spark, ran) => {
  const figures = (section: string, variant: string) => ran().variant(section, variant).figures

  it("shuffles every row for repartition, and none for coalesce", () => {
    const [repartition, coalesce] = [figures("fewer", "repartition"), figures("fewer", "coalesce")]
    assert(coalesce.shuffle_bytes * 20 < repartition.shuffle_bytes)
    assert(coalesce.tasks < repartition.tasks, "and starts no task for the many partitions")
  })

  it("leaves all the work to one task with coalesce(1)", () => {
    const one = figures("one-partition", "coalesce(1)")
    assert(one.tasks <= 2, String(one.tasks))
    assert(figures("one-partition", "as it is").tasks > one.tasks)
  })

  it("shows which partitions get no rows", () => {
    const { notes } = ran().section("methods")
    const empty = (way: string): number => {
      const [, count] = new RegExp(`^${way}: (\\d+) of \\d+ partitions are empty`, "m").exec(notes.join("\n")) ?? []
      assert(count !== undefined, way)
      return Number(count)
    }
    assert(empty("hash of 6 keys") >= 6)
    assert.equal(empty("range of ids"), 0)
    assert.equal(empty("round robin"), 0)
    assert.match(notes.join("\n"), /^00 \|#* [\d,]+$/m)
    const rows = notes.map((note) => /^\d\d \|#* ([\d,]+)$/.exec(note)?.[1]?.replaceAll(",", "")).filter(Boolean)
    assert.equal(rows.length, 3 * 12)
  })

  it("evens out the hot key by salting", () => {
    const [plain, salted] = [figures("hot-key", "by the key"), figures("hot-key", "by a salted key")]
    assert.equal(plain.tasks, salted.tasks)
    assert(plain.slowest_over_median_task! > salted.slowest_over_median_task!)
  })

  it("merges partitions only where no number was asked for", () => {
    const [asked, open] = [figures("adaptive", "repartition(n, key)"), figures("adaptive", "repartition(key)")]
    assert(asked.tasks >= 256, String(asked.tasks))
    assert(open.tasks * 5 < asked.tasks, `${open.tasks} of ${asked.tasks}`)
  })

  it("draws a curve over the numbers of partitions, and names the best", () => {
    const section = ran().section("sweep")
    const bars = section.notes.filter((note) => /^ *\d+ \|#+ \d+\.\d\d s$/.test(note))
    assert.equal(bars.length, section.by.size)
    assert.match(section.notes.at(-1) ?? "", /^Best: \d+ partitions, [\d.]+ for each of \d+ slots\.$/)
    const tasks = [...section.by.values()].map((variant) => variant.figures.tasks)
    assert.deepEqual(
      tasks,
      [...tasks].sort((a, b) => a - b),
    )
  })
})
