import type { Report } from "../report.ts"

/** The report as one JSON object; its shape is the contract that docs/cli.md describes. */
export function formatJson(report: Report, statistics: boolean): string {
  const { version, files, seconds, failures } = report
  const findings = report.findings.map(({ excerpt, ...finding }) => finding)
  const counts = statistics ? { statistics: Object.fromEntries(countByRule(report)) } : {}
  return `${JSON.stringify({ schema: 1, version, files, seconds, failures, findings, ...counts }, null, 2)}\n`
}

/** How many findings each rule has, by the rule's name. */
export function countByRule(report: Report): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { rule } of report.findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
