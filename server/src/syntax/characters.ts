/** What characters are to the scanner, and what lines may begin and end with. */

export const NEWLINE = 0x0a
export const RETURN = 0x0d
export const HASH = 0x23
export const BACKSLASH = 0x5c
export const EXCLAMATION = 0x21
export const EQUALS = 0x3d
export const AT_SIGN = 0x40
export const FORM_FEED = 0x0c
export const BYTE_ORDER_MARK = 0xfeff

export const SPACE = 1
export const WORD = 2
export const DIGIT = 3
export const QUOTE = 4
export const OPEN = 5
export const CLOSE = 6
/** Newline, comment, backslash, and what no Python has outside of strings. */
export const SPECIAL = 7

const CLASSES = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const char = String.fromCharCode(c)
  if (" \t\f\r".includes(char)) CLASSES[c] = SPACE
  else if (/[A-Za-z_]/.test(char)) CLASSES[c] = WORD
  else if (/[0-9]/.test(char)) CLASSES[c] = DIGIT
  else if (char === '"' || char === "'") CLASSES[c] = QUOTE
  else if ("([{".includes(char)) CLASSES[c] = OPEN
  else if (")]}".includes(char)) CLASSES[c] = CLOSE
  else if ("\n#\\$?!".includes(char)) CLASSES[c] = SPECIAL
}

/** The class of a UTF-16 unit; 0 for operators. All that isn't ASCII counts as part of a word. */
export function classOf(c: number): number {
  return c < 128 ? CLASSES[c]! : WORD
}

export function isWordPart(c: number): boolean {
  const kind = classOf(c)
  return kind === WORD || kind === DIGIT
}

export function isPair(open: number, close: number): boolean {
  // "()" are neighbours; between "[]" and between "{}" there is one more.
  return close - open === (open === 0x28 ? 1 : 2)
}

/** Offset of the first character from `at` on that is no white space; newlines are none. */
export function skipSpace(text: string, at: number, limit: number): number {
  let i = at
  for (; i < limit; i++) {
    const c = text.charCodeAt(i)
    if (classOf(c) !== SPACE && c !== BYTE_ORDER_MARK) break
  }
  return i
}

/** Offset after the newline of the line that `at` is in, or `limit`. */
export function nextLine(text: string, at: number, limit: number): number {
  const newline = text.indexOf("\n", at)
  return newline < 0 || newline >= limit ? limit : newline + 1
}

/** `next` moved back over the newline before it, but not before `at`. */
export function withoutNewline(text: string, at: number, next: number): number {
  let end = next
  while (end > at && (text.charCodeAt(end - 1) === NEWLINE || text.charCodeAt(end - 1) === RETURN)) end--
  return end
}

/** False where no statement can begin with the character at `at`. */
export function mayBegin(text: string, at: number): boolean {
  const c = text[at]!
  if (c === ".") return /^(?:\.\.\.|\.[0-9])/.test(text.slice(at, at + 3))
  if (c === "*") return text[at + 1] !== "*"
  return !"|/%&^<>=,:;)]}".includes(c)
}

/** False where no statement from `begin` can end with the character before `end`. */
export function mayEnd(text: string, begin: number, end: number): boolean {
  const c = text[end - 1]!
  if (c === ".") return /[0-9.]/.test(text[end - 2] ?? "")
  if (c === "*") return /import[ \t]*\*$/.test(text.slice(Math.max(begin, end - 20), end))
  return !"+-/%&|^<>=@~".includes(c)
}

const CONFLICT = /(?:<{7}|>{7}|\|{7})(?: |$|\r?\n)|={7}(?:$|\r?\n)/y

/** Git's marks of a merge that is not done, at the start of a line. */
export function isConflictMarker(text: string, at: number): boolean {
  const c = text[at]
  if (c !== "<" && c !== "=" && c !== ">" && c !== "|") return false
  CONFLICT.lastIndex = at
  return CONFLICT.test(text)
}
