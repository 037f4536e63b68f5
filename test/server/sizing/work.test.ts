import assert from "node:assert/strict"
import { allocationBounds, executorsWanted } from "../../../server/src/sizing/allocation.ts"
import { broadcastThreshold } from "../../../server/src/sizing/broadcast.ts"
import { costOf, nodesForDeadline, secondsForCores } from "../../../server/src/sizing/capacity.ts"
import { driverHeap, mapStatusBytes, maxResultSize } from "../../../server/src/sizing/driver.ts"
import { MIB } from "../../../server/src/sizing/figures.ts"
import { maxSplitBytes, scanPartitions } from "../../../server/src/sizing/scan.ts"
import { shufflePartitions } from "../../../server/src/sizing/shuffle.ts"
import { refusedTaskGpus, slotsOf } from "../../../server/src/sizing/slots.ts"

const GIB = 1024 * MIB
const file = (bytes: number, splittable = true): { bytes: number; splittable: boolean } => ({ bytes, splittable })

describe("sizing: slots", () => {
  it("are cores over task.cpus", () => {
    assert.equal(slotsOf({ cores: 5 }).value, 5)
    assert.equal(slotsOf({ cores: 5, taskCpus: 2 }).value, 2)
  })

  it("are what the scarcer of cores and GPUs allows", () => {
    assert.equal(slotsOf({ cores: 8, executorGpus: 1, taskGpus: 0.25 }).value, 4)
    assert.equal(slotsOf({ cores: 2, executorGpus: 1, taskGpus: 0.25 }).value, 2)
    assert.equal(slotsOf({ cores: 8, executorGpus: 2, taskGpus: 1 }).value, 2)
    assert.equal(slotsOf({ cores: 8, executorGpus: 4, taskGpus: 2 }).value, 2)
    assert.equal(slotsOf({ cores: 8, executorGpus: 1, taskGpus: 0.3333 }).value, 3)
  })

  it("are asked for with shares that a Spark version takes", () => {
    assert.match(refusedTaskGpus(0.7, "3.5")!, /at most 0\.5 or whole numbers/)
    assert.equal(refusedTaskGpus(0.7, "4.3"), undefined)
    assert.match(refusedTaskGpus(1.5, "4.3")!, /neither/)
    assert.match(refusedTaskGpus(0, "4.3")!, /more than 0/)
  })
})

describe("sizing: partitions of a scan", () => {
  it("have at most maxPartitionBytes, and less where slots would be idle", () => {
    assert.equal(maxSplitBytes([file(10 * GIB)], { minPartitionNum: 8 }).value, 128 * MIB)
    assert.equal(maxSplitBytes([file(100 * MIB)], { minPartitionNum: 8 }).value, 13 * MIB)
    assert.equal(maxSplitBytes([file(MIB)], { minPartitionNum: 8 }).value, 4 * MIB)
  })

  it("pack small files with their open cost, and split large ones", () => {
    assert.equal(scanPartitions([file(10 * GIB)], { minPartitionNum: 8 }).value, 80)
    // 32 files of 4 MiB cost 8 MiB each: 16 fill a partition of 128 MiB
    const small = Array.from({ length: 32 }, () => file(4 * MIB))
    assert.equal(scanPartitions(small, { minPartitionNum: 2 }).value, 2)
  })

  it("are one a file where it can't be split, however large", () => {
    assert.equal(scanPartitions([file(GIB, false), file(GIB, false)], { minPartitionNum: 8 }).value, 2)
  })

  it("are none for no bytes", () => {
    assert.equal(scanPartitions([], { minPartitionNum: 8 }).value, 0)
    assert.equal(scanPartitions([file(0)], { minPartitionNum: 8 }).value, 0)
  })
})

