/** The language server in this very process, over a connection that only hands objects on: thousands can be started. */
import type { Diagnostic, DocumentDiagnosticReport, Hover, TextDocumentContentChangeEvent } from "vscode-languageserver"
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createConnection,
  type DataCallback,
  type Message,
} from "vscode-languageserver/node"
import { startServer } from "../../../server/src/app.ts"
import type { Engine } from "../../../server/src/workspace/engine.ts"
import type { Host } from "../../../server/src/workspace/host.ts"
import { nodeHost } from "../../../server/src/workspace/node-host.ts"

/** What goes to the server. */
class Inbox extends AbstractMessageReader {
  private callback: DataCallback | undefined

  listen(callback: DataCallback): { dispose(): void } {
    this.callback = callback
    return { dispose: () => {} }
  }

  put(message: object): void {
    this.callback?.({ jsonrpc: "2.0", ...message } as Message)
  }
}

/** What the server sends. */
class Outbox extends AbstractMessageWriter {
  private readonly take: (message: Answer) => void

  constructor(take: (message: Answer) => void) {
    super()
    this.take = take
  }

  async write(message: Message): Promise<void> {
    this.take(message as Answer)
  }

  end(): void {}
}

interface Answer extends Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string }
}

/** No file but those that are open. */
const emptyDisk: Host = {
  ...nodeHost,
  readFile: () => undefined,
  isFile: () => false,
  exists: () => false,
  workspaceFiles: async () => [],
}

const capabilities = {
  textDocument: {
    diagnostic: {},
    publishDiagnostics: { relatedInformation: true, dataSupport: true },
    hover: { contentFormat: ["markdown"] },
  },
}

/** A server with a client that has initialized it. */
export class MemoryServer {
  readonly errors: string[] = []
  private readonly inbox = new Inbox()
  private readonly waiting = new Map<number, (answer: Answer) => void>()
  private ids = 0

  private constructor(engine: Engine) {
    const connection = createConnection(this.inbox, new Outbox((answer) => this.hear(answer)))
    startServer({ connection, host: emptyDisk, version: "0", loadEngine: async () => engine })
  }

  static async start(engine: Engine, folder: string): Promise<MemoryServer> {
    const server = new MemoryServer(engine)
    await server.request("initialize", {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: folder, name: "test" }],
      initializationOptions: { settings: { index: false } },
      capabilities,
    })
    server.notify("initialized", {})
    return server
  }

  open(uri: string, version: number, text: string): void {
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "python", version, text } })
  }

  change(uri: string, version: number, contentChanges: readonly TextDocumentContentChangeEvent[]): void {
    this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges })
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.request("textDocument/diagnostic", { textDocument: { uri }, previousResultId })
  }

  hover(uri: string, position: { line: number; character: number }): Promise<Hover | null> {
    return this.request("textDocument/hover", { textDocument: { uri }, position })
  }

  /** The diagnostics of documents once no answer changes any more: what one file's calls tell goes to the others. */
  async settled(uris: readonly string[]): Promise<Diagnostic[][]> {
    const reports: { id: string | undefined; items: Diagnostic[] }[] = uris.map(() => ({ id: undefined, items: [] }))
    for (let changed = true, rounds = 1; changed; rounds++) {
      if (rounds > 20) throw new Error("the files tell each other something new again and again")
      changed = false
      for (const [index, uri] of uris.entries()) {
        const report = await this.pull(uri, reports[index]!.id)
        if (report.kind !== "full") continue
        reports[index] = { id: report.resultId, items: report.items }
        changed = true
      }
    }
    return reports.map(({ items }) => items)
  }

  private notify(method: string, params: object): void {
    this.inbox.put({ method, params })
  }

  private request<T>(method: string, params: object): Promise<T> {
    const id = ++this.ids
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result as T) : reject(new Error(`${method}: ${error.code} ${error.message}`)),
      )
      this.inbox.put({ id, method, params })
    })
  }

  private hear(answer: Answer): void {
    if (answer.method === undefined) {
      this.waiting.get(answer.id!)?.(answer)
      this.waiting.delete(answer.id!)
    } else if (answer.id !== undefined) this.inbox.put({ id: answer.id, result: null })
    else if (answer.method === "window/logMessage") {
      const { type, message } = answer.params as { type: number; message: string }
      if (type <= 2) this.errors.push(message)
    }
  }
}
