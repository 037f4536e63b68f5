/**
 * The candidate that a mistyped word most probably means, or undefined when none is near.
 *
 * Near means at most one slip for every three letters, a swap of neighbours counting as one; case and the choice
 * between `-` and `_` count as nothing.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = slips(wanted, plain(candidate), bestDistance)
    if (distance < bestDistance) {
      bestDistance = distance
      best = candidate
    }
  }
  return best ?? extension(wanted, candidates)
}

/** "; did you mean `x`?", or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates)
  return near === undefined ? "" : `; did you mean \`${near}\`?`
}

/** The only candidate that the word begins: `missing` for `missing-cache`. */
function extension(wanted: string, candidates: Iterable<string>): string | undefined {
  if (wanted.length < 3) return undefined
  const longer = [...candidates].filter((candidate) => plain(candidate).startsWith(wanted))
  return longer.length === 1 ? longer[0] : undefined
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll("_", "-")
}

/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`; gives up at `limit`. */
export function slips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      next.push(cost)
    }
    if (Math.min(...next) >= limit) return limit
    before = row
    row = next
  }
  return row[b.length]!
}
