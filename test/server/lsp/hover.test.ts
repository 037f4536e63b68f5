import assert from "node:assert/strict"
import type { MarkupContent } from "vscode-languageserver"
import { job } from "./code.ts"
import { richCapabilities, Session, textAt } from "./session.ts"

const uri = "file:///work/job.py"
const lines = job.split("\n")

/** Position of the first `what` in the first line that contains `line`. */
function place(line: string, what: string): [number, number] {
  const at = lines.findIndex((one) => one.includes(line))
  return [at, lines[at]!.indexOf(what)]
}

describe("hover", () => {
  it("shows the plan of a DataFrame's name and of a call", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const name = await session.hover(uri, ...place("joined = orders", "orders"))
    assert.equal(textAt(job, name!.range!), "orders")
    const { kind, value } = name!.contents as MarkupContent
    assert.equal(kind, "markdown")
    assert.match(value, /\*\*Shufflewise\*\* · `orders`, DataFrame from csv at `s3:\/\/bucket\/orders`/)
    const call = await session.hover(uri, ...place("joined = orders", "join("))
    assert.match((call!.contents as MarkupContent).value, /`joined`, DataFrame by `join\(\)`, line 11/)
    const rows = await session.hover(uri, ...place("countries = ", "countries"))
    assert.match((rows!.contents as MarkupContent).value, /- rows: 2 rows — certain: /)
    assert.match((rows!.contents as MarkupContent).value, /- columns: 2: `code/)
    await session.client.stop()
  })

  it("shows nothing where no DataFrame is", async () => {
    const session = await Session.start()
    session.open(uri, job)
    assert.equal(await session.hover(uri, ...place("raise ValueError", "ValueError")), null)
    assert.equal(await session.hover(uri, ...place("import functions", "functions")), null)
    assert.equal(await session.hover(uri, 9999, 3), null)
    await session.client.stop()
  })

  it("is about the text as it is now", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const top = { line: 0, character: 0 }
    session.change(uri, 2, [{ range: { start: top, end: top }, text: "# one\n# two\n" }])
    const [line, character] = place("joined = orders", "joined")
    const hover = await session.hover(uri, line + 2, character)
    assert.match((hover!.contents as MarkupContent).value, /by `join\(\)`, line 13/)
    await session.client.stop()
  })

  it("is plain text for clients that show no markdown", async () => {
    const textDocument = { ...richCapabilities.textDocument, hover: { contentFormat: ["plaintext"] } }
    const session = await Session.start({ capabilities: { ...richCapabilities, textDocument } })
    session.open(uri, job)
    const hover = await session.hover(uri, ...place("joined = orders", "orders"))
    const { kind, value } = hover!.contents as MarkupContent
    assert.equal(kind, "plaintext")
    assert.doesNotMatch(value, /[*`]/)
    await session.client.stop()
  })
})

describe("rule pages", () => {
  it("are given as markdown without a network, null for names that no rule has", async () => {
    const session = await Session.start()
    const page = await session.client.request("shufflewise/ruleDoc", { rule: "count-as-emptiness" })
    assert.equal((page as { rule: string }).rule, "count-as-emptiness")
    assert.match((page as { markdown: string }).markdown, /^# .*count-as-emptiness/m)
    for (const rule of ["nope", "../../README", "", 7, null])
      assert.equal(await session.client.request("shufflewise/ruleDoc", { rule }), null)
    await session.client.stop()
  })
})
