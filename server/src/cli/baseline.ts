import { readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { compareText, type ReportedFinding } from "./report.ts"
import { UsageError } from "./usage.ts"

/**
 * Findings that are known and left alone, kept in a file of the project. A finding is known by its file, its rule and
 * the code of its first line, not by its line number: what moves stays known.
 */
interface BaselineFile {
  readonly version: 1
  /** By path from the baseline's folder, then by rule: the code of each finding's first line, sorted. */
  readonly files: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/**
 * The findings that a baseline does not know, and how many it knows. `file` is absolute, `cwd` the folder that we run
 * in. Throws a `UsageError` for a file that is no baseline.
 */
export function withoutKnown(
  findings: readonly ReportedFinding[],
  file: string,
  cwd: string,
): { fresh: ReportedFinding[]; known: number } {
  const left = new Map<string, number>()
  for (const [name, rules] of Object.entries(readBaseline(file).files))
    for (const [rule, codes] of Object.entries(rules))
      for (const code of codes) add(left, JSON.stringify([name, rule, code]), 1)
  const fresh = findings.filter((finding) => {
    const key = JSON.stringify([nameFrom(file, finding, cwd), finding.rule, codeOf(finding)])
    if ((left.get(key) ?? 0) === 0) return true
    add(left, key, -1)
    return false
  })
  return { fresh, known: findings.length - fresh.length }
}

/** Writes findings as a baseline into `file` (absolute). */
export function writeBaseline(findings: readonly ReportedFinding[], file: string, cwd: string): void {
  const files: Record<string, Record<string, string[]>> = {}
  const sorted = findings
    .map((finding) => [nameFrom(file, finding, cwd), finding.rule, codeOf(finding)] as const)
    .sort((a, b) => compareText(a.join("\0"), b.join("\0")))
  for (const [name, rule, code] of sorted) {
    files[name] ??= {}
    files[name][rule] ??= []
    files[name][rule].push(code)
  }
  try {
    writeFileSync(file, `${JSON.stringify({ version: 1, files } satisfies BaselineFile, null, 1)}\n`)
  } catch (error) {
    throw new UsageError(`--write-baseline: cannot write ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

function readBaseline(file: string): BaselineFile {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch {
    throw new UsageError(`--baseline: there is no file ${file}; add --write-baseline to make it`)
  }
  try {
    const read = JSON.parse(text) as Partial<BaselineFile>
    if (read.version === 1 && typeof read.files === "object" && read.files !== null) return read as BaselineFile
  } catch {
    // Said below.
  }
  throw new UsageError(`--baseline: ${file} is not a baseline of Shufflewise; make it anew with --write-baseline`)
}

/** A finding's path, which is shown from the folder that we run in, from the baseline's folder. */
function nameFrom(file: string, finding: ReportedFinding, cwd: string): string {
  return path.relative(path.dirname(file), path.resolve(cwd, finding.path)).split(path.sep).join("/")
}

function codeOf(finding: ReportedFinding): string {
  return (finding.excerpt[0] ?? "").trim().replace(/\s+/g, " ")
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
