import assert from "node:assert/strict"
import type { CodeAction, Diagnostic, TextDocumentEdit, TextEdit } from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import { RpcError } from "./client.ts"
import { job, twoCounts } from "./code.ts"
import { richCapabilities, Session } from "./session.ts"

const uri = "file:///work/job.py"

/** The text after an action's edit, which must be for this version of this document. */
function applied(text: string, action: CodeAction, version: number): string {
  const [change, ...more] = action.edit!.documentChanges as TextDocumentEdit[]
  assert.deepEqual(more, [])
  assert.deepEqual(change!.textDocument, { uri, version })
  return apply(text, change!.edits as TextEdit[])
}

function apply(text: string, edits: TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create(uri, "python", 1, text), edits)
}

async function opened(text: string, capabilities: object = richCapabilities): Promise<[Session, Diagnostic[]]> {
  const session = await Session.start({ capabilities })
  session.open(uri, text)
  return [session, await session.items(uri)]
}

const ofRule = (items: readonly Diagnostic[], rule: string): Diagnostic[] => items.filter((one) => one.code === rule)

describe("code actions", () => {
  it("apply the fix, for the version that it was made for", async () => {
    const [session, items] = await opened(twoCounts)
    const actions = await session.actions(uri, [ofRule(items, "count-as-emptiness")[0]!])
    const fix = actions.find((one) => one.isPreferred)
    assert.ok(fix)
    assert.equal(fix.kind, "quickfix")
    assert.equal(applied(twoCounts, fix, 1), twoCounts.replace("orders.count() == 0", "orders.isEmpty()"))
    await session.client.stop()
  })

  it("prefer safe fixes only, and offer no edit for a suggestion", async () => {
    const [session, items] = await opened(job)
    for (const diagnostic of items) {
      const prepared = (diagnostic.data as { fixes: { title: string; safety: string }[] }).fixes
      const actions = await session.actions(uri, [diagnostic])
      for (const fix of prepared) {
        const action = actions.find((one) => one.title === fix.title)
        assert.equal(action?.isPreferred === true, fix.safety === "safe", fix.title)
        assert.notEqual(fix.safety, "suggestion")
      }
      const titles = new Set(prepared.map((fix) => fix.title))
      const others = actions.filter((one) => !titles.has(one.title) && !/^(Allow|Explain|Fix all)/.test(one.title))
      assert.deepEqual(others, [])
    }
    await session.client.stop()
  })

  it("fix all of a rule when they are chosen, and leave nothing to fix", async () => {
    const [session, items] = await opened(twoCounts)
    const [first] = ofRule(items, "count-as-emptiness")
    const offered = await session.actions(uri, [first!])
    const all = offered.find((one) => one.title === "Fix all 'count-as-emptiness' in this file")
    assert.ok(all)
    assert.equal(all.edit, undefined)
    const resolved = await session.client.request<CodeAction>("codeAction/resolve", all)
    const text = applied(twoCounts, resolved, 1)
    assert.equal(text, twoCounts.replaceAll(/(\w+)\.count\(\) == 0/g, "$1.isEmpty()"))
    session.change(uri, 2, [{ text }])
    assert.deepEqual(ofRule(await session.items(uri), "count-as-emptiness"), [])
    await session.client.stop()
  })

  it("fix all on save: one action, safe fixes only, asked for by any kind above it", async () => {
    const [session] = await opened(twoCounts)
    for (const only of ["source.fixAll.shufflewise", "source.fixAll", "source"]) {
      const offered = await session.actions(uri, [], [only])
      assert.deepEqual(
        offered.map((one) => one.kind),
        ["source.fixAll.shufflewise"],
      )
      const resolved = await session.client.request<CodeAction>("codeAction/resolve", offered[0])
      assert.doesNotMatch(applied(twoCounts, resolved, 1), /count\(\)/)
    }
    for (const only of ["source.organizeImports", "source.fixAll.eslint", "refactor"])
      assert.deepEqual(await session.actions(uri, [], [only]), [])
    await session.client.stop()
  })

  it("offer no fix-all where nothing can be fixed safely", async () => {
    const [session] = await opened("x = 1\n")
    assert.deepEqual(await session.actions(uri, [], ["source.fixAll"]), [])
    await session.client.stop()
  })

  it("allow a rule on the line or in the file, and the finding is gone", async () => {
    for (const title of ["Allow 'count-as-emptiness' on this line", "Allow 'count-as-emptiness' in this file"]) {
      const [session, items] = await opened(job)
      const actions = await session.actions(uri, ofRule(items, "count-as-emptiness"))
      const text = applied(job, actions.find((one) => one.title === title)!, 1)
      session.change(uri, 2, [{ text }])
      const left = await session.items(uri)
      assert.deepEqual(
        left.map((one) => one.code),
        items.map((one) => one.code).filter((code) => code !== "count-as-emptiness"),
      )
      await session.client.stop()
    }
  })

  it("offer no suppression of what is said about suppressions", async () => {
    const [session, items] = await opened("x = 1  # shufflewise: ignore[cross-join]\n")
    assert.deepEqual(
      items.map((one) => [one.code, one.tags]),
      [["unused-suppression", [1]]],
    )
    const actions = await session.actions(uri, items)
    assert.ok(actions.some((one) => one.isPreferred))
    assert.ok(!actions.some((one) => one.title.startsWith("Allow")))
    await session.client.stop()
  })

  it("explain the rule by a command that opens its page", async () => {
    const [session, items] = await opened(job)
    const actions = await session.actions(uri, ofRule(items, "count-as-emptiness"))
    const { command } = actions.find((one) => one.title === "Explain 'count-as-emptiness'")!
    await session.client.request("workspace/executeCommand", command)
    const shown = session.client.requests.find((one) => one.method === "window/showDocument")
    assert.match((shown!.params as { uri: string }).uri, /count-as-emptiness/)
    for (const wrong of [{ command: "shufflewise.explainRule" }, { command: "other", arguments: ["x"] }])
      await assert.rejects(session.client.request("workspace/executeCommand", wrong), RpcError)
    await session.client.stop()
  })

  it("give nothing for diagnostics of an older text whose place has moved", async () => {
    const [session, items] = await opened(job)
    session.change(uri, 2, [
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "\n" },
    ])
    const stale = await session.actions(uri, ofRule(items, "count-as-emptiness"), ["quickfix"])
    assert.deepEqual(stale, [])
    await session.client.stop()
  })

  it("give fixes for the current text when a diagnostic of an older one still stands at its place", async () => {
    const [session, items] = await opened(twoCounts)
    const text = `${twoCounts}x = 1\n`
    session.change(uri, 2, [{ text }])
    const actions = await session.actions(uri, [ofRule(items, "count-as-emptiness")[0]!])
    const fix = actions.find((one) => one.isPreferred)!
    assert.equal(applied(text, fix, 2), text.replace("orders.count() == 0", "orders.isEmpty()"))
    await session.client.stop()
  })

  it("refuse to resolve a fix-all for a text that has changed", async () => {
    const [session] = await opened(twoCounts)
    const [offered] = await session.actions(uri, [], ["source.fixAll"])
    session.change(uri, 2, [{ text: job }])
    await assert.rejects(
      session.client.request("codeAction/resolve", offered),
      (error) => error instanceof RpcError && error.code === -32801,
    )
    await session.client.stop()
  })

  it("leave other tools' diagnostics and forged data alone", async () => {
    const [session, items] = await opened(twoCounts)
    const [first] = ofRule(items, "count-as-emptiness")
    const foreign = { ...first!, source: "ruff" }
    assert.deepEqual(await session.actions(uri, [foreign], ["quickfix"]), [])
    for (const data of [null, 7, {}, { version: 1, fixes: "x" }]) {
      const actions = await session.actions(uri, [{ ...first!, data }], ["quickfix"])
      assert.ok(
        actions.some((one) => one.isPreferred),
        JSON.stringify(data),
      )
    }
    for (const data of [null, 7, {}, { fixAll: true }, { fixAll: true, uri: 7, version: "1" }]) {
      const action = { title: "x", data }
      assert.deepEqual(await session.client.request("codeAction/resolve", action), action)
    }
    await session.client.stop()
  })

  it("hold their edits at once, unversioned, for clients that know neither resolve nor versions", async () => {
    const { workspace, textDocument } = richCapabilities
    const { resolveSupport: _, isPreferredSupport: __, ...codeAction } = textDocument.codeAction
    const [session, items] = await opened(twoCounts, {
      workspace: { ...workspace, workspaceEdit: {} },
      textDocument: { ...textDocument, codeAction, publishDiagnostics: {} },
    })
    assert.ok(items.every((one) => one.data === undefined))
    const [all] = await session.actions(uri, [], ["source.fixAll"])
    assert.deepEqual(Object.keys(all!.edit!), ["changes"])
    assert.doesNotMatch(apply(twoCounts, all!.edit!.changes![uri]!), /count\(\)/)
    const [fix] = await session.actions(uri, [ofRule(items, "count-as-emptiness")[0]!])
    assert.ok(!("isPreferred" in fix!))
    assert.match(apply(twoCounts, fix!.edit!.changes![uri]!), /orders\.isEmpty\(\)/)
    await session.client.stop()
  })
})
