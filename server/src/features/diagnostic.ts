import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Location,
} from "vscode-languageserver"
import type { Severity } from "../../../rules/api.ts"
import { ruleLink as webLink } from "../lint/rule-link.ts"
import type { Finding, FindingFix, Span } from "../lint/types.ts"
import type { FindingData, PreparedFix } from "../protocol.ts"
import type { Report } from "../workspace/checker.ts"
import type { OpenText } from "../workspace/document.ts"
import type { Documents } from "../workspace/documents.ts"
import type { Host } from "../workspace/host.ts"
import { LineIndex } from "../workspace/lines.ts"
import type { Client } from "./client.ts"

export const SOURCE = "shufflewise"

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
}

/** The link to a rule's page, as this client opens it; on the web for editors that are given no other place. */
export function ruleLink(rule: string, client: Client): string {
  return client.options.ruleLink?.replaceAll("{rule}", rule) ?? webLink(rule)
}

/** Where places in other files are looked up. */
export interface World {
  readonly host: Host
  readonly documents?: Documents
}

/**
 * A report's findings in a file or a cell as LSP diagnostics, with what this client understands. The source must be at
 * the report's version.
 */
export function toDiagnostics(document: OpenText, report: Report, client: Client, world: World): Diagnostic[] {
  const diagnostics = report.findings
    .filter((finding) => document.holds(finding.span.start))
    .map((finding) => toDiagnostic(finding, document, report.version, client, world))
  const stopped = report.troubles.find((trouble) => trouble.rule === null)
  if (stopped === undefined || !document.holds(0)) return diagnostics
  // Without it, a file that is not looked at would look clean.
  const start = { line: 0, character: 0 }
  const message = stopped.reason.split("\n", 1)[0]!
  return [
    { range: { start, end: start }, severity: DiagnosticSeverity.Information, source: SOURCE, message },
    ...diagnostics,
  ]
}

function toDiagnostic(finding: Finding, document: OpenText, version: number, client: Client, world: World): Diagnostic {
  const diagnostic: Diagnostic = {
    range: document.rangeOf(finding.span),
    severity: severities[finding.severity],
    code: finding.rule,
    source: SOURCE,
    message: finding.message,
  }
  if (client.codeDescription) diagnostic.codeDescription = { href: ruleLink(finding.rule, client) }
  if (client.relatedInformation && finding.evidence.length > 0)
    diagnostic.relatedInformation = related(finding, document, world)
  if (client.tags && finding.rule === "unused-suppression") diagnostic.tags = [DiagnosticTag.Unnecessary]
  if (client.diagnosticData) diagnostic.data = findingData(finding, document, version)
  return diagnostic
}

/** Evidence that stands nowhere (a table's size in the configuration) is listed at the finding itself. */
function related(finding: Finding, document: OpenText, world: World): DiagnosticRelatedInformation[] {
  const { source } = document
  const own = world.host.pathOf(source.uri)
  return finding.evidence.map(({ message, span }) => {
    if (span?.path !== undefined && span.path !== own) return { location: elsewhere(span.path, span, world), message }
    const place = span ?? finding.span
    const part = source.partAt(place.start) ?? document
    return { location: { uri: part.uri, range: part.rangeOf(place) }, message }
  })
}

/**
 * A place in a file that is read for it; at its start where the file has gone since, and in a notebook that is not
 * open, whose cells have no name of their own.
 */
function elsewhere(path: string, span: Span, { host, documents }: World): Location {
  const open = documents?.notebook(host.uriOf(path))?.partAt(span.start)
  if (open !== undefined) return { uri: open.uri, range: open.rangeOf(span) }
  const text = path.endsWith(".ipynb") ? "" : (host.readFile(path) ?? "")
  const lines = new LineIndex(text)
  const range = { start: lines.positionAt(span.start, text), end: lines.positionAt(span.end, text) }
  return { uri: host.uriOf(path), range }
}

export function findingData(finding: Finding, document: OpenText, version: number): FindingData {
  const fixes = finding.fixes.map((fix) => prepareFix(fix, document)).filter((fix) => fix !== undefined)
  return { version, rule: finding.rule, fixes }
}

/** Undefined for a suggestion. */
function prepareFix(fix: FindingFix, document: OpenText): PreparedFix | undefined {
  if (fix.safety === "suggestion" || fix.edits.length === 0) return undefined
  const edits = fix.edits.map((edit) => ({ range: document.rangeOf(edit.span), newText: edit.text }))
  return { title: fix.title, safety: fix.safety, edits }
}
