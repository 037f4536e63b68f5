/** The two language servers that are measured: ours, bundled as it ships, and ruff's. */
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { build } from "../../scripts/build.ts"
import { CACHE, cached } from "../../scripts/cache.ts"
import { findPythons } from "../../scripts/python-env/pythons.ts"
import type { Position } from "../../server/src/protocol.ts"
import { LspClient } from "../server/lsp/client.ts"

const run = promisify(execFile)
const RUFF = "0.17.6"

/** A language server by the command that starts it. */
export interface ServerCommand {
  readonly name: string
  readonly command: readonly string[]
}

/** Bundles our server and gives the command that starts it, on the Node that runs this. */
export async function ourServer(): Promise<ServerCommand> {
  const outdir = join(CACHE, "bench-server")
  await build({ outdir, only: ["server"] })
  return { name: "shufflewise", command: [process.execPath, join(outdir, "server.cjs"), "--stdio"] }
}

/** Installs ruff from PyPI into the checkout's cache where it is missing. Throws where Python or the network is. */
export async function ruffServer(): Promise<ServerCommand> {
  const { folder } = await cached(`ruff-${RUFF}`, async (partial) => {
    const python = (await findPythons()).find((one) => one.lacks === undefined)
    if (python === undefined) throw new Error("no Python that can make a virtual environment; install python3-venv")
    await run(python.path, ["-m", "venv", partial])
    await run(join(partial, scripts, "python"), ["-m", "pip", "install", "--quiet", `ruff==${RUFF}`])
  })
  return { name: `ruff ${RUFF}`, command: [join(folder, scripts, "ruff"), "server"] }
}

const scripts = process.platform === "win32" ? "Scripts" : "bin"

/** What VS Code announces of what these servers look at. */
const capabilities = {
  textDocument: {
    diagnostic: {},
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    synchronization: {},
  },
  workspace: { configuration: true },
}

/** A server with one document open. */
export class OpenedServer {
  readonly name: string
  readonly client: LspClient
  private readonly uri: string
  private version = 1

  private constructor(name: string, client: LspClient, uri: string) {
    this.name = name
    this.client = client
    this.uri = uri
  }

  /** Starts a server, opens a text and waits for its first diagnostics. Times in milliseconds from the start. */
  static async start(
    { name, command }: ServerCommand,
    text: string,
    path = "/work/job.py",
  ): Promise<{ server: OpenedServer; initializedMs: number; firstMs: number }> {
    const started = performance.now()
    const client = new LspClient({
      command,
      onRequest: (method, params) =>
        method === "workspace/configuration" ? (params as { items: unknown[] }).items.map(() => null) : null,
    })
    const server = new OpenedServer(name, client, `file://${path}`)
    await client.request("initialize", { processId: process.pid, rootUri: null, capabilities })
    const initializedMs = performance.now() - started
    client.notify("initialized", {})
    client.notify("textDocument/didOpen", { textDocument: { uri: server.uri, languageId: "python", version: 1, text } })
    await server.pull()
    return { server, initializedMs, firstMs: performance.now() - started }
  }

  /** Replaces a range and waits for the diagnostics. Gives milliseconds. */
  async edit(start: Position, end: Position, text: string): Promise<number> {
    const started = performance.now()
    this.client.notify("textDocument/didChange", {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [{ range: { start, end }, text }],
    })
    await this.pull()
    return performance.now() - started
  }

  /** Waits for the diagnostics and gives their number. */
  async pull(): Promise<number> {
    const { items } = await this.client.request<{ items?: unknown[] }>("textDocument/diagnostic", {
      textDocument: { uri: this.uri },
    })
    return items?.length ?? 0
  }

  async stop(): Promise<void> {
    await this.client.stop()
  }
}
