import assert from "node:assert/strict"
import fc from "fast-check"
import { TextDocument } from "vscode-languageserver-textdocument"
import { LineIndex } from "../../../server/src/workspace/lines.ts"

const piece = fc.constantFrom("a", "ab", "\n", "\r", "\r\n", "é", "😀", "")
const chunk = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""))

/** Compares every offset and every position around every line with the LSP library's own document. */
function assertSame(lines: LineIndex, text: string): void {
  const oracle = TextDocument.create("x:", "python", 1, text)
  assert.equal(lines.count, oracle.lineCount)
  for (let offset = -1; offset <= text.length + 1; offset++)
    assert.deepEqual(lines.positionAt(offset, text), oracle.positionAt(offset))
  for (let line = 0; line <= oracle.lineCount; line++)
    for (let character = 0; character < 12; character++)
      assert.equal(lines.offsetAt({ line, character }, text), oracle.offsetAt({ line, character }))
}

describe("line index", () => {
  it("agrees with a fresh index after any changes, CR and CRLF parted and joined included", () => {
    fc.assert(
      fc.property(chunk, fc.array(fc.tuple(fc.nat(40), fc.nat(6), chunk), { maxLength: 12 }), (initial, changes) => {
        let text = initial
        const lines = new LineIndex(text)
        assertSame(lines, text)
        for (const [at, length, inserted] of changes) {
          const start = Math.min(at, text.length)
          const end = Math.min(start + length, text.length)
          text = text.slice(0, start) + inserted + text.slice(end)
          lines.replace(start, end, inserted.length, text)
          assertSame(lines, text)
        }
      }),
      { numRuns: 500 },
    )
  })

  it("clamps positions that no text has", () => {
    const text = "ab\ncd"
    const lines = new LineIndex(text)
    assert.equal(lines.offsetAt({ line: -3, character: 1 }, text), 0)
    assert.equal(lines.offsetAt({ line: 0, character: Number.NaN }, text), 0)
    assert.equal(lines.offsetAt({ line: 0, character: 99 }, text), 2)
    assert.equal(lines.offsetAt({ line: Number.NaN, character: 0 }, text), 0)
    assert.equal(lines.offsetAt({ line: 99, character: 0 }, text), text.length)
  })
})
