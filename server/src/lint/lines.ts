/** The lines of a text, counted from 0. They end at `\n`, `\r\n` or `\r`. Offsets in UTF-16 units. */
export class Lines {
  private readonly starts: readonly number[]
  private readonly text: string

  constructor(text: string) {
    this.text = text
    this.starts = text.includes("\r") ? startsOf(text) : startsOfUnixLines(text)
  }

  get count(): number {
    return this.starts.length
  }

  /** The line that holds an offset; offsets outside count as the nearest end. */
  lineOf(offset: number): number {
    return lineHolding(this.starts, offset)
  }

  /** Offset of a line's first character. A line past the last starts at the text's end. */
  startOf(line: number): number {
    return this.starts[line] ?? this.text.length
  }

  /** Offset behind a line's last character, its line break not counted. */
  endOf(line: number): number {
    let end = this.startOf(line + 1)
    const start = this.startOf(line)
    while (end > start && isBreak(this.text.charCodeAt(end - 1))) end--
    return end
  }

  /** A line without its break. */
  textOf(line: number): string {
    return this.text.slice(this.startOf(line), this.endOf(line))
  }

  /** The whitespace that a line begins with. */
  indentOf(line: number): string {
    return /^[ \t\f]*/.exec(this.textOf(line))![0]
  }
}

function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit !== 10 && unit !== 13) continue
    if (unit === 13 && text.charCodeAt(at + 1) === 10) at++
    starts.push(at + 1)
  }
  return starts
}

/** The same for a text without `\r`, many times faster. */
function startsOfUnixLines(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
  return starts
}

/** The line break that a text uses: that of its first line, `\n` where there is none. */
export function lineBreakOf(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? "\n"
}

function isBreak(unit: number): boolean {
  return unit === 10 || unit === 13
}

/** The last line of those that start at `starts` that starts at an offset or before it; the first where none does. */
export function lineHolding(starts: readonly number[], offset: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle
  }
  return low
}
