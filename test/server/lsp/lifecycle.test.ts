import assert from "node:assert/strict"
import { LspClient, RpcError } from "./client.ts"
import { job } from "./code.ts"
import { poorCapabilities, Session, serverEntry } from "./session.ts"

const uri = "file:///work/job.py"

describe("server's life", () => {
  it("says what it can do to a client that can do much", async () => {
    const session = await Session.start()
    const { capabilities, serverInfo } = session.initialized
    assert.equal(serverInfo?.name, "Shufflewise")
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2, save: { includeText: false } })
    assert.deepEqual(capabilities.diagnosticProvider, {
      identifier: "shufflewise",
      interFileDependencies: true,
      workspaceDiagnostics: false,
    })
    assert.deepEqual(capabilities.codeActionProvider, {
      codeActionKinds: ["quickfix", "source.fixAll.shufflewise"],
      resolveProvider: true,
    })
    assert.equal(capabilities.hoverProvider, true)
    assert.equal(await session.client.stop(), 0)
    assert.equal(session.client.stderr, "")
  })

  it("offers a client only what it understands", async () => {
    const session = await Session.start({ capabilities: poorCapabilities })
    const { capabilities } = session.initialized
    assert.equal(capabilities.diagnosticProvider, undefined)
    assert.equal(capabilities.codeActionProvider, undefined)
    session.open(uri, job)
    const { diagnostics } = await session.client.notification<{ diagnostics: Record<string, unknown>[] }>(
      "textDocument/publishDiagnostics",
    )
    assert.ok(diagnostics.length > 0)
    for (const diagnostic of diagnostics)
      for (const key of ["relatedInformation", "codeDescription", "tags", "data"]) assert.ok(!(key in diagnostic), key)
    const registrations = session.client.requests.filter((one) => one.method === "client/registerCapability")
    assert.deepEqual(registrations, [])
    await session.client.stop()
  })

  it("leaves the command to a client that carries it out itself", async () => {
    const session = await Session.start({ initializationOptions: { clientCommands: ["shufflewise.explainRule"] } })
    assert.equal(session.initialized.capabilities.executeCommandProvider, undefined)
    await session.client.stop()
  })

  it("bears start options of any shape", async () => {
    for (const initializationOptions of [
      null,
      7,
      "x",
      [],
      { ruleLink: 3, clientCommands: "x", push: "yes", settings: 1 },
    ]) {
      const session = await Session.start({ initializationOptions: initializationOptions as object })
      session.open(uri, job)
      assert.ok((await session.items(uri)).length > 0)
      await session.client.stop()
    }
  })

  it("logs how long it took to start", async () => {
    const session = await Session.start()
    await session.client.until(() => session.log(3).some((line) => /^ready \d+ ms/.test(line)), "the start's time")
    assert.match(
      session.log(3)[0]!,
      /^Shufflewise \d+\.\d+\.\d+, \d+ ms after its process started, for scripted client/,
    )
    await session.client.stop()
  })

  it("ends with 1 when the client goes away without a goodbye", async () => {
    const session = await Session.start()
    session.client.process.stdin.end()
    assert.equal(await session.client.exited, 1)
  })

  it("gives the same findings after it was killed and started again", async () => {
    const first = await Session.start()
    first.open(uri, job)
    const before = await first.items(uri)
    assert.equal(await first.client.kill(), "SIGKILL")
    const second = await Session.start()
    second.open(uri, job)
    assert.deepEqual(await second.items(uri), before)
    await second.client.stop()
  })

  it("refuses requests before initialize and answers unknown ones with an error", async () => {
    const client = new LspClient({ command: [process.execPath, serverEntry, "--stdio"] })
    await assert.rejects(client.request("textDocument/hover", {}), RpcError)
    await client.kill()
    const session = await Session.start()
    await assert.rejects(session.client.request("nothing/known", {}), (error: RpcError) => error.code === -32601)
    await session.client.stop()
  })
})

describe("malformed messages", () => {
  let session: Session

  beforeEach(async () => {
    session = await Session.start()
    session.open(uri, job)
  })

  /** The server still works, and with the same text. */
  async function assertAlive(): Promise<void> {
    assert.ok((await session.items(uri)).length > 0)
    assert.equal(await session.client.stop(), 0)
  }

  it("goes on after a body that is no JSON", async () => {
    session.client.raw("Content-Length: 9\r\n\r\n{not json")
    await assertAlive()
  })

  it("goes on after JSON that is no message", async () => {
    for (const body of [
      "[]",
      "null",
      "42",
      '"x"',
      "{}",
      '{"jsonrpc":"2.0"}',
      '{"jsonrpc":"2.0","id":99,"result":null}',
    ])
      session.client.raw(`Content-Length: ${body.length}\r\n\r\n${body}`)
    await assertAlive()
  })

  it("goes on after parameters of the wrong shape", async () => {
    for (const method of [
      "textDocument/didOpen",
      "textDocument/didChange",
      "textDocument/didClose",
      "textDocument/didSave",
      "workspace/didChangeConfiguration",
      "workspace/didChangeWatchedFiles",
      "workspace/didChangeWorkspaceFolders",
    ])
      for (const params of [undefined, null, {}, { textDocument: {} }, { textDocument: { uri: 3 } }, []])
        session.client.notify(method, params)
    for (const method of [
      "textDocument/diagnostic",
      "textDocument/codeAction",
      "textDocument/hover",
      "codeAction/resolve",
    ])
      for (const params of [{}, { textDocument: null }, { textDocument: { uri: 3 }, context: 1 }])
        await session.client.request(method, params).catch((error: unknown) => assert.ok(error instanceof RpcError))
    await assertAlive()
  })

  it("goes on after changes outside the text, and takes them as LSP says", async () => {
    const far = { line: 9999, character: 9999 }
    session.change(uri, 2, [{ range: { start: far, end: far }, text: "x = 1\n" }])
    session.change(uri, 3, [
      { range: { start: { line: -5, character: -5 }, end: { line: 0, character: 0 } }, text: "" },
    ])
    const fresh = await Session.start()
    fresh.open(uri, `${job}x = 1\n`)
    assert.deepEqual(
      (await session.items(uri)).map(({ range, code }) => [range, code]),
      (await fresh.items(uri)).map(({ range, code }) => [range, code]),
    )
    await fresh.client.stop()
    await assertAlive()
  })

  it("goes on after changes and closings of documents that are not open", async () => {
    session.change("file:///nowhere.py", 2, [{ text: "x" }])
    session.close("file:///nowhere.py")
    session.save("file:///nowhere.py")
    assert.deepEqual(await session.items("file:///nowhere.py"), [])
    assert.equal(await session.hover("file:///nowhere.py", 0, 0), null)
    assert.deepEqual(await session.actions("file:///nowhere.py", []), [])
    await assertAlive()
  })
})
