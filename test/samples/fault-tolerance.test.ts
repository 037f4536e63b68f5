import assert from "node:assert/strict"
import { join } from "node:path"
import { describeJob } from "./job-suite.ts"
import { jobsFolder, run } from "./spark-job.ts"

const suite = {
  name: "05_fault_tolerance",
  sections: ["lineage", "rdd-checkpoint", "storage-levels", "retries", "lost-executor"],
  args: ["--scale", "20000", "--runs", "1", "--rounds", "4"],
  options: { scale: 20_000, runs: 1, rounds: 4, checkpoints: null, kill_executor: false },
}

/** The numbers in the first note that begins with `start`. */
function numbers(notes: readonly string[], start: string): readonly number[] {
  const note = notes.find((one) => one.startsWith(start))
  assert(note, `a note begins with ${start}`)
  return [...note.slice(start.length).matchAll(/[\d,.]*\d/g)].map(([text]) => Number(text.replaceAll(",", "")))
}

describeJob(suite, (spark, ran) => {
  it("shows that only checkpoints keep the plan small", () => {
    const { notes } = ran().section("lineage")
    const steps = (variant: string): [number, number] => {
      const [, , first, , , last] = numbers(notes, `${variant}: round `)
      return [first!, last!]
    }
    for (const grows of ["no cut", "persist"]) {
      const [first, last] = steps(grows)
      assert(last > first * 2 ** 3, `${grows}: ${first} to ${last} steps in four rounds that double the plan`)
    }
    for (const cut of ["localCheckpoint", "checkpoint"]) assert.equal(steps(cut)[1], 1, "the plan of what was just cut")
  })

  it("computes an RDD once for its action and once more for its checkpoint", () => {
    const [sums, before, after] = numbers(ran().section("rdd-checkpoint").notes, "toDebugString() of ")
    assert.equal(sums, 10)
    assert(before! > after!, `${before} steps before the cut, ${after} after it`)
  })

  it("keeps a cache where its level says", () => {
    const { notes } = ran().section("storage-levels")
    const kept = (level: string): string => notes.find((one) => one.startsWith(`${level}: `)) ?? ""
    assert.match(kept("MEMORY_ONLY"), /[1-9].* in memory, 0 B on disk/)
    assert.match(kept("..._DISK_DESER"), /[1-9].* in memory, 0 B on disk/)
    assert.match(kept("DISK_ONLY"), /: 0 B in memory, [1-9].* on disk/)
    const shuffled = (level: string): number => ran().variant("storage-levels", level).figures.shuffle_bytes
    assert(shuffled("MEMORY_ONLY") < shuffled("no cache"), "the aggregate is computed once")
  })

  it("retries a task until it succeeds", () => {
    const { notes } = ran().section("retries")
    assert.equal(notes.length, 2)
    for (const note of notes) assert.match(note, /: 2 attempts failed, and were made again\.$/)
  })

  it("loses an executor and computes again what it held, and no more", () => {
    const { notes } = ran().section("lost-executor")
    const [nothing, killed, checkpointed] = numbers(notes, "Tasks of the second action: ")
    assert.equal(nothing, 12, "the map stage is skipped, for its files are there")
    assert(killed! > 12 && killed! < 24, `${killed} tasks: some of the 12 map tasks ran again, not all`)
    assert.equal(checkpointed, 12, "the checkpoint was not lost")
  })

  it("kills no executor of a cluster that it did not start", async () => {
    const args = [
      "--master",
      "local-cluster[2,1,1024]",
      join(jobsFolder, `${suite.name}.py`),
      "--section",
      "lost-executor",
    ]
    const refused = await run(spark, "spark-submit", [...args, "--report", "report.json"])
    assert.equal(refused.code, 0, refused.stderr)
    assert.match(refused.stdout, /^lost-executor +skipped: needs --kill-executor, for it kills one/m)
  })
})
