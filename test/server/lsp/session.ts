import { join, resolve } from "node:path"
import type {
  CodeAction,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  InitializeResult,
  Range,
  TextDocumentContentChangeEvent,
} from "vscode-languageserver"
import { LspClient } from "./client.ts"

export const root = resolve(import.meta.dirname, "../../..")
export const serverEntry = join(root, "server/src/node.ts")

/** Everything that VS Code's client announces and the server looks at. */
export const richCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
  textDocument: {
    diagnostic: { dynamicRegistration: true },
    publishDiagnostics: {
      relatedInformation: true,
      codeDescriptionSupport: true,
      dataSupport: true,
      versionSupport: true,
      tagSupport: { valueSet: [1, 2] },
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "source.fixAll"] } },
      dataSupport: true,
      isPreferredSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    hover: { contentFormat: ["markdown", "plaintext"] },
  },
  window: { showDocument: { support: true } },
}

/** The least that a client may announce. */
export const poorCapabilities = {}

export interface SessionOptions {
  readonly capabilities?: object
  readonly initializationOptions?: object
  /** Path of the workspace's only folder. */
  readonly folder?: string
  /** What the client answers for the section `shufflewise`; may change while the session runs. */
  readonly settings?: { value: unknown }
  /** Another server than the shipped one. */
  readonly entry?: string
  /** Milliseconds to wait for one message before giving up. */
  readonly patience?: number
  /** Arguments behind `--stdio`. */
  readonly arguments?: readonly string[]
}

/** A server with a client that has initialized it. */
export class Session {
  readonly client: LspClient
  readonly initialized: InitializeResult

  private constructor(client: LspClient, initialized: InitializeResult) {
    this.client = client
    this.initialized = initialized
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const client = new LspClient({
      command: [process.execPath, options.entry ?? serverEntry, "--stdio", ...(options.arguments ?? [])],
      patience: options.patience,
      onRequest: (method, params) => {
        if (method === "workspace/configuration")
          return (params as { items: unknown[] }).items.map(() => options.settings?.value ?? null)
        return method === "window/showDocument" ? { success: true } : null
      },
    })
    const uri = options.folder === undefined ? null : fileUri(options.folder)
    const result = await client.request<InitializeResult>("initialize", {
      processId: process.pid,
      clientInfo: { name: "scripted client" },
      rootUri: uri,
      workspaceFolders: uri === null ? null : [{ uri, name: "test" }],
      initializationOptions: options.initializationOptions,
      capabilities: options.capabilities ?? richCapabilities,
    })
    client.notify("initialized", {})
    return new Session(client, result)
  }

  open(uri: string, text: string, version = 1, languageId = "python"): void {
    this.client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } })
  }

  change(uri: string, version: number, contentChanges: readonly TextDocumentContentChangeEvent[]): void {
    this.client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges })
  }

  save(uri: string): void {
    this.client.notify("textDocument/didSave", { textDocument: { uri } })
  }

  close(uri: string): void {
    this.client.notify("textDocument/didClose", { textDocument: { uri } })
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.client.request("textDocument/diagnostic", { textDocument: { uri }, previousResultId })
  }

  /** The diagnostics of a document, pulled; fails if the server says that they did not change. */
  async items(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri)
    if (report.kind !== "full") throw new Error("unchanged, though no earlier result was named")
    return report.items
  }

  actions(uri: string, diagnostics: readonly Diagnostic[], only?: readonly string[]): Promise<CodeAction[]> {
    const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }
    return this.client.request("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics, only },
    })
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.client.request("textDocument/hover", { textDocument: { uri }, position: { line, character } })
  }

  /** What the server has logged so far, with LSP's message types: 1 error, 2 warning, 3 information. */
  log(type?: 1 | 2 | 3): string[] {
    return this.client.notifications
      .filter((one) => one.method === "window/logMessage")
      .map((one) => one.params as { type: number; message: string })
      .filter((one) => type === undefined || one.type === type)
      .map((one) => one.message)
  }
}

export function fileUri(path: string): string {
  return `file://${path.split("/").map(encodeURIComponent).join("/")}`
}

/** The text that a range of LSP covers, for messages and checks. */
export function textAt(text: string, range: Range): string {
  const lines = text.split("\n")
  if (range.start.line === range.end.line)
    return lines[range.start.line]!.slice(range.start.character, range.end.character)
  return [
    lines[range.start.line]!.slice(range.start.character),
    ...lines.slice(range.start.line + 1, range.end.line),
    lines[range.end.line]!.slice(0, range.end.character),
  ].join("\n")
}
