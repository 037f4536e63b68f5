import type { Comment, Module } from "../syntax/ast.ts"
import type { Lines } from "./lines.ts"

/** A name in a suppression's brackets. Offsets are absolute. */
export interface NamedRule {
  readonly name: string
  readonly start: number
  readonly end: number
  used: boolean
}

/** One suppression comment. */
export interface Suppression {
  readonly scope: "line" | "file"
  /** `# noqa: …` speaks to other linters as well: names that are not ours are theirs. */
  readonly noqa: boolean
  /** null: every rule. */
  readonly rules: readonly NamedRule[] | null
  /** All names that stand in the list, those of other linters included. */
  readonly names: readonly NamedRule[]
  /** Of the directive, from its `#` to where it or the comment ends. */
  readonly start: number
  readonly end: number
  /** The line whose findings it suppresses: its own, or, alone on its line, the next one with code. */
  readonly line: number
  readonly alone: boolean
  /** Of a suppression of every rule. */
  used: boolean
}

/** A comment that was meant to be a suppression, and why it is none. */
export interface Malformed {
  readonly start: number
  readonly end: number
  readonly reason: string
}

export interface Suppressions {
  readonly all: readonly Suppression[]
  readonly malformed: readonly Malformed[]
}

const none: Suppressions = { all: [], malformed: [] }
const directive = /#\s*shufflewise\s*:\s*([A-Za-z][\w-]*)?[ \t]*(\[[^\]#]*\]?)?[ \t]*([^#]*)/gi
const noqa = /#\s*noqa\s*:\s*([A-Za-z][\w-]*(?:[\s,]+[A-Za-z][\w-]*)*)/gi

/** Reads a module's suppression comments. `known`: the names of all rules. */
export function readSuppressions(
  module: Module,
  text: string,
  linesOf: () => Lines,
  known: ReadonlySet<string>,
): Suppressions {
  if (!/shufflewise\s*:|noqa\s*:/i.test(text)) return none
  const candidates = module.comments.filter((comment) => /shufflewise\s*:|noqa\s*:/i.test(comment.text))
  if (candidates.length === 0) return none
  const lines = linesOf()
  const all: Suppression[] = []
  const malformed: Malformed[] = []
  const firstCode = firstStatement(module)
  for (const comment of candidates) {
    const line = lines.lineOf(comment.start)
    const alone = text.slice(lines.startOf(line), comment.start).trim() === ""
    const at = { line: alone ? nextCodeLine(line, lines) : line, alone }
    for (const match of comment.text.matchAll(directive)) {
      const start = comment.start + match.index
      const end = start + match[0].trimEnd().length
      const read = readDirective(match, comment, known)
      if (typeof read === "string") malformed.push({ start, end, reason: read })
      else if (read.scope === "file" && comment.start > firstCode)
        malformed.push({ start, end, reason: "`ignore-file` must stand above the first statement" })
      else all.push({ ...read, ...at, names: read.rules ?? [], noqa: false, start, end, used: false })
    }
    for (const match of comment.text.matchAll(noqa)) {
      const start = comment.start + match.index
      const names = namesIn(match[1]!, start + match[0].length - match[1]!.length)
      const rules = names.filter((each) => known.has(each.name))
      if (rules.length === 0) continue
      all.push({ scope: "line", ...at, noqa: true, rules, names, start, end: start + match[0].length, used: false })
    }
  }
  return { all, malformed }
}

function readDirective(
  match: RegExpMatchArray,
  comment: Comment,
  known: ReadonlySet<string>,
): Pick<Suppression, "scope" | "rules"> | string {
  const [whole, word = "", brackets, rest = ""] = match
  const keyword = word.toLowerCase()
  if (keyword !== "ignore" && keyword !== "ignore-file")
    return `\`${word}\` is no suppression; write \`ignore[rule]\` or \`ignore-file[rule]\``
  const scope = keyword === "ignore" ? "line" : "file"
  if (brackets === undefined) {
    const next = /^[:=]?\s*([\w-]+)/.exec(rest)?.[1]
    if (next !== undefined && known.has(next)) return `put the name of the rule in brackets: \`${keyword}[${next}]\``
    return { scope, rules: null }
  }
  if (!brackets.endsWith("]")) return `the bracket is not closed: \`${keyword}[rule]\``
  const rules = namesIn(brackets.slice(1, -1), comment.start + match.index! + whole.indexOf("[") + 1)
  return rules.length === 0 ? `no rule is named in the brackets: \`${keyword}[rule]\`` : { scope, rules }
}

function namesIn(list: string, start: number): NamedRule[] {
  return [...list.matchAll(/[^\s,]+/g)].map((match) => ({
    name: match[0],
    start: start + match.index,
    end: start + match.index + match[0].length,
    used: false,
  }))
}

/** Offset of the first statement that is no docstring. */
function firstStatement(module: Module): number {
  const first = module.body.find(({ stmt }) => !(stmt.kind === "Expr" && stmt.value.kind === "Constant"))
  return first?.offset ?? Infinity
}

function nextCodeLine(line: number, lines: Lines): number {
  let next = line + 1
  while (next < lines.count && /^\s*#/.test(lines.textOf(next))) next++
  return next
}
