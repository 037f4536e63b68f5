import type { Manager } from "../../../rules/api.ts"
import type { Profile } from "./types.ts"

/** What one file or one set of editor settings says, validated; absent keys say nothing. Written in kebab-case as in TOML. */
export interface Settings {
  readonly enable?: boolean
  readonly profile?: Profile
  readonly select?: readonly string[]
  readonly ignore?: readonly string[]
  readonly "report-unused-suppressions"?: boolean
  readonly spark?: { readonly target?: string; readonly min?: string }
  readonly cluster?: ClusterSettings
  readonly tables?: Readonly<Record<string, { readonly rows?: number; readonly size?: number }>>
  readonly conf?: Readonly<Record<string, string>>
  /** By rule: `severity`, and options by their names. */
  readonly rules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface ClusterSettings {
  readonly name?: string
  readonly executors: number
  readonly cores: number
  /** Bytes. */
  readonly memory?: number
  readonly "task-cpus"?: number
  readonly manager?: Manager
  readonly nodes?: number
  readonly "node-cores"?: number
  /** Bytes. */
  readonly "node-memory"?: number
  readonly "node-gpus"?: number
}

/** Settings of a whole file. */
export interface FileSettings extends Settings {
  readonly extends?: readonly string[]
  readonly exclude?: readonly string[]
  readonly overrides?: readonly (Settings & { readonly files: readonly string[] })[]
}
