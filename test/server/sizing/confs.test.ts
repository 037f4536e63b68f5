import assert from "node:assert/strict"
import fc from "fast-check"
import { advise, type SizingRequest, settingsOf, stateOf, stateOfConfs } from "../../../server/src/sizing/index.ts"
import { requestOf } from "../../../server/src/sizing/state-request.ts"

function requestFor(settings: Record<string, string>): SizingRequest {
  const read = requestOf(stateOf(stateOfConfs(settings)))
  assert(read.kind === "request", JSON.stringify(read))
  return read.request
}

describe("the calculator's state from settings", () => {
  it("pins executors, and guesses machines that hold them", () => {
    const settings = {
      "spark.master": "yarn",
      "spark.submit.deployMode": "client",
      "spark.executor.cores": "5",
      "spark.executor.memory": "10g",
      "spark.executor.instances": "29",
      "spark.driver.memory": "4096",
    }
    assert.deepEqual(stateOfConfs(settings), {
      manager: "yarn",
      deployMode: "client",
      executorCores: "5",
      executorMemory: "10g",
      driverMemory: "4g",
      cores: "16",
      memory: "64g",
      nodes: "10",
    })
    const request = requestFor(settings)
    assert.deepEqual([request.pinned?.executorCores, request.pinned?.heap], [5, 10_240])
  })

  it("takes the bound of dynamic allocation before a number of instances", () => {
    const state = stateOfConfs({
      "spark.dynamicAllocation.maxExecutors": "60",
      "spark.executor.instances": "2",
      "spark.executor.cores": "5",
    })
    assert.equal(state.nodes, "20")
    assert.equal(stateOfConfs({ "spark.cores.max": "40", "spark.executor.cores": "4" }).nodes, "4")
  })

  it("takes a larger machine for a larger executor", () => {
    const state = stateOfConfs({ "spark.executor.memory": "100g", "spark.executor.cores": "20" })
    assert.deepEqual([state.cores, state.memory], ["21", "256g"])
  })

  it("reads sizes as Spark does: units are binary, a bare number is MiB, of off-heap memory bytes", () => {
    const heap = (value: string): string | undefined => stateOfConfs({ "spark.executor.memory": value }).executorMemory
    assert.deepEqual(["2GB", "2048", "2048m", "2g ", "2097152k"].map(heap), Array(5).fill("2g"))
    assert.deepEqual(["lots", "1.5g", "-1g", "", "0"].map(heap), Array(5).fill(undefined))
    const off = { "spark.memory.offHeap.enabled": "true", "spark.memory.offHeap.size": "1073741824" }
    assert.equal(stateOfConfs(off).offHeap, "1g")
    assert.equal(stateOfConfs({ ...off, "spark.memory.offHeap.enabled": "false" }).offHeap, undefined)
  })

  it("turns a number of shuffle partitions into the shuffle that it is right for", () => {
    const request = requestFor({ "spark.sql.shuffle.partitions": "2000" })
    const advice = advise(request)
    assert(advice.kind === "advice")
    assert.equal(advice.choices[0]!.shufflePartitions.value, 2000)
  })

  it("gives every executor of a machine its GPUs", () => {
    const request = requestFor({ "spark.executor.resource.gpu.amount": "1", "spark.executor.cores": "5" })
    assert.equal(request.gpus, 3)
    const advice = advise(request)
    assert(advice.kind === "advice", JSON.stringify(advice))
    assert.deepEqual([advice.choices[0]!.layout.executorGpus, advice.choices[0]!.layout.executorCores], [1, 5])
  })

  it("is one JVM for a local master, whose heap is the driver's", () => {
    const local = stateOfConfs({
      "spark.master": "local[4]",
      "spark.driver.memory": "3g",
      "spark.executor.memory": "9g",
      "spark.executor.instances": "9",
    })
    assert.deepEqual(local, { manager: "local", nodes: "1", cores: "4", executorMemory: "3g" })
    assert.deepEqual(stateOfConfs({ "spark.master": "local[*]" }), { manager: "local", nodes: "1" })
    assert.equal(stateOfConfs({ "spark.master": "local[2, 4]" }).cores, "2")
  })

  it("knows the other managers", () => {
    const manager = (master: string): string | undefined => stateOfConfs({ "spark.master": master }).manager
    assert.deepEqual(["yarn", "spark://a:7077", "k8s://https://a", "mesos://a"].map(manager), [
      "yarn",
      "standalone",
      "kubernetes",
      undefined,
    ])
  })

  it("says nothing for settings that say nothing of a cluster", () => {
    assert.deepEqual(stateOfConfs({ "spark.app.name": "a", "spark.sql.ansi.enabled": "true" }), {})
  })

  it("keeps executors of any size as they are, with an answer", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("yarn", "k8s://a", "spark://a:1"),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 450, max: 200_000 }),
        fc.integer({ min: 2, max: 200 }),
        (master, cores, heap, instances) => {
          const settings = {
            "spark.master": master,
            "spark.executor.cores": String(cores),
            "spark.executor.memory": `${heap}m`,
            "spark.executor.instances": String(instances),
          }
          const request = requestFor(settings)
          const advice = advise(request)
          assert(advice.kind === "advice", JSON.stringify(advice))
          const found = settingsOf(advice.choices[0]!, advice.driver, request)
          assert.equal(found.get("spark.executor.cores"), String(cores))
          assert.equal(advice.choices[0]!.layout.heap, heap)
        },
      ),
      { seed: 5, numRuns: 500 },
    )
  })
})
