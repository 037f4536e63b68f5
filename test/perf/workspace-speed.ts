/**
 * The server in a workspace of 2,000 files that use each other: from its start to the first diagnostics, until all
 * files are read in the background, and how fast that ends when a person cancels it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { LspClient } from "../server/lsp/client.ts"
import type { Row } from "./lsp-latency.ts"
import { ourServer, type ServerCommand } from "./lsp-servers.ts"
import { pysparkSource, random } from "./syntax-source.ts"

const FILES = 2_000
const FILES_A_PACKAGE = 50
/** Milliseconds that the whole look may take before the measurement is given up. */
const PATIENCE = 180_000

const HELPERS = `from pyspark.sql import DataFrame, functions as F


def load(spark, name):
    return spark.read.parquet(f"s3://lake/{name}").repartition(200)


def clean(frame, columns):
    return frame.dropna(subset=columns).dropDuplicates()


def check(frame):
    if frame.count() == 0:
        raise ValueError("no rows")
    return frame
`

/** Writes packages, each with helpers and jobs that call them: 10 to 400 lines, most of them short. */
function writeWorkspace(folder: string): void {
  const next = random(5)
  for (let i = 0; i < FILES; i++) {
    const name = `package_${Math.floor(i / FILES_A_PACKAGE)}`
    const inside = join(folder, name)
    mkdirSync(inside, { recursive: true })
    if (i % FILES_A_PACKAGE === 0) writeFileSync(join(inside, "helpers.py"), HELPERS)
    else {
      const calls = `from ${name}.helpers import check, clean, load\n\nchecked = check(clean(load(spark, "t"), ["a"]))\n`
      writeFileSync(join(inside, `job_${i}.py`), pysparkSource(10 + Math.floor(next() ** 3 * 390), i + 1) + calls)
    }
  }
}

/** What is shown of work that takes long. */
type Progress = {
  readonly token: string | number
  readonly value: { readonly kind: string; readonly message?: string }
}

interface Look {
  /** Milliseconds from the start of the server's process. */
  readonly first: number
  readonly done: number
  /** Milliseconds from the cancellation to the end of the work; undefined where it was not cancelled. */
  readonly stopped: number | undefined
  /** Files that were read when it was cancelled, as the server showed. */
  readonly read: string | undefined
  /** Most memory of the process, in MiB; undefined off Linux. */
  readonly memory: number | undefined
}

/** Opens a file of the workspace and waits until the server has read the others, or cancels that once it is shown. */
async function look(server: ServerCommand, folder: string, cancel: boolean): Promise<Look> {
  const started = performance.now()
  const client = new LspClient({
    command: server.command,
    patience: PATIENCE,
    onRequest: (method, params) =>
      method === "workspace/configuration" ? (params as { items: unknown[] }).items.map(() => null) : null,
  })
  const uriOf = (path: string): string => pathToFileURL(path).href
  await client.request("initialize", {
    processId: process.pid,
    rootUri: uriOf(folder),
    workspaceFolders: [{ uri: uriOf(folder), name: "bench" }],
    capabilities: {
      textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true } },
      workspace: { configuration: true },
      window: { workDoneProgress: true },
    },
  })
  client.notify("initialized", {})
  const file = join(folder, "package_0", "helpers.py")
  const textDocument = { uri: uriOf(file), languageId: "python", version: 1, text: readFileSync(file, "utf8") }
  client.notify("textDocument/didOpen", { textDocument })
  await client.request("textDocument/diagnostic", { textDocument })
  const first = performance.now() - started

  const begun = await client.notification<Progress>("$/progress", ({ value }) => value.kind === "begin")
  let stopping: number | undefined
  if (cancel) {
    await client.notification<Progress>("$/progress", ({ value }) => value.kind === "report")
    stopping = performance.now()
    client.notify("window/workDoneProgress/cancel", { token: begun.token })
  }
  await client.notification<Progress>("$/progress", ({ value }) => value.kind === "end")
  const ended = performance.now()
  const reports = client.notifications.filter((one) => one.method === "$/progress").map((one) => one.params as Progress)
  const memory = mostMemory(client.process.pid!)
  await client.stop()
  return {
    first,
    done: ended - started,
    stopped: stopping === undefined ? undefined : ended - stopping,
    read: reports.findLast(({ value }) => value.kind === "report")?.value.message,
    memory,
  }
}

function mostMemory(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024
}

export async function measureWorkspace(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "shufflewise-bench-"))
  try {
    writeWorkspace(folder)
    const server = await ourServer()
    const whole = await look(server, folder, false)
    const cancelled = await look(server, folder, true)
    const row = (name: string, value: number, unit: string, most?: number): Row => ({
      name: `workspace of ${FILES} files: ${name}`,
      value: Math.round(value),
      unit,
      ...(most === undefined ? {} : { aim: `at most ${most}`, met: value <= most }),
    })
    const memory = (name: string, { memory: most }: Look): Row[] => (most === undefined ? [] : [row(name, most, "MiB")])
    return [
      row("start to the first diagnostics", whole.first, "ms"),
      row("start until all files were read in the background", whole.done, "ms"),
      ...memory("most memory then", whole),
      row(`cancelled (${cancelled.read}): until it stopped`, cancelled.stopped!, "ms", 100),
      ...memory("most memory, cancelled", cancelled),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
