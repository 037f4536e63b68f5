/**
 * Every request, notification and option that is ours and not LSP's, typed. The server and each client share this
 * file; it imports nothing, so that any of them can.
 */

// ---------------------------------------------------------------- options at start

/** What a client may pass as `initializationOptions`. All of it is optional; editors without settings use `settings`. */
export interface InitializationOptions {
  /**
   * Where the code of a diagnostic links to. `{rule}` is replaced by the rule's name. VS Code gives a link of its own,
   * which opens the page that ships with the extension; without it, links lead to the page in the repository.
   */
  readonly ruleLink?: string
  /** Commands of ours that the client carries out itself; the server then leaves them to it. */
  readonly clientCommands?: readonly string[]
  /** Settings for clients that answer no `workspace/configuration`: the object below `shufflewise.` in VS Code. */
  readonly settings?: unknown
  /** The workspace is trusted: what its code reads may be looked up outside of its folders too. Changes by `trustedNotification`. */
  readonly trusted?: boolean
  /** Push diagnostics even if the client can pull them. */
  readonly push?: boolean
}

/**
 * Keys below `shufflewise.` that are for the editor's side and not for the linter. Every other key is validated as a
 * key of the configuration file.
 */
export const editorKeys: ReadonlySet<string> = new Set([
  "codeLens",
  "configFile",
  "index",
  "trace",
  "java",
  "python",
  "run",
])

// ---------------------------------------------------------------- commands

/** Shows a rule's page. One argument: the rule's name. */
export const explainRuleCommand = "shufflewise.explainRule"

/**
 * Opens the calculator. One argument: the fields that are known, a partial `CalculatorState`. Only offered to a client
 * that has it and names it in `clientCommands`.
 */
export const openSizingCalculatorCommand = "shufflewise.openSizingCalculator"

// ---------------------------------------------------------------- requests, client to server

/** Gives a rule's page as markdown, from the server itself: no network. */
export const ruleDocRequest = "shufflewise/ruleDoc"

export interface RuleDocParams {
  readonly rule: string
}

/** `null`: no rule has this name. */
export type RuleDocResult = { readonly rule: string; readonly markdown: string } | null

// ---------------------------------------------------------------- notifications, client to server

/** Sent when the person trusts the workspace. No parameters. */
export const trustedNotification = "shufflewise/trusted"

// ---------------------------------------------------------------- notifications, server to client

/** Sent when something that a status item shows has changed, at most a few times a second. */
export const statusNotification = "shufflewise/status"

/** starting: the engine loads; ready: waits for work; working: analyses a file; failed: cannot work, see `message`. */
export type ServerState = "starting" | "ready" | "working" | "failed"

export interface Status {
  readonly state: ServerState
  /** Why it failed and what to do; only with `failed`. */
  readonly message?: string
  /** Time of the last analysis in milliseconds; null before the first. */
  readonly lastRunMs: number | null
  /** Findings now shown in the open files. */
  readonly findings: number
  /** Open files that were analysed. */
  readonly files: number
  /** What did not work in the open files; the other rules went on. */
  readonly troubles: readonly Trouble[]
}

export interface Trouble {
  readonly uri: string
  /** The rule's name, or null where it was not one rule. */
  readonly rule: string | null
  /** What happened, a full sentence. */
  readonly reason: string
}

// ---------------------------------------------------------------- what a diagnostic carries

/** `Diagnostic.data` of a finding: the fixes, prepared, so that a light bulb needs no second analysis. */
export interface FindingData {
  /** Version of the document that the edits were computed for. */
  readonly version: number
  readonly rule: string
  readonly fixes: readonly PreparedFix[]
}

export interface PreparedFix {
  readonly title: string
  readonly safety: "safe" | "unsafe"
  readonly edits: readonly PreparedEdit[]
}

/** A text edit of the diagnostic's own document, as LSP's `TextEdit`. */
export interface PreparedEdit {
  readonly range: Range
  readonly newText: string
}

/** Zero-based; characters count UTF-16 units. The same as LSP's. */
export interface Position {
  readonly line: number
  readonly character: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}
