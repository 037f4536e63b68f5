import type { Confidence, Rule } from "../../../rules/api.ts"
import { compareVersions } from "../config/resolve.ts"
import type { ResolvedConfig } from "../config/types.ts"

interface Active {
  readonly rules: readonly Rule[]
  readonly inJobs: readonly Rule[]
  readonly inTests: readonly Rule[]
}

/** One configuration serves many files, so that the choice is made once for each. */
const known = new WeakMap<ResolvedConfig, Active>()

/** The rules that a configuration lets run on a job or, correctness rules alone, on a test. */
export function activeRules(rules: readonly Rule[], config: ResolvedConfig, isTest: boolean): readonly Rule[] {
  let active = known.get(config)
  if (active === undefined || active.rules !== rules) {
    const inJobs = rules.filter((rule) => isOn(rule.name, config) && speaksOf(rule, config.target))
    active = { rules, inJobs, inTests: inJobs.filter((rule) => rule.correctness) }
    known.set(config, active)
  }
  return isTest ? active.inTests : active.inJobs
}

/** Whether a configuration lets a rule speak at all. */
export function isOn(rule: string, config: ResolvedConfig): boolean {
  if (config.rules.get(rule)?.severity === "off" || config.ignore.includes(rule)) return false
  return config.select === undefined || config.select.includes(rule)
}

/** How sure a rule's finding must be to be shown. */
export function threshold(rule: string, config: ResolvedConfig): Confidence {
  if (config.rules.get(rule)?.named) return "possible"
  return config.profile === "quiet" ? "certain" : config.profile === "strict" ? "possible" : "likely"
}

type Options = Readonly<Record<string, unknown>>

const chosen = new WeakMap<ResolvedConfig, Map<Rule, Options>>()

/** A rule's options: its own defaults under what the configuration sets. */
export function optionsOf(rule: Rule, config: ResolvedConfig): Options {
  const known = chosen.get(config) ?? new Map<Rule, Options>()
  chosen.set(config, known)
  const before = known.get(rule)
  if (before !== undefined) return before
  const defaults = Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default])
  const options: Options = { ...Object.fromEntries(defaults), ...config.rules.get(rule.name)?.options }
  known.set(rule, options)
  return options
}

function speaksOf(rule: Rule, target: string): boolean {
  const { min, max } = rule.spark ?? {}
  if (min !== undefined && compareVersions(target, min) < 0) return false
  return max === undefined || compareVersions(target, max) <= 0
}
