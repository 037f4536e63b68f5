import assert from "node:assert/strict"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type {
  CodeAction,
  CodeLens,
  Diagnostic,
  DocumentSymbol,
  TextDocumentEdit,
  TextEdit,
} from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import { fileUri, richCapabilities, Session, type SessionOptions, textAt } from "./session.ts"

const uri = "file:///work/job.ipynb"
const cellUri = (name: string): string => `vscode-notebook-cell:/work/job.ipynb#${name}`

const start = "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()"
const read = "%matplotlib inline\norders = spark.read.parquet('s3://lake/orders').filter('x > 1')"
const small = "countries = spark.createDataFrame([('de', 'Germany')], ['code', 'name'])"
const check = "!pip list\nif orders.count() == 0:\n    raise ValueError('no orders')"
const join_ = "named = orders.join(countries, 'code')\nnamed.write.parquet('s3://lake/named')"

type Published = { readonly uri: string; readonly version?: number; readonly diagnostics: Diagnostic[] }

/** A notebook as an editor has it open, with what the server says of each cell. */
class Editor {
  readonly session: Session
  readonly texts = new Map<string, TextDocument>()
  order: string[] = []
  private version = 1

  private constructor(session: Session) {
    this.session = session
  }

  static async open(cells: Record<string, string>, options: SessionOptions = {}): Promise<Editor> {
    const editor = new Editor(await Session.start(options))
    editor.order = Object.keys(cells)
    for (const [name, text] of Object.entries(cells)) editor.add(name, text)
    editor.session.client.notify("notebookDocument/didOpen", {
      notebookDocument: { uri, notebookType: "jupyter-notebook", version: 1, cells: editor.order.map(codeCell) },
      cellTextDocuments: editor.order.map((name) => editor.item(name)),
    })
    return editor
  }

  /** Replaces a cell's text from one offset to another. */
  edit(name: string, from: string, to: string): void {
    const before = this.texts.get(name)!
    const at = before.getText().indexOf(from)
    assert.ok(at >= 0, from)
    const range = { start: before.positionAt(at), end: before.positionAt(at + from.length) }
    const version = before.version + 1
    this.texts.set(name, TextDocument.update(before, [{ range, text: to }], version))
    const textContent = [{ document: { uri: cellUri(name), version }, changes: [{ range, text: to }] }]
    this.change({ textContent })
  }

  /** Puts cells in the place of others; those with a text are new. */
  splice(at: number, deleteCount: number, cells: Record<string, string | null>): void {
    const removed = this.order.splice(at, deleteCount, ...Object.keys(cells))
    const added = Object.entries(cells).filter((each): each is [string, string] => each[1] !== null)
    for (const [name, text] of added) this.add(name, text)
    const gone = removed.filter((name) => !this.order.includes(name))
    for (const name of gone) this.texts.delete(name)
    const structure = {
      array: { start: at, deleteCount, cells: Object.keys(cells).map(codeCell) },
      didOpen: added.map(([name]) => this.item(name)),
      didClose: gone.map((name) => ({ uri: cellUri(name) })),
    }
    this.change({ structure })
  }

  close(): void {
    this.session.client.notify("notebookDocument/didClose", {
      notebookDocument: { uri },
      cellTextDocuments: this.order.map((name) => ({ uri: cellUri(name) })),
    })
  }

  /** Waits until each cell shows findings of these rules, and those that are not named show none. */
  async shows(wanted: Record<string, string[]>): Promise<void> {
    const seen = (): Record<string, unknown[]> =>
      Object.fromEntries([...this.latest()].filter(([, items]) => items.length > 0).map(([n, i]) => [n, i.map(codeOf)]))
    const text = JSON.stringify(wanted, Object.keys(wanted).sort())
    const now = (): string => JSON.stringify(seen(), Object.keys(seen()).sort())
    await this.session.client
      .until(() => now() === text, `findings ${text}`)
      .catch((error: Error) => {
        throw new Error(`${error.message}; there are ${now()}`)
      })
  }

  items(name: string): Diagnostic[] {
    return this.latest().get(name) ?? []
  }

  published(): Published[] {
    return this.session.client.notifications
      .filter(({ method }) => method === "textDocument/publishDiagnostics")
      .map(({ params }) => params as Published)
  }

  /** The cell's text after an action's edit, which must be of this cell at its version alone. */
  applied(name: string, action: CodeAction): string {
    const text = this.texts.get(name)!
    const changes = action.edit!.documentChanges as TextDocumentEdit[]
    assert.deepEqual(
      changes.map((each) => each.textDocument),
      [{ uri: cellUri(name), version: text.version }],
    )
    return TextDocument.applyEdits(text, changes[0]!.edits as TextEdit[])
  }

  private latest(): Map<string, Diagnostic[]> {
    return new Map(this.published().map(({ uri: of, diagnostics }) => [of.split("#")[1] ?? of, diagnostics]))
  }

  private change(cells: object): void {
    const params = { notebookDocument: { uri, version: ++this.version }, change: { cells } }
    this.session.client.notify("notebookDocument/didChange", params)
  }

