import assert from "node:assert/strict"
import { advise, type CalculatorState, defaults, requestOf, stateOf } from "../../../server/src/sizing/index.ts"

const request = (given: Partial<CalculatorState>) => {
  const read = requestOf({ ...defaults, ...given })
  assert.equal(read.kind, "request", JSON.stringify(read))
  return read.kind === "request" ? read.request : assert.fail()
}
const problems = (given: Partial<CalculatorState>): Record<string, string> => {
  const read = requestOf({ ...defaults, ...given })
  return read.kind === "problems"
    ? Object.fromEntries(read.problems.map(({ field, message }) => [field, message]))
    : assert.fail("it can be computed")
}

describe("the calculator's state", () => {
  it("can be computed as it is by default", () => {
    assert.equal(advise(request({})).kind, "advice")
  })

  it("is read in the notations that people write", () => {
    const read = request({
      memory: "64 GiB",
      executorMemory: "10g",
      pythonShare: "30%",
      deadline: "30m",
      throughput: "10MiB",
      data: [
        { name: "orders", size: "200GB", cached: false },
        { name: "", size: "2GB", cached: true },
        { name: "not there yet", size: "", cached: false },
      ],
    })
    assert.equal(read.memory, 65_536)
    assert.equal(read.pinned?.heap, 10_240)
    assert.equal(read.pythonShare, 0.3)
    assert.equal(read.deadline, 1800)
    assert.equal(read.throughput, 10)
    assert.deepEqual(read.data, [
      { name: "orders", bytes: 200e9, cached: false },
      { name: "data 2", bytes: 2e9, cached: true },
    ])
    assert.equal(request({ pythonShare: "0.3" }).pythonShare, 0.3)
  })

  it("puts the driver where it usually is, unless somebody says so", () => {
    assert.equal(request({ manager: "yarn" }).deployMode, "cluster")
    assert.equal(request({ manager: "standalone" }).deployMode, "client")
    assert.equal(request({ manager: "yarn", deployMode: "client" }).deployMode, "client")
  })

  it("names every field in trouble, with what is allowed", () => {
    const found = problems({
      nodes: "ten",
      cores: "",
      memory: "64",
      executorMemory: "100m",
      pythonShare: "95%",
      deadline: "soon",
      throughput: "10MiB",
      price: "-1",
      data: [{ name: "orders", size: "much", cached: false }],
    })
    assert.match(found.nodes!, /`ten` is no number/)
    assert.match(found.cores!, /needed/)
    assert.match(found.memory!, /`64` is no size; write it with its unit, as in 64g/)
    assert.equal(found.executorMemory, "`100m` is out of range; it is from 450 MiB to 16 TiB")
    assert.match(found.pythonShare!, /at most 90%/)
    assert.match(found.deadline!, /30m/)
    assert.equal(found.price, "`-1` is out of range; it is a number from 0 to 1,000,000")
    assert.match(found["data.0.size"]!, /200GB/)
    assert.equal(Object.keys(found).length, 8)
  })

  it("says what an unknown choice may be", () => {
    const found = problems({ manager: "mesos", workload: "games", platform: "cloud", spark: "new" })
    assert.match(found.manager!, /local, standalone, yarn, kubernetes/)
    assert.match(found.workload!, /etl/)
    assert.match(found.platform!, /emr/)
    assert.match(found.spark!, /3\.5/)
  })

  it("is made of anything", () => {
    for (const odd of [undefined, null, 5, "text", [], { nodes: null, data: {}, python: "yes" }])
      assert.deepEqual(stateOf(odd), defaults)
    const made = stateOf({
      nodes: 3,
      memory: "8g",
      python: false,
      data: [{ name: "a", size: "1GB", cached: true }, { size: 7 }, 9],
      other: "dropped",
      ["__proto__"]: { cores: "99" },
    })
    assert.deepEqual(made, {
      ...defaults,
      nodes: "3",
      memory: "8g",
      python: false,
      data: [
        { name: "a", size: "1GB", cached: true },
        { name: "", size: "7", cached: false },
      ],
    })
    assert.ok(stateOf({ nodes: "9".repeat(5000) }).nodes.length <= 100)
  })
})
