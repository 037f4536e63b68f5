import assert from "node:assert/strict"
import fc from "fast-check"
import { MIB } from "../../../server/src/sizing/figures.ts"
import {
  type ContainerSettings,
  container,
  executionPerTask,
  heapFor,
  overhead,
  pythonWorkerLimit,
  storageRegion,
  unifiedMemory,
  yarnAllocation,
} from "../../../server/src/sizing/memory.ts"

const yarn: ContainerSettings = { manager: "yarn", deployMode: "cluster", python: false }
const pods: ContainerSettings = { manager: "kubernetes", deployMode: "cluster", python: true }

describe("sizing: memory of a container", () => {
  it("takes a tenth of the heap, at least 384 MiB", () => {
    assert.equal(overhead(8192, yarn).value, 819)
    assert.equal(overhead(1024, yarn).value, 384)
    assert.equal(overhead(512, { ...yarn, minOverhead: 128 }).value, 128)
  })

  it("asks Kubernetes for what its pods were seen to be asked for", () => {
    assert.equal(container(1024, pods).value, 1433)
    assert.equal(container(512, pods).value, 896)
    assert.equal(container(8192, { ...pods, deployMode: "client" }).value, 9011)
    assert.equal(container(1024, { ...pods, python: false }).value, 1024 + 384)
  })

  it("books 896 MiB for a heap of 512 on YARN, which gives them as 1,024", () => {
    assert.equal(container(512, yarn).value, 896)
    assert.equal(yarnAllocation(896, 1024).value, 1024)
    assert.equal(yarnAllocation(896, 128).value, 896)
    assert.equal(yarnAllocation(1025, 1024).value, 2048)
  })

  it("lets an explicit overhead replace the derived one, however small", () => {
    assert.equal(container(8192, { ...yarn, overhead: 100 }).value, 8292)
  })

  it("adds off-heap memory, and pyspark.memory for Python alone", () => {
    const more = { ...yarn, offHeap: 2048, pysparkMemory: 1024 }
    assert.equal(container(4096, more).value, 4096 + 409 + 2048)
    assert.equal(container(4096, { ...more, python: true }).value, 4096 + 409 + 2048 + 1024)
  })

  it("asks nobody for a local session", () => {
    assert.equal(container(4096, { ...yarn, manager: "local" }).value, 4096)
  })

  it("tells its formula, its source and what went in", () => {
    const { formula, source, inputs } = overhead(8192, pods)
    assert.equal(formula, "max(floor(heap x factor), minimum)")
    assert.equal(source, "ResourceProfile.calculateOverHeadMemory")
    assert.deepEqual(inputs, { heap: 8192, factor: 0.4, minimum: 384 })
  })
})

describe("sizing: the heap for a budget", () => {
  it("is the largest whose container fits, and one more does not, for any settings", () => {
    const some = (max: number): fc.Arbitrary<number | undefined> => fc.option(fc.nat({ max }), { nil: undefined })
    const anySettings: fc.Arbitrary<ContainerSettings> = fc.record({
      manager: fc.constantFrom("local", "standalone", "yarn", "kubernetes"),
      deployMode: fc.constantFrom("client", "cluster"),
      python: fc.boolean(),
      offHeap: some(4096),
      pysparkMemory: some(4096),
      overhead: some(8192),
      overheadFactor: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      minOverhead: some(1024),
    })
    fc.assert(
      fc.property(anySettings, fc.integer({ min: 100, max: 300_000 }), (settings, budget) => {
        const heap = heapFor(budget, settings)
        if (heap === undefined) assert(container(450, settings).value > budget)
        else {
          assert(container(heap, settings).value <= budget)
          assert(container(heap + 1, settings).value > budget)
        }
      }),
      { seed: 11, numRuns: 5_000 },
    )
  })

  it("is none where Spark would refuse to start", () => {
    assert.equal(heapFor(833, yarn), undefined)
    assert.equal(heapFor(834, yarn), 450)
  })
})

describe("sizing: memory inside the heap", () => {
  it("is what a session with 512m reported", () => {
    // the JVM reports 518,979,584 bytes for -Xmx512m less one survivor space; 536,870,912 is the flag itself
    assert.equal(unifiedMemory(536_870_912).value, 133_378_867)
  })

  it("is shared by storage and by the tasks that run", () => {
    const unified = unifiedMemory(4096 * MIB).value
    assert.equal(storageRegion(unified).value, Math.trunc(unified / 2))
    const { least, most } = executionPerTask(unified, 4)
    assert.equal(most.value, Math.trunc(unified / 4))
    assert.equal(least.value, Math.trunc(unified / 8))
  })

  it("gives each Python worker its part of pyspark.memory", () => {
    assert.equal(pythonWorkerLimit(4096, 5).value, 819)
  })
})
