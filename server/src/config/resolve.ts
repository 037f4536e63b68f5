import type { ClusterFacts, NodeFacts } from "../../../rules/api.ts"
import { type RuleInfo, sparkVersions } from "./schema.ts"
import type { ClusterSettings, Settings } from "./settings.ts"
import type { Profile, ResolvedConfig, RuleConfig, TableFacts } from "./types.ts"

/** Severity and options of one rule while layers are laid on each other. */
interface RuleDraft {
  severity?: RuleConfig["severity"]
  options: Record<string, unknown>
  named: boolean
}

/**
 * Lays settings on each other, a later one winning, and fills in the defaults. `exclude` and `sources` are taken as
 * they are.
 */
export function resolveSettings(
  layers: readonly Settings[],
  rules: readonly RuleInfo[],
  exclude: readonly string[],
  sources: readonly string[],
): ResolvedConfig {
  let enable = true
  let profile: Profile = "default"
  let reportUnusedSuppressions = true
  let select: readonly string[] | undefined
  let cluster: ClusterFacts | undefined
  const ignored = new Set<string>()
  const drafts = new Map<string, RuleDraft>()
  const tables = new Map<string, TableFacts>()
  const conf = new Map<string, string>()
  for (const layer of layers) {
    enable = layer.enable ?? enable
    profile = layer.profile ?? profile
    reportUnusedSuppressions = layer["report-unused-suppressions"] ?? reportUnusedSuppressions
    if (layer.select !== undefined) {
      select = expand(layer.select, rules)
      for (const rule of layer.select) unmute(draftOf(drafts, rule), rule, ignored)
    }
    for (const rule of expand(layer.ignore ?? [], rules)) ignored.add(rule)
    for (const [name, table] of Object.entries(layer.tables ?? {}))
      tables.set(name, { rows: table.rows, bytes: table.size })
    for (const [key, value] of Object.entries(layer.conf ?? {})) conf.set(key, value)
    for (const [rule, settings] of Object.entries(layer.rules ?? {})) apply(draftOf(drafts, rule), settings)
    if (layer.cluster !== undefined) cluster = clusterFacts(layer.cluster)
  }
  const known = new Set(rules.map((rule) => rule.name))
  return {
    enable,
    profile,
    select,
    ignore: [...ignored].sort(),
    rules: new Map([...drafts].filter(([name]) => known.has(name))),
    ...sparkRange(layers),
    cluster,
    tables,
    conf,
    exclude,
    reportUnusedSuppressions,
    sources,
  }
}

/** What is in force where nobody says anything. */
export function defaultConfig(rules: readonly RuleInfo[]): ResolvedConfig {
  return resolveSettings([], rules, [], [])
}

function draftOf(drafts: Map<string, RuleDraft>, rule: string): RuleDraft {
  const draft = drafts.get(rule) ?? { options: {}, named: false }
  drafts.set(rule, draft)
  return draft
}

/** A rule that is selected by name runs, whatever a farther layer says against it. */
function unmute(draft: RuleDraft, rule: string, ignored: Set<string>): void {
  draft.named = true
  if (draft.severity === "off") delete draft.severity
  ignored.delete(rule)
}

function apply(draft: RuleDraft, settings: Readonly<Record<string, unknown>>): void {
  const { severity, ...options } = settings
  if (severity !== undefined) draft.severity = severity as RuleConfig["severity"]
  Object.assign(draft.options, options)
  draft.named ||= severity !== "off" || Object.keys(options).length > 0
}

/** Rules by their names, families replaced by their rules. */
function expand(selectors: readonly string[], rules: readonly RuleInfo[]): string[] {
  return selectors.flatMap((selector) => {
    const family = rules.filter((rule) => rule.family === selector).map((rule) => rule.name)
    return family.length > 0 ? family : [selector]
  })
}

function clusterFacts(settings: ClusterSettings): ClusterFacts {
  return {
    name: settings.name ?? "cluster",
    executors: settings.executors,
    coresPerExecutor: settings.cores,
    executorMemory: Math.floor((settings.memory ?? 2 ** 30) / 2 ** 20),
    slots: settings.executors * Math.floor(settings.cores / (settings["task-cpus"] ?? 1)),
    ...(settings.manager === undefined ? {} : { manager: settings.manager }),
    ...nodeFacts(settings),
  }
}

/** A machine is described by its cores and its memory; one of them alone says too little. */
function nodeFacts(settings: ClusterSettings): { node?: NodeFacts } {
  const { nodes, "node-cores": cores, "node-memory": memory, "node-gpus": gpus = 0 } = settings
  if (cores === undefined || memory === undefined) return {}
  return {
    node: { cores, memory: Math.floor(memory / 2 ** 20), gpus, ...(nodes === undefined ? {} : { count: nodes }) },
  }
}

function sparkRange(layers: readonly Settings[]): { target: string; min: string } {
  let target: string | undefined
  let min: string | undefined
  for (const layer of layers) {
    target = layer.spark?.target ?? target
    min = layer.spark?.min ?? min
  }
  const highest = release(target ?? sparkVersions.at(-1)!)
  const lowest = release(min ?? target ?? sparkVersions[0])
  // A nearer layer may lower the target below a farther layer's minimum.
  return { target: highest, min: compareVersions(lowest, highest) > 0 ? highest : lowest }
}

/** `4.0.1` as `4.0`. */
function release(version: string): string {
  return version.split(".").slice(0, 2).join(".")
}

/** Negative when `a` is the older release. Versions are `major.minor`, more parts are ignored. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number)
  const [majorB = 0, minorB = 0] = b.split(".").map(Number)
  return majorA - majorB || minorA - minorB
}
