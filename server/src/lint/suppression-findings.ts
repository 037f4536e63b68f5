import { nearest } from "../config/nearest.ts"
import type { ResolvedConfig } from "../config/types.ts"
import type { Lines } from "./lines.ts"
import { suppressionRules } from "./suppression-rules.ts"
import type { Malformed, NamedRule, Suppression, Suppressions } from "./suppressions.ts"
import type { Finding, FindingFix } from "./types.ts"

export interface SuppressionInput {
  readonly text: string
  readonly lines: Lines
  readonly suppressions: Suppressions
  readonly config: ResolvedConfig
  /** Names of all rules there are, those about suppressions included. */
  readonly known: ReadonlySet<string>
  /** Rules that ran to their end on this file: only of these is it known that they found nothing. */
  readonly ran: ReadonlySet<string>
  /** All rules ran, and nothing of the file is unknown. */
  readonly complete: boolean
}

/** What is to be said of the suppression comments themselves, once all findings are known. */
export function suppressionFindings(input: SuppressionInput): Finding[] {
  const { all, malformed } = input.suppressions
  return [
    ...malformed.map((each) => malformedFinding(each)),
    ...all.flatMap((each) => unknownFindings(each, input)),
    ...(input.config.reportUnusedSuppressions ? all.flatMap((each) => unusedFindings(each, input)) : []),
  ].map((finding) => withSeverity(finding, input.config))
}

function finding(rule: string, start: number, end: number, message: string, fixes: readonly FindingFix[]): Finding {
  const info = suppressionRules.find((each) => each.name === rule)!
  return {
    rule,
    family: info.family,
    severity: info.severity,
    confidence: "certain",
    message,
    span: { start, end },
    evidence: [],
    fixes,
  }
}

function malformedFinding({ start, end, reason }: Malformed): Finding {
  return finding("malformed-suppression", start, end, `this comment suppresses nothing: ${reason}`, [])
}

function unknownFindings(suppression: Suppression, { known }: SuppressionInput): Finding[] {
  return (suppression.rules ?? [])
    .filter(({ name }) => !known.has(name))
    .map(({ name, start, end }) => {
      const near = nearest(name, known)
      const fix = {
        title: `Write \`${near}\``,
        safety: "unsafe",
        edits: [{ span: { start, end }, text: near ?? "" }],
      } as const
      const hint = near === undefined ? "; `shufflewise rules` lists them" : `; did you mean \`${near}\`?`
      return finding(
        "unknown-rule-in-suppression",
        start,
        end,
        `there is no rule \`${name}\`${hint}`,
        near === undefined ? [] : [fix],
      )
    })
}

function unusedFindings(suppression: Suppression, input: SuppressionInput): Finding[] {
  const { rules, start, end } = suppression
  const where = suppression.scope === "file" ? "in this file" : "here"
  if (rules === null) {
    if (suppression.used || !input.complete) return []
    const message = `nothing is found ${where} that this comment could suppress`
    return [finding("unused-suppression", start, end, message, [removal(suppression, input)])]
  }
  const unused = rules.filter((rule) => !rule.used && input.ran.has(rule.name))
  if (unused.length === 0) return []
  if (unused.length === suppression.names.length) {
    const names = unused.map((rule) => `\`${rule.name}\``).join(" or ")
    const message = `${names} finds nothing ${where} to suppress`
    return [finding("unused-suppression", start, end, message, [removal(suppression, input)])]
  }
  return unused.map((rule) => {
    const message = `\`${rule.name}\` finds nothing ${where} to suppress`
    return finding("unused-suppression", rule.start, rule.end, message, [nameRemoval(rule, suppression.names)])
  })
}

/** Takes a directive out, and with it the line or the white space that it leaves behind. */
function removal({ start, end, alone, noqa }: Suppression, { text, lines }: SuppressionInput): FindingFix {
  const line = lines.lineOf(start)
  const lineStart = lines.startOf(line)
  const before = text.slice(lineStart, start)
  const after = text.slice(end, lines.endOf(line))
  let span = { start, end }
  if (after.trim() === "") {
    if (alone && before.trim() === "") span = { start: lineStart, end: lines.startOf(line + 1) }
    else span = { start: lineStart + before.trimEnd().length, end: lines.endOf(line) }
  } else span = { start, end: end + after.length - after.trimStart().length }
  return { title: `Remove the ${noqa ? "noqa" : "suppression"} comment`, safety: "safe", edits: [{ span, text: "" }] }
}

/** Takes one name out of the list, with the comma next to it. */
function nameRemoval(rule: NamedRule, names: readonly NamedRule[]): FindingFix {
  const index = names.indexOf(rule)
  const next = names[index + 1]
  const span =
    next === undefined ? { start: names[index - 1]!.end, end: rule.end } : { start: rule.start, end: next.start }
  return { title: `Remove \`${rule.name}\` from the suppression`, safety: "safe", edits: [{ span, text: "" }] }
}

function withSeverity(found: Finding, config: ResolvedConfig): Finding {
  const severity = config.rules.get(found.rule)?.severity
  return severity === undefined || severity === "off" ? found : { ...found, severity }
}
