import { Outdated, Unavailable } from "../workspace/unanswered.ts"
import { type Context, type DiagnosticsChannel, describe } from "./context.ts"
import { toDiagnostics } from "./diagnostic.ts"

/** Quiet time after a change before the analysis starts: shorter than the pause between two keys, longer than a burst. */
const QUIET_MS = 30

/** `textDocument/publishDiagnostics`, for clients that cannot pull. `context` is asked for once the server is complete. */
export function pushChannel(context: () => Context): DiagnosticsChannel {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  const stop = (uri: string): void => {
    clearTimeout(timers.get(uri))
    timers.delete(uri)
  }

  const schedule = (uri: string): void => {
    stop(uri)
    timers.set(
      uri,
      setTimeout(() => {
        timers.delete(uri)
        void publish(context(), uri)
      }, QUIET_MS),
    )
  }

  return {
    changed: schedule,
    closed: (uri) => {
      stop(uri)
      void context().connection.sendDiagnostics({ uri, diagnostics: [] })
    },
    refresh: () => {
      for (const document of context().documents.all()) schedule(document.uri)
    },
  }
}

async function publish(context: Context, uri: string): Promise<void> {
  const { connection, client, documents, host, log, reports } = context
  const document = documents.get(uri)
  if (document === undefined) return
  try {
    const report = await reports.current(document, { isCancellationRequested: false })
    const diagnostics = toDiagnostics(document, report, client, host)
    await connection.sendDiagnostics(
      client.diagnosticVersion ? { uri, version: report.version, diagnostics } : { uri, diagnostics },
    )
  } catch (error) {
    // An outdated one was changed or closed, which scheduled or withdrew it already.
    if (!(error instanceof Outdated || error instanceof Unavailable)) log.error(describe(error))
  }
}
