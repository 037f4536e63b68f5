/** Slips that a key may have and still be recognized. */
const MOST_SLIPS = 2
/** Letters of a last part up to which a slip makes another name of it: `dir` and `ip`. */
const SHORT = 4

/** The key that a mistyped one most probably is: at most two letters wrong, missing or swapped, or other capitals and separators. */
export function nearestKey(key: string, keys: readonly string[]): string | undefined {
  const wanted = plain(key)
  let best: string | undefined
  let fewest = MOST_SLIPS + 1
  for (const candidate of keys) {
    const slips = slipsBetween(wanted, plain(candidate), fewest)
    if (slips < fewest && (slips === 0 || lastPart(candidate).length > SHORT)) {
      fewest = slips
      best = candidate
    }
  }
  return best
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1)
}

/** Capitals and separators are what is mistaken most often: `spark.app-name`, `spark.Driver.host`. */
function plain(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, ".")
}

/** Edits that turn `a` into `b`, a swap of neighbours counting as one; gives up at `limit`. */
function slipsBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let slips = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) slips = Math.min(slips, before[j - 2]! + 1)
      next.push(slips)
    }
    if (Math.min(...next) >= limit) return limit
    before = row
    row = next
  }
  return row[b.length]!
}
