/** Writes `docs/rules/`: a page for each rule, from the rule's own file, and their index. */
import plans from "../../docs/plans.json" with { type: "json" }
import { readGrammar } from "../../grammars/node.ts"
import type { Rule } from "../../rules/api.ts"
import { rules } from "../../rules/index.ts"
import { analyze } from "../../server/src/analysis/index.ts"
import { defaultConfig } from "../../server/src/config/index.ts"
import { lint } from "../../server/src/lint/index.ts"
import type { Finding } from "../../server/src/lint/types.ts"
import { createSyntax } from "../../server/src/syntax/index.ts"
import type { Syntax } from "../../server/src/syntax/types.ts"
import type { Generator } from "./generator.ts"

const FOLDER = "docs/rules"

export const ruleDocs: Generator = {
  name: "rule-docs",
  async generate() {
    const syntax = await createSyntax(await readGrammar())
    const pages = rules.map((rule) => [`${FOLDER}/${rule.name}.md`, page(rule, syntax)] as const)
    return new Map([...pages, [`${FOLDER}/README.md`, index()]])
  },
}

/** What the rule says about its own bad example. */
function findingsIn(rule: Rule, syntax: Syntax): readonly Finding[] {
  const config = defaultConfig(rules)
  const module = syntax.parse(rule.bad)
  const { target, tables, conf } = config
  const analysis = analyze({ module, text: rule.bad, path: "job.py", target, tables, conf })
  return lint({ module, text: rule.bad, path: "job.py", config, rules: [rule], analysis }).findings
}

/** The code with carets under each finding. */
function annotated(code: string, findings: readonly Finding[]): string {
  const lines = code.trimEnd().split("\n")
  let offset = 0
  return lines
    .flatMap((line) => {
      const start = offset
      offset += line.length + 1
      const under = findings.filter(({ span }) => span.start >= start && span.start <= start + line.length)
      return [line, ...under.map(({ span }) => carets(line, span.start - start, span.end - start))]
    })
    .join("\n")
}

/** A comment that underlines from one column to another; where the `#` stands in the way, it is the first mark. */
function carets(line: string, start: number, end: number): string {
  const marks = "^".repeat(Math.max(1, Math.min(end, line.length) - start))
  return start === 0 ? `#${marks.slice(1)}` : `#${" ".repeat(start - 1)}${marks}`
}

const SAFETY: Readonly<Record<string, string>> = {
  safe: "**Safe**: the same rows, proven on real Spark; part of fix-all.",
  unsafe: "**Unsafe**: it may change results or cost, and its title says what; applied only when you choose it.",
  suggestion: "**Described, not applied**: the finding says what to write.",
  none: "**None.**",
}

function page(rule: Rule, syntax: Syntax): string {
  const findings = findingsIn(rule, syntax)
  return [
    "<!-- Made from the rule's own file by `npm run generate`. -->",
    "",
    `# ${rule.name}`,
    "",
    rule.flags,
    "",
    facts(rule),
    "",
    "## Why it matters",
    "",
    rule.why,
    "",
    "## Example",
    "",
    "```python",
    annotated(rule.bad, findings),
    "```",
    "",
    ...findings.flatMap(said),
    "Instead:",
    "",
    "```python",
    rule.good.trimEnd(),
    "```",
    "",
    ...picture(rule),
    "## Fix",
    "",
    `${SAFETY[rule.fix.safety]} ${rule.fix.note}`,
    "",
    "## When not to follow it",
    "",
    rule.whenNot,
    "",
    `Where you mean it, write \`# shufflewise: ignore[${rule.name}]\` on the line, or the one above.`,
    "",
    ...options(rule),
    "## How it is proven",
    "",
    ...proof(rule),
    "",
    "## References",
    "",
    ...rule.references.map((address) => `- <${address}>`),
    "",
  ].join("\n")
}

function facts(rule: Rule): string {
  const { min, max } = rule.spark ?? {}
  const versions = [min && `from Spark ${min}`, max && `up to Spark ${max}`].filter(Boolean).join(", ") || "every Spark"
  const tests = rule.correctness ? "speaks in tests too" : "quiet in tests"
  return `Family **${rule.family}** · severity **${rule.severity}** · ${versions} · ${tests}`
}

/** A finding's message, evidence and first fix; what a described fix would write stands as code. */
function said(finding: Finding): string[] {
  const fix = finding.fixes[0]
  const [title, ...code] = fix?.title.split("\n") ?? []
  return [
    `> ${finding.message}`,
    ">",
    ...finding.evidence.map(({ message }) => `> - ${message}`),
    ...(fix ? [`> - fix (${fix.safety}): ${title}`] : []),
    ...(code.length > 0 ? [">", "> ```python", ...code.map((line) => `> ${line}`.trimEnd()), "> ```"] : []),
    "",
  ]
}

/** What Spark executes for the two examples; a mark stands where the first does more. */
function picture(rule: Rule): string[] {
  const drawn = (plans as Readonly<Record<string, { bad: readonly string[]; good: readonly string[] }>>)[rule.name]
  if (!drawn) return []
  return [
    "## What Spark executes",
    "",
    "Before (`◄`: only here):",
    "",
    "```text",
    ...drawn.bad,
    "```",
    "",
    "After:",
    "",
    "```text",
    ...drawn.good,
    "```",
    "",
  ]
}

function options(rule: Rule): string[] {
  const entries = Object.entries(rule.options ?? {})
  if (entries.length === 0) return []
  return [
    "## Options",
    "",
    "| option | type | default | |",
    "|---|---|---|---|",
    ...entries.map(
      ([name, { type, default: value, description }]) =>
        `| \`${name}\` | ${type} | \`${JSON.stringify(value)}\` | ${description} |`,
    ),
    "",
    "```toml",
    `[tool.shufflewise.rules.${rule.name}]`,
    ...entries.map(([name, { default: value }]) => `${name} = ${JSON.stringify(value)}`),
    "```",
    "",
  ]
}

function proof(rule: Rule): string[] {
  const { rows, plan } = rule.proof
  const lines = [
    "Both examples run on every supported Spark version in `test/spark`.",
    rows === "same"
      ? "- Both give the same rows."
      : `- Their rows are not compared, since they differ: ${rows.differ}.`,
  ]
  for (const [which, claim] of [
    ["first", plan?.bad],
    ["second", plan?.good],
  ] as const) {
    if (claim?.has?.length) lines.push(`- The executed plan of the ${which} shows ${quoted(claim.has)}.`)
    if (claim?.lacks?.length) lines.push(`- The executed plan of the ${which} does not show ${quoted(claim.lacks)}.`)
  }
  return [lines[0]!, "", ...lines.slice(1)]
}

function quoted(parts: readonly string[]): string {
  return parts.map((part) => `\`${part}\``).join(", ")
}

function index(): string {
  const families = [...new Set(rules.map((rule) => rule.family))].sort()
  return [
    "<!-- Made from the rules' own files by `npm run generate`. -->",
    "",
    "# Rules",
    "",
    "Each page says what a rule flags, why it matters on a cluster, and how its fix is proven.",
    "",
    ...families.flatMap((family) => [
      `## ${family}`,
      "",
      "| rule | flags | severity | fix |",
      "|---|---|---|---|",
      ...rules
        .filter((rule) => rule.family === family)
        .map(
          (rule) =>
            `| [${rule.name}](${rule.name}.md) | ${rule.flags.replaceAll("|", "\\|")} | ${rule.severity} | ${rule.fix.safety} |`,
        ),
      "",
    ]),
  ].join("\n")
}
