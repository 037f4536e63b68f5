import { type Call, defineRule, type Fix, type Report, type Rule, type RuleContext } from "../../../rules/api.ts"
import { analyze } from "../../../server/src/analysis/index.ts"
import { createConfigs } from "../../../server/src/config/index.ts"
import { type LintInput, lint, suppressionRules } from "../../../server/src/lint/index.ts"
import type { Finding, LintResult } from "../../../server/src/lint/types.ts"
import { parse } from "./parse.ts"

type RuleParts = Partial<Rule> & { name: string }

/** A rule with nothing to it but what the test names. */
export function ruleOf(parts: RuleParts): Rule {
  return defineRule({
    family: "driver",
    severity: "warning",
    flags: "",
    why: "",
    bad: "",
    good: "",
    whenNot: "",
    fix: { safety: "none", note: "" },
    references: [],
    proof: { rows: "same" },
    on: {},
    ...parts,
  })
}

/** A rule that reports calls of one API at their method's name. */
export function callRule(
  name: string,
  api: string,
  report: (call: Call, ctx: RuleContext) => Partial<Report> = () => ({}),
  parts: Partial<Rule> = {},
): Rule {
  return ruleOf({
    name,
    ...parts,
    on: {
      calls: {
        [api]: (call, ctx) =>
          ctx.report({
            at: call.nameSite,
            about: call,
            message: `${call.name} is called`,
            evidence: [],
            confidence: "certain",
            ...report(call, ctx),
          }),
      },
    },
  })
}

/** A fix by one edit of the call's method name. */
export function rename(call: Call, text: string, safety: Fix["safety"] = "safe"): Fix {
  return { title: `Write ${text}`, safety, edits: [{ site: call.nameSite, text }] }
}

export interface CheckOptions extends Partial<LintInput> {
  /** As in a configuration file. */
  readonly settings?: Record<string, unknown>
  readonly path?: string
}

/** Parses, analyses and lints. */
export function check(text: string, rules: readonly Rule[], options: CheckOptions = {}): LintResult {
  const path = options.path ?? "job.py"
  const layers = [{ source: "test", values: options.settings ?? {} }]
  const configs = createConfigs({ readFile: () => undefined, rules: [...rules, ...suppressionRules], layers })
  const { config, problems } = configs.forFile(undefined)
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("; "))
  const module = parse(text)
  const { target, tables, conf } = config
  const analysis = analyze({ module, text, path, target, tables, conf })
  return lint({ module, text, path, config, rules, analysis, ...options })
}

/** `line:rule`, lines counted from 1. */
export function short(text: string, findings: readonly Finding[]): string[] {
  return findings.map(({ rule, span }) => `${text.slice(0, span.start).split("\n").length}:${rule}`)
}
