import type { Confidence, Rule } from "../../../rules/api.ts"
import type { Analysis } from "../analysis/types.ts"
import type { ResolvedConfig } from "../config/types.ts"
import type { Module } from "../syntax/ast.ts"
import { activeRules, isOn, optionsOf, threshold } from "./active.ts"
import type { Source } from "./edits.ts"
import { type Draft, draftFindings, spanOf } from "./finish.ts"
import { Lines, lineBreakOf } from "./lines.ts"
import { atLeast, runRules } from "./run.ts"
import { suppressionFindings } from "./suppression-findings.ts"
import { suppressionRules } from "./suppression-rules.ts"
import { readSuppressions, type Suppressions } from "./suppressions.ts"
import { deliberate, type Surroundings, suppressorsOf, surroundingsOf } from "./surroundings.ts"
import type { Finding, LintResult, Trouble } from "./types.ts"
import { worldOf } from "./world.ts"

export interface LintInput {
  readonly module: Module
  /** The text that the module was parsed from. */
  readonly text: string
  /** The path that the analysis was given. */
  readonly path: string
  readonly config: ResolvedConfig
  /** All rules there are; the same array each time, since what is derived from it is remembered. */
  readonly rules: readonly Rule[]
  readonly analysis: Pick<Analysis, "program" | "bounded">
  /** How sure a finding must be, whatever the profile and the naming of rules say. */
  readonly minConfidence?: Confidence
  /** Rules not to run on this file, and why: a watchdog's word. They become troubles. */
  readonly switchedOff?: ReadonlyMap<string, string>
  /**
   * Milliseconds that one rule may spend on the file, 2,000 by default. It is looked at between listeners: one that
   * never returns must be stopped from outside.
   */
  readonly budget?: number
  /** Hears which rule is about to run, so that a watchdog knows which one never came back. */
  readonly onRule?: (rule: string) => void
}

/**
 * Runs the rules that the configuration asks for over a program, and gives what is left to say: each thing once,
 * filtered by confidence and suppressions, with severities, sorted. A rule's fault is a trouble, never an exception.
 */
export function lint(input: LintInput): LintResult {
  const { module, text, config, rules, analysis, minConfidence } = input
  if (!config.enable) return { findings: [], troubles: [] }
  const source = lazySource(text, module)
  const active = activeRules(rules, config, analysis.program.isTest)
  const { running, troubles } = withoutSwitchedOff(active, input.switchedOff)
  const run = runRules({
    source,
    text,
    path: input.path,
    program: analysis.program,
    world: worldOf(config),
    rules: running,
    options: (rule) => optionsOf(rule, config),
    budget: input.budget ?? 2000,
    onRule: input.onRule,
  })
  const { drafts, troubles: faults } = draftFindings(run.found, text.length, input.path)
  troubles.push(...run.troubles, ...faults)

  const known = namesOf(rules)
  const suppressions = readSuppressions(module, text, () => source().lines, known)
  const findings: Finding[] = []
  for (const draft of drafts) {
    const needed = minConfidence ?? threshold(draft.rule.name, config)
    // What the surroundings say never makes a finding surer.
    if (suppressions.all.length === 0 && !atLeast(draft.finding.confidence, needed)) continue
    const finding = settle(draft, suppressions, source(), input, needed)
    if (finding !== undefined) findings.push(finding)
  }
  if (suppressions.all.length > 0 || suppressions.malformed.length > 0) {
    const failed = new Set(run.troubles.map((trouble) => trouble.rule))
    // Where code is missing or unknown, a rule that found nothing may only have seen nothing.
    const sure = !module.broken && analysis.bounded === undefined
    const ran = new Set(sure ? running.map((rule) => rule.name).filter((name) => !failed.has(name)) : [])
    const { lines } = source()
    const complete = ran.size === rules.length
    for (const finding of suppressionFindings({ text, lines, suppressions, config, known, ran, complete }))
      if (isOn(finding.rule, config) && !isSuppressed(finding, suppressions, source())) findings.push(finding)
  }
  return { findings: findings.sort(byPlace), troubles }
}

/** A text's lines cost a pass over it, and most files need none. */
function lazySource(text: string, module: Module): () => Source {
  let source: Source | undefined
  return () => {
    source ??= { text, module, lines: new Lines(text), lineBreak: lineBreakOf(text) }
    return source
  }
}

function withoutSwitchedOff(
  active: readonly Rule[],
  switchedOff: LintInput["switchedOff"],
): { running: readonly Rule[]; troubles: Trouble[] } {
  if (switchedOff === undefined || switchedOff.size === 0) return { running: active, troubles: [] }
  return {
    running: active.filter((rule) => !switchedOff.has(rule.name)),
    troubles: [...switchedOff].map(([rule, reason]) => ({ rule, reason, slow: true })),
  }
}

const names = new WeakMap<readonly Rule[], ReadonlySet<string>>()

/** Names of all rules, those about suppressions included. */
function namesOf(rules: readonly Rule[]): ReadonlySet<string> {
  const found = names.get(rules) ?? new Set([...rules, ...suppressionRules].map((rule) => rule.name))
  names.set(rules, found)
  return found
}

/** The finding as it is shown; nothing when it is suppressed or not sure enough. Marks suppressions as used. */
function settle(
  draft: Draft,
  suppressions: Suppressions,
  source: Source,
  { config, path }: LintInput,
  needed: Confidence,
): Finding | undefined {
  const { rule, finding } = draft
  const around = surroundings(finding, source)
  // Before the confidence is looked at: a suppression of what this profile hides is still of use.
  if (markSuppressors(suppressions, rule.name, around)) return undefined
  const meant = rule.correctness ? undefined : deliberate(draft, around, source.module, source.lines)
  const confidence = meant === undefined ? finding.confidence : "possible"
  if (!atLeast(confidence, needed)) return undefined
  const severity = config.rules.get(rule.name)?.severity
  return {
    ...finding,
    confidence,
    severity: severity === undefined || severity === "off" ? finding.severity : severity,
    evidence:
      meant === undefined
        ? finding.evidence
        : [...finding.evidence, { message: meant.message, ...(meant.site ? { span: spanOf(meant.site, path) } : {}) }],
  }
}

function surroundings({ span }: Finding, { module, lines }: Source): Surroundings {
  return surroundingsOf(span.start, span.end, module, lines)
}

function markSuppressors({ all }: Suppressions, rule: string, around: Surroundings): boolean {
  const suppressors = suppressorsOf(all, rule, around)
  for (const { suppression, named } of suppressors) {
    suppression.used = true
    if (named !== undefined) named.used = true
  }
  return suppressors.length > 0
}

/** What is said of a suppression is hidden only by one that names it: a bare `ignore` would hide itself. */
function isSuppressed(finding: Finding, { all }: Suppressions, source: Source): boolean {
  return suppressorsOf(all, finding.rule, surroundings(finding, source)).some(({ named }) => named !== undefined)
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) ||
    (a.message < b.message ? -1 : 1)
  )
}
