import type { Family, Rule, Severity } from "../../../rules/api.ts"
import { type SuppressionRule, suppressionRules } from "../lint/suppression-rules.ts"
import { nodeHost } from "../workspace/node-host.ts"

/** Everything that can be shown of a rule. */
export interface RulePage {
  readonly name: string
  readonly family: Family
  readonly severity: Severity
  readonly flags: string
  readonly why: string
  /** The rule's page. */
  readonly markdown: string
  /** The same in short, as plain text. */
  readonly text: string
}

/** A rule of `rules/`, or one about suppressions. */
export type AnyRule = Rule | SuppressionRule

/** All rules there are, sorted by family and name. */
export function allRules(rules: readonly Rule[]): AnyRule[] {
  const key = ({ family, name }: AnyRule): string => `${family}/${name}`
  return [...rules, ...suppressionRules].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** A rule's page: the one that ships with the program, else what the rule says of itself. */
export function pageOf(rule: AnyRule): RulePage {
  const { name, family, severity, flags, why, whenNot, fix } = rule
  const markdown = nodeHost.rulePage(name)?.replace(/^<!--.*?-->\s*/s, "") ?? markdownOf(rule)
  const text = `${flags}\n\n${why}\n\nFix (${fix.safety}): ${fix.note}\n\nWhen not to follow it: ${whenNot}`
  return { name, family, severity, flags, why, markdown, text }
}

function markdownOf(rule: AnyRule): string {
  const { name, family, severity, flags, why, bad, good, whenNot, fix } = rule
  return [
    `# ${name}`,
    "",
    flags,
    "",
    `Family **${family}** · severity **${severity}**`,
    "",
    ...["## Why it matters", "", why, ""],
    ...[
      "## Example",
      "",
      "```python",
      bad.trimEnd(),
      "```",
      "",
      "Instead:",
      "",
      "```python",
      good.trimEnd(),
      "```",
      "",
    ],
    ...["## Fix", "", fix.safety === "none" ? fix.note : `${fix.safety}: ${fix.note}`, ""],
    ...["## When not to follow it", "", whenNot, ""],
  ].join("\n")
}
