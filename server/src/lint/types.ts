import type { Confidence, Family, Safety, Severity, SizingHints } from "../../../rules/api.ts"

/** A span of a text, absolute UTF-16 offsets; `path` where it is another file. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly path?: string
}

export interface FindingEvidence {
  readonly message: string
  readonly span?: Span
}

export interface FindingFix {
  readonly title: string
  readonly safety: Safety
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
}

/** One thing said about one place, final: filtered, with its severity, ready to be shown. */
export interface Finding {
  readonly rule: string
  readonly family: Family
  readonly severity: Severity
  readonly confidence: Confidence
  readonly message: string
  readonly span: Span
  readonly evidence: readonly FindingEvidence[]
  /** Best first. */
  readonly fixes: readonly FindingFix[]
  /** Where it is a matter of sizing: what the calculator can be opened with. */
  readonly sizing?: SizingHints
}

export interface LintResult {
  /** Sorted by start, end, rule. */
  readonly findings: readonly Finding[]
  /** Rules that threw or ran long, for the log. The other rules went on. */
  readonly troubles: readonly Trouble[]
}

/** What went wrong inside of one rule. */
export interface Trouble {
  readonly rule: string
  readonly reason: string
  /** It was too slow: on another run, or another machine, it may not be. */
  readonly slow?: true
}
