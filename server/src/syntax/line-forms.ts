/**
 * Logical lines as texts that can be parsed by themselves, and what to parse in their place where they can't.
 */

/** How a line is parsed by itself. */
export interface LineForm {
  /** The text to parse. */
  readonly text: string
  /** Where the line's own first character would stand in `text`. */
  readonly shift: number
  /** What of `text` after the line was put there to make it whole; "" where the line has its own body. */
  readonly suffix: string
  /** What to parse instead, in the line's own place, where `text` does not parse. */
  readonly filler: string
}

const HEADER =
  /^(?:(?<alone>else|finally|try)|(?<clause>elif|except|case)|(?<header>(?:async[ \t]+)?(?:if|for|while|with|def|class)|match))(?!\w)/

/** Gives a line its form: a simple statement as it is, a header with a body, a clause with what goes before it. */
export function lineForm(line: string): LineForm {
  const keyword = HEADER.exec(line)
  if (line.startsWith("@")) return { text: `${line}\ndef _(): pass`, shift: 0, suffix: "\ndef _(): pass", filler: "@_" }
  if (!keyword) return simple(line)
  const [word] = keyword
  const whole = line.endsWith(":")
  // `match` and `case` are names too.
  if ((word === "match" || word === "case") && (!whole || /^\w+[ \t]*[=.([,:)]/.test(line))) return simple(line)
  const suffix = word === "match" ? "\n case _: pass" : whole ? " pass" : ""
  const { alone, clause } = keyword.groups!
  if (alone !== undefined) return before("if 1", alone.length, line, suffix, `${word}:`)
  if (clause === "elif") return before("if", 4, line, suffix, "elif 1:")
  if (clause === "except") return before("try: pass\nexcept", 6, line, suffix, "except:")
  if (clause === "case") return before("match _:\n case", 4, line, suffix, "case _:")
  return { text: line + suffix, shift: 0, suffix, filler: "if 1:" }
}

function simple(line: string): LineForm {
  return { text: line, shift: 0, suffix: "", filler: "pass" }
}

/** The line with its first `length` characters replaced by `prefix`. */
function before(prefix: string, length: number, line: string, suffix: string, filler: string): LineForm {
  return { text: prefix + line.slice(length) + suffix, shift: prefix.length - length, suffix, filler }
}

/** A header that lacks its colon or the end of its brackets, as one gets half typed, with them. */
export function completed(form: LineForm): LineForm {
  if (form.filler === "pass" || form.filler === "@_") return form
  const header = form.text.slice(0, form.text.length - form.suffix.length).replace(/[ \t]*:$/, "")
  const suffix = `${closers(header)}: pass`
  return { ...form, text: header + suffix, suffix }
}

/** What closes the brackets that are open at the end of a text. Strings are taken for code: headers hold few. */
function closers(text: string): string {
  const open: string[] = []
  for (const char of text) {
    if (char === "(") open.push(")")
    else if (char === "[") open.push("]")
    else if (char === "{") open.push("}")
    else if (char === open.at(-1)) open.pop()
  }
  return open.reverse().join("")
}