describe("sizing: partitions of a shuffle", () => {
  it("are by bytes, and one a slot at least", () => {
    assert.equal(shufflePartitions({ shuffleBytes: 64 * GIB, slots: 100 }).value, 1024)
    assert.equal(shufflePartitions({ shuffleBytes: GIB, slots: 100 }).value, 100)
    assert.equal(shufflePartitions({ shuffleBytes: 0, slots: 0 }).value, 1)
  })

  it("are more where a run showed that a task's share of memory did not do", () => {
    const measured = { partitions: 200, peakBytes: 2 * GIB }
    const run = { shuffleBytes: GIB, slots: 40, unifiedBytes: 2 * GIB, executorSlots: 4, measured }
    assert.equal(shufflePartitions(run).value, 1000)
  })

  it("are not raised for a few keys that have most of the rows", () => {
    const measured = { partitions: 200, peakBytes: 2 * GIB, skew: 12 }
    const run = { shuffleBytes: GIB, slots: 40, unifiedBytes: 2 * GIB, executorSlots: 4, measured }
    assert.equal(shufflePartitions(run).value, 40)
  })
})

describe("sizing: the driver", () => {
  it("keeps a byte, or from 2,000 partitions on a bit, for each map task and partition", () => {
    assert.equal(mapStatusBytes(1000, 2000).value, 2_000_000)
    assert.equal(mapStatusBytes(1000, 4000).value, 500_000)
  })

  it("has room for what it collects", () => {
    assert.equal(driverHeap({ collectedBytes: 0, broadcastBytes: 0, mapTasks: 10, reducePartitions: 10 }).value, 2048)
    const large = driverHeap({ collectedBytes: 4 * GIB, broadcastBytes: 0, mapTasks: 10, reducePartitions: 10 }).value
    assert.equal(large, Math.ceil((300 + 8192 / 0.6 + 100 / MIB / 0.6) / 512) * 512)
    assert.equal(maxResultSize(0).value, 1024)
    assert.equal(maxResultSize(4 * GIB).value, 5120)
  })
})

describe("sizing: broadcasts", () => {
  it("stay between Spark's default and its limit", () => {
    assert.equal(broadcastThreshold(50 * MIB, 50 * MIB).value, 10 * MIB)
    assert.equal(broadcastThreshold(6 * GIB, 12 * GIB).value, 512 * MIB)
    assert.equal(broadcastThreshold(900 * GIB, 900 * GIB).value, 8 * GIB)
  })
})

describe("sizing: dynamic allocation", () => {
  it("asks for as many executors as waiting tasks fill", () => {
    assert.equal(executorsWanted(101, 5).value, 21)
    assert.equal(executorsWanted(101, 5, 0.5).value, 11)
  })

  it("keeps executors that hold cached blocks, and never asks for more than fit", () => {
    const bounds = allocationBounds({
      executors: 20,
      slots: 5,
      firstTasks: 1000,
      cachedBytes: 9 * GIB,
      storageBytesPerExecutor: 2 * GIB,
    })
    assert.deepEqual([bounds.min.value, bounds.initial.value, bounds.max.value], [5, 20, 20])
  })
})

describe("sizing: a cluster from data and time", () => {
  const work = { inputBytes: 2048 * GIB, throughput: 10, passes: 1, utilization: 0.7 }

  it("has the nodes that end in time, and they do", () => {
    const nodes = nodesForDeadline({ ...work, seconds: 1800, coresPerNode: 16 }).value
    assert.equal(nodes, 11)
    assert(secondsForCores({ ...work, cores: nodes * 16 }).value <= 1800)
    assert(secondsForCores({ ...work, cores: (nodes - 1) * 16 }).value > 1800)
  })

  it("costs nodes by hours", () => {
    const { hour, job } = costOf(11, 0.8, 1800)
    assert.equal(hour.value.toFixed(2), "8.80")
    assert.equal(job!.value.toFixed(2), "4.40")
    assert.equal(costOf(11, 0.8, undefined).job, undefined)
  })

  it("refuses numbers that make no sense", () => {
    assert.throws(() => nodesForDeadline({ ...work, seconds: 0, coresPerNode: 16 }), /seconds must be more than 0/)
  })
})
