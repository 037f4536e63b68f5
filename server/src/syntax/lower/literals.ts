/** Values of Python literals from their source text. */

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
}

const ESCAPE = /\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}\n]*\}|.)/gs

/**
 * The value of the text between a string's quotes.
 * @param raw the string has an `r` prefix: backslashes stand for themselves
 * @param bytes the string has a `b` prefix: `\u`, `\U` and `\N` stand for themselves
 */
export function stringValue(body: string, raw: boolean, bytes: boolean): string {
  const text = body.includes("\r") ? body.replace(/\r\n?/g, "\n") : body
  if (raw || !text.includes("\\")) return text
  return text.replace(ESCAPE, (source) => escaped(source, bytes))
}

function escaped(source: string, bytes: boolean): string {
  const kind = source[1]!
  if (kind === "\n") return ""
  const simple = SIMPLE_ESCAPES[kind]
  if (simple !== undefined) return simple
  if (kind >= "0" && kind <= "7") return String.fromCharCode(Number.parseInt(source.slice(1), 8))
  if (source.length === 2) return source
  if (kind === "x") return String.fromCharCode(Number.parseInt(source.slice(2), 16))
  if (bytes || kind === "N") return source
  const point = Number.parseInt(source.slice(2), 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : source
}

/** The literal text part of an f-string: as a string's, and `{{` and `}}` are one brace each. */
export function literalPartValue(body: string, raw: boolean): string {
  return stringValue(body, raw, false).replace(/\{\{/g, "{").replace(/\}\}/g, "}")
}

export interface NumberValue {
  readonly type: "int" | "float" | "complex"
  readonly value: number | bigint
}

/** The value of a number's source text; a complex number's is its imaginary part. Python 2's `0777` and `10L` too. */
export function numberValue(source: string): NumberValue {
  const text = source.includes("_") ? source.replaceAll("_", "") : source
  const last = text[text.length - 1]!
  if (/^0[xXoObB]/.test(text))
    return { type: "int", value: intValue(last === "l" || last === "L" ? text.slice(0, -1) : text) }
  if (last === "j" || last === "J") return { type: "complex", value: Number(text.slice(0, -1)) }
  const digits = last === "l" || last === "L" ? text.slice(0, -1) : text
  if (!/^\d+$/.test(digits)) return { type: "float", value: Number(digits) }
  return { type: "int", value: intValue(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits) }
}

function intValue(text: string): number | bigint {
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  // A wrong spelling (`0x`) can only come from broken code; it has no value.
  return Number.isNaN(value) ? 0 : BigInt(/^0+\d/.test(text) ? text.replace(/^0+/, "") : text)
}
