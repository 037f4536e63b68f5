import assert from "node:assert/strict"
import {
  advise,
  type CalculatorState,
  defaults,
  figuresOf,
  MIB,
  requestOf,
  scanFigure,
} from "../../../server/src/sizing/index.ts"

const answer = (given: Partial<CalculatorState>) => {
  const read = requestOf({ ...defaults, ...given })
  assert.equal(read.kind, "request")
  const advice = read.kind === "request" ? advise(read.request) : assert.fail()
  return advice.kind === "advice" ? advice : assert.fail(JSON.stringify(advice))
}

const shapes: readonly Partial<CalculatorState>[] = [
  {},
  { manager: "yarn", deployMode: "client", workload: "joins" },
  { manager: "yarn", workload: "inference", yarnMinimum: "2g", offHeap: "1g" },
  { manager: "standalone", executorCores: "5", executorMemory: "10g" },
  { manager: "kubernetes", gpus: "4", gpuMemory: "16GiB", gpuMemoryPerTask: "4GiB", spark: "3.5" },
  { manager: "kubernetes", python: false, platform: "emr" },
  { manager: "local", nodes: "1", cores: "8", memory: "32g" },
]

describe("why a layout has its numbers", () => {
  for (const shape of shapes) {
    it(`explains what is there: ${JSON.stringify(shape)}`, () => {
      const { choices, request, usable, driver } = answer(shape)
      for (const { layout } of choices) {
        const figures = figuresOf(layout, request, usable, driver)
        const values = Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value]))
        assert.deepEqual(values, {
          executors: layout.executors,
          executorCores: layout.executorCores,
          heap: layout.heap,
          overhead: layout.overhead,
          python: layout.python,
          pythonPerWorker: layout.pythonPerWorker,
          offHeap: layout.offHeap,
          container: layout.container,
          executorGpus: layout.executorGpus,
          taskGpus: layout.taskGpus,
          slots: layout.slots,
          slotsPerExecutor: layout.slotsPerExecutor,
          unified: layout.unifiedBytes,
          executionPerTask: layout.executionBytesPerTask,
          storage: layout.storageBytes * layout.executors,
          strandedCores: layout.stranded.cores,
          strandedMemory: layout.stranded.memory,
        })
        for (const [name, { formula, source }] of Object.entries(figures))
          assert.ok(formula !== "" && source !== "", `${name} says how it came about`)
      }
    })
  }

  it("tells what is given from what was computed", () => {
    const { choices, request, usable, driver } = answer({ executorMemory: "10g", executorCores: "5" })
    const { heap, executorCores } = figuresOf(choices[0]!.layout, request, usable, driver)
    assert.deepEqual([heap.formula, executorCores.formula], ["as given", "as given"])
  })

  it("counts the partitions of a scan by Spark's split size", () => {
    const large = answer({ data: [{ name: "orders", size: "128GiB", cached: false }] })
    assert.equal(scanFigure(large.request, large.choices[0]!)?.value, 1024)
    const small = answer({ data: [{ name: "orders", size: "1MiB", cached: false }] })
    assert.deepEqual(
      [scanFigure(small.request, small.choices[0]!)?.value, scanFigure(small.request, small.choices[0]!)?.inputs.split],
      [1, 4 * MIB],
    )
    const none = answer({ data: [] })
    assert.equal(scanFigure(none.request, none.choices[0]!), undefined)
  })
})
