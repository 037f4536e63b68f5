import type { Confidence, Fix, Report, Rule, Site } from "../../../rules/api.ts"
import { impossible } from "./edits.ts"
import { atLeast, isElsewhere, type RawFinding } from "./run.ts"
import type { Finding, FindingEvidence, FindingFix, Span, Trouble } from "./types.ts"

/** The absolute span of a site, without the path where it stands in the file that is linted. */
export function spanOf(site: Site, path: string): Span {
  const start = site.top.offset + site.start
  const end = site.top.offset + site.end
  return isElsewhere(site, path) ? { start, end, path: site.path } : { start, end }
}

/** A finding that is final but for what its surroundings say, with the report it came from. */
export interface Draft {
  readonly rule: Rule
  readonly report: Report
  readonly finding: Finding
}

/**
 * Turns reports into findings with absolute spans. Of several of one rule at one place the most confident stays; one
 * about a place in another file is left to the lint of that file. Fixes that cannot be applied are dropped.
 */
export function draftFindings(
  raw: readonly RawFinding[],
  length: number,
  path: string,
): { drafts: Draft[]; troubles: Trouble[] } {
  const troubles: Trouble[] = []
  const byPlace = new Map<string, RawFinding>()
  for (const each of raw) {
    if (isElsewhere(each.report.at, path)) continue
    const { start, end } = spanOf(each.report.at, path)
    if (!inside(start, end, length)) {
      troubles.push({ rule: each.rule.name, reason: `it reported a place outside of the text (${start} to ${end})` })
      continue
    }
    const key = `${each.rule.name} ${start} ${end}`
    const known = byPlace.get(key)
    if (known === undefined || !atLeast(sureness(known), sureness(each))) byPlace.set(key, each)
  }
  const drafts = [...byPlace.values()].map(({ rule, report }): Draft => {
    const fixes = (report.fixes ?? []).flatMap((fix) => finishFix(fix, rule, length, path, troubles))
    const finding: Finding = {
      rule: rule.name,
      family: rule.family,
      severity: report.severity ?? rule.severity,
      confidence: report.confidence,
      message: sentence(report.message),
      span: spanOf(report.at, path),
      evidence: evidenceOf(report, path),
      fixes,
      ...(report.sizing === undefined ? {} : { sizing: report.sizing }),
    }
    return { rule, report, finding }
  })
  return { drafts, troubles }
}

/** A message may begin with a name in words: "this lambda", "what `load` gives". */
function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** How sure a report is in the end: one about code that is meant is only possible. */
function sureness({ rule, report }: RawFinding): Confidence {
  const isMeant = "deliberate" in report.about && report.about.deliberate !== undefined
  return isMeant && !rule.correctness ? "possible" : report.confidence
}

/** The report's evidence; a call that is reached in several ways tells the same more than once. */
function evidenceOf({ evidence }: Report, path: string): FindingEvidence[] {
  const told = evidence.map(({ message, site }) => (site ? { message, span: spanOf(site, path) } : { message }))
  return [...new Map(told.map((each) => [JSON.stringify(each), each])).values()]
}

function finishFix(fix: Fix, rule: Rule, length: number, path: string, troubles: Trouble[]): FindingFix[] {
  // The text's shape does not allow it: no fault of the rule.
  if (fix.edits.includes(impossible)) return []
  const edits = fix.edits.map(({ site, text }) => ({ span: spanOf(site, path), text }))
  edits.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
  const drop = (reason: string): FindingFix[] => {
    troubles.push({ rule: rule.name, reason: `its fix "${fix.title}" was dropped: ${reason}` })
    return []
  }
  const own = edits.filter(({ span }) => span.path === undefined)
  if (own.some(({ span }) => !inside(span.start, span.end, length))) return drop("an edit lies outside of the text")
  if (own.some(({ span }, index) => index > 0 && span.start < own[index - 1]!.span.end))
    return drop("its edits overlap")
  if (edits.length === 0 && fix.safety !== "suggestion") return drop("it changes nothing")
  return [{ title: fix.title, safety: fix.safety, edits }]
}

function inside(start: number, end: number, length: number): boolean {
  return start >= 0 && start <= end && end <= length
}
