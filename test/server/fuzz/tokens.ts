/** Python as tokens, white space and comments among them, and what fuzzers do to them. */

const TOKEN =
  /(?:[rbfu]{0,2})(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|#[^\n]*|\n[ \t]*|[ \t]+|\w+|\*\*=?|\/\/=?|<<=?|>>=?|[-+*/%&|^=!<>:]=|->|[\s\S]/giu

/** The text in pieces that a Python programmer would call tokens; a line break takes the next line's indentation along. */
export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/** Numbers in [0, 1). */
export type Random = () => number

/** An integer in [0, below). */
export function upTo(random: Random, below: number): number {
  return Math.floor(random() * below)
}

/** One of the items, each as likely as the others. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[upTo(random, items.length)]!
}

/** Tokens that one mutation takes at most. */
const MOST = 6

/** Deletes, duplicates, swaps or cuts off tokens; or brings some from `others`. Changes the tokens it is given. */
export function mutate(tokens: string[], others: readonly string[], random: Random): void {
  const at = upTo(random, tokens.length)
  const count = 1 + upTo(random, random() < 0.7 ? 1 : MOST)
  switch (upTo(random, 9)) {
    case 0:
    case 1:
      tokens.splice(at, count)
      break
    case 2:
    case 3:
      tokens.splice(upTo(random, tokens.length), 0, ...tokens.slice(at, at + count))
      break
    case 4:
    case 5:
      swap(tokens, at, random() < 0.5 ? at + 1 : upTo(random, tokens.length))
      break
    case 6:
      // Mostly the end, as somebody who is still typing leaves it.
      if (random() < 0.7) tokens.length = at
      else tokens.splice(0, at)
      break
    default:
      tokens.splice(at, upTo(random, 2), ...others.slice(0, count))
  }
}

function swap(tokens: string[], a: number, b: number): void {
  const [first, second] = [tokens[a], tokens[b]]
  if (first === undefined || second === undefined) return
  tokens[a] = second
  tokens[b] = first
}
