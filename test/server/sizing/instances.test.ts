import assert from "node:assert/strict"
import { advise } from "../../../server/src/sizing/advise.ts"
import { instances } from "../../../server/src/sizing/instances.ts"
import { usableOf } from "../../../server/src/sizing/nodes.ts"
import { platforms } from "../../../server/src/sizing/platforms.ts"
import { presets } from "../../../server/src/sizing/presets.ts"
import { defaults, stateOf } from "../../../server/src/sizing/state.ts"
import { requestOf } from "../../../server/src/sizing/state-request.ts"

const all = [...instances.values()]

describe("sizing: types of machines", () => {
  it("are three clouds' ordinary, memory, compute and GPU families, each type once", () => {
    for (const cloud of ["aws", "gcp", "azure"])
      for (const family of ["general", "memory", "compute", "gpu"])
        assert(
          all.some((each) => each.cloud === cloud && each.family === family),
          `${cloud} ${family}`,
        )
    assert(all.length > 200, String(all.length))
    for (const [name, { cores, memory }] of instances) {
      assert.match(name, /^(\w+\.\w*xlarge|\w+-\w+-\w+|Standard_\w+)$/)
      assert(Number.isInteger(cores) && cores >= 4 && cores <= 96, name)
      // between 0.9 and 15 GiB a core: a slip of a digit would show
      assert(memory / cores >= 900 && memory / cores <= 15_500, name)
    }
  })

  it("have GPUs with their memory in the GPU family, and nowhere else", () => {
    for (const { name, family, gpus, gpu, gpuMemory } of all) {
      assert.equal(gpus > 0, family === "gpu", name)
      assert.equal(gpu !== undefined && gpuMemory! >= 15_000, gpus > 0, name)
    }
    const { gpus, gpu, gpuMemory, cores } = instances.get("g5.12xlarge")!
    assert.deepEqual([gpus, gpu, gpuMemory, cores], [4, "A10G", 24_576, 48])
  })

  it("leave EMR's NodeManager less than the node has, and most of it", () => {
    const known = all.filter(({ emrMemory }) => emrMemory !== undefined)
    assert(known.length > 50, String(known.length))
    for (const { name, memory, emrMemory } of known)
      assert(emrMemory! < memory && emrMemory! > memory * 0.65, `${name}: ${emrMemory} of ${memory}`)
  })
})

describe("sizing: what platforms leave of a machine", () => {
  const of = (name: string, platform: string): ReturnType<typeof usableOf> => {
    const { cores, memory, gpus } = instances.get(name)!
    return usableOf({ cores, memory, gpus }, platforms[platform]!.manager, { platform, instance: name })
  }

  it("is EMR's published figure where there is one, and the usual share where not", () => {
    const { memory } = of("m5.4xlarge", "emr")
    assert.equal(memory.value, 57_344)
    assert.match(memory.formula, /yarn\.nodemanager\.resource\.memory-mb of m5\.4xlarge/)
    assert.match(memory.source, /EMR Release Guide/)
    assert.equal(of("m7g.4xlarge", "emr").memory.value, Math.floor(65_536 * 0.7))
  })

  it("is not the published figure where the memory was typed over", () => {
    const { memory } = usableOf({ cores: 16, memory: 32_768, gpus: 0 }, "yarn", {
      platform: "emr",
      instance: "m5.4xlarge",
    })
    assert.equal(memory.value, Math.floor(32_768 * 0.7))
  })

  it("is 80% and all cores on Dataproc: 12 of 15 GB, as its documentation has it", () => {
    const { cores, memory } = of("n1-standard-4", "dataproc")
    assert.deepEqual([cores.value, memory.value], [4, 12 * 1024])
  })

  it("differs by cloud on Databricks", () => {
    assert.equal(of("m5.4xlarge", "databricks").memory.value, Math.floor(65_536 * 0.65))
    assert.equal(of("Standard_D16ds_v5", "databricks").memory.value, Math.floor(65_536 * 0.7))
  })

  it("is handed out in EMR's steps of 32 MiB", () => {
    const advice = advise({
      ...{ nodes: 10, cores: 16, memory: 65_536, gpus: 0, spark: "3.5", python: true, workload: "etl" },
      manager: "yarn",
      deployMode: "cluster",
      platform: "emr",
      instance: "m5.4xlarge",
    })
    assert(advice.kind === "advice", JSON.stringify(advice))
    const { layout } = advice.choices[0]!
    assert.equal(layout.container % 32, 0)
    assert(advice.usable.memory.value - layout.container * layout.executorsPerNode < 32 * layout.executorsPerNode)
  })

  it("needs a type that is known", () => {
    const { kind } = advise({
      ...{ nodes: 1, cores: 4, memory: 16_384, gpus: 0, spark: "4.3", python: true, workload: "etl" },
      manager: "kubernetes",
      deployMode: "cluster",
      instance: "m9.huge",
    })
    assert.equal(kind, "problems")
  })
})

describe("sizing: presets", () => {
  for (const [name, { state }] of Object.entries(presets))
    it(`${name} has an answer, and no field that the state doesn't know`, () => {
      for (const field of Object.keys(state)) assert(Object.hasOwn(defaults, field), field)
      const read = requestOf(stateOf(state))
      assert(read.kind === "request", JSON.stringify(read))
      const advice = advise(read.request)
      assert(advice.kind === "advice", JSON.stringify(advice))
      if (read.request.gpus > 0) assert.equal(advice.choices[0]!.layout.executorGpus, 1)
    })
})
