import assert from "node:assert/strict"
import fc from "fast-check"
import {
  type Advice,
  advise,
  type SizingRequest,
  settingsOf,
  submitArguments,
  submitLine,
} from "../../../server/src/sizing/index.ts"

const GIB = 1024
const base: SizingRequest = {
  nodes: 10,
  cores: 16,
  memory: 64 * GIB,
  gpus: 0,
  manager: "yarn",
  deployMode: "cluster",
  spark: "4.3",
  python: true,
  workload: "etl",
}

function answer(request: SizingRequest): Extract<Advice, { kind: "advice" }> {
  const advice = advise(request)
  assert.equal(advice.kind, "advice", JSON.stringify(advice))
  return advice as Extract<Advice, { kind: "advice" }>
}

describe("sizing: layouts", () => {
  it("cut a YARN node of 16 cores and 64 GiB into three executors that fit its steps", () => {
    const { choices, usable } = answer(base)
    assert.equal(usable.cores.value, 15)
    assert.equal(usable.memory.value, 56 * GIB)
    const { layout } = choices[0]!
    assert.equal(layout.executorCores, 5)
    assert.equal(layout.executorsPerNode, 3)
    // 18 GiB booked: heap 16,757 and a tenth of it, 1,675
    assert.deepEqual([layout.container, layout.heap, layout.overhead], [18 * GIB, 16_757, 1_675])
    // the driver takes one executor's place
    assert.equal(layout.executors, 29)
  })

  it("tell what the usual recipe breaks: 90% and a tenth of it on top do not fit", () => {
    const { recipe } = answer(base)
    assert.equal(recipe!.executorsPerNode, 3)
    assert.equal(recipe!.fitting, 2)
    assert.match(recipe!.verdict[0]!, /books 21 GiB .* 2 of 3 fit a node's 56 GiB: 5 cores a node never run a task/)
  })

  it("leave the driver a place in cluster mode, and none in Standalone's client mode", () => {
    const alone = answer({ ...base, manager: "standalone", deployMode: "client" })
    assert.deepEqual(alone.driver.place, { cores: 0, memory: 0 })
    assert.equal(alone.choices[0]!.layout.executors, alone.choices[0]!.layout.executorsPerNode * 10)
    const client = answer({ ...base, deployMode: "client" })
    assert.deepEqual(client.driver.place, { cores: 1, memory: 1024 })
  })

  it("count Python's memory apart from the JVM's, where Spark would take 40% of the heap", () => {
    const { choices, driver, request } = answer({ ...base, manager: "kubernetes", pythonShare: 0.25 })
    const { layout } = choices[0]!
    assert.equal(layout.overhead, Math.trunc(layout.heap * 0.1) + layout.python)
    const settings = settingsOf(choices[0]!, driver, request)
    assert.equal(settings.get("spark.executor.memoryOverhead"), `${layout.overhead}m`)
  })

  it("say nothing of the overhead where Spark derives the same", () => {
    const { choices, driver, request } = answer(base)
    assert(!settingsOf(choices[0]!, driver, request).has("spark.executor.memoryOverhead"))
  })

  it("say the overhead where a platform would derive another", () => {
    const { choices, driver, request } = answer({ ...base, platform: "emr" })
    const { layout } = choices[0]!
    assert(layout.overhead < Math.trunc(layout.heap * 0.1875))
    assert.equal(settingsOf(choices[0]!, driver, request).get("spark.executor.memoryOverhead"), `${layout.overhead}m`)
  })

  it("name a master to fill in, in the line to copy", () => {
    const pods = answer({ ...base, manager: "kubernetes" })
    const settings = settingsOf(pods.choices[0]!, pods.driver, pods.request)
    assert.match(submitLine(settings, pods.request), /^spark-submit \\\n {2}--master k8s:\/\/https:\/\/HOST:443 \\\n/)
  })

  it("stay below 32 GiB of heap where that holds more", () => {
    for (const { layout } of answer({ ...base, memory: 256 * GIB, cores: 32 }).choices)
      assert(layout.heap <= 32_000 || layout.heap >= 48_000, String(layout.heap))
  })

  it("give each executor a GPU, and each task its share and its cores", () => {
    const gpu = { gpus: 4, cores: 48, memory: 192 * GIB, gpuMemory: 24 * GIB, gpuMemoryPerTask: 6000 }
    const { choices, driver, request } = answer({ ...base, ...gpu, manager: "kubernetes", workload: "inference" })
    const { layout } = choices[0]!
    assert.deepEqual([layout.executorsPerNode, layout.executorGpus, layout.taskGpus], [4, 1, 0.25])
    assert.deepEqual([layout.slotsPerExecutor, layout.taskCpus], [4, 2])
    const settings = settingsOf(choices[0]!, driver, request)
    assert.equal(settings.get("spark.task.resource.gpu.amount"), "0.25")
    assert.equal(settings.get("spark.task.cpus"), "2")
  })

  it("give RAPIDS one GPU an executor, every core a task, and the GPU's memory to few of them", () => {
    const gpu = { gpus: 4, cores: 48, memory: 192 * GIB, gpuMemory: 24_576 }
    const { choices, driver, request } = answer({ ...base, ...gpu, manager: "kubernetes", workload: "rapids" })
    for (const { layout } of choices) {
      assert.deepEqual([layout.executorGpus, layout.slotsPerExecutor], [1, layout.executorCores])
    }
    assert.match(
      choices[0]!.reasons.map(({ text }) => text).join("\n"),
      /one GPU an executor.*; 8 GiB of its memory a task/,
    )
    const settings = settingsOf(choices[0]!, driver, request)
    assert.equal(settings.get("spark.plugins"), "com.nvidia.spark.SQLPlugin")
    assert.equal(settings.get("spark.rapids.sql.concurrentGpuTasks"), "3")
  })

  it("keep what is pinned", () => {
    const { layout } = answer({ ...base, pinned: { executorCores: 4, executorsPerNode: 3, heap: 8 * GIB } }).choices[0]!
    assert.deepEqual([layout.executorCores, layout.executorsPerNode, layout.heap], [4, 3, 8 * GIB])
  })

  it("are one JVM on a laptop", () => {
    const { choices, driver, request } = answer({
      ...base,
      nodes: 1,
      cores: 8,
      memory: 16 * GIB,
      manager: "local",
      deployMode: "client",
    })
    assert.equal(choices.length, 1)
    const settings = settingsOf(choices[0]!, driver, request)
    assert.deepEqual([settings.get("spark.master"), settings.get("spark.driver.memory")], ["local[8]", "8g"])
  })

  it("become arguments, one an element", () => {
    const { choices, driver, request } = answer(base)
    const given = submitArguments(settingsOf(choices[0]!, driver, request), request)
    assert.deepEqual(given.slice(0, 4), ["--master", "yarn", "--deploy-mode", "cluster"])
    assert(given.includes("--executor-memory") && given.includes("16757m"))
  })
})

describe("sizing: what can't be", () => {
  it("says what would make it possible", () => {
    const small = advise({ ...base, memory: 2048 })
    assert.equal(small.kind, "impossible")
    assert(small.kind === "impossible")
    assert.match(small.needs.join(" "), /The driver needs 3072 MiB on a node; executors and driver can have 1024/)
    const pinned = advise({ ...base, pinned: { executorCores: 20 } })
    assert(pinned.kind === "impossible")
    assert.match(pinned.needs.join(" "), /1 executor of 20 cores need 20 usable cores a node; there are 15/)
    const heap = advise({ ...base, pinned: { heap: 100 * GIB } })
    assert(heap.kind === "impossible")
    assert.match(heap.needs.join(" "), /A node needs at least 112640 MiB for executors/)
  })

  it("says that RAPIDS drives one GPU an executor", () => {
    const asked = {
      ...base,
      gpus: 4,
      cores: 48,
      memory: 192 * GIB,
      workload: "rapids",
      pinned: { executorsPerNode: 2 },
    }
    const advice = advise(asked as SizingRequest)
    assert(advice.kind === "impossible", JSON.stringify(advice))
    assert.match(advice.needs.join(" "), /RAPIDS drives one GPU an executor: 4 GPUs want 4 executors a node, not 2/)
    const none = advise({ ...base, workload: "rapids" })
    assert(none.kind === "problems")
    assert.match(none.problems[0]!.message, /needs one a node at least/)
  })

  it("names the value that is wrong, why, and what is allowed", () => {
    const wrong = (request: Partial<SizingRequest>): string => {
      const advice = advise({ ...base, ...request })
      assert(advice.kind === "problems", JSON.stringify(advice))
      return advice.problems.map(({ field, message }) => `${field}: ${message}`).join("\n")
    }
    assert.match(wrong({ cores: 0 }), /^cores: cores is 0; it is a whole number from 1 to 1024$/)
    assert.match(wrong({ memory: 1.5 }), /memory is 1\.5; it is a whole number/)
    assert.match(wrong({ nodes: Number.NaN }), /nodes is NaN/)
    assert.match(wrong({ manager: "standalone" }), /Standalone has no cluster mode for Python/)
    assert.match(wrong({ manager: "local", deployMode: "client" }), /runs on one machine/)
    assert.match(wrong({ spark: "four" }), /write it as 3\.5 or 4\.3/)
    assert.match(wrong({ deadline: 60 }), /throughput/)
    assert.match(wrong({ gpuMemoryPerTask: 10 }), /no GPUs/)
  })
})

describe("sizing: properties of any answer", () => {
  const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined })
  const bytes = fc.integer({ min: 1, max: 1_000_000 }).map((megabytes) => megabytes * 1_000_000)
  const anyRequest: fc.Arbitrary<SizingRequest> = fc
    .record({
      nodes: fc.integer({ min: 1, max: 40 }),
      cores: fc.integer({ min: 1, max: 96 }),
      memory: fc.integer({ min: 2 * GIB, max: 512 * GIB }),
      gpus: fc.constantFrom(0, 0, 0, 1, 2, 4, 8),
      gpuMemory: some(fc.constant(24 * GIB)),
      gpuMemoryPerTask: some(fc.integer({ min: 500, max: 20_000 })),
      manager: fc.constantFrom("standalone", "yarn", "kubernetes"),
      deployMode: fc.constantFrom("client", "cluster"),
      spark: fc.constantFrom("3.5", "4.0", "4.3"),
      python: fc.boolean(),
      pythonShare: some(fc.double({ min: 0, max: 0.6, noNaN: true })),
      workload: fc.constantFrom("etl", "joins", "inference", "rapids", "streaming"),
      platform: some(fc.constantFrom("emr", "dataproc", "databricks")),
      offHeap: some(fc.integer({ min: 0, max: 8 * GIB })),
      yarnMinimum: some(fc.constantFrom(128, 512, 1024, 4096)),
      data: some(fc.tuple(fc.record({ name: fc.constant("a"), bytes, cached: fc.boolean() }))),
    } satisfies { [K in keyof SizingRequest]?: fc.Arbitrary<SizingRequest[K]> })
    .map(
      (request): SizingRequest => ({
        ...request,
        workload: request.workload === "rapids" && request.gpus === 0 ? "etl" : request.workload,
        deployMode: request.manager === "standalone" ? "client" : request.deployMode,
        gpuMemoryPerTask: request.gpus > 0 ? request.gpuMemoryPerTask : undefined,
      }),
    )

  it("nothing is handed out twice", () => {
    let answers = 0
    fc.assert(
      fc.property(anyRequest, (asked) => {
        const advice = advise(asked)
        assert(advice.kind !== "problems", JSON.stringify(advice))
        if (advice.kind !== "advice") return
        answers++
        const { usable, driver } = advice
        for (const { layout, score } of advice.choices) {
          assert(score > 0 && score <= 1)
          assert(layout.executorCores * layout.executorsPerNode <= usable.cores.value)
          assert(layout.container * layout.executorsPerNode <= usable.memory.value)
          assert(layout.heap + layout.overhead + layout.offHeap <= layout.container)
          assert(layout.executorGpus * layout.executorsPerNode <= asked.gpus)
          assert(layout.slotsPerExecutor * layout.taskCpus <= layout.executorCores)
          assert(layout.slotsPerExecutor * layout.taskGpus <= layout.executorGpus + 1e-9)
          const cores = asked.nodes * usable.cores.value
          const memory = asked.nodes * usable.memory.value
          assert(layout.executors * layout.executorCores + driver.place.cores <= cores)
          assert(layout.executors * layout.container + driver.place.memory <= memory)
        }
      }),
      { seed: 3, numRuns: 3_000 },
    )
    assert(answers > 2_000, String(answers))
  })

  it("more memory never makes the best layout worse, nor impossible", () => {
    fc.assert(
      fc.property(anyRequest, fc.integer({ min: 1, max: 64 * GIB }), (asked, added) => {
        const less = advise(asked)
        if (less.kind !== "advice") return
        const more = advise({ ...asked, memory: asked.memory + added })
        assert(more.kind === "advice", "impossible with more memory")
        assert(more.choices[0]!.score >= less.choices[0]!.score - 1e-9)
      }),
      { seed: 3, numRuns: 1_500 },
    )
  })
})
