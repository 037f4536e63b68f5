import type { Severity } from "../../../../rules/api.ts"
import { renderExcerpt } from "../excerpt.ts"
import type { Location, Report, ReportedEvidence, ReportedFinding, ReportedFix } from "../report.ts"
import type { Style } from "../terminal.ts"
import { countByRule } from "./json.ts"

export interface TextOptions {
  readonly style: Style
  /** One line for a finding, and no closing line. */
  readonly quiet: boolean
  readonly statistics: boolean
}

/** The report as people read it. */
export function formatText(report: Report, options: TextOptions): string {
  const { style, quiet, statistics } = options
  const blocks = report.findings.map((finding) => (quiet ? headline(finding, style) : block(finding, style)))
  const parts = [blocks.map((each) => `${each}\n`).join(quiet ? "" : "\n")]
  if (statistics && report.findings.length > 0) parts.push(statisticsTable(report, style))
  if (!quiet) parts.push(`${closingLine(report, style)}\n`)
  return parts.filter((part) => part !== "").join(quiet ? "" : "\n")
}

function block(finding: ReportedFinding, style: Style): string {
  const paint = painter(finding.severity, style)
  return [
    headline(finding, style),
    ...renderExcerpt(finding.excerpt, finding.range, paint, style).map((line) => `  ${line}`),
    ...finding.evidence.map((each) => `  ${style.dim("because")} ${evidence(each, finding, style)}`),
    ...(finding.confidence === "certain" ? [] : [`  ${style.dim("confidence:")} ${finding.confidence}`]),
    ...finding.fixes.map((fix) => `  ${fixLine(fix, style)}`),
  ].join("\n")
}

function headline(finding: ReportedFinding, style: Style): string {
  const severity = painter(finding.severity, style)(style.bold(finding.severity))
  return `${style.bold(placeOf(finding))}: ${severity}: ${finding.message} ${style.dim(`[${finding.rule}]`)}`
}

/** `path:line:column` as terminals link it; of a notebook the cell too. */
function placeOf({ path, cell, range }: Location): string {
  const { line, column } = range.start
  return cell === null ? `${path}:${line}:${column}` : `${path}:cell ${cell}:${line}:${column}`
}

function evidence(each: ReportedEvidence, finding: ReportedFinding, style: Style): string {
  const { path, cell, range } = each
  if (path === undefined) return each.message
  if (range === undefined || cell === undefined) return `${each.message} ${style.dim(`(${path})`)}`
  const isHere = path === finding.path && cell === finding.cell
  const where = isHere ? `line ${range.start.line}` : placeOf({ path, cell, range })
  return `${each.message} ${style.dim(`(${where})`)}`
}

function fixLine({ title, safety }: ReportedFix, style: Style): string {
  // What a suggestion would write may go on over several lines.
  if (safety === "suggestion") return `${style.dim("instead:")} ${title.replaceAll("\n", "\n    ")}`
  return `${style.green(safety === "safe" ? "fix:" : "unsafe fix:")} ${title}`
}

function statisticsTable(report: Report, style: Style): string {
  const rows = [...countByRule(report)].sort((a, b) => b[1] - a[1])
  const width = Math.max(...rows.map(([, count]) => String(count).length))
  return rows.map(([rule, count]) => `${style.bold(String(count).padStart(width))}  ${rule}\n`).join("")
}

function closingLine(report: Report, style: Style): string {
  const { findings, files, seconds, failures, fixed, known } = report
  const time = `${count(files, "file")} in ${seconds.toFixed(2)} s`
  const notes = [
    ...(failures.length > 0 ? [style.red(`${count(failures.length, "failure")} above`)] : []),
    ...(fixed > 0 ? [style.green(`${count(fixed, "finding")} fixed`)] : []),
    ...(known > 0 ? [`${known} known from the baseline`] : []),
  ]
  if (findings.length === 0) return [style.green("nothing found"), ...notes, time].join("; ")
  const severities: readonly Severity[] = ["error", "warning", "information"]
  const counts = severities.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length
    if (number === 0) return []
    const words = severity === "information" ? `${number} information` : count(number, severity)
    return [painter(severity, style)(words)]
  })
  const has = (safety: "safe" | "unsafe") =>
    findings.filter(({ fixes }) => fixes.find((fix) => fix.safety !== "suggestion")?.safety === safety).length
  const fixable = [
    ...(has("safe") > 0 ? [`${has("safe")} fixable with --fix`] : []),
    ...(has("unsafe") > 0 ? [`${has("unsafe")} with --fix --unsafe-fixes`] : []),
  ]
  return [counts.join(", "), ...(fixable.length > 0 ? [fixable.join(", ")] : []), ...notes, time].join("; ")
}

function painter(severity: Severity, style: Style): Style["red"] {
  return severity === "error" ? style.red : severity === "warning" ? style.yellow : style.blue
}

/** `1 file`, `2 files`. */
function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}
