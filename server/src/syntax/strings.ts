/**
 * Where a string literal ends, by Python's own lexical rules, f-strings with strings in their fields included.
 * An unclosed string ends with its line, so that one open quote doesn't swallow the rest of the text.
 */

const NEWLINE = 0x0a
const RETURN = 0x0d
const BACKSLASH = 0x5c
const DOUBLE = 0x22
const SINGLE = 0x27
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** Strings in fields of f-strings in fields… of nobody's code go deeper than this. */
const MAX_NESTING = 20
/** A string with more escaped triple quotes in it than this counts as not closed. */
const MAX_ESCAPED = 1000

/** Finds string ends in one text. Remembers for which quotes there is no closing one, so that it looks once only. */
export class Strings {
  readonly #text: string
  /** By quote character: the next three in a row after an offset, so that nothing is searched for twice. */
  readonly #nextTriples = new Map<number, { from: number; at: number }>()
  /** The furthest offset that the last call looked at. */
  reach = 0
  /** Whether the last call found the string's closing quotes. */
  closed = true

  constructor(text: string) {
    this.#text = text
  }

  /**
   * The offset just after the string.
   * @param quote offset of its first quote character
   * @param formatted it is an f-string or t-string
   * @param limit no string goes past this offset
   */
  end(quote: number, formatted: boolean, limit: number): number {
    this.reach = quote
    this.closed = false
    const end = this.#end(quote, formatted, limit, 0)
    this.reach = Math.max(this.reach, end)
    return end
  }

  #end(quote: number, formatted: boolean, limit: number, nesting: number): number {
    const text = this.#text
    const q = text.charCodeAt(quote)
    if (text.charCodeAt(quote + 1) === q && text.charCodeAt(quote + 2) === q && quote + 2 < limit) {
      return this.#tripleEnd(quote, formatted, limit, nesting)
    }
    let i = quote + 1
    while (i < limit) {
      const c = text.charCodeAt(i)
      if (c === q) {
        if (nesting === 0) this.closed = true
        return i + 1
      }
      if (c === NEWLINE) return i
      if (c === BACKSLASH) i = this.#afterBackslash(i, formatted)
      else if (c === OPEN_BRACE && formatted) i = this.#fieldEnd(i, q, false, limit, nesting)
      else i++
    }
    return Math.min(i, limit)
  }

  #tripleEnd(quote: number, formatted: boolean, limit: number, nesting: number): number {
    const text = this.#text
    if (this.#nextTriple(text.charCodeAt(quote), quote + 3) + 3 <= limit) {
      const end = formatted ? this.#formattedTripleEnd(quote, limit, nesting) : this.#plainTripleEnd(quote, limit)
      if (end >= 0) {
        if (nesting === 0) this.closed = true
        return end
      }
    }
    this.reach = limit
    const newline = text.indexOf("\n", quote)
    return newline < 0 || newline > limit ? limit : newline
  }

  /** The offset of the next three quotes in a row at or after `from`, escaped or not; infinite where none are. */
  #nextTriple(q: number, from: number): number {
    const known = this.#nextTriples.get(q)
    if (known && from >= known.from && from <= known.at) return known.at
    const found = this.#text.indexOf(q === DOUBLE ? '"""' : "'''", from)
    const at = found < 0 ? Number.POSITIVE_INFINITY : found
    this.#nextTriples.set(q, { from, at })
    return at
  }

  #plainTripleEnd(quote: number, limit: number): number {
    const text = this.#text
    const q = text.charCodeAt(quote)
    const closing = q === DOUBLE ? '"""' : "'''"
    let at = this.#nextTriple(q, quote + 3)
    for (let escaped = 0; at >= 0 && at + 3 <= limit && escaped < MAX_ESCAPED; escaped++) {
      let backslashes = 0
      while (at - backslashes > quote + 3 && text.charCodeAt(at - backslashes - 1) === BACKSLASH) backslashes++
      if (backslashes % 2 === 0) return at + 3
      at = text.indexOf(closing, at + 1)
    }
    return -1
  }

  #formattedTripleEnd(quote: number, limit: number, nesting: number): number {
    const text = this.#text
    const q = text.charCodeAt(quote)
    let i = quote + 3
    while (i < limit) {
      const c = text.charCodeAt(i)
      if (c === q && text.charCodeAt(i + 1) === q && text.charCodeAt(i + 2) === q && i + 2 < limit) return i + 3
      if (c === BACKSLASH) i = this.#afterBackslash(i, true)
      else if (c === OPEN_BRACE) i = this.#fieldEnd(i, q, true, limit, nesting)
      else i++
    }
    return -1
  }

  #afterBackslash(i: number, formatted: boolean): number {
    const text = this.#text
    const next = text.charCodeAt(i + 1)
    if (next === RETURN && text.charCodeAt(i + 2) === NEWLINE) return i + 3
    if (formatted && next === OPEN_BRACE) return i + 1
    if (formatted && text.startsWith("N{", i + 1)) {
      const name = /[\w -]*\}/y
      name.lastIndex = i + 3
      return name.test(text) ? name.lastIndex : i + 2
    }
    return i + 2
  }

  /**
   * The offset after an f-string's field, `{` to `}`; where the field isn't closed, the offset of what ends the
   * string instead: its closing quotes or, for a string of one line, the line's end.
   */
  #fieldEnd(open: number, q: number, triple: boolean, limit: number, nesting: number): number {
    const text = this.#text
    if (text.charCodeAt(open + 1) === OPEN_BRACE) return open + 2
    let depth = 0
    let specifier = false
    let i = open + 1
    while (i < limit) {
      const c = text.charCodeAt(i)
      if (c === NEWLINE && !triple) return i
      if (c === q && triple && text.charCodeAt(i + 1) === q && text.charCodeAt(i + 2) === q) return i
      if (c === CLOSE_BRACE && depth === 0) return i + 1
      if (specifier) {
        if (c === OPEN_BRACE && nesting < MAX_NESTING) i = this.#fieldEnd(i, q, triple, limit, nesting + 1)
        else if (c === q && !triple) return i
        else i++
        continue
      }
      if (c === DOUBLE || c === SINGLE) {
        if (nesting >= MAX_NESTING) return limit
        i = this.#end(i, isFormatted(text, i), limit, nesting + 1)
        continue
      }
      if (c === 0x28 || c === 0x5b || c === OPEN_BRACE) depth++
      else if (c === 0x29 || c === 0x5d || c === CLOSE_BRACE) depth--
      else if (c === 0x3a && depth === 0) specifier = true
      i++
    }
    return limit
  }
}

/** True where the letters directly before a quote make it an f-string or t-string. */
export function isFormatted(text: string, quote: number): boolean {
  const one = text.charCodeAt(quote - 1) | 0x20
  if (one === 0x66 || one === 0x74) return !isWord(text.charCodeAt(quote - 2)) || isRaw(text, quote - 2)
  return (
    one === 0x72 &&
    ((text.charCodeAt(quote - 2) | 0x20) === 0x66 || (text.charCodeAt(quote - 2) | 0x20) === 0x74) &&
    !isWord(text.charCodeAt(quote - 3))
  )
}

function isRaw(text: string, at: number): boolean {
  return (text.charCodeAt(at) | 0x20) === 0x72 && !isWord(text.charCodeAt(at - 1))
}

function isWord(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x5a) || c === 0x5f || (c >= 0x61 && c <= 0x7a) || c > 0x7f
}
