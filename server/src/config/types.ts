import type { ClusterFacts, Severity } from "../../../rules/api.ts"

/** quiet: certain only; default: certain and likely; strict: possible too. */
export type Profile = "quiet" | "default" | "strict"

/** What is known of a table by name (`[tool.shufflewise.tables]`). */
export interface TableFacts {
  readonly rows?: number
  readonly bytes?: number
}

/** A rule's settings after everything is merged. */
export interface RuleConfig {
  /** undefined: the rule's own. "off" switches it off. */
  readonly severity?: Severity | "off"
  readonly options?: Readonly<Record<string, unknown>>
  /** Named by the user (select, severity or options): then possible findings are shown as well. */
  readonly named: boolean
}

/** One resolved, validated configuration for one file: defaults, the nearest config file and its `extends`, its overrides, the editor's settings on top. */
export interface ResolvedConfig {
  readonly enable: boolean
  readonly profile: Profile
  /** Undefined: all rules. */
  readonly select: readonly string[] | undefined
  readonly ignore: readonly string[]
  readonly rules: ReadonlyMap<string, RuleConfig>
  /** Spark version the code runs on, and the lowest it must run on; `4.3`. */
  readonly target: string
  readonly min: string
  readonly cluster: ClusterFacts | undefined
  readonly tables: ReadonlyMap<string, TableFacts>
  /** Confs that are set outside the code (`[tool.shufflewise.conf]`). */
  readonly conf: ReadonlyMap<string, string>
  /** Globs of files not to lint. */
  readonly exclude: readonly string[]
  /** Unused suppressions are reported. */
  readonly reportUnusedSuppressions: boolean
  /** The files it came from, nearest first. */
  readonly sources: readonly string[]
}

/** Something wrong in a config file, at the key. Offsets in UTF-16 units of that file's text. */
export interface ConfigProblem {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly severity: "error" | "warning"
  /** Says what is wrong, what is allowed, and the nearest valid key or value. */
  readonly message: string
}