  private add(name: string, text: string): void {
    this.texts.set(name, TextDocument.create(cellUri(name), "python", 1, text))
  }

  private item(name: string): object {
    const text = this.texts.get(name)!
    return { uri: text.uri, languageId: "python", version: text.version, text: text.getText() }
  }
}

function codeCell(name: string): object {
  return { kind: 2, document: cellUri(name) }
}

function codeOf({ code }: Diagnostic): unknown {
  return code
}

describe("notebooks in an editor", () => {
  it("are analysed as one text, and each cell shows what is found in it", async () => {
    const editor = await Editor.open({ start, read, magic: "%%sql\nselect 1", check })
    await editor.shows({ check: ["count-as-emptiness"] })
    const [finding] = editor.items("check")
    assert.deepEqual(finding!.range.start, { line: 1, character: 3 })
    const places = finding!.relatedInformation!.map(({ location }) => [
      location.uri,
      textAt(editor.texts.get(location.uri.split("#")[1]!)!.getText(), location.range),
    ])
    assert.ok(
      places.some(([at, text]) => at === cellUri("read") && text!.includes("spark.read.parquet")),
      JSON.stringify(places),
    )
    await editor.session.client.stop()
  })

  it("publish for the version of each cell, also where the client pulls for files", async () => {
    const editor = await Editor.open({ start, read, check })
    await editor.shows({ check: ["count-as-emptiness"] })
    editor.edit("check", "!pip list\n", "")
    const isNext = ({ uri: of, version }: Published): boolean => of === cellUri("check") && version === 2
    await editor.session.client.until(() => editor.published().some(isNext), "findings of the next version")
    assert.deepEqual(editor.published().find(isNext)!.diagnostics[0]!.range.start, { line: 0, character: 3 })
    assert.deepEqual(await editor.session.items(cellUri("check")), [])
    await editor.session.client.stop()
  })

  it("follow what is typed in another cell", async () => {
    const editor = await Editor.open({ start, read, check })
    await editor.shows({ check: ["count-as-emptiness"] })
    editor.edit("read", ".filter('x > 1')", ".filter('x > 1').toPandas()")
    await editor.shows({ read: ["to-pandas-on-driver"] })
    editor.edit("read", ".toPandas()", "")
    await editor.shows({ check: ["count-as-emptiness"] })
    await editor.session.client.stop()
  })

  it("follow cells that are added, removed and moved", async () => {
    const editor = await Editor.open({ start, check })
    editor.splice(1, 0, { read })
    await editor.shows({ check: ["count-as-emptiness"] })
    // Before the name is bound there is nothing to count.
    editor.splice(1, 2, { check: null, read: null })
    await editor.shows({})
    editor.splice(1, 2, { read: null, check: null })
    await editor.shows({ check: ["count-as-emptiness"] })
    editor.splice(2, 1, { other: "if orders.count() == 0:\n    pass" })
    await editor.shows({ other: ["count-as-emptiness"] })
    editor.close()
    await editor.shows({})
    await editor.session.client.stop()
  })

  it("tell of markdown and other languages in any client, and leave them alone", async () => {
    const session = await Session.start()
    const texts = { a: `${start}\n${read}`, md: "# Title `x`", b: check, r: "if (orders.count() == 0) {" }
    session.client.notify("notebookDocument/didOpen", {
      notebookDocument: {
        uri,
        notebookType: "x",
        version: 1,
        cells: ["a", "md", "b", "r"].map((name) => ({ kind: name === "md" ? 1 : 2, document: cellUri(name) })),
      },
      cellTextDocuments: Object.entries(texts).map(([name, text]) => ({
        uri: cellUri(name),
        languageId: { md: "markdown", r: "r" }[name] ?? "python",
        version: 1,
        text,
      })),
    })
    const params = await session.client.notification<Published>("textDocument/publishDiagnostics")
    assert.equal(params.uri, cellUri("b"))
    assert.deepEqual(params.diagnostics.map(codeOf), ["count-as-emptiness"])
    // Counted by all cells: the third goes.
    session.client.notify("notebookDocument/didChange", {
      notebookDocument: { uri, version: 2 },
      change: { cells: { structure: { array: { start: 2, deleteCount: 1 } } } },
    })
    await session.client.notification<Published>(
      "textDocument/publishDiagnostics",
      (one) => one.uri === cellUri("b") && one.diagnostics.length === 0,
    )
    await session.client.stop()
  })
})

