/** Python's words, as far as the scanner tells lines by them. */

/** Words that may stand directly beside another word. Python 2's and the soft keywords are among them. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from " +
    "global if import in is lambda nonlocal not or pass raise return try while with yield print exec match case type"
  ).split(" "),
)

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word)
}

/** Where a line inside an open bracket begins with one of these, the bracket was not closed: none goes on so. */
const STATEMENT_ONLY =
  /(?:class|def|return|import|while|with|try|raise|del|global|nonlocal|assert|pass|break|continue|except|finally|elif)(?![\w=])|from[ \t]{1,4}[.\w]{1,40}[ \t]{1,4}import\b|async[ \t]{1,4}(?:def|with)\b/y

/** True where a statement, and nothing else, begins at `at`. */
export function startsStatement(text: string, at: number): boolean {
  const c = text.charCodeAt(at)
  if (c < 0x61 || c > 0x79) return false
  STATEMENT_ONLY.lastIndex = at
  return STATEMENT_ONLY.test(text)
}

const COMPOUND = /(?:if|for|while|try|async|elif|else|except|finally)\b/y
const CONTINUING = /(?:elif|else|except|finally)\b/y
const DECORATED = /@|(?:async|def|class)\b/y

/** True where a statement begins at `at` that an `else`, `except`… of the same indentation may belong to. */
export function takesClauses(text: string, at: number): boolean {
  COMPOUND.lastIndex = at
  return COMPOUND.test(text)
}

const HEADER = /(?:if|for|while|with|def|class|async|elif|except|match|case)\b/y

/** True where what begins at `at` may be the header of a block. */
export function mayBeHeader(text: string, at: number): boolean {
  HEADER.lastIndex = at
  return HEADER.test(text)
}

export function isClause(text: string, at: number): boolean {
  CONTINUING.lastIndex = at
  return CONTINUING.test(text)
}

/** True where what begins at `at` may follow a decorator. */
export function isDecorated(text: string, at: number): boolean {
  DECORATED.lastIndex = at
  return DECORATED.test(text)
}
