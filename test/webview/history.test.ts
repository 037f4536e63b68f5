import assert from "node:assert/strict"
import { changed, type History, historyOf, restored, saved } from "../../client/webview/calculator/model/history.ts"
import { defaults, stateOf } from "../../server/src/sizing/index.ts"

const typed = (history: History, nodes: string, at: number): History =>
  changed(history, { kind: "edit", field: "nodes", patch: { nodes }, at })
const undo = (history: History): History => changed(history, { kind: "undo" })
const redo = (history: History): History => changed(history, { kind: "redo" })

describe("the calculator's way back", () => {
  it("takes typing in one field as one step", () => {
    const history = typed(typed(typed(historyOf(defaults), "2", 0), "25", 300), "250", 600)
    assert.equal(history.past.length, 1)
    assert.equal(undo(history).present.nodes, defaults.nodes)
    assert.equal(redo(undo(history)).present.nodes, "250")
  })

  it("begins a new step after a pause, in another field, and after going back", () => {
    const paused = typed(typed(historyOf(defaults), "2", 0), "25", 5000)
    assert.equal(paused.past.length, 2)
    const other = changed(typed(historyOf(defaults), "2", 0), {
      kind: "edit",
      field: "cores",
      patch: { cores: "8" },
      at: 10,
    })
    assert.equal(other.past.length, 2)
    const back = typed(undo(paused), "3", 5001)
    assert.deepEqual([back.past.length, back.present.nodes, back.future], [2, "3", []])
  })

  it("stays the same object where nothing changes", () => {
    const history = typed(historyOf(defaults), "2", 0)
    assert.equal(typed(history, "2", 100), history)
    assert.equal(redo(history), history)
    assert.equal(changed(history, { kind: "replace", state: stateOf({ nodes: "2" }) }), history)
    const fresh = historyOf(defaults)
    assert.equal(undo(fresh), fresh)
  })

  it("can undo what replaced everything", () => {
    const history = changed(historyOf(defaults), { kind: "replace", state: stateOf({ nodes: "3", cores: "4" }) })
    assert.equal(history.present.cores, "4")
    assert.deepEqual(undo(history).present, defaults)
  })

  it("forgets the oldest steps, not the newest", () => {
    let history = historyOf(defaults)
    for (let i = 1; i <= 150; i++) history = typed(history, String(i), i * 10_000)
    assert.equal(history.past.length, 100)
    assert.equal(history.past.at(-1)?.nodes, "149")
  })

  it("is kept over a reload with its last steps, and made of anything", () => {
    let history = historyOf(defaults)
    for (let i = 1; i <= 60; i++) history = typed(history, String(i), i * 10_000)
    const again = restored(JSON.parse(JSON.stringify(saved(undo(history)))))
    assert.equal(again?.present.nodes, "59")
    assert.equal(again?.past.at(-1)?.nodes, "58")
    assert.equal(again?.future[0]?.nodes, "60")
    for (const odd of [undefined, null, 5, {}, []]) assert.equal(restored(odd), undefined)
    assert.deepEqual(restored({ present: 5, past: "x", future: [null] }), {
      past: [],
      present: defaults,
      future: [defaults],
    })
  })
})
