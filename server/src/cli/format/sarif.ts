import { pathToFileURL } from "node:url"
import type { Fix, Log, Region, Replacement, Result, Run, Location as SarifLocation } from "sarif"
import type { Severity } from "../../../../rules/api.ts"
import { ruleLink } from "../../lint/rule-link.ts"
import type { Location, Report, ReportedFinding, ReportedFix } from "../report.ts"
import type { RulePage } from "../rule-page.ts"

const levels: Readonly<Record<Severity, Result.level>> = { error: "error", warning: "warning", information: "note" }

/**
 * The report as SARIF 2.1.0, for code scanning. Only rules that found something are described. `describe` gives a
 * rule's page.
 */
export function formatSarif(report: Report, describe: (rule: string) => RulePage): string {
  const names = [...new Set(report.findings.map((finding) => finding.rule))].sort()
  const pages = names.map((name) => ({ name, page: describe(name) }))
  const run: Run = {
    tool: {
      driver: {
        name: "shufflewise",
        version: report.version,
        semanticVersion: report.version,
        informationUri: "https://github.com/shufflewise/shufflewise",
        rules: pages.map(({ name, page }) => ({
          id: name,
          shortDescription: { text: page.flags },
          fullDescription: { text: page.why },
          help: { text: page.text, markdown: page.markdown },
          helpUri: ruleLink(name),
          defaultConfiguration: { level: levels[page.severity] },
          properties: { tags: ["pyspark", "performance", page.family] },
        })),
      },
    },
    // Offsets of ours are those of JavaScript.
    columnKind: "utf16CodeUnits",
    results: report.findings.map((finding) => result(finding, names.indexOf(finding.rule))),
    invocations: [
      {
        executionSuccessful: report.failures.length === 0,
        toolExecutionNotifications: report.failures.map(({ path, reason }) => ({
          level: "error",
          message: { text: reason },
          locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
        })),
      },
    ],
  }
  const log: Log = { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
  return `${JSON.stringify(log, null, 2)}\n`
}

function result(finding: ReportedFinding, ruleIndex: number): Result {
  const related = finding.evidence.flatMap(({ message, path, cell, range }) =>
    path === undefined ? [] : [{ ...location(path, cell, range), message: { text: message } }],
  )
  const fixes = finding.fixes.filter((fix) => fix.edits.length > 0)
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: messageOf(finding) },
    locations: [location(finding.path, finding.cell, finding.range)],
    ...(related.length > 0 ? { relatedLocations: related.map((each, id) => ({ id, ...each })) } : {}),
    ...(fixes.length > 0 ? { fixes: fixes.map(fixOf) } : {}),
    partialFingerprints: { "ruleAndCode/v1": `${finding.rule}:${(finding.excerpt[0] ?? "").trim()}` },
    properties: { confidence: finding.confidence, family: finding.family },
  }
}

/** Evidence without a place would be lost in related locations, so it goes into the message. */
function messageOf({ message, evidence }: ReportedFinding): string {
  const bare = evidence.filter((each) => each.path === undefined).map((each) => each.message)
  return bare.length === 0 ? message : `${message} (${bare.join("; ")})`
}

/** A region counts lines in the file; of a notebook's cell nobody could place it there, so the cell is named instead. */
function location(path: string, cell?: number | null, range?: Location["range"]): SarifLocation {
  const artifactLocation = { uri: uriOf(path) }
  if (cell !== null && cell !== undefined)
    return {
      physicalLocation: { artifactLocation },
      logicalLocations: [{ name: `cell ${cell}`, kind: "module", fullyQualifiedName: `${path}#cell${cell}` }],
      ...(range === undefined ? {} : { properties: { cell, region: region(range) } }),
    }
  return { physicalLocation: { artifactLocation, ...(range === undefined ? {} : { region: region(range) }) } }
}

function region({ start, end }: Location["range"]): Region {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}

function fixOf({ title, safety, edits }: ReportedFix): Fix {
  const byPath = new Map<string, Replacement[]>()
  for (const { path, range, text } of edits) {
    const replacements = byPath.get(path) ?? []
    replacements.push({ deletedRegion: region(range), ...(text === "" ? {} : { insertedContent: { text } }) })
    byPath.set(path, replacements)
  }
  return {
    description: { text: `${title} (${safety})` },
    artifactChanges: [...byPath].map(([path, replacements]) => ({
      artifactLocation: { uri: uriOf(path) },
      replacements,
    })),
  }
}

/** A relative reference for what lies below the folder that we run in, a file URI for all else. */
function uriOf(path: string): string {
  const isAbsolute = path.startsWith("/") || /^[A-Za-z]:\//.test(path)
  if (isAbsolute) return pathToFileURL(path).href
  return path.split("/").map(encodeURIComponent).join("/")
}
