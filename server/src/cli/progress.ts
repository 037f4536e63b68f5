/** Shows how far a run is, on a terminal, once it takes more than a second. */
export interface Progress {
  /** So many of all are done. */
  update(done: number, current: string): void
  /** Takes the bar away. */
  clear(): void
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** A bar on a stream; nothing where that is no terminal. `now` in milliseconds. */
export function progressOn(stream: Terminal, total: number, quiet: boolean, now: () => number): Progress {
  if (quiet || stream.isTTY !== true) return { update: () => {}, clear: () => {} }
  const started = now()
  let shown = false
  let last = 0
  return {
    update(done, current) {
      const time = now()
      // A terminal is slow: ten pictures a second are enough.
      if (time - started < 1000 || time - last < 100) return
      last = time
      shown = true
      stream.write(`\r\x1b[K${bar(done, total, current, stream.columns ?? 80)}`)
    },
    clear() {
      if (shown) stream.write("\r\x1b[K")
      shown = false
    },
  }
}

function bar(done: number, total: number, current: string, columns: number): string {
  const width = 24
  const filled = total === 0 ? width : Math.round((done / total) * width)
  const left = `linting ${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${total} `
  const room = Math.max(0, columns - left.length - 1)
  return left + (current.length > room ? `…${current.slice(current.length - room + 1)}` : current)
}
