import type { Confidence, Family, Safety, Severity } from "../../../rules/api.ts"
import type { OutgoingCall } from "../analysis/call-sites.ts"
import type { LookedUp } from "./data-sizes.ts"

/** Line and column count from 1, columns in UTF-16 units; in a notebook lines count inside the cell. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

/** Where something stands. `cell` counts a notebook's cells from 0, and is null elsewhere. */
export interface Location {
  readonly path: string
  readonly cell: number | null
  readonly range: Range
}

export interface ReportedEvidence extends Partial<Location> {
  readonly message: string
}

export interface ReportedFix {
  readonly title: string
  readonly safety: Safety
  readonly edits: readonly (Location & { readonly text: string })[]
}

/** A finding as every output format shows it. */
export interface ReportedFinding extends Location {
  readonly rule: string
  readonly family: Family
  readonly severity: Severity
  readonly confidence: Confidence
  readonly message: string
  readonly evidence: readonly ReportedEvidence[]
  readonly fixes: readonly ReportedFix[]
  /** The source lines of its range, at most six, for formats that show code. */
  readonly excerpt: readonly string[]
}

/** A file that could not be read or analysed, or not by every rule. */
export interface Failure {
  readonly path: string
  readonly reason: string
}

/** What came of linting one file. Plain data: it crosses threads and lies in the cache. */
export interface FileResult {
  readonly findings: readonly ReportedFinding[]
  /** Why the file, or a part of it, was not analysed. */
  readonly failures: readonly string[]
  /** What went wrong inside of single rules. */
  readonly troubles: readonly string[]
  /** Its calls of other files' functions. */
  readonly outgoing: readonly OutgoingCall[]
  /** The same text would give the same result again. */
  readonly repeatable: boolean
  /** Milliseconds that the latest look at it took, what it imports aside. */
  readonly milliseconds: number
  /** The bound of the analysis that was reached; some values are unknown because of it. */
  readonly bounded?: string
  /** Sizes of data that it rests on, where it reads any from the disk. */
  readonly lookedUp?: LookedUp
  /** The file's new text, where fixes were applied. */
  readonly fixed?: { readonly content: string; readonly count: number }
}

/** All that a run has to tell. */
export interface Report {
  readonly version: string
  readonly files: number
  readonly seconds: number
  readonly failures: readonly Failure[]
  /** Sorted by path, cell, line, column, rule. */
  readonly findings: readonly ReportedFinding[]
  readonly fixed: number
  /** Findings that a baseline knows, which are not among `findings`. */
  readonly known: number
}

/** The order in which findings are told. */
export function compareFindings(a: ReportedFinding, b: ReportedFinding): number {
  return (
    compareText(a.path, b.path) ||
    (a.cell ?? -1) - (b.cell ?? -1) ||
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  )
}

/** By code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
