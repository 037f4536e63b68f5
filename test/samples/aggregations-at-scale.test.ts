import assert from "node:assert/strict"
import { describeJob } from "./job-suite.ts"

const suite = {
  name: "04_aggregations_at_scale",
  sections: [
    "running-total",
    "ranking",
    "moving-average",
    "distinct",
    "sketches",
    "percentiles",
    "levels",
    "partial-sums",
  ],
  args: ["--scale", "40000", "--runs", "1"],
  options: { scale: 40_000, runs: 1 },
}

/** The share of the truth in a note such as `HLL sketches: off by 3.47% at most, …`. */
function errorIn(notes: readonly string[], variant: string): number {
  const note = notes.find((one) => one.startsWith(`${variant}: `))
  const [, percent] = /off by ([\d.]+)%/.exec(note ?? "") ?? []
  assert(percent, `a note tells the error of ${variant}`)
  return Number(percent) / 100
}

describeJob(suite, (_spark, ran) => {
  const shuffled = (section: string, variant: string): number => ran().variant(section, variant).figures.shuffle_bytes

  it("shuffles rows for a window over events, and only sums for one over days", () => {
    assert(shuffled("running-total", "window over days") * 10 < shuffled("running-total", "window over events"))
  })

  it("joins for the moving average, and shuffles each event once for the window", () => {
    assert.deepEqual(ran().variant("moving-average", "join with itself").figures.joins, ["SortMergeJoin"])
    assert.deepEqual(ran().variant("moving-average", "window").figures.joins, [])
    assert(shuffled("moving-average", "window") < shuffled("moving-average", "join with itself"))
  })

  it("estimates from sketches, which are smaller than the values, and tells how far off they are", () => {
    assert(shuffled("distinct", "approx, rsd 0.05") * 2 < shuffled("distinct", "count_distinct"))
    assert(shuffled("distinct", "approx, rsd 0.05") < shuffled("distinct", "approx, rsd 0.02"))
    const { notes } = ran().section("distinct")
    assert(errorIn(notes, "approx, rsd 0.05") <= 0.15)
    assert(errorIn(notes, "approx, rsd 0.02") <= 0.06)
    assert(errorIn(notes, "approx, rsd 0.05") > 0, "it is an estimate")
  })

  it("merges sketches of days into weeks", () => {
    assert(shuffled("sketches", "HLL sketches") < shuffled("sketches", "count_distinct"))
    const error = errorIn(ran().section("sketches").notes, "HLL sketches")
    assert(error > 0 && error <= 0.06)
  })

  it("reads the source once for all levels, where four queries read it four times", () => {
    const tasks = (variant: string): number => ran().variant("levels", variant).figures.tasks
    for (const once of ["cube", "grouping sets", "two steps"]) assert(tasks(once) < tasks("four queries"), once)
  })

  it("sends sums instead of rows where there is partial aggregation", () => {
    const grouped = shuffled("partial-sums", "groupByKey")
    assert(shuffled("partial-sums", "DataFrame sum") * 5 < grouped)
    assert(shuffled("partial-sums", "reduceByKey") * 5 < grouped)
    assert.deepEqual(ran().section("partial-sums").notes, [
      "DataFrame sum: the executed plan has partial_sum before the shuffle.",
    ])
  })
})
