/** What a rule is, hears and reports. */
import type { Call, ConfSetting, Loop, Udf } from "./calls.ts"
import type { Plan } from "./plans.ts"
import type { Program, UncalledMethod, World } from "./program.ts"
import type { Confidence, Evidence, Site } from "./values.ts"

export type Severity = "error" | "warning" | "information"
export type Safety = "safe" | "unsafe" | "suggestion"
export type Family =
  | "joins"
  | "shuffles"
  | "lineage"
  | "partitions"
  | "udfs"
  | "driver"
  | "reads"
  | "config"
  | "columns"
  | "streaming"
  | "suppression"

export interface Edit {
  readonly site: Site
  readonly text: string
}

export interface Fix {
  /** Imperative, names the user's variables; an unsafe one says what may change. */
  readonly title: string
  /** safe: the same rows, proven. unsafe: may change results or cost. suggestion: text only, no edits. */
  readonly safety: Safety
  readonly edits: readonly Edit[]
}

export interface Report {
  /** Where to squiggle. */
  readonly at: Site
  /** The call, loop, UDF or statement that it is about: lint reads comments and flags around it. */
  readonly about: Call | Loop | Udf | ConfSetting | UncalledMethod
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly confidence: Confidence
  readonly severity?: Severity
  readonly fixes?: readonly Fix[]
  /** It is a matter of sizing: an editor offers the calculator, filled with the settings in sight and with this. */
  readonly sizing?: SizingHints
}

/** What a finding knows of the data that a cluster is sized for, in bytes. */
export interface SizingHints {
  readonly inputBytes?: number
  readonly shuffleBytes?: number
  readonly broadcastBytes?: number
  /** Python on the executors runs a model. */
  readonly inference?: true
}

export interface OptionSchema {
  readonly type: "bytes" | "integer" | "boolean" | "string" | "string[]"
  readonly default: number | boolean | string | readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly description: string
}

export interface RuleContext<O extends Record<string, unknown> = Record<string, unknown>> {
  readonly program: Program
  readonly world: World
  readonly options: O
  report(report: Report): void
  /** The text of a place. */
  text(site: Site): string
  /** How to write a name of a module here: `{ text: "F.broadcast", edits: [] }`, with the import to add where it is missing. */
  imported(module: string, name: string): { text: string; edits: readonly Edit[] }
  /** A new line before or after the statement that holds `site`, at its indentation. `text` may span lines. */
  lineBefore(site: Site, text: string): Edit
  lineAfter(site: Site, text: string): Edit
}

/** What Spark must show for the examples; `test/spark` runs them on each supported version. */
export interface Proof {
  /** The frame or value named `result` must be the same in both examples; or why it is not compared. */
  readonly rows: "same" | { readonly differ: string }
  /** Substrings of the executed plan of `result` (final, after AQE) that each example must and must not show. */
  readonly plan?: {
    readonly bad?: PlanClaim
    readonly good?: PlanClaim
  }
  /** Python packages the examples import, beyond PySpark's companions. */
  readonly needs?: readonly string[]
}
export interface PlanClaim {
  readonly has?: readonly string[]
  readonly lacks?: readonly string[]
}

type Listener<T, O extends Record<string, unknown>> = (fact: T, ctx: RuleContext<O>) => void

/** `on`: facts to hear of. An API name (`DataFrame.join`), or a kind of fact. */
export interface Listeners<O extends Record<string, unknown> = Record<string, unknown>> {
  readonly calls?: { readonly [api: string]: Listener<Call, O> }
  readonly loop?: Listener<Loop, O>
  readonly udf?: Listener<Udf, O>
  readonly conf?: Listener<ConfSetting, O>
  readonly plan?: Listener<Plan, O>
  readonly program?: Listener<Program, O>
}

export interface Rule<O extends Record<string, unknown> = Record<string, unknown>> {
  /** kebab-case, names the bad pattern, reads well after "allow". */
  readonly name: string
  readonly family: Family
  readonly severity: Severity
  /** It tells of wrong results or failures, so it also speaks in tests and about deliberate code. */
  readonly correctness?: boolean
  readonly flags: string
  readonly why: string
  /** Complete, runnable PySpark on the tables of test/spark (`orders`, `customers`, `events`); each leaves `result`. */
  readonly bad: string
  readonly good: string
  readonly whenNot: string
  readonly fix: { readonly safety: Safety | "none"; readonly note: string }
  readonly options?: { readonly [name: string]: OptionSchema }
  readonly spark?: { readonly min?: string; readonly max?: string }
  readonly references: readonly string[]
  readonly proof: Proof
  /** A comment on the line, or the one above, that matches means that the author knows: the finding becomes possible. */
  readonly deliberateWords?: RegExp
  readonly on: Listeners<O>
}

/** Types a rule by its own options; the object itself is the rule. Lint gives it the options that its schema asks for. */
export function defineRule<O extends Record<string, unknown> = Record<string, unknown>>(rule: Rule<O>): Rule {
  return rule as unknown as Rule
}
