import assert from "node:assert/strict"
import { manyTasksPerJvm, scanSplit, tasksPerJvm, tooManyTasksPerJvm } from "../../../rules/shared/numbers.ts"
import { executorOf } from "../../../server/src/sizing/executor.ts"
import { MIB } from "../../../server/src/sizing/figures.ts"
import { COMPRESSED_HEAP, LONG_POINTER_HEAP } from "../../../server/src/sizing/layouts.ts"
import { DEFAULT_HEAP, MIN_HEAP } from "../../../server/src/sizing/memory.ts"
import { partitionsOf } from "../../../server/src/sizing/scan.ts"
import { wavesOf } from "../../../server/src/sizing/shuffle.ts"

const YARN = { manager: "yarn", deployMode: "cluster", python: true } as const

describe("an executor by its settings", () => {
  it("is Spark's container, slots and memory of a task", () => {
    const executor = executorOf({ ...YARN, heap: 8192, cores: 4 })
    assert.equal(executor.overhead.value, 819)
    assert.equal(executor.container.value, 9011)
    assert.equal(executor.slots.value, 4)
    // (8192 - 300) MiB x 0.6
    assert.equal(executor.unifiedBytes.value, Math.trunc(7892 * MIB * 0.6))
    assert.equal(executor.storageBytes.value, Math.trunc(executor.unifiedBytes.value / 2))
    assert.equal(executor.taskBytes.value, Math.trunc(executor.unifiedBytes.value / 4))
  })

  it("has as many slots as its GPUs serve, and tells how many its cores would take", () => {
    const { slots, slotsByCores, taskBytes, unifiedBytes } = executorOf({
      ...YARN,
      heap: 16_384,
      cores: 8,
      executorGpus: 1,
      taskGpus: 0.5,
    })
    assert.deepEqual([slots.value, slotsByCores.value], [2, 8])
    assert.equal(taskBytes.value, Math.trunc(unifiedBytes.value / 2))
  })

  it("counts what replaces or joins the overhead", () => {
    const settings = { ...YARN, heap: 4096, cores: 2, overhead: 1024, offHeap: 512, pysparkMemory: 256 }
    assert.equal(executorOf(settings).container.value, 4096 + 1024 + 512 + 256)
    const kubernetes = executorOf({ ...YARN, manager: "kubernetes", heap: 4096, cores: 2 })
    assert.equal(kubernetes.overhead.value, 1638)
  })

  it("has no memory where the heap is less than Spark keeps for itself, rather than a negative one", () => {
    const { unifiedBytes, taskBytes } = executorOf({ ...YARN, heap: 200, cores: 2 })
    assert.deepEqual([unifiedBytes.value, taskBytes.value], [0, 0])
  })
})

describe("partitions by bytes and slots", () => {
  it("are as large as a scan's split, and fill whole waves", () => {
    assert.equal(partitionsOf(0).value, 1)
    assert.equal(partitionsOf(128 * MIB).value, 1)
    assert.equal(partitionsOf(128 * MIB + 1).value, 2)
    assert.equal(wavesOf(96, 40).value, 120)
    assert.equal(wavesOf(120, 40).value, 120)
  })
})

describe("the numbers of rules that sizing has too", () => {
  it("are the same", () => {
    assert.equal(partitionsOf(scanSplit.value).value, 1)
    assert.equal(partitionsOf(scanSplit.value + 1).value, 2)
    assert.ok(MIN_HEAP.value < DEFAULT_HEAP.value && COMPRESSED_HEAP.value < LONG_POINTER_HEAP.value)
    assert.ok(tasksPerJvm.value < manyTasksPerJvm.value && manyTasksPerJvm.value < tooManyTasksPerJvm.value)
  })
})
