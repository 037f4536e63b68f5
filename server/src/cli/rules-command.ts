import { didYouMean } from "../config/nearest.ts"
import { ruleLink } from "../lint/rule-link.ts"
import { exit } from "./io.ts"
import type { Program } from "./lint-command.ts"
import { renderMarkdown } from "./markdown.ts"
import { type AnyRule, allRules, pageOf } from "./rule-page.ts"
import { type OptionSpec, optionValue, parseArguments, UsageError } from "./usage.ts"

const format: OptionSpec = {
  name: "format",
  value: "FORMAT",
  choices: ["text", "json"],
  help: "text (the default) or json.",
}

export const rulesOptions: readonly OptionSpec[] = [format]
export const explainOptions: readonly OptionSpec[] = [format]

/** `shufflewise rules`: the table of all rules. */
export function rulesCommand(args: readonly string[], { rules, io }: Program): number {
  const parsed = parseArguments(args, rulesOptions)
  if (parsed.positionals.length > 0) throw new UsageError("`rules` takes no argument; `explain RULE` describes one")
  const all = allRules(rules)
  if (optionValue(parsed, "format") === "json") {
    io.out(`${JSON.stringify({ schema: 1, rules: all.map(described) }, null, 2)}\n`)
    return exit.clean
  }
  const width = Math.max(...all.map((rule) => rule.name.length))
  const { outStyle: style } = io
  let family = ""
  for (const rule of all) {
    if (rule.family !== family) io.out(`${family === "" ? "" : "\n"}${style.bold(rule.family)}\n`)
    family = rule.family
    const severity = rule.severity.padEnd("information".length)
    const fix = (rule.fix.safety === "none" ? "–" : rule.fix.safety).padEnd("suggestion".length)
    io.out(`  ${rule.name.padEnd(width)}  ${style.dim(`${severity}  ${fix}`)}  ${rule.flags}\n`)
  }
  io.out(`\n${style.dim("shufflewise explain RULE describes one; its third column is how safe its fix is.")}\n`)
  return exit.clean
}

/** `shufflewise explain RULE`: a rule's page. */
export function explainCommand(args: readonly string[], { rules, io }: Program): number {
  const parsed = parseArguments(args, explainOptions)
  const [name, ...more] = parsed.positionals
  if (name === undefined || more.length > 0)
    throw new UsageError("write the name of one rule: shufflewise explain RULE")
  const all = allRules(rules)
  const rule = all.find((each) => each.name === name)
  if (rule === undefined) {
    const hint = didYouMean(
      name,
      all.map((each) => each.name),
    )
    throw new UsageError(`there is no rule \`${name}\`${hint || "; `shufflewise rules` lists them"}`)
  }
  const page = pageOf(rule)
  if (optionValue(parsed, "format") === "json")
    io.out(`${JSON.stringify({ schema: 1, ...described(rule), page: page.markdown }, null, 2)}\n`)
  else io.out(renderMarkdown(page.markdown, io.outStyle))
  return exit.clean
}

/** A rule as data: what a program may want to know of it. */
function described(rule: AnyRule): object {
  const { name, family, severity, flags, why, whenNot, bad, good, fix } = rule
  const more =
    "on" in rule ? { correctness: rule.correctness === true, options: rule.options ?? {}, spark: rule.spark ?? {} } : {}
  return { name, family, severity, flags, why, whenNot, bad, good, fix, ...more, link: ruleLink(name) }
}
