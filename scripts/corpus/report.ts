/** What linting a corpus gave, as text. */
import { type Corpus, groupsOf } from "./lint.ts"

/** Slowest files, and failures of one kind, that are listed. */
const LISTED = 10

/** The figures of a corpus: size, time, memory, findings by rule, failures and slowest files. */
export function reportOf(corpus: Corpus): string {
  const { files, notebooks, lines, spark, findings, seconds, cpuSeconds, memory, times } = corpus
  const kloc = (n: number): string => `${(n / 1000).toFixed(1)} kLOC`
  const used = [
    `${files} files (${notebooks} notebooks), ${kloc(lines)}; ${spark.files} of them (${kloc(spark.lines)}) have PySpark in them`,
    `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU; ${Math.round(memory / 2 ** 20)} MiB at most`,
  ]
  return [
    ...used,
    "",
    `${findings.length} findings, ${perKloc(findings.length, spark.lines)} a kLOC of PySpark`,
    ...rulesOf(corpus),
    ...failuresOf("not linted, or not by every rule", corpus.failures),
    ...failuresOf("rules that threw", corpus.troubles),
    ...failuresOf("bounds of the analysis reached", corpus.bounded),
    "",
    "slowest files",
    ...times
      .slice(0, LISTED)
      .map((each) => `  ${each.milliseconds.toFixed(0).padStart(6)} ms  ${each.path} (${each.lines} lines)`),
  ].join("\n")
}

function rulesOf({ findings, spark }: Corpus): string[] {
  const byRule = [...groupsOf(findings, (finding) => finding.rule)].sort(([, a], [, b]) => b.length - a.length)
  return byRule.map(
    ([rule, found]) =>
      `  ${String(found.length).padStart(6)}  ${perKloc(found.length, spark.lines).padStart(6)}  ${rule}`,
  )
}

function perKloc(count: number, lines: number): string {
  return lines === 0 ? "–" : ((count * 1000) / lines).toFixed(2)
}

function failuresOf(title: string, failures: Corpus["failures"]): string[] {
  const shown = failures.slice(0, LISTED).map(({ path, reason }) => `  ${path}: ${reason}`)
  const more = failures.length > LISTED ? [`  … ${failures.length - LISTED} more`] : []
  return ["", `${title}: ${failures.length}`, ...shown, ...more]
}
