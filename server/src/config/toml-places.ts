/** Where a key and its value stand in a TOML text. Offsets in UTF-16 units. */
export interface Place {
  readonly keyStart: number
  readonly keyEnd: number
  readonly start: number
  readonly end: number
  /** Of a table. */
  readonly entries: Map<string, Place>
  /** Of an array. */
  readonly items: Place[]
}

/**
 * Finds the places of all keys and values of a TOML text that a parser has accepted. The text's grammar is not
 * checked again; text that is no TOML gives places that mean nothing, never an exception.
 */
export function placesOf(text: string): Place {
  return new Finder(text).document()
}

type MutablePlace = { -readonly [K in keyof Place]: Place[K] }

interface Key {
  readonly name: string
  readonly start: number
  readonly end: number
}

class Finder {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  document(): Place {
    const root = place(0, 0, 0, this.text.length)
    let table: MutablePlace = root
    for (;;) {
      this.skip(/\s|#[^\n]*/y)
      if (this.at >= this.text.length) return root
      if (this.text[this.at] === "[") table = this.header(root)
      else if (!this.pair(table)) this.at = this.lineEnd()
    }
  }

  /** `[a.b]` or `[[a.b]]`: gives the table that the lines below belong to. */
  private header(root: MutablePlace): MutablePlace {
    const start = this.at
    const many = this.text.startsWith("[[", start)
    this.at += many ? 2 : 1
    const keys = this.keys()
    this.skip(/[ \t\]]/y)
    let table = root
    keys.forEach((key, index) => {
      const last = index === keys.length - 1
      const known = table.entries.get(key.name) as MutablePlace | undefined
      const next = known ?? place(key.start, key.end, start, this.at)
      table.entries.set(key.name, next)
      table = next
      if (last && many) {
        table = place(key.start, key.end, start, this.at)
        next.items.push(table)
      } else if (next.items.length > 0) table = next.items.at(-1) as MutablePlace
    })
    return table
  }

  /** `a.b = value`; false when there is none here. */
  private pair(into: MutablePlace): boolean {
    const keys = this.keys()
    this.skip(/[ \t]/y)
    if (keys.length === 0 || this.text[this.at] !== "=") return false
    this.at++
    this.skip(/[ \t]/y)
    const value = this.value()
    let table = into
    for (const key of keys.slice(0, -1)) {
      const next =
        (table.entries.get(key.name) as MutablePlace | undefined) ?? place(key.start, key.end, key.start, value.end)
      table.entries.set(key.name, next)
      table = next
    }
    const last = keys.at(-1)!
    value.keyStart = last.start
    value.keyEnd = last.end
    table.entries.set(last.name, value)
    return true
  }

  private keys(): Key[] {
    const keys: Key[] = []
    for (;;) {
      this.skip(/[ \t]/y)
      const start = this.at
      const quote = this.text[start]
      if (quote === '"' || quote === "'") {
        this.string()
        const raw = this.text.slice(start, this.at)
        keys.push({ name: quote === '"' ? unquote(raw.slice(1, -1)) : raw.slice(1, -1), start, end: this.at })
      } else {
        this.skip(/[A-Za-z0-9_-]/y)
        if (this.at === start) return keys
        keys.push({ name: this.text.slice(start, this.at), start, end: this.at })
      }
      this.skip(/[ \t]/y)
      if (this.text[this.at] !== ".") return keys
      this.at++
    }
  }

  private value(): MutablePlace {
    const start = this.at
    const found = place(start, start, start, start)
    const first = this.text[start]
    if (first === '"' || first === "'") this.string()
    else if (first === "[") this.list("]", () => found.items.push(this.value()))
    else if (first === "{") this.list("}", () => this.pair(found))
    else {
      this.skip(/[^,\]}#\r\n]/y)
      while (this.at > start && /[ \t]/.test(this.text[this.at - 1]!)) this.at--
    }
    found.end = this.at
    return found
  }

  /** What stands between brackets; the opening one is here. */
  private list(close: string, element: () => void): void {
    this.at++
    for (;;) {
      this.skip(/[\s,]|#[^\n]*/y)
      if (this.at >= this.text.length) return
      if (this.text[this.at] === close) {
        this.at++
        return
      }
      const before = this.at
      element()
      if (this.at === before) this.at++
    }
  }

  private string(): void {
    const quote = this.text[this.at]!
    const escapes = quote === '"'
    const many = this.text.startsWith(quote.repeat(3), this.at)
    this.at += many ? 3 : 1
    while (this.at < this.text.length) {
      const unit = this.text[this.at]
      if (escapes && unit === "\\") this.at += 2
      else if (!many && (unit === quote || unit === "\n")) {
        this.at++
        return
      } else if (many && this.text.startsWith(quote.repeat(3), this.at)) {
        this.at += 3
        // Up to two quotes may stand right before the closing three.
        while (this.text[this.at] === quote) this.at++
        return
      } else this.at++
    }
    this.at = this.text.length
  }

  private skip(one: RegExp): void {
    for (;;) {
      one.lastIndex = this.at
      const match = one.exec(this.text)
      if (match === null) return
      this.at = one.lastIndex
    }
  }

  private lineEnd(): number {
    const end = this.text.indexOf("\n", this.at)
    return end < 0 ? this.text.length : end + 1
  }
}

function place(keyStart: number, keyEnd: number, start: number, end: number): MutablePlace {
  return { keyStart, keyEnd, start, end, entries: new Map(), items: [] }
}

function unquote(text: string): string {
  return text.replace(/\\(u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|.)/g, (whole, code: string) => {
    if (/^[uU]./.test(code)) {
      const point = Number.parseInt(code.slice(1), 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    }
    return (
      { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\x1b" }[code] ?? (code === '"' || code === "\\" ? code : whole)
    )
  })
}
