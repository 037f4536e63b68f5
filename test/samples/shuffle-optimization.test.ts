import assert from "node:assert/strict"
import { describeJob } from "./job-suite.ts"

const suite = {
  name: "08_shuffle_optimization",
  sections: [
    "operations",
    "filter-first",
    "star",
    "pre-partition",
    "bucketing",
    "partitions",
    "threshold",
    "adaptive-merge",
    "adaptive-switch",
    "adaptive-skew",
  ],
  args: ["--scale", "60000", "--runs", "1"],
  options: { scale: 60_000, runs: 1, hot_percent: 80, tables: null },
}

describeJob(suite, (_spark, ran) => {
  const figures = (section: string, variant: string) => ran().variant(section, variant).figures

  it("counts the shuffles of each operation in its plan", () => {
    const { notes } = ran().section("operations")
    assert.deepEqual(notes.slice(0, 3), [
      "0 in the plan: filter, select, union, coalesce, sample, broadcast join.",
      "1 in the plan: groupBy, distinct, dropDuplicates, orderBy, window, repartition(n), repartition(key), repartition, groupBy.",
      "2 in the plan: sort-merge join, groupBy, groupBy.",
    ])
    assert.deepEqual(notes.slice(3), ["repartition, groupBy: 2 ran.", "groupBy: 1 ran."])
  })

  it("shuffles one week instead of a year when the filter comes first", () => {
    const [late, first] = ["filter last", "filter first"].map((one) => figures("filter-first", one).shuffle_bytes)
    assert(first! * 10 < late!, `${first} and ${late} bytes`)
  })

  it("shuffles sums instead of sales in a star of broadcasts", () => {
    assert(figures("star", "broadcast").shuffle_bytes * 2 < figures("star", "no hints").shuffle_bytes)
    assert.deepEqual(figures("star", "broadcast").joins, ["BroadcastHashJoin", "BroadcastHashJoin"])
    assert.equal(figures("star", "no hints").joins.filter((join) => join.startsWith("SortMergeJoin")).length, 2)
  })

  it("saves shuffles by a cache that is partitioned, and nearly all by buckets", () => {
    const cached = figures("pre-partition", "pre-partitioned").shuffle_bytes
    assert(cached < figures("pre-partition", "as it comes").shuffle_bytes)
    const bucketed = figures("bucketing", "bucketed tables").shuffle_bytes
    assert(bucketed * 10 < figures("bucketing", "plain tables").shuffle_bytes)
  })

  it("runs as many tasks as there are partitions", () => {
    assert(figures("partitions", "800").tasks >= 800)
    assert(figures("partitions", "200").tasks < figures("partitions", "800").tasks)
  })

  it("turns at the very byte of the threshold", () => {
    assert.deepEqual(figures("threshold", "one byte too low").joins, ["SortMergeJoin"])
    assert.deepEqual(figures("threshold", "just enough").joins, ["BroadcastHashJoin"])
  })

  it("sees adaptive execution merge, switch and cut in the plan that ran", () => {
    assert.deepEqual(ran().section("adaptive-merge").notes, [
      "AQE off: the plan that ran has no coalesced AQEShuffleRead.",
      "AQE on: the plan that ran has a coalesced AQEShuffleRead.",
    ])
    assert(figures("adaptive-merge", "AQE on").tasks + 150 < figures("adaptive-merge", "AQE off").tasks)
    assert.deepEqual(figures("adaptive-switch", "AQE off").joins, ["SortMergeJoin"])
    assert.deepEqual(figures("adaptive-switch", "AQE on").joins, ["SortMergeJoin -> BroadcastHashJoin"])
    assert.deepEqual(figures("adaptive-skew", "AQE on").joins, ["SortMergeJoin -> SortMergeJoin(skew=true)"])
  })
})
