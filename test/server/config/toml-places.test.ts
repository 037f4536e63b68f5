import assert from "node:assert/strict"
import fc from "fast-check"
import { parse, stringify } from "smol-toml"
import { type Place, placesOf } from "../../../server/src/config/toml-places.ts"

/** What stands at a key and at its value. */
function at(text: string, ...path: (string | number)[]): [string, string] {
  let place: Place | undefined = placesOf(text)
  for (const step of path) place = typeof step === "number" ? place?.items[step] : place?.entries.get(step)
  assert.ok(place, `nothing at ${path.join(".")}`)
  return [text.slice(place.keyStart, place.keyEnd), text.slice(place.start, place.end)]
}

describe("places in TOML", () => {
  it("finds keys and values of every kind", () => {
    const text = [
      'plain = "a # no comment" # comment',
      "'quoted key' = 'lit\\'",
      '"esc\\u0061ped" = 1_000',
      "dotted . inner.leaf = 1979-05-27 07:32:00  # date",
      'multi = """',
      'one "quoted" = 1',
      '[not.a.table]"""',
      "list = [ 1, # one",
      "  [2, 3],",
      "  { a = 1, b.c = [4] },",
      "]",
    ].join("\n")
    assert.deepEqual(at(text, "plain"), ["plain", '"a # no comment"'])
    assert.deepEqual(at(text, "quoted key"), ["'quoted key'", "'lit\\'"])
    assert.deepEqual(at(text, "escaped"), ['"esc\\u0061ped"', "1_000"])
    assert.deepEqual(at(text, "dotted", "inner", "leaf"), ["leaf", "1979-05-27 07:32:00"])
    assert.equal(at(text, "multi")[1].split("\n").length, 3)
    assert.deepEqual(at(text, "list", 1, 1), ["", "3"])
    assert.deepEqual(at(text, "list", 2, "b", "c", 0), ["", "4"])
  })

  it("follows headers, arrays of tables and tables below them", () => {
    const text = [
      "[a.b]",
      "x = 1",
      "[[c]]",
      "y = 2",
      "[[c]]",
      "y = 3",
      "[c.d]",
      "z = 4",
      "[ a . 'q.r' ]",
      "w = 5",
    ].join("\r\n")
    assert.deepEqual(at(text, "a", "b", "x"), ["x", "1"])
    assert.deepEqual(at(text, "c", 0, "y"), ["y", "2"])
    assert.deepEqual(at(text, "c", 1, "y"), ["y", "3"])
    assert.deepEqual(at(text, "c", 1, "d", "z"), ["z", "4"])
    assert.deepEqual(at(text, "a", "q.r", "w"), ["w", "5"])
    assert.deepEqual(at(text, "a", "b"), ["b", "[a.b]"])
  })

  it("has a place for every key and value of any document", () => {
    const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== "__proto__")
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }))
    const table = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { maxKeys: 3 })), { maxKeys: 5 })
    fc.assert(
      fc.property(table, (value) => {
        const text = stringify(value)
        compare(parse(text), placesOf(text), text)
      }),
      { numRuns: 300 },
    )
  })

  it("never throws on what is no TOML", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]{}\"'=.,#\n\\ab1U ") }), (text) => {
        assert.equal(placesOf(text).end, text.length)
      }),
      { numRuns: 1000 },
    )
  })
})

/** Every value that was parsed has a place whose text parses to the same value. */
function compare(value: unknown, place: Place | undefined, text: string): void {
  assert.ok(place, `no place for ${JSON.stringify(value)} in ${JSON.stringify(text)}`)
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) compare(inner, place.entries.get(key), text)
    return
  }
  assert.deepEqual(parse(`v = ${text.slice(place.start, place.end)}`).v, value)
}
