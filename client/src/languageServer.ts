/** The language server as a child process: its start, its restart, its end, and what it tells us. */
import * as vscode from "vscode"
import { LanguageClient, type LanguageClientOptions, State, TransportKind } from "vscode-languageclient/node"
import {
  explainRuleCommand,
  type InitializationOptions,
  openSizingCalculatorCommand,
  type Status,
  statusNotification,
  trustedNotification,
} from "../../server/src/protocol.ts"
import { RULE_LINK } from "./rulePages.ts"
import { chosenSettings, serverSettings } from "./settings.ts"
import type { Connection } from "./statusText.ts"

/**
 * Saved files, new files, files of a virtual file system such as a repository that is browsed without a clone, and the
 * cells of notebooks, which the client tells of by their notebook.
 */
const SCHEMES = ["file", "untitled", "vscode-vfs", "vscode-notebook-cell"]

export interface ServerEvents {
  onStatus(status: Status): void
  onConnection(connection: Connection): void
}

export class LanguageServer {
  private readonly client: LanguageClient
  private readonly log: vscode.LogOutputChannel
  private readonly events: ServerEvents
  private readonly trust: vscode.Disposable

  /** `module` is the bundled server; `declared` names the settings of package.json. */
  constructor(module: string, declared: readonly string[], log: vscode.LogOutputChannel, events: ServerEvents) {
    this.log = log
    this.events = events
    const run = { module, transport: TransportKind.ipc }
    this.client = new LanguageClient(
      "shufflewise",
      "Shufflewise",
      { run, debug: { ...run, options: { execArgv: ["--nolazy", "--inspect=127.0.0.1:6019"] } } },
      clientOptions(log, serverSettings(declared)),
    )
    this.client.onDidChangeState(({ newState }) => this.events.onConnection(connectionOf(newState)))
    this.trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
      // One that does not run yet is told when it starts.
      void this.client.sendNotification(trustedNotification).catch(() => {})
    })
    this.client.onNotification(statusNotification, (status: Status) => this.events.onStatus(status))
  }

  async start(): Promise<void> {
    try {
      await this.client.start()
    } catch (error) {
      this.failed("start", error)
    }
  }

  async restart(): Promise<void> {
    this.log.info("Restarting the server, as asked")
    try {
      await this.client.restart()
    } catch (error) {
      this.failed("restart", error)
    }
  }

  /** Sends a request of ours. */
  request<P, R>(method: string, params: P): Promise<R> {
    return this.client.sendRequest<R>(method, params)
  }

  async stop(): Promise<void> {
    this.trust.dispose()
    await this.client.dispose()
  }

  private failed(what: string, error: unknown): void {
    this.log.error(`The server did not ${what}: ${error instanceof Error ? error.message : String(error)}`)
    this.events.onConnection("stopped")
  }
}

function clientOptions(log: vscode.LogOutputChannel, names: readonly string[]): LanguageClientOptions {
  // Asked at every start: a workspace may have become trusted since.
  const initializationOptions = (): InitializationOptions => ({
    ruleLink: RULE_LINK,
    clientCommands: [explainRuleCommand, openSizingCalculatorCommand],
    trusted: vscode.workspace.isTrusted,
  })
  return {
    documentSelector: SCHEMES.map((scheme) => ({ scheme, language: "python" })),
    initializationOptions,
    outputChannel: log,
    traceOutputChannel: log,
    diagnosticPullOptions: { onChange: true, onTabs: true },
    middleware: {
      workspace: {
        configuration: ({ items }) =>
          items.map(({ section, scopeUri }) =>
            section === "shufflewise" ? settingsFor(names, scopeUri ? vscode.Uri.parse(scopeUri) : undefined) : null,
          ),
      },
    },
  }
}

function settingsFor(names: readonly string[], scope: vscode.Uri | undefined): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration("shufflewise", scope)
  return chosenSettings(
    names,
    (name) => settings.get(name),
    (name) => settings.inspect(name),
  )
}

function connectionOf(state: State): Connection {
  switch (state) {
    case State.Running:
      return "running"
    case State.Starting:
      return "starting"
    default:
      return "stopped"
  }
}
