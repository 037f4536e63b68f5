import { slips as slipsBetween } from "../config/nearest.ts"

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
