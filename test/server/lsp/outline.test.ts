import assert from "node:assert/strict"
import type { CodeLens, DocumentSymbol } from "vscode-languageserver"
import { job } from "./code.ts"
import { Session } from "./session.ts"

const uri = "file:///work/job.py"
const textDocument = { uri }

describe("outline and code lens", () => {
  it("gives the pipeline as symbols", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const symbols = await session.client.request<DocumentSymbol[]>("textDocument/documentSymbol", { textDocument })
    assert.ok(symbols.length > 0)
    assert.ok(symbols.some((symbol) => symbol.name === "orders" && /csv/.test(symbol.detail ?? "")))
    for (const { range, selectionRange } of symbols) assert.ok(range.start.line <= selectionRange.start.line)
    await session.client.stop()
  })
  it("shows no lens until it is switched on", async () => {
    const settings: { value: unknown } = { value: {} }
    const session = await Session.start({ settings })
    session.open(uri, `df = spark.table("t").distinct()\ndf.count()\n`)
    assert.equal(await session.client.request("textDocument/codeLens", { textDocument }), null)
    settings.value = { codeLens: true }
    session.client.notify("workspace/didChangeConfiguration", { settings: null })
    const lenses = await session.client.request<CodeLens[]>("textDocument/codeLens", { textDocument })
    assert.deepEqual(
      lenses.map((lens) => [lens.range.start.line, lens.command?.title]),
      [[1, "1 shuffle since read · not cached"]],
    )
    await session.client.stop()
  })
})
