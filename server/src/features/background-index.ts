import type { WorkDoneProgressReporter } from "vscode-languageserver"
import { Indexer } from "../workspace/indexer.ts"
import { type Context, describe, type Feature } from "./context.ts"

/** Quiet time after a request or an edit before the work goes on. */
const IDLE_MS = 250
/** Work that takes longer than this is shown. */
const PATIENCE_MS = 1000

/**
 * Once the first diagnostics are there and nobody waits for anything, the files that are not open are looked through:
 * their calls tell the open ones what their functions are called with.
 */
export const backgroundIndex: Feature = {
  install(context) {
    const { reports, settings, state, host, log, index, files, fileChanges, diagnostics } = context
    let indexer: Promise<Indexer> | undefined
    let running = false

    const start = async (): Promise<Indexer> => {
      const made = new Indexer(await index, files, host)
      for await (const _ of made.find(state.folders.filter(isFile).map((uri) => host.pathOf(uri)))) await idle(context)
      return made
    }
    const run = async (): Promise<void> => {
      if (running) return
      running = true
      try {
        indexer ??= start()
        await work(context, await indexer)
      } catch (error) {
        log.error(describe(error))
      }
      running = false
    }
    reports.onFirst = (document) => {
      // What it calls may tell other open files of their functions.
      if (reports.areStale()) diagnostics.refresh()
      void settings.of(document.uri).then(({ indexes }) => {
        if (indexes && indexer === undefined && state.folders.length > 0) void run()
      })
    }
    fileChanges.onClosedFile = (path) => {
      if (indexer === undefined) return
      void indexer.then((made) => {
        made.add(path)
        void run()
      })
    }
  },
}

async function work(context: Context, indexer: Indexer): Promise<void> {
  const { host, client, connection, reports, diagnostics, settings, state } = context
  const started = host.now()
  let shown: WorkDoneProgressReporter | undefined
  let stopped = false
  while (indexer.isDue && !stopped) {
    const configOf = await settings.ofClosed(state.folders.filter(isFile))
    for (const _ of indexer.look(configOf)) {
      await idle(context)
      const { done, total } = indexer.progress
      if (shown === undefined && client.progress && host.now() - started > PATIENCE_MS) {
        const progress = await connection.window.createWorkDoneProgress()
        progress.begin("Shufflewise reads the workspace", 0, undefined, true)
        progress.token.onCancellationRequested(() => {
          stopped = true
        })
        shown = progress
      }
      shown?.report(Math.floor((100 * done) / total), `${done} of ${total} files`)
      if (stopped) break
    }
  }
  shown?.done()
  if (reports.areStale()) diagnostics.refresh()
}

/** Waits until nobody waits for an answer and no edit came in for a while, and lets pass what has arrived. */
async function idle({ host, reports }: Context): Promise<void> {
  await host.settle()
  while (reports.quietFor() < IDLE_MS) await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
}

function isFile(uri: string): boolean {
  return uri.startsWith("file:")
}
