import type { OutgoingCall, ParameterTypes } from "../analysis/call-sites.ts"
import type { SizeOf } from "../analysis/file-size.ts"
import type { LaunchConf } from "../analysis/launch/index.ts"
import type { ModuleFiles } from "../analysis/module-paths.ts"
import type { Modules } from "../analysis/modules.ts"
import type { Analysis, ImportResolver } from "../analysis/types.ts"
import type { RuleInfo } from "../config/index.ts"
import type { ResolvedConfig } from "../config/types.ts"
import type { Finding, LintResult } from "../lint/types.ts"
import type { Module } from "../syntax/ast.ts"
import type { Syntax, TextChange } from "../syntax/types.ts"

/** What the server asks of the engine: parsing, and one check that gives findings and facts together. */
export interface Engine {
  readonly syntax: Syntax
  /** Every rule that a configuration can name. */
  readonly rules: readonly RuleInfo[]
  /** Analyses a module and runs the rules over it. A rule that throws is a trouble; the others go on. */
  check(input: CheckInput): Checked
  /** Analyses a module for its calls of other files' functions. */
  outgoing(input: AnalysisInput): readonly OutgoingCall[]
  /** An index of the modules that files import. Those of files in `without` are not followed. */
  modules(files: ModuleFiles, config: ResolvedConfig, without: ReadonlySet<string>): Modules
  /** Names of the rules about suppressions themselves, which no suppression silences. */
  readonly unsuppressible: ReadonlySet<string>
  /**
   * The changes that carry out every safe fix (of one rule) that is not in another's way. They do not overlap. None
   * where the text would not parse any more.
   */
  safeFixes(source: Source, findings: readonly Finding[], rule?: string): readonly TextChange[]
  /** The change that silences a rule where a finding starts (absolute offset), or in the whole file. */
  suppression(
    where: "line" | "file",
    source: Source,
    finding: { readonly rule: string; readonly start: number },
  ): TextChange
}

export interface Source {
  readonly text: string
  readonly module: Module
}

export interface AnalysisInput {
  readonly module: Module
  readonly text: string
  /** Path as the user knows it. */
  readonly path: string
  readonly config: ResolvedConfig
  /** What other files' calls tell of this file's functions. */
  readonly parameters: ParameterTypes | undefined
  /** What the file is launched with. */
  readonly launch: readonly LaunchConf[] | undefined
  /** Sizes of local files; absent: nothing is known of disks. */
  readonly sizeOf: SizeOf | undefined
  /** Follows imports; absent: the file alone. */
  readonly imports: ImportResolver | undefined
  /** Stands for the document from version to version: what did not change is kept for the next. Absent: nothing is. */
  readonly document?: object
}

export interface CheckInput extends AnalysisInput {
  /** Rules not to run in this file, and why; each becomes a trouble. */
  readonly off: ReadonlyMap<string, string>
  /** Told the name of every rule before it runs, so that a watchdog can say which one it stopped. */
  readonly started: (rule: string) => void
}

export interface Checked extends LintResult {
  /** The facts, for hovers. */
  readonly analysis: Analysis
}
