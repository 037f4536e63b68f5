/** What stands in a word for something that only the running shell knows: a variable, a command's output, a pattern. */
export const UNKNOWN_PART = "\0"

/** A word of a command, without its quotes. Offsets count in the script. */
export interface ShellWord {
  readonly text: string
  readonly start: number
  readonly end: number
}

const BLANK = /[ \t]/
const SEPARATOR = /[\n;&|()]/

/** The commands of a shell script, each with its words: quotes, continued lines and comments read as a shell does. */
export function shellCommands(script: string): ShellWord[][] {
  const commands: ShellWord[][] = []
  let command: ShellWord[] = []
  let at = 0
  const finish = (): void => {
    if (command.length > 0) commands.push(command)
    command = []
  }
  while (at < script.length) {
    const c = script[at]!
    if (BLANK.test(c)) at++
    else if (c === "\\" && /\r?\n/y.test(script.slice(at + 1, at + 3))) at += script[at + 1] === "\r" ? 3 : 2
    else if (c === "\r") at++
    else if (c === "#") {
      const end = script.indexOf("\n", at)
      at = end < 0 ? script.length : end
    } else if (SEPARATOR.test(c)) {
      finish()
      at++
    } else {
      const word = readWord(script, at)
      command.push(word)
      at = word.end
    }
  }
  finish()
  return commands
}

/** One word. A quote that is never closed ends with the script. */
function readWord(script: string, start: number): ShellWord {
  let text = ""
  let at = start
  let quote: '"' | "'" | undefined
  while (at < script.length) {
    const c = script[at]!
    if (quote === undefined && (BLANK.test(c) || c === "\r" || SEPARATOR.test(c))) break
    if (c === quote) {
      quote = undefined
      at++
    } else if (quote === "'") {
      text += c
      at++
    } else if (c === '"' || (c === "'" && quote === undefined)) {
      quote = c
      at++
    } else if (c === "\\") {
      const next = script[at + 1] ?? ""
      if (next === "\r" && script[at + 2] === "\n") at += 3
      else {
        // In double quotes a backslash before most letters is one.
        text += next === "\n" ? "" : quote === '"' && !/[$`"\\]/.test(next) ? c + next : next
        at += 2
      }
    } else if (c === "$" || c === "`" || (quote === undefined && /[*?]/.test(c))) {
      const end = expansionEnd(script, at)
      text += end === at + 1 && c === "$" ? c : UNKNOWN_PART
      at = end
    } else {
      text += c
      at++
    }
  }
  return { text, start, end: Math.max(at, start + 1) }
}

/** Behind a variable, `$(…)`, `${…}` or a command in backquotes. */
function expansionEnd(script: string, at: number): number {
  const c = script[at]!
  if (c === "`") {
    const close = script.indexOf("`", at + 1)
    return close < 0 ? script.length : close + 1
  }
  if (c !== "$") return at + 1
  const next = script[at + 1]
  if (next === "{" || next === "(") {
    const close = next === "{" ? "}" : ")"
    let depth = 0
    for (let end = at + 1; end < script.length; end++) {
      if (script[end] === next) depth++
      else if (script[end] === close && --depth === 0) return end + 1
    }
    return script.length
  }
  const name = /[A-Za-z_]\w*|[\d@*#?$!-]/y
  name.lastIndex = at + 1
  return name.test(script) ? name.lastIndex : at + 1
}
