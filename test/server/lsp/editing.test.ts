import assert from "node:assert/strict"
import type { TextDocumentContentChangeEvent } from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import { job, seeded, twoCounts } from "./code.ts"
import { essence, freshFindings } from "./fresh.ts"
import { Session } from "./session.ts"

const uri = "file:///work/job.py"
const path = "/work/job.py"

/** What people type, paste and break. */
const pieces = [
  "",
  "x",
  "(",
  ")",
  '"',
  '"""',
  "#",
  "\n",
  "\r\n",
  "    ",
  ".cache()",
  ".count() == 0",
  "orders",
  "é😀",
  "\n\norders = orders.repartition(1)\n",
  "\nif orders.count() == 0:\n    pass\n",
  "\ndef f(df):\n    return df.join(countries, 'code')\n",
  "  # shufflewise: ignore\n",
]

/** One to three changes, each to the text that the one before left, as an editor sends them. */
function randomChanges(document: TextDocument, random: () => number): TextDocumentContentChangeEvent[] {
  const count = random() < 0.8 ? 1 : 3
  let text = document.getText()
  return Array.from({ length: count }, () => {
    const now = TextDocument.create(uri, "python", 1, text)
    const start = Math.floor(random() * (text.length + 1))
    const length = random() < 0.5 ? 0 : Math.floor(random() * (random() < 0.1 ? 200 : 8))
    const end = Math.min(text.length, start + length)
    const piece = pieces[Math.floor(random() * pieces.length)]!
    const change = { range: { start: now.positionAt(start), end: now.positionAt(end) }, text: piece }
    TextDocument.update(now, [change], 2)
    text = now.getText()
    return change
  })
}

describe("editing", () => {
  it("gives what a fresh look gives, after each of 500 random edits", async function () {
    this.timeout(240_000)
    const session = await Session.start()
    const random = seeded(20)
    const start = `${job}\n${twoCounts}`
    let document = TextDocument.create(uri, "python", 1, start)
    session.open(uri, start)
    let shown = 0
    for (let edit = 1; edit <= 500; edit++) {
      const version = edit + 1
      // Now and then the whole text, so that it does not drift into rubbish only.
      const changes = edit % 40 === 0 ? [{ text: start }] : randomChanges(document, random)
      session.change(uri, version, changes)
      document = TextDocument.update(document, changes, version)
      const diagnostics = await session.items(uri)
      shown += diagnostics.length
      assert.deepEqual(
        essence(diagnostics),
        freshFindings(document.getText(), path),
        `edit ${edit}:\n${document.getText()}`,
      )
    }
    assert.ok(shown > 500, `the texts had ${shown} findings in all`)
    assert.deepEqual(session.log(1), [])
    assert.deepEqual(session.log(2), [])
    session.close(uri)
    assert.deepEqual(await session.items(uri), [])
    await session.client.stop()
  })

  it("answers a hundred pulls that were sent without waiting, each for its own version or not at all", async () => {
    const session = await Session.start()
    session.open(uri, job)
    const document = TextDocument.create(uri, "python", 1, job)
    const answers: Promise<void>[] = []
    for (let version = 2; version <= 101; version++) {
      const place = { line: 5, character: 0 }
      const change = { range: { start: place, end: place }, text: `late_${version} = orders.count() == 0\n` }
      session.change(uri, version, [change])
      TextDocument.update(document, [change], version)
      const then = document.getText()
      answers.push(
        session.pull(uri).then(
          (report) => {
            if (report.kind === "full") assert.deepEqual(essence(report.items), freshFindings(then, path))
          },
          (error: { code: number; data: unknown }) => {
            assert.equal(error.code, -32802)
            assert.deepEqual(error.data, { retriggerRequest: true })
          },
        ),
      )
    }
    await Promise.all(answers)
    assert.deepEqual(essence(await session.items(uri)), freshFindings(document.getText(), path))
    await session.client.stop()
  })

  it("takes whole texts from clients that send no ranges", async () => {
    const session = await Session.start()
    session.open(uri, "x = 1\n")
    assert.deepEqual(await session.items(uri), [])
    session.change(uri, 2, [{ text: job }])
    assert.deepEqual(essence(await session.items(uri)), freshFindings(job, path))
    session.change(uri, 3, [{ text: "" }])
    assert.deepEqual(await session.items(uri), [])
    await session.client.stop()
  })

  it("takes a second opening of the same document for the truth", async () => {
    const session = await Session.start()
    session.open(uri, job)
    session.open(uri, twoCounts, 1)
    assert.deepEqual(essence(await session.items(uri)), freshFindings(twoCounts, path))
    await session.client.stop()
  })
})
