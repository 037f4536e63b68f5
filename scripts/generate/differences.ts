const shown = 12

/** A short summary of how two texts differ: counts, and the first lines that only one of them has. */
export function differences(before: string, after: string): string[] {
  const gone = only(before, after)
  const come = only(after, before)
  const lines = [`lines to add: ${come.length}, to remove: ${gone.length}`]
  if (come.length + gone.length === 0) return ["the same lines in another order"]
  for (const [sign, list] of [
    ["-", gone],
    ["+", come],
  ] as const) {
    lines.push(...list.slice(0, shown).map((line) => `${sign} ${line.trim().slice(0, 160)}`))
    if (list.length > shown) lines.push(`${sign} … ${list.length - shown} more`)
  }
  return lines
}

/** The lines of one text that the other has not, or has fewer times. */
function only(text: string, other: string): string[] {
  const counts = new Map<string, number>()
  for (const line of other.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1)
  return text.split("\n").filter((line) => {
    const count = counts.get(line) ?? 0
    counts.set(line, count - 1)
    return count <= 0
  })
}
