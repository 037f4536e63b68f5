import assert from "node:assert/strict"
import { differences } from "../../scripts/generate/differences.ts"
import { linewise } from "../../scripts/generate/introspect.ts"

describe("generated files", () => {
  it("are compared line by line, with a summary of what differs", () => {
    assert.deepEqual(differences("a\nb\nc\n", "a\nc\nd\n"), ["lines to add: 1, to remove: 1", "- b", "+ d"])
  })

  it("count a line that stands there more often", () => {
    assert.deepEqual(differences("a\n", "a\na\n"), ["lines to add: 1, to remove: 0", "+ a"])
  })

  it("say so where only the order differs", () => {
    assert.deepEqual(differences("a\nb\n", "b\na\n"), ["the same lines in another order"])
  })

  it("show the first lines of many", () => {
    const lines = differences("", Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n"))
    assert.equal(lines[0], "lines to add: 40, to remove: 1")
    assert.equal(lines.at(-1), "+ … 28 more")
    assert.equal(lines.length, 15)
  })

  it("have one fact a line, and are JSON all the same", () => {
    const value = { a: [1, { b: "x" }], c: {}, d: [] }
    const text = linewise(value, 2)
    assert.equal(text, '{\n"a":[\n1,\n{"b":"x"}\n],\n"c":{},\n"d":[]\n}')
    assert.deepEqual(JSON.parse(text), value)
  })
})
