/** Powers of the units that people write: decimal (`MB`), binary (`MiB`), and Spark's own letters (`m`, binary). */
const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
}

/**
 * Reads a size: a whole number of bytes ≥ 0, or text such as `100MiB`, `1.5 GB`, `10g` (Spark's `g`: 2^30).
 * Gives bytes, rounded; undefined when it is no size.
 */
export function parseBytes(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  if (typeof value !== "string") return undefined
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value)
  if (match === null) return undefined
  const unit = match[2] === "" ? 1 : units[match[2]!.toLowerCase()]
  if (unit === undefined) return undefined
  const bytes = Math.round(Number(match[1]) * unit)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Writes bytes with the largest binary unit that keeps it exact, at most one decimal: `100 MiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const names = ["PiB", "TiB", "GiB", "MiB", "KiB"]
  for (const name of names) {
    const amount = bytes / units[name.toLowerCase()]!
    if (amount >= 1 && Number.isInteger(amount * 10)) return `${amount} ${name}`
  }
  return `${bytes} B`
}
