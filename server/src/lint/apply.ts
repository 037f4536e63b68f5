import type { Safety } from "../../../rules/api.ts"
import type { Finding, FindingFix } from "./types.ts"

/** What fixes to take. Suggestions have no edits and are never applied. */
export interface FixChoice {
  /** Take unsafe fixes as well as safe ones. */
  readonly unsafe: boolean
}

/** One replacement of `[start, end)`, at absolute offsets. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface Applied {
  readonly text: string
  /** The findings whose fixes were applied. */
  readonly fixed: readonly Finding[]
  /** What was replaced. Nothing overlaps; those at one place stand in their order. */
  readonly edits: readonly Replacement[]
}

/** The fix of a finding that may be applied by itself: the best one that is safe enough and stays in the file. */
export function applicableFix(finding: Finding, choice: FixChoice): FindingFix | undefined {
  const allowed: readonly Safety[] = choice.unsafe ? ["safe", "unsafe"] : ["safe"]
  return finding.fixes.find(
    ({ safety, edits }) =>
      allowed.includes(safety) && edits.length > 0 && edits.every(({ span }) => span.path === undefined),
  )
}

/**
 * The replacements that carry out the fixes of findings, and the findings that they fix. Where two fixes touch the same
 * place the earlier finding's is taken and the other left for the next round; an edit that several share is made once.
 */
export function chooseFixes(
  findings: readonly Finding[],
  choice: FixChoice,
): { readonly replacements: readonly Replacement[]; readonly fixed: readonly Finding[] } {
  const taken: Replacement[] = []
  const fixed: Finding[] = []
  for (const finding of findings) {
    const fix = applicableFix(finding, choice)
    if (fix === undefined) continue
    const edits = fix.edits.map(({ span, text: put }) => ({ start: span.start, end: span.end, text: put }))
    const fresh = edits.filter((edit) => !taken.some((other) => isSame(edit, other) && isLines(edit)))
    if (fresh.some((edit) => taken.some((other) => conflict(edit, other)))) continue
    taken.push(...fresh)
    fixed.push(finding)
  }
  return { replacements: taken, fixed }
}

/** Applies the fixes of findings to the text that they were found in. */
export function applyFixes(text: string, findings: readonly Finding[], choice: FixChoice): Applied {
  const { replacements, fixed } = chooseFixes(findings, choice)
  return { text: replaceAll(text, replacements), fixed, edits: replacements }
}

export interface Fixed<S, L extends Look> {
  readonly state: S
  /** How many fixes of each rule were applied. */
  readonly fixed: ReadonlyMap<string, number>
  /** What was seen last, in `state`. */
  readonly last: L
  /** Why it stopped before there was nothing more to fix. */
  readonly trouble: string | undefined
}

/** A look at a text: its findings, and whether it has places that do not parse. */
export interface Look {
  readonly findings: readonly Finding[]
  readonly broken: boolean
}

/** Rounds after which fixes that call for each other are left alone. */
const maxRounds = 10

/**
 * Lints and fixes by turns until nothing is left that may be fixed. `S` is whatever holds the text; `look` finds and
 * `apply` makes replacements in it. Stops after ten rounds, and takes a round back whose text does not parse where the
 * text before it did.
 */
export async function fixUntilStable<S, L extends Look>(
  start: S,
  look: (state: S) => L | Promise<L>,
  apply: (state: S, replacements: readonly Replacement[]) => S,
  choice: FixChoice,
): Promise<Fixed<S, L>> {
  const fixed = new Map<string, number>()
  let state = start
  let last = await look(state)
  for (let round = 1; ; round++) {
    const chosen = chooseFixes(last.findings, choice)
    if (chosen.fixed.length === 0) return { state, fixed, last, trouble: undefined }
    const rules = [...new Set(chosen.fixed.map((finding) => finding.rule))].join(", ")
    const stop = (trouble: string): Fixed<S, L> => ({ state, fixed, last, trouble })
    if (round > maxRounds) return stop(`the fixes of ${rules} did not come to an end in ${maxRounds} rounds`)
    const next = apply(state, chosen.replacements)
    const seen = await look(next)
    if (seen.broken && !last.broken) return stop(`the fixes of ${rules} were taken back: the result would not parse`)
    for (const { rule } of chosen.fixed) fixed.set(rule, (fixed.get(rule) ?? 0) + 1)
    state = next
    last = seen
  }
}

/** Makes replacements that do not overlap; those at one place in the order given. */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  const inOrder = [...replacements].sort((a, b) => a.start - b.start || a.end - b.end)
  let result = ""
  let at = 0
  for (const { start, end, text: put } of inOrder) {
    result += text.slice(at, start) + put
    at = end
  }
  return result + text.slice(at)
}

function conflict(a: Replacement, b: Replacement): boolean {
  if (a.start === b.start && isLines(a) && isLines(b)) return false
  return a.start <= b.end && b.start <= a.end
}

/** Whole lines put between others: several can stand at one place. */
function isLines({ start, end, text }: Replacement): boolean {
  return start === end && /^\r?\n|\n$/.test(text)
}

function isSame(a: Replacement, b: Replacement): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text
}
