/** Regular expressions that Python and Java read alike. */

interface Portable {
  readonly pattern: string
  /** In what the two differ, as clauses; empty where they don't. */
  readonly differences: readonly string[]
}

const GROUP = /^\((\?:)?$/

/**
 * A Python pattern as Java reads it; undefined where it holds something that one of them doesn't have. Letters, classes
 * without brackets inside, groups, alternatives, quantifiers and `^` are the same in both; `\d`, `\w`, `\s` and `\b` ask for
 * Unicode in Python and for ASCII in Java; `.` and `$` know more line ends in Java.
 */
export function portable(pattern: string): Portable | undefined {
  const differences = new Set<string>()
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!
    if (char === "\\") {
      const next = pattern[++i] ?? ""
      if (/[dwsDWSbB]/.test(next)) differences.add("`\\d`, `\\w`, `\\s` and `\\b` know ASCII only")
      else if (!/[.\\/^$*+?()[\]{}|\-nrt"'&!@#%,:;<>=~ _]/.test(next)) return undefined
    } else if (char === "[") {
      const close = classEnd(pattern, i)
      if (close === undefined) return undefined
      const inside = pattern.slice(i + 1, close)
      if (/\[|&&|\^(?!^)/.test(inside.slice(1)) || inside.startsWith("[")) return undefined
      if (/\\[dwsDWS]/.test(inside)) differences.add("`\\d`, `\\w`, `\\s` and `\\b` know ASCII only")
      else if (/\\[^\\\][^\-.nrt/$*+?(){}|"' ]/.test(inside)) return undefined
      i = close
    } else if (char === "(") {
      const kind = pattern[i + 1] === "?" ? pattern.slice(i, i + 3) : "("
      if (!GROUP.test(kind)) return undefined
    } else if (char === ".") differences.add("`.` stops at more kinds of line ends")
    else if (char === "$") differences.add("`$` knows more kinds of line ends")
    else if (char === "#" || char === "{") {
      if (char === "{" && !/^\{\d+(,\d*)?\}/.test(pattern.slice(i))) return undefined
    } else if (char > "\u007e") return undefined
  }
  return { pattern, differences: [...differences] }
}

/** Where a character class ends; undefined where it doesn't, or is empty. */
function classEnd(pattern: string, open: number): number | undefined {
  let i = open + 1
  if (pattern[i] === "^") i++
  if (pattern[i] === "]") return undefined
  for (; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++
    else if (pattern[i] === "]") return i
  }
  return undefined
}

/** A replacement as Java reads it: groups by `$1`; undefined where it names a group otherwise. */
export function portableReplacement(text: string): string | undefined {
  let out = ""
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === "$") out += "\\$"
    else if (char !== "\\") out += char
    else {
      const next = text[++i] ?? ""
      if (/[1-9]/.test(next) && !/\d/.test(text[i + 1] ?? "")) out += `$${next}`
      else if (next === "\\") out += "\\\\"
      else return undefined
    }
  }
  return out
}

/** A pattern that matches exactly a text. */
export function quotedPattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&")
}
