import type { Evidence } from "../../../rules/api.ts"
import type { Comment, Module } from "../syntax/ast.ts"
import type { Draft } from "./finish.ts"
import type { Lines } from "./lines.ts"
import { statementAt } from "./statements.ts"
import type { NamedRule, Suppression } from "./suppressions.ts"

/** The lines around a finding whose comments speak of it. */
export interface Surroundings {
  /** A comment at the end of one of these lines is about it. */
  readonly lines: ReadonlySet<number>
  /** A comment alone right above one of these lines is about it. */
  readonly below: ReadonlySet<number>
}

/** Finds the lines that belong to a place: its own, and those where its statement begins and ends. */
export function surroundingsOf(start: number, end: number, module: Module, lines: Lines): Surroundings {
  const firstLine = lines.lineOf(start)
  const statement = statementAt(module, start, lines)
  const own = new Set([firstLine])
  const below = new Set([firstLine])
  if (statement === undefined) return { lines: own, below }
  own.add(statement.firstLine).add(statement.lastLine)
  below.add(statement.firstLine)
  // A place may reach into a block: only what stands in the header, or the simple statement, is its own.
  const lastLine = Math.min(lines.lineOf(Math.max(start, end - 1)), statement.lastLine)
  for (let line = firstLine + 1; line <= lastLine; line++) own.add(line)
  return { lines: own, below }
}

/** A suppression that speaks of a finding, and the name in its brackets that does. */
export interface Suppressor {
  readonly suppression: Suppression
  readonly named: NamedRule | undefined
}

/** The suppressions that hide a finding of a rule with these surroundings. */
export function suppressorsOf(all: readonly Suppression[], rule: string, around: Surroundings): Suppressor[] {
  const found: Suppressor[] = []
  for (const suppression of all) {
    const { scope, alone, line, rules } = suppression
    if (scope === "line" && !(alone ? around.below : around.lines).has(line)) continue
    if (rules === null) found.push({ suppression, named: undefined })
    else for (const named of rules) if (named.name === rule) found.push({ suppression, named })
  }
  return found
}

/** Why the author seems to mean what a rule found: a comment beside it, or what the analysis saw of its branch. */
export function deliberate(draft: Draft, around: Surroundings, module: Module, lines: Lines): Evidence | undefined {
  const { about } = draft.report
  if ("deliberate" in about && about.deliberate !== undefined) return about.deliberate
  const words = draft.rule.deliberateWords
  if (words === undefined) return undefined
  const comment = commentsAround(around, module, lines).find(({ text: said }) => matches(words, said))
  if (comment === undefined) return undefined
  const site = { top: { offset: 0 }, start: comment.start, end: comment.end }
  return { message: "a comment here speaks of it, so it seems to be meant", site }
}

/** Suppression comments say what to hide, and `expect:` (of the samples) what is found; neither what was meant. */
function matches(words: RegExp, comment: string): boolean {
  if (/(shufflewise|noqa|expect)\s*:/i.test(comment)) return false
  // A rule's pattern may carry `g`, whose state would make the answer depend on the question before.
  return new RegExp(words.source, words.flags.replace(/[gy]/g, "")).test(comment)
}

function commentsAround(around: Surroundings, module: Module, lines: Lines): Comment[] {
  const wanted = new Set(around.lines)
  for (const below of around.below)
    for (let line = below - 1; line >= 0 && /^\s*#/.test(lines.textOf(line)); line--) wanted.add(line)
  const found: Comment[] = []
  for (const line of wanted) {
    const end = lines.endOf(line)
    for (let at = firstFrom(module.comments, lines.startOf(line)); at < module.comments.length; at++) {
      if (module.comments[at]!.start >= end) break
      found.push(module.comments[at]!)
    }
  }
  return found
}

/** Index of the first comment at or behind an offset. */
function firstFrom(comments: readonly Comment[], offset: number): number {
  let low = 0
  let high = comments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (comments[middle]!.start < offset) low = middle + 1
    else high = middle
  }
  return low
}
