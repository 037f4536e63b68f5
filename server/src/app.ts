import type { Connection, InitializeParams, InitializeResult, ServerCapabilities } from "vscode-languageserver"
import { backgroundIndex } from "./features/background-index.ts"
import { readClient } from "./features/client.ts"
import { codeAction } from "./features/code-action.ts"
import { codeActionResolve } from "./features/code-action-resolve.ts"
import { codeLens } from "./features/code-lens.ts"
import { configProblems } from "./features/config-problems.ts"
import { configuration, initialState, settingsReader } from "./features/configuration.ts"
import type { Context, Feature } from "./features/context.ts"
import { dataSizes } from "./features/data-sizes.ts"
import { documentSymbol } from "./features/document-symbol.ts"
import { explainRule } from "./features/explain-rule.ts"
import { hover } from "./features/hover.ts"
import { notebookSync } from "./features/notebook-sync.ts"
import { pullChannel, pullDiagnostics } from "./features/pull-diagnostics.ts"
import { pushChannel } from "./features/push-diagnostics.ts"
import { ruleDoc } from "./features/rule-doc.ts"
import { StatusBoard } from "./features/status.ts"
import { textSync } from "./features/text-sync.ts"
import { watchedFiles } from "./features/watched-files.ts"
import { Checker } from "./workspace/checker.ts"
import { Documents } from "./workspace/documents.ts"
import type { Engine } from "./workspace/engine.ts"
import { FileChanges } from "./workspace/file-changes.ts"
import type { Host, Log } from "./workspace/host.ts"
import { LocalSizes } from "./workspace/local-sizes.ts"
import { ModuleIndex } from "./workspace/module-index.ts"
import { Reports } from "./workspace/reports.ts"
import { Settings } from "./workspace/settings.ts"
import { SourceFiles } from "./workspace/source-files.ts"

const features: readonly Feature[] = [
  textSync,
  notebookSync,
  pullDiagnostics,
  codeAction,
  codeActionResolve,
  hover,
  codeLens,
  documentSymbol,
  configuration,
  watchedFiles,
  configProblems,
  explainRule,
  ruleDoc,
  backgroundIndex,
  dataSizes,
]

/** What a server is made of; the entry for each place (Node, a browser) brings it. */
export interface Parts {
  readonly connection: Connection
  readonly host: Host
  /** The server's own version, for the client and the log. */
  readonly version: string
  /** Loads parser, analysis and rules. Called once, while the client is being answered. */
  readonly loadEngine: () => Promise<Engine>
}

/** Wires a server to its connection and starts to listen. */
export function startServer(parts: Parts): void {
  const { connection } = parts
  let context: Context | undefined
  connection.onInitialize((params): InitializeResult => {
    context = wire(parts, params)
    const { client } = context
    const capabilities = features.reduce((all, feature) => merge(all, feature.capability?.(client)), {})
    return { capabilities, serverInfo: { name: "Shufflewise", version: parts.version } }
  })
  connection.onInitialized(() => {
    if (context === undefined) return
    for (const feature of features) feature.initialized?.(context)
  })
  connection.listen()
}

function wire({ connection, host: disk, version, loadEngine }: Parts, params: InitializeParams): Context {
  const log: Log = connection.console
  const client = readClient(params)
  const state = initialState(params, client)
  const documents = new Documents()
  const folders = (): readonly string[] =>
    state.folders.filter((uri) => uri.startsWith("file:")).map((uri) => disk.pathOf(uri))
  const files = new SourceFiles(disk, folders)
  // Everything that reads a file sees what the editor has open.
  const host: Host = { ...disk, readFile: (path) => files.read(path) }
  const engine = loadEngine()
  const ask = settingsReader(connection, client, host, log, state)
  const settings = new Settings(
    host,
    log,
    engine.then((ready) => ready.rules),
    ask,
  )
  const index = engine.then((ready) => new ModuleIndex(ready, files, host, log))
  const sizes = new LocalSizes(host, folders, () => state.trusted)
  const checker = Promise.all([engine, index]).then(
    ([ready, known]) => new Checker(ready, host, log, String(Date.now()), known, sizes),
  )
  const reports = new Reports(documents, settings, host, checker)
  const fileChanges = new FileChanges(files, reports, host, index)
  const status = new StatusBoard(connection, documents, reports)
  reports.onLong = () => status.working()
  reports.onRun = (milliseconds) => status.ran(milliseconds)
  const pushed = pushChannel(() => context)
  const diagnostics = client.pulls ? pullChannel(connection, client, pushed) : pushed
  const context: Context = {
    connection,
    client,
    host,
    log,
    engine,
    documents,
    settings,
    files,
    index,
    fileChanges,
    sizes,
    reports,
    status,
    diagnostics,
    state,
  }
  for (const feature of features) feature.install(context)
  const how = client.pulls ? "it pulls diagnostics" : "diagnostics are pushed to it"
  log.info(
    `Shufflewise ${version}, ${Math.round(host.uptime())} ms after its process started, for ${client.name}: ${how}`,
  )
  engine.then(
    () => {
      status.ready()
      log.info(`ready ${Math.round(host.uptime())} ms after the process started`)
    },
    (error: unknown) => {
      const message = `The engine could not be loaded; install Shufflewise again. ${String(error)}`
      status.failed(message)
      log.error(message)
    },
  )
  return context
}

/** Joins what features say they can do; `workspace` is the one key that two of them may fill. */
function merge(all: ServerCapabilities, one: ServerCapabilities = {}): ServerCapabilities {
  return { ...all, ...one, ...(one.workspace && { workspace: { ...all.workspace, ...one.workspace } }) }
}
