import assert from "node:assert/strict"
import { TextDocument } from "vscode-languageserver-textdocument"
import { joinCells } from "../../../server/src/syntax/notebook.ts"
import { type NewCell, OpenNotebook } from "../../../server/src/workspace/notebook.ts"
import { seeded } from "../lsp/code.ts"
import { parser } from "../parse.ts"

const pieces = [
  "x = 1",
  "\n",
  "\r\n",
  "%run ./a\n",
  "%%sql\n",
  "def f(df):\n    return df",
  '"""',
  "(",
  "!ls\n",
  "é😀",
  "",
]

describe("an open notebook", () => {
  it("is after any edits what a fresh one of the same cells is, and finds the way to each cell and back", async () => {
    const syntax = await parser()
    const random = seeded(7)
    const any = (below: number): number => Math.floor(random() * below)
    const text = (): string => Array.from({ length: any(5) }, () => pieces[any(pieces.length)]).join("")
    let names = 0
    let cells: { uri: string; text: string }[] = []
    const notebook = new OpenNotebook("n", [])
    for (let round = 0; round < 400; round++) {
      if (random() < 0.3 || cells.length === 0) {
        const start = any(cells.length + 1)
        const count = any(Math.min(3, cells.length - start + 1))
        const moved = random() < 0.5 ? cells.slice(start, start + count).reverse() : []
        const fresh = Array.from({ length: any(3) }, () => ({ uri: `c${names++}`, text: text() }))
        const given: NewCell[] = [
          ...moved.map(({ uri }) => ({ uri })),
          ...fresh.map((cell) => ({ uri: cell.uri, opened: { version: 1, text: cell.text } })),
        ]
        notebook.splice(start, count, given)
        cells = [...cells.slice(0, start), ...moved, ...fresh, ...cells.slice(start + count)]
      } else {
        const at = any(cells.length)
        const document = TextDocument.create("c", "python", 1, cells[at]!.text)
        const from = any(document.getText().length + 1)
        const to = from + any(document.getText().length - from + 1)
        const change = {
          range: { start: document.positionAt(from), end: document.positionAt(to) },
          text: pieces[any(pieces.length)]!,
        }
        const after = TextDocument.update(document, [change], 2).getText()
        cells = cells.with(at, { uri: cells[at]!.uri, text: after })
        notebook.update(cells[at]!.uri, [change], round)
      }
      const joined = joinCells(cells.map(({ text: own }, index) => ({ index, text: own })))
      assert.equal(notebook.text, joined.text)
      assert.deepEqual(notebook.module(syntax), syntax.parse(joined.text))
      assert.deepEqual(
        notebook.parts.map(({ uri }) => uri),
        cells.map(({ uri }) => uri),
      )
      if (cells.length === 0) continue
      const at = any(cells.length)
      const part = notebook.parts[at]!
      const own = TextDocument.create("c", "python", 1, cells[at]!.text)
      const offset = any(cells[at]!.text.length + 1)
      const position = own.positionAt(offset)
      const whole = part.offsetAt(position)
      assert.equal(whole, joined.cells[at]!.start + own.offsetAt(position))
      assert.deepEqual(part.positionAt(whole), position)
      assert.equal(notebook.partAt(whole), part)
    }
    notebook.dispose()
  })
})
