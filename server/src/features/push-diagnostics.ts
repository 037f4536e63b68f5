import type { Diagnostic } from "vscode-languageserver"
import { Outdated, Unavailable } from "../workspace/unanswered.ts"
import { type Context, type DiagnosticsChannel, describe } from "./context.ts"
import { toDiagnostics } from "./diagnostic.ts"

/** Quiet time after a change before the analysis starts: shorter than the pause between two keys, longer than a burst. */
const QUIET_MS = 30

/**
 * `textDocument/publishDiagnostics`: of notebooks, and of files for clients that cannot pull. `context` is asked for
 * once the server is complete.
 */
export function pushChannel(context: () => Context): DiagnosticsChannel {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  /** What texts have now, by their URIs: only those with diagnostics. */
  const shown = new Map<string, string>()
  const isPushed = (uri: string): boolean => !context().client.pulls || context().documents.file(uri) === undefined

  const stop = (uri: string): void => {
    clearTimeout(timers.get(uri))
    timers.delete(uri)
  }

  const schedule = (uri: string): void => {
    if (!isPushed(uri)) return
    stop(uri)
    timers.set(
      uri,
      setTimeout(() => {
        timers.delete(uri)
        void publish(context(), uri, shown)
      }, QUIET_MS),
    )
  }

  return {
    changed: schedule,
    closed: (uri) => {
      stop(uri)
      if (shown.delete(uri) || !context().client.pulls)
        void context().connection.sendDiagnostics({ uri, diagnostics: [] })
    },
    refresh: () => {
      for (const source of context().documents.all()) schedule(source.uri)
    },
  }
}

async function publish(context: Context, uri: string, shown: Map<string, string>): Promise<void> {
  const { connection, client, documents, log, reports } = context
  const source = documents.source(uri)
  if (source === undefined) return
  try {
    const report = await reports.current(source, { isCancellationRequested: false })
    for (const part of source.parts) {
      const diagnostics = toDiagnostics(part, report, client, context)
      const text = diagnostics.length === 0 ? undefined : textOf(diagnostics, part.textVersion)
      // Of a notebook most cells have nothing new to say, and need not say so at every key.
      if (part.uri !== source.uri && text === shown.get(part.uri)) continue
      if (text === undefined) shown.delete(part.uri)
      else shown.set(part.uri, text)
      const version = client.diagnosticVersion ? { version: part.textVersion } : {}
      void connection.sendDiagnostics({ uri: part.uri, ...version, diagnostics })
    }
  } catch (error) {
    // An outdated one was changed or closed, which scheduled or withdrew it already.
    if (!(error instanceof Outdated || error instanceof Unavailable)) log.error(describe(error))
  }
}

/** Stands for diagnostics and the version of their text; the same for those that differ in the notebook's version only. */
function textOf(diagnostics: readonly Diagnostic[], version: number): string {
  return JSON.stringify([version, diagnostics], (key, value) => (key === "data" ? value.fixes : value))
}
