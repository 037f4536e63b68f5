import type { ConfSetting, Program, Value } from "../../../rules/api.ts"
import type { TableFacts } from "../config/types.ts"
import type { Module } from "../syntax/ast.ts"
import type { OutgoingCall, ParameterTypes } from "./call-sites.ts"
import type { SizeOf } from "./file-size.ts"
import type { Kept } from "./kept.ts"
import type { LaunchConf } from "./launch/index.ts"

export interface AnalyzeInput {
  readonly module: Module
  readonly text: string
  /** Path as the user knows it; tells tests from jobs. */
  readonly path: string
  /** Spark version the code runs on: `4.3`. */
  readonly target: string
  readonly tables: ReadonlyMap<string, TableFacts>
  /** Confs set outside the code, by the configuration. */
  readonly conf: ReadonlyMap<string, string>
  /** Confs that the file is launched with, by other files; of two with one key the later counts. */
  readonly launch?: readonly LaunchConf[] | undefined
  /** Sizes of files at the paths that the code reads; absent: nothing is known of disks. */
  readonly sizeOf?: SizeOf | undefined
  /** What the version before left, of the same document; what this one leaves for the next is put there. */
  readonly kept?: Kept | undefined
  /** What other files' calls tell of this file's functions. */
  readonly parameters?: ParameterTypes | undefined
  /** Answers what an import of the workspace gives; absent: the file alone. */
  readonly imports?: ImportResolver
}

/** What other modules of the workspace export. The seam for cross-file summaries. */
export interface ImportResolver {
  /**
   * Value of `name` in `module` (dots for relative levels), or undefined when it is not the workspace's. `from` is the
   * file that the import stands in, where it is another than the one that is analysed.
   */
  resolve(module: string, level: number, name: string | null, from?: string): Value | undefined
  /** What a notebook that is run sets, in order. */
  confs?(module: string, from?: string): readonly ConfSetting[]
  /** Whether a module of the workspace mentions PySpark, or a library whose frames have its method names; undefined where it isn't the workspace's. */
  mentions?(
    module: string,
    level: number,
    from?: string,
  ): { readonly spark: boolean; readonly rival: boolean } | undefined
}

/** What analysis gives: the facts for rules, and look-ups for an editor. */
export interface Analysis {
  readonly program: Program
  /** The value of the innermost name or call at an absolute offset, with the expression's absolute span. */
  valueAt(offset: number): { readonly value: Value; readonly start: number; readonly end: number } | undefined
  /** Calls of other files' functions. */
  readonly outgoing: readonly OutgoingCall[]
  /** A bound was reached: some values are unknown because of it. Says which. */
  readonly bounded: string | undefined
}

export type Analyze = (input: AnalyzeInput) => Analysis
