/** Chooses findings to read, and shows each with the code around it. */
import path from "node:path"
import type { ReportedEvidence, ReportedFinding } from "../../server/src/cli/report.ts"
import { random } from "../../test/perf/syntax-source.ts"
import { groupsOf, readLines } from "./lint.ts"

/** Lines of code before and after the finding's own. */
const AROUND = 8
/** Columns of a line that are shown. */
const WIDTH = 150

/**
 * Up to `count` findings by chance, the same for the same seed, spread over the rules: each rule in turn gives one.
 * Of findings that say the same about the same line of code only one counts: repositories hold copies.
 */
export function sampleOf(findings: readonly ReportedFinding[], count: number, seed: number): ReportedFinding[] {
  const different = new Map(findings.map((each) => [`${each.rule}\n${each.message}\n${each.excerpt.join("\n")}`, each]))
  const next = random(seed)
  const shuffled = [...different.values()]
    .map((finding) => ({ finding, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ finding }) => finding)
  const byRule = groupsOf(shuffled, (finding) => finding.rule)
  const queues = [...byRule].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, queue]) => queue)
  const chosen: ReportedFinding[] = []
  for (let turn = 0; queues.some((queue) => turn < queue.length); turn++)
    for (const queue of queues) if (turn < queue.length && chosen.length < count) chosen.push(queue[turn]!)
  return chosen
}

/** A finding as a reviewer reads it: what is said, why, and the code it stands in. */
export function inContext(finding: ReportedFinding, cwd: string): string {
  const { rule, confidence, severity, message, evidence, fixes, range, cell } = finding
  const read = readLines(path.resolve(cwd, finding.path))
  const lines = cell === null ? read.whole : read.cell(cell)
  const first = Math.max(1, range.start.line - AROUND)
  const last = Math.min(lines.length, range.end.line + AROUND)
  const shown: string[] = []
  for (let at = first; at <= last; at++) {
    const mark = at >= range.start.line && at <= range.end.line ? ">" : " "
    shown.push(`  ${mark}${String(at).padStart(5)}  ${lines[at - 1]!.slice(0, WIDTH)}`)
  }
  return [
    `=== ${placeOf(finding.path, finding)} [${rule}] ${severity}, ${confidence}`,
    message,
    ...evidence.map((each) => `  - ${each.message}${whereOf(each, finding.path)}`),
    ...fixes.map(({ safety, title }) => `  * ${safety}: ${title}`),
    ...shown,
  ].join("\n")
}

function placeOf(file: string, { cell, range }: Pick<ReportedFinding, "cell" | "range">): string {
  return `${file}${cell === null ? "" : ` cell ${cell}`}:${range.start.line}`
}

function whereOf({ path: at, cell, range }: ReportedEvidence, own: string): string {
  if (at === undefined) return ""
  if (range === undefined) return ` (${at})`
  return ` (${placeOf(at === own ? "" : at, { cell: cell ?? null, range })})`
}
