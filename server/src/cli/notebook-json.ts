/**
 * Puts new sources into some cells of a notebook file (valid JSON) and leaves every other byte as it is: outputs,
 * metadata, order, indentation. A source that was a list of lines stays one.
 */
export function replaceSources(json: string, sources: ReadonlyMap<number, string>): string {
  if (sources.size === 0) return json
  const spans = sourceSpans(json)
  let result = ""
  let at = 0
  for (const [index, { start, end }] of spans) {
    const source = sources.get(index)
    if (source === undefined) continue
    result += json.slice(at, start) + writeSource(source, json.slice(start, end), json, start)
    at = end
  }
  return result + json.slice(at)
}

interface JsonSpan {
  readonly start: number
  readonly end: number
}

function writeSource(source: string, old: string, json: string, start: number): string {
  if (!old.startsWith("[")) return JSON.stringify(source)
  const lines = source.split(/(?<=\n)/).filter((line) => line !== "")
  if (lines.length === 0) return "[]"
  const before = /^\[(\s*)/.exec(old)![1]!
  // An empty list shows no indentation: that of the line it stands on, one step deeper, is what Jupyter writes.
  const first = old === "[]" ? `\n${indentAt(json, start)} ` : before
  const last = old === "[]" ? `\n${indentAt(json, start)}` : /(\s*)\]$/.exec(old)![1]!
  const separator = first === "" ? ", " : `,${first}`
  return `[${first}${lines.map((line) => JSON.stringify(line)).join(separator)}${last}]`
}

function indentAt(json: string, offset: number): string {
  return /^[ \t]*/.exec(json.slice(json.lastIndexOf("\n", offset) + 1))![0]
}

/** Where the `source` of each cell stands, by the cell's index. */
function sourceSpans(json: string): Map<number, JsonSpan> {
  const spans = new Map<number, JsonSpan>()
  const reader = new JsonReader(json)
  reader.object((key) => {
    if (key !== "cells") return reader.skip()
    reader.array((index) => {
      if (!reader.isAt("{")) return reader.skip()
      reader.object((name) => {
        const start = reader.position()
        reader.skip()
        // Of a key that stands there twice the last one counts.
        if (name === "source") spans.set(index, { start, end: reader.position() })
      })
    })
  })
  return spans
}

/** Walks over a text that is known to be JSON. */
class JsonReader {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
    if (text.charCodeAt(0) === 0xfeff) this.at = 1
  }

  /** Offset of the next value. */
  position(): number {
    return this.at
  }

  isAt(char: string): boolean {
    this.space()
    return this.text[this.at] === char
  }

  /** Calls `member` at the value of each member; it must take that. */
  object(member: (key: string) => void): void {
    this.list("}", () => {
      this.space()
      const start = this.at
      this.string()
      const key = JSON.parse(this.text.slice(start, this.at)) as string
      this.space()
      this.at++ // the colon
      this.space()
      member(key)
    })
  }

  /** Calls `element` at each element; it must take that. */
  array(element: (index: number) => void): void {
    let index = 0
    this.list("]", () => {
      this.space()
      element(index++)
    })
  }

  /** Goes behind the value that is here. */
  skip(): void {
    this.space()
    const first = this.text[this.at]
    if (first === "{") this.object(() => this.skip())
    else if (first === "[") this.array(() => this.skip())
    else if (first === '"') this.string()
    else while (this.at < this.text.length && !/[\s,\]}]/.test(this.text[this.at]!)) this.at++
  }

  private list(close: string, item: () => void): void {
    this.space()
    this.at++ // the bracket
    while (!this.isAt(close) && this.at < this.text.length) {
      item()
      this.space()
      if (this.text[this.at] === ",") this.at++
    }
    this.at++
  }

  private string(): void {
    for (this.at++; this.at < this.text.length && this.text[this.at] !== '"'; this.at++)
      if (this.text[this.at] === "\\") this.at++
    this.at++
  }

  private space(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at]!)) this.at++
  }
}
