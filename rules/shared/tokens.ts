/** A word, text, number or sign of a Python expression, with its offsets in the text. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "sign"
  readonly text: string
  readonly start: number
  readonly end: number
}

const TOKEN =
  /\s+|#[^\n]*|\\\n|(?<string>[rbufRBUF]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|(?<name>[A-Za-z_]\w*)|(?<number>\d[\w.]*)|(?<sign>[-+*/%&|^~<>=!@:.,;()[\]{}])/gy

/** The tokens of a Python expression; undefined where it holds something else. */
export function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) return undefined
    const { string, name, number, sign } = match.groups!
    const end = start + match[0].length
    const kind =
      string !== undefined ? "string" : name !== undefined ? "name" : number !== undefined ? "number" : "sign"
    if (string ?? name ?? number ?? sign) tokens.push({ kind, text: match[0], start, end })
  }
  return tokens
}

const OPEN = "([{"
const CLOSE = ")]}"

/** The pieces of a text between its commas outside all brackets, trimmed; undefined where brackets don't match. */
export function splitArguments(text: string): string[] | undefined {
  const tokens = tokensOf(text)
  if (!tokens) return undefined
  const pieces: string[] = []
  let depth = 0
  let start = 0
  for (const token of tokens) {
    if (token.kind !== "sign") continue
    if (OPEN.includes(token.text)) depth++
    else if (CLOSE.includes(token.text)) depth--
    if (depth < 0) return undefined
    if (token.text === "," && depth === 0) {
      pieces.push(text.slice(start, token.start).trim())
      start = token.end
    }
  }
  if (depth !== 0) return undefined
  const last = text.slice(start).trim()
  if (last !== "") pieces.push(last)
  return pieces
}

/** The value of a plain string literal without prefix and escapes; undefined for any other. */
export function plainString(token: Token): string | undefined {
  const match = /^(["'])([^\\\n]*)\1$/.exec(token.text)
  return match && !match[2]!.includes(match[1]!) ? match[2] : undefined
}
