import assert from "node:assert/strict"
import { type Connection, type Shown, statusText as textOf } from "../../client/src/statusText.ts"
import type { Status } from "../../server/src/protocol.ts"

const none: Shown = { findings: 0, files: 0 }
const statusText = (connection: Connection, status: Status | undefined, shown = none) =>
  textOf(connection, status, shown)

const ready: Status = { state: "ready", lastRunMs: 12.34, findings: 0, files: 1, troubles: [] }

describe("the status item", () => {
  it("says that it starts until the server's first word", () => {
    assert.match(statusText("starting", undefined).tooltip, /starting/)
    assert.match(statusText("running", undefined).text, /loading~spin/)
    assert.match(statusText("running", { ...ready, state: "starting" }).text, /loading~spin/)
  })

  it("says that it waits where no file is open", () => {
    const { text, tooltip, severity } = statusText("running", { ...ready, files: 0, lastRunMs: null })
    assert.equal(text, "$(zap) Shufflewise")
    assert.match(tooltip, /ready and waits for a Python file/)
    assert.equal(severity, "normal")
  })

  it("counts findings and files, and gives the time of the last run", () => {
    const { text, tooltip } = statusText("running", ready, { findings: 3, files: 2 })
    assert.equal(text, "$(zap) Shufflewise 3")
    assert.equal(tooltip, "**Shufflewise**: 3 findings in 2 files\n\nLast analysis: 12 ms")
  })

  it("uses the singular for one, and a fraction for short times", () => {
    const { tooltip } = statusText("running", { ...ready, lastRunMs: 3.21 }, { findings: 1, files: 1 })
    assert.equal(tooltip, "**Shufflewise**: 1 finding in 1 file\n\nLast analysis: 3.2 ms")
  })

  it("counts what the editor shows, not what the server keeps of files that were closed", () => {
    const { text, tooltip } = statusText("running", { ...ready, findings: 4, files: 2 })
    assert.equal(text, "$(zap) Shufflewise")
    assert.match(tooltip, /no findings in the open files/)
  })

  it("turns while it works", () => {
    assert.match(statusText("running", { ...ready, state: "working" }).text, /loading~spin/)
  })

  it("warns of what did not work, and goes on counting", () => {
    const troubles = [{ uri: "file:///a.py", rule: "cross-join", reason: "It took too long." }]
    const { text, tooltip, severity } = statusText("running", { ...ready, troubles }, { findings: 2, files: 1 })
    assert.equal(text, "$(warning) Shufflewise 2")
    assert.match(tooltip, /`cross-join`: It took too long\./)
    assert.equal(severity, "warning")
  })

  it("gives the server's reason when it can't work", () => {
    const { tooltip, severity } = statusText("running", { ...ready, state: "failed", message: "Install it again." })
    assert.match(tooltip, /Install it again\./)
    assert.equal(severity, "error")
  })

  it("forgets what a stopped server said", () => {
    const { text, tooltip, severity } = statusText("stopped", ready, { findings: 3, files: 1 })
    assert.equal(text, "$(circle-slash) Shufflewise")
    assert.match(tooltip, /has stopped/)
    assert.equal(severity, "error")
  })
})
