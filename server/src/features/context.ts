import type { CancellationToken, Connection, ServerCapabilities } from "vscode-languageserver"
import { LSPErrorCodes, ResponseError } from "vscode-languageserver"
import type { Documents } from "../workspace/documents.ts"
import type { Engine } from "../workspace/engine.ts"
import type { FileChanges } from "../workspace/file-changes.ts"
import type { Host, Log } from "../workspace/host.ts"
import type { LocalSizes } from "../workspace/local-sizes.ts"
import type { ModuleIndex } from "../workspace/module-index.ts"
import type { Reports } from "../workspace/reports.ts"
import type { Settings } from "../workspace/settings.ts"
import type { SourceFiles } from "../workspace/source-files.ts"
import { Cancelled, Outdated, Unavailable } from "../workspace/unanswered.ts"
import type { Client } from "./client.ts"
import type { ClientState } from "./configuration.ts"
import type { StatusBoard } from "./status.ts"

/** What every feature gets: the connection, what the client can do, and the workspace. */
export interface Context {
  readonly connection: Connection
  readonly client: Client
  readonly host: Host
  readonly log: Log
  readonly engine: Promise<Engine>
  readonly documents: Documents
  readonly settings: Settings
  readonly files: SourceFiles
  readonly index: Promise<ModuleIndex>
  readonly fileChanges: FileChanges
  readonly sizes: LocalSizes
  readonly reports: Reports
  readonly status: StatusBoard
  readonly diagnostics: DiagnosticsChannel
  readonly state: ClientState
}

/** How diagnostics reach the client: it pulls them, or they are pushed. Told what makes the shown ones old. */
export interface DiagnosticsChannel {
  /** A document was opened or changed. */
  changed(uri: string): void
  closed(uri: string): void
  /** Something other than a text changed: every open document counts as changed. */
  refresh(): void
}

/** One LSP method (or one of ours): what the server then says it can do, and the handler. */
export interface Feature {
  /** What to add to the server's capabilities for this client. */
  capability?(client: Client): ServerCapabilities
  /** Installs the handlers. Called once, before the client is answered. */
  install(context: Context): void
  /** Called when the client is ready for requests of the server. */
  initialized?(context: Context): void
}

/**
 * Runs a request's work and turns what stops it into LSP's errors: cancelled by the client, or about a text that has
 * changed since. Where nothing can be said (the engine is not there, or a bug) the answer is `nothing`: an error would
 * pop up at every keystroke in some editors. The bug is logged.
 */
export async function answer<R>(
  log: Log,
  token: CancellationToken,
  nothing: R,
  work: () => Promise<R>,
): Promise<R | ResponseError<void>> {
  try {
    const result = await work()
    return token.isCancellationRequested ? cancelled() : result
  } catch (error) {
    if (error instanceof Cancelled) return cancelled()
    if (error instanceof Outdated) return new ResponseError(LSPErrorCodes.ContentModified, error.message)
    if (!(error instanceof Unavailable)) log.error(describe(error))
    return nothing
  }
}

export function cancelled<D>(): ResponseError<D> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled by the client")
}

/** An unexpected error for the log, with its stack. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
