import assert from "node:assert/strict"
import type { PublishDiagnosticsParams } from "vscode-languageserver"
import type { FindingData, Status } from "../../../server/src/protocol.ts"
import { RpcError } from "./client.ts"
import { job, twoCounts } from "./code.ts"
import { essence, freshFindings } from "./fresh.ts"
import { richCapabilities, Session, textAt } from "./session.ts"

const uri = "file:///work/job.py"

describe("diagnostics", () => {
  it("carry the rule, its page, the evidence and the prepared fixes", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const found = (await session.items(uri)).find((one) => one.code === "count-as-emptiness")
    assert.ok(found)
    assert.equal(found.source, "shufflewise")
    assert.equal(textAt(job, found.range), "orders.count() == 0")
    assert.match(found.codeDescription!.href, /^https:\/\/.+\/count-as-emptiness\.md$/)
    assert.ok(found.relatedInformation!.length > 0)
    for (const { location } of found.relatedInformation!) assert.equal(location.uri, uri)
    const data = found.data as FindingData
    assert.equal(data.version, 1)
    assert.equal(data.rule, "count-as-emptiness")
    assert.equal(data.fixes[0]!.safety, "safe")
    assert.ok(data.fixes[0]!.edits.length > 0)
    await session.client.stop()
  })

  it("link to a rule's page as the client wants it", async () => {
    const session = await Session.start({ initializationOptions: { ruleLink: "command:x?%5B%22{rule}%22%5D" } })
    session.open(uri, job)
    for (const { code, codeDescription } of await session.items(uri))
      assert.equal(codeDescription!.href, `command:x?%5B%22${code}%22%5D`)
    await session.client.stop()
  })

  it("are unchanged until text or configuration changes", async () => {
    const settings = { value: {} }
    const session = await Session.start({ settings })
    session.open(uri, job)
    const first = await session.pull(uri)
    assert.equal(first.kind, "full")
    const again = await session.pull(uri, first.resultId)
    assert.deepEqual(again, { kind: "unchanged", resultId: first.resultId })
    session.change(uri, 2, [{ text: `${job}\n` }])
    const edited = await session.pull(uri, first.resultId)
    assert.equal(edited.kind, "full")
    settings.value = { ignore: ["count-as-emptiness"] }
    session.client.notify("workspace/didChangeConfiguration", { settings: null })
    assert.equal((await session.pull(uri, edited.resultId)).kind, "full")
    await session.client.stop()
  })

  it("of another run of the server are never taken for unchanged", async () => {
    const one = await Session.start()
    one.open(uri, job)
    const { resultId } = await one.pull(uri)
    await one.client.stop()
    const other = await Session.start()
    other.open(uri, job)
    assert.equal((await other.pull(uri, resultId)).kind, "full")
    await other.client.stop()
  })

  it("are given for texts of any scheme, and for none that is not Python", async () => {
    const session = await Session.start()
    for (const strange of [
      "untitled:Untitled-1",
      "vscode-vfs://github/a/b.py",
      "zipfile:///a.zip::b.py",
      "x:y",
      "inmemory:/%zz",
    ]) {
      session.open(strange, job)
      assert.deepEqual(essence(await session.items(strange)), freshFindings(job, "job.py"), strange)
      session.close(strange)
    }
    session.open("file:///work/a.toml", job, 1, "toml")
    assert.deepEqual(await session.items("file:///work/a.toml"), [])
    assert.deepEqual(session.log(1), [])
    await session.client.stop()
  })

  it("are withdrawn from requests that were cancelled, and the next one is answered", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const { id, answer } = session.client.send("textDocument/diagnostic", { textDocument: { uri } })
    session.client.cancel(id)
    await assert.rejects(answer, (error) => error instanceof RpcError && error.code === -32800)
    session.client.cancel(4711)
    assert.deepEqual(essence(await session.items(uri)), freshFindings(job, "/work/job.py"))
    await session.client.stop()
  })

  it("are counted in the status", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const count = (await session.items(uri)).length
    const status = await session.client.notification<Status>("shufflewise/status", (one) => one.files === 1)
    assert.equal(status.state, "ready")
    assert.equal(status.findings, count)
    assert.ok(status.lastRunMs! > 0)
    assert.deepEqual(status.troubles, [])
    const before = session.client.notifications.length
    session.close(uri)
    const after = await session.client.notification<Status>("shufflewise/status", (one) => one.files === 0, before)
    assert.equal(after.findings, 0)
    await session.client.stop()
  })
})

describe("pushed diagnostics", () => {
  const { diagnostic: _, ...textDocument } = richCapabilities.textDocument
  const capabilities = { ...richCapabilities, textDocument }
  const published = "textDocument/publishDiagnostics"

  it("follow the text, with its version, and are withdrawn when it is closed", async () => {
    const session = await Session.start({ capabilities })
    session.open(uri, job)
    const first = await session.client.notification<PublishDiagnosticsParams>(published)
    assert.equal(first.version, 1)
    assert.deepEqual(essence(first.diagnostics), freshFindings(job, "/work/job.py"))
    session.change(uri, 2, [{ text: twoCounts }])
    const second = await session.client.notification<PublishDiagnosticsParams>(published, (one) => one.version === 2)
    assert.deepEqual(essence(second.diagnostics), freshFindings(twoCounts, "/work/job.py"))
    const before = session.client.notifications.length
    session.close(uri)
    const last = await session.client.notification<PublishDiagnosticsParams>(published, () => true, before)
    assert.deepEqual(last.diagnostics, [])
    await session.client.stop()
  })

  it("of a burst of changes are those of the last", async () => {
    const session = await Session.start({ capabilities })
    session.open(uri, "x = 1\n")
    await session.client.notification(published)
    const before = session.client.notifications.length
    for (let version = 2; version <= 60; version++)
      session.change(uri, version, [{ text: version % 2 === 0 ? job : twoCounts }])
    await session.client.notification<PublishDiagnosticsParams>(published, (one) => one.version === 60, before)
    const all = session.client.notifications.slice(before).filter((one) => one.method === published)
    for (const one of all) {
      const { version, diagnostics } = one.params as PublishDiagnosticsParams
      assert.deepEqual(essence(diagnostics), freshFindings(version! % 2 === 0 ? job : twoCounts, "/work/job.py"))
    }
    assert.ok(all.length <= 10, `${all.length} publications for one burst`)
    await session.client.stop()
  })

  it("can be asked for by a client that pulls", async () => {
    const session = await Session.start({ initializationOptions: { push: true } })
    assert.equal(session.initialized.capabilities.diagnosticProvider, undefined)
    session.open(uri, job)
    assert.ok((await session.client.notification<PublishDiagnosticsParams>(published)).diagnostics.length > 0)
    await session.client.stop()
  })
})
