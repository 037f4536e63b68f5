import assert from "node:assert/strict"
import fc from "fast-check"
import {
  blank,
  type CalculatorState,
  defaults,
  linkOf,
  presets,
  stateOf,
  stateOfLink,
} from "../../../server/src/sizing/index.ts"

function read(link: string): { readonly state: CalculatorState; readonly warnings: readonly string[] } {
  const shared = stateOfLink(link)
  assert(shared.kind === "state", JSON.stringify(shared))
  return shared
}

function problems(link: string): string {
  const shared = stateOfLink(link)
  assert(shared.kind === "problems", JSON.stringify(shared))
  return shared.problems.join("\n")
}

describe("a calculator's link", () => {
  it("can be read by people", () => {
    const state: CalculatorState = {
      ...blank,
      ...{ nodes: "10", cores: "16", memory: "64g", manager: "yarn", executorMemory: "10g" },
      data: [
        { name: "orders", size: "200GB", cached: false },
        { name: "dim", size: "2GB", cached: true },
      ],
    }
    assert.equal(
      linkOf(state),
      "shufflewise:size?v=1&nodes=10&cores=16&memory=64g&manager=yarn&spark=4.3&workload=etl&executor-memory=10g&data=orders:200GB&data=dim:2GB:cached",
    )
  })

  it("can be written by people: what it leaves out is empty", () => {
    const { state, warnings } = read(" shufflewise:size?nodes=4&cores=8&memory=32g\n")
    assert.deepEqual(state, { ...blank, nodes: "4", cores: "8", memory: "32g" })
    assert.deepEqual(warnings, [])
  })

  it("takes what follows from a type of nodes and from a platform, where nothing else is said", () => {
    const { state } = read("shufflewise:size?instance=g5.12xlarge&platform=emr&memory=100g")
    const { cores, memory, gpus, gpuMemory, manager } = state
    assert.deepEqual([cores, memory, gpus, gpuMemory, manager], ["48", "100g", "4", "24g", "yarn"])
    assert.equal(read("shufflewise:size?platform=emr&manager=kubernetes").state.manager, "kubernetes")
    assert.equal(read("shufflewise:size?instance=huge&platform=constructor").state.cores, "")
  })

  it("gives back any state, half-typed ones as well", () => {
    const anyText = fc.string({ unit: "binary", maxLength: 40 })
    const anyRow = fc.record({ name: anyText, size: anyText, cached: fc.boolean() }, { noNullPrototype: true })
    const anyState = fc.record(
      Object.fromEntries(
        Object.entries(defaults).map(([field, value]) => [
          field,
          field === "data"
            ? fc.array(anyRow, { maxLength: 5 })
            : typeof value === "boolean"
              ? fc.boolean()
              : fc.oneof(anyText, fc.constantFrom("", "64g", "10%", "a&b=c", "1+1")),
        ]),
      ),
      { noNullPrototype: true },
    ) as unknown as fc.Arbitrary<CalculatorState>
    fc.assert(
      fc.property(anyState, (state) => {
        const link = linkOf(state)
        assert.match(link, /^shufflewise:size\?v=1&[^\s#]*$/)
        assert.deepEqual(read(link), { kind: "state", state, warnings: [] })
      }),
      { seed: 7, numRuns: 1_000 },
    )
  })

  it("gives back the presets", () => {
    for (const { state } of Object.values(presets)) {
      const whole = stateOf({ ...blank, ...state })
      assert.deepEqual(read(linkOf(whole)).state, whole)
    }
  })

  it("leaves out what it doesn't know, and says so", () => {
    const { state, warnings } = read("shufflewise:size?nodes=4&colour=red")
    assert.equal(state.nodes, "4")
    assert.deepEqual(warnings, ["`colour` is not known, and left out"])
  })

  it("names values that can't be read", () => {
    assert.match(problems("https://example.org"), /no link to a calculator; it begins with `shufflewise:size\?`/)
    assert.match(problems("shufflewise:size?v=2&nodes=4"), /`v` is `2`; this version of Shufflewise reads 1/)
    assert.match(problems("shufflewise:size?python=maybe"), /`python` is `maybe`; it is true or false/)
    assert.match(problems("shufflewise:size?data=a:b:c:d"), /`data` is `a:b:c:d`; write NAME:SIZE/)
    assert.match(problems("shufflewise:size?python-share=50%"), /`python-share` is `50%`, .* as %25/)
    assert.match(problems(`shufflewise:size?memory=${"9".repeat(101)}`), /`memory` has 101 characters; at most 100/)
    assert.match(problems(`shufflewise:size?${"data=a:1g&".repeat(51)}`), /there are 51 `data`; 50 are allowed/)
    assert.match(problems("shufflewise:size?data=%zz:1g"), /`data` is `%zz:1g`/)
  })

  it("reads no text but its own, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.equal(stateOfLink(text).kind, "problems")
        assert(["state", "problems"].includes(stateOfLink(`shufflewise:size?${text}`).kind))
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
