/** How to colour text, or not. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  blue(text: string): string
  green(text: string): string
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34 } as const

/** Colours by the escape sequences that every terminal knows, or none at all. */
export function styleFor(colors: boolean): Style {
  const paint = (code: number) => (text: string) => (colors && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text)
  return {
    bold: paint(codes.bold),
    dim: paint(codes.dim),
    red: paint(codes.red),
    yellow: paint(codes.yellow),
    blue: paint(codes.blue),
    green: paint(codes.green),
  }
}

/** Whether to colour: `FORCE_COLOR` and `NO_COLOR` decide, else whether a terminal reads the output. */
export function wantsColors(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "") return env.FORCE_COLOR !== "0"
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false
  return stream.isTTY === true && env.TERM !== "dumb"
}

/** Columns that a text takes on a terminal: wide East Asian letters and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0
  for (const char of text) {
    if (/\p{Mark}|\u200b|\u200d|\ufe0f/u.test(char)) continue
    width += isWide(char.codePointAt(0)!) ? 2 : 1
  }
  return width
}

function isWide(point: number): boolean {
  return (
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1faff) ||
    (point >= 0x20000 && point <= 0x3fffd)
  )
}