describe("in a notebook's cell", () => {
  it("a fix changes the cell alone, with the import that it needs", async () => {
    const editor = await Editor.open({ start, read, small, join_ })
    await editor.shows({ join_: ["missing-broadcast"] })
    const actions = await editor.session.actions(cellUri("join_"), editor.items("join_"))
    const fix = actions.find((one) => one.title.includes("roadcast"))
    assert.ok(fix, JSON.stringify(actions.map((one) => one.title)))
    const expected = `from pyspark.sql import functions as F\n${join_.replace("countries,", "F.broadcast(countries),")}`
    assert.equal(editor.applied("join_", fix), expected)
    await editor.session.client.stop()
  })

  it("fix-all fixes what is in it, and no other cell", async () => {
    const twice = "if orders.count() == 0:\n    pass\nif orders.filter('a').count() == 0:\n    pass"
    const editor = await Editor.open(
      { start, read, check, twice },
      { settings: { value: { ignore: ["repeated-count"] } } },
    )
    await editor.shows({ check: ["count-as-emptiness"], twice: ["count-as-emptiness", "count-as-emptiness"] })
    const [offered] = await editor.session.actions(cellUri("twice"), [], ["source.fixAll"])
    const all = await editor.session.client.request<CodeAction>("codeAction/resolve", offered)
    assert.equal(editor.applied("twice", all), twice.replaceAll("count() == 0", "isEmpty()"))
    const quick = await editor.session.actions(cellUri("twice"), editor.items("twice").slice(0, 1))
    assert.deepEqual(
      quick.map((one) => one.title),
      [
        "Use `orders.isEmpty()`",
        "Fix all 'count-as-emptiness' in this cell",
        "Allow 'count-as-emptiness' on this line",
        "Explain 'count-as-emptiness'",
        "Fix all that Shufflewise can fix safely",
      ],
    )
    await editor.session.client.stop()
  })

  it("a rule is allowed on the line, and in the notebook from its first cell only", async () => {
    const first = `%%time\n${start}\n${read.split("\n")[1]}\nif orders.count() == 0:\n    pass`
    const editor = await Editor.open({ first, check }, { settings: { value: { ignore: ["repeated-count"] } } })
    await editor.shows({ first: ["count-as-emptiness"], check: ["count-as-emptiness"] })
    const actions = (name: string): Promise<CodeAction[]> =>
      editor.session.actions(cellUri(name), editor.items(name).slice(0, 1))
    const line = (await actions("check")).find((one) => one.title.endsWith("on this line"))
    assert.equal(
      editor.applied("check", line!),
      check.replace(" == 0:", " == 0:  # shufflewise: ignore[count-as-emptiness]"),
    )
    assert.ok(!(await actions("check")).some((one) => one.title.endsWith("in this notebook")))
    const whole = (await actions("first")).find((one) => one.title.endsWith("in this notebook"))
    const text = editor.applied("first", whole!)
    assert.equal(text, first.replace("%%time\n", "%%time\n# shufflewise: ignore-file[count-as-emptiness]\n"))
    editor.edit("first", first, text)
    await editor.shows({})
    await editor.session.client.stop()
  })

  it("the hover names other cells, the outline and the lenses are its own", async () => {
    const settings = { value: { codeLens: true } }
    const totals = "totals = orders.groupBy('k').count()"
    const editor = await Editor.open({ start, read, small, join_, totals, later: "totals.show()" }, { settings })
    await editor.shows({ join_: ["missing-broadcast"] })
    const later = await editor.session.hover(cellUri("later"), 0, 1)
    assert.match((later!.contents as { value: string }).value, /shuffles: 1 .*`count\(\)` at line 1 of Python cell 5/)
    const hover = await editor.session.hover(cellUri("join_"), 0, 1)
    const { value } = hover!.contents as { value: string }
    assert.match(value, /by `join\(\)`, line 1\n/)
    assert.deepEqual(hover!.range!.start, { line: 0, character: 0 })
    const above = await editor.session.hover(cellUri("join_"), 0, "named = ord".length)
    assert.match((above!.contents as { value: string }).value, /orders/)
    const symbols = await editor.session.client.request<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri: cellUri("join_") },
    })
    assert.deepEqual(
      symbols.map(({ name, selectionRange }) => [name, selectionRange.start.line]),
      [
        ["named", 0],
        ["write", 1],
      ],
    )
    const lenses = await editor.session.client.request<CodeLens[]>("textDocument/codeLens", {
      textDocument: { uri: cellUri("join_") },
    })
    assert.deepEqual(
      lenses.map(({ range }) => range.start.line),
      [1],
    )
    await editor.session.client.stop()
  })

  it("configuration is that of the notebook's folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sw-notebook-"))
    writeFileSync(join(folder, "shufflewise.toml"), 'ignore = ["count-as-emptiness"]\n')
    const session = await Session.start({ folder, capabilities: richCapabilities })
    const at = fileUri(join(folder, "n.ipynb"))
    const text = `${start}\n${read}\n${check}\norders.toPandas()`
    session.client.notify("notebookDocument/didOpen", {
      notebookDocument: { uri: at, notebookType: "x", version: 1, cells: [{ kind: 2, document: cellUri("a") }] },
      cellTextDocuments: [{ uri: cellUri("a"), languageId: "python", version: 1, text }],
    })
    const { diagnostics } = await session.client.notification<Published>("textDocument/publishDiagnostics")
    assert.deepEqual(diagnostics.map(codeOf), ["to-pandas-on-driver"])
    await session.client.stop()
  })
})
