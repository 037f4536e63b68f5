import assert from "node:assert/strict"
import { chosenOf, headline, nothingYet, outcomeOf } from "../../client/webview/calculator/model/answer.ts"
import { factsOf } from "../../client/webview/calculator/model/facts.ts"
import { figureText, inputText, timeText, words } from "../../client/webview/calculator/model/format.ts"
import { nodePicture } from "../../client/webview/calculator/model/node-picture.ts"
import { outputsOf } from "../../client/webview/calculator/model/outputs.ts"
import { acted, editOf, pageOf } from "../../client/webview/calculator/model/page.ts"
import { rowsFor } from "../../client/webview/calculator/model/rows.ts"
import { type CalculatorState, defaults, presets, stateOf } from "../../server/src/sizing/index.ts"

const state = (given: Partial<CalculatorState>): CalculatorState => ({ ...defaults, ...given })
const solve = (given: Partial<CalculatorState>) => {
  const outcome = outcomeOf(state(given))
  assert.ok(outcome.answer, JSON.stringify(outcome))
  return { answer: outcome.answer, options: outcome.options, first: outcome.options[0]! }
}

describe("the calculator's answer", () => {
  it("has up to three layouts with all their figures", () => {
    const { options } = solve({})
    assert.equal(options.length, 3)
    for (const { choice, figures } of options) assert.equal(figures.heap.value, choice.layout.heap)
  })

  it("keeps the last answer in sight while a field can't be read, and says which", () => {
    const before = outcomeOf(defaults)
    const after = outcomeOf(state({ memory: "64" }), before)
    assert.equal(after.stale, true)
    assert.equal(after.answer, before.answer)
    assert.equal(after.problems[0]?.field, "memory")
    assert.match(headline(state({ memory: "64" }), after), /One field can't be read: .*64g/)
    assert.match(headline(defaults, { ...after, problems: [...after.problems, ...after.problems] }), /2 fields/)
    assert.equal(outcomeOf(state({ nodes: "" }), nothingYet).answer, undefined)
  })

  it("says what an impossible request needs", () => {
    const outcome = outcomeOf(state({ memory: "512m" }))
    assert.equal(outcome.stale, true)
    assert.match(outcome.needs.join(" "), /needs at least \d+ MiB/)
    assert.match(headline(defaults, outcome), /^No executor fits\. /)
  })

  it("reads out how many executors and tasks there are", () => {
    const outcome = outcomeOf(defaults)
    const { layout } = outcome.options[0]!.choice
    assert.equal(
      headline(defaults, outcome),
      `${layout.executors} executors of ${layout.executorCores} cores, ${layout.slots} tasks at once.`,
    )
  })

  it("looks at the layout that is chosen, or the nearest one", () => {
    const outcome = outcomeOf(defaults)
    assert.deepEqual(
      ["1", "3", "9", "0", "x"].map((choice) => chosenOf(state({ choice }), outcome)),
      [0, 2, 2, 0, 0],
    )
  })

  it("comes for every preset", () => {
    for (const [name, preset] of Object.entries(presets)) {
      const outcome = outcomeOf(stateOf(preset.state))
      assert.ok(outcome.answer && !outcome.stale, `${name}: ${JSON.stringify(outcome.problems)} ${outcome.needs}`)
    }
  })
})

describe("the comparison", () => {
  it("leaves out what no layout has", () => {
    const keys = (given: Partial<CalculatorState>) => rowsFor(solve(given).options).map(({ key }) => key)
    assert.ok(!keys({}).includes("python") && !keys({}).includes("executorGpus"))
    assert.ok(keys({ workload: "inference" }).includes("python"))
    assert.ok(keys({ gpus: "2" }).includes("executorGpus"))
    assert.ok(keys({ offHeap: "1g" }).includes("offHeap"))
  })
})

describe("the picture of a node", () => {
  const shapes: readonly Partial<CalculatorState>[] = [
    {},
    { manager: "yarn", workload: "inference", offHeap: "1g" },
    { manager: "standalone", executorMemory: "8g" },
    { manager: "local", nodes: "1" },
    { gpus: "4", platform: "dataproc", manager: "yarn" },
  ]
  for (const shape of shapes) {
    it(`gives away all memory and all cores: ${JSON.stringify(shape)}`, () => {
      const { answer, options } = solve(shape)
      for (const option of options) {
        const { executor, executors, booked, outside, memory, cores, gpus } = nodePicture(answer, option)
        const sum = (regions: readonly { readonly memory: number }[]) =>
          regions.reduce((all, each) => all + each.memory, 0)
        assert.ok(Math.abs(sum(executor) - booked) <= 4, `${sum(executor)} of ${booked}`)
        assert.ok(Math.abs(booked * executors + sum(outside) - memory) <= 2)
        assert.equal(cores.each * executors + cores.stranded + cores.kept, answer.request.cores)
        assert.equal(gpus.each * executors + gpus.stranded, answer.request.gpus)
      }
    })
  }

  it("is told in words", () => {
    const { answer, first } = solve({ manager: "yarn", workload: "inference" })
    const { text, executors } = nodePicture(answer, first)
    assert.match(text, new RegExp(`^A node of 64 GiB and 16 cores holds ${executors} executor`))
    assert.match(text, /Python workers [\d.]+ GiB/)
    assert.match(text, /kept by the system/)
  })
})

describe("what follows from a layout", () => {
  const titles = (given: Partial<CalculatorState>) => {
    const { answer, first } = solve(given)
    return factsOf(answer, first)
  }
  it("shows the arithmetic of partitions", () => {
    const [partitions] = titles({ data: [{ name: "orders", size: "64GiB", cached: false }] })
    assert.match(partitions!.facts[0]!.more!, /^max\(64 GiB \/ 64 MiB = 1,024, \d+ slots\)$/)
    assert.equal(partitions!.facts[1]!.more, "64 GiB / 128 MiB = 512")
  })

  it("speaks of time and cost only where it knows", () => {
    assert.ok(!titles({}).some(({ title }) => title === "Time and cost"))
    const timed = titles({ throughput: "10MiB", deadline: "30m", price: "0.5" }).find(
      ({ title }) => title === "Time and cost",
    )
    assert.deepEqual(
      timed?.facts.map(({ title }) => title),
      ["These nodes take", "Nodes that end in time", "Cost an hour", "Cost of the job"],
    )
  })

  it("has no driver of its own and no other executors in a local session", () => {
    assert.deepEqual(
      titles({ manager: "local", nodes: "1" }).map(({ title }) => title),
      ["Partitions"],
    )
  })
})

describe("the outputs", () => {
  const ids = (given: Partial<CalculatorState>) => {
    const { answer, first } = solve(given)
    return outputsOf(answer, first)
  }
  it("are those that fit the cluster", () => {
    const titles = (given: Partial<CalculatorState>) => ids(given).map(({ title }) => title)
    assert.deepEqual(titles({ manager: "yarn" }), ["spark-submit", "spark-defaults.conf", "Python"])
    assert.deepEqual(titles({}).at(-1), "Spark Operator")
    assert.ok(titles({ manager: "yarn", platform: "emr" }).includes("EMR JSON"))
    assert.ok(titles({ manager: "yarn", platform: "dataproc" }).includes("Dataproc JSON"))
    assert.ok(
      titles({ manager: "standalone", deployMode: "client", platform: "databricks" }).includes("Databricks JSON"),
    )
  })

  it("are JSON where they say so", () => {
    for (const platform of ["emr", "dataproc", "databricks"]) {
      const output = ids({ manager: "yarn", platform }).find(({ language }) => language === "json")
      assert.equal(typeof JSON.parse(output!.text), "object")
    }
  })
})

describe("numbers for people", () => {
  it("have their units", () => {
    const text = (value: number, unit: Parameters<typeof figureText>[0]["unit"]) =>
      figureText({ value, unit, formula: "", source: "", inputs: {} })
    assert.equal(text(18_129, "MiB"), "17.7 GiB")
    assert.equal(text(64 * 1024 ** 2, "bytes"), "64 MiB")
    assert.equal(text(1234, "executors"), "1,234")
    assert.equal(text(0.25, "share"), "0.25")
    assert.equal(text(7.7, "currency"), "7.70")
    assert.equal(text(5400, "seconds"), "90 min")
    assert.deepEqual([0.2, 119, 7200].map(timeText), ["1 s", "119 s", "2.0 h"])
  })

  it("are told apart by what they are: MiB, bytes, counts", () => {
    assert.equal(inputText("heap", 4096, "MiB"), "4 GiB (4,096 MiB)")
    assert.equal(inputText("heap", 4096 * 1024 ** 2, "bytes"), "4 GiB (4,294,967,296 bytes)")
    assert.equal(inputText("shuffleBytes", 1024 ** 3, "partitions"), "1,024 MiB (1,073,741,824 bytes)")
    assert.equal(inputText("byBytes", 2981, "partitions"), "2,981")
    assert.equal(inputText("factor", 0.1, "MiB"), "0.1")
    assert.equal(inputText("python", 1024, "MiB"), "1,024 MiB")
    assert.equal(inputText("executorsPerNode", 3, "MiB"), "3")
    assert.equal(words("usableMemory"), "usable memory")
  })
})

describe("the page's model", () => {
  it("computes anew when a field changes, and only then", () => {
    const page = pageOf()
    const edited = acted(page, { kind: "edit", field: "nodes", patch: { nodes: "3" }, at: 0 })
    assert.equal(edited.outcome.answer?.request.nodes, 3)
    assert.equal(acted(edited, { kind: "tab", id: "conf" }).outcome, edited.outcome)
    assert.equal(acted(edited, { kind: "edit", field: "nodes", patch: { nodes: "3" }, at: 1 }), edited)
    assert.equal(acted(edited, { kind: "undo" }).outcome.answer?.request.nodes, 10)
  })

  it("forgets the type of a machine whose numbers are changed", () => {
    assert.deepEqual(editOf("cores", "8"), { cores: "8", instance: "" })
    assert.deepEqual(editOf("nodes", "8"), { nodes: "8" })
    assert.deepEqual(editOf("python", false), { python: false })
  })
})
