import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process"

/** What an LSP error response holds. */
export class RpcError extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data: unknown) {
    super(`${message} (${code})`)
    this.code = code
    this.data = data
  }
}

export interface Notification {
  readonly method: string
  readonly params: unknown
}

export interface ClientOptions {
  /** Program and arguments of the server. */
  readonly command: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Milliseconds to wait for one message before giving up. */
  readonly patience?: number
  /** Answers requests of the server; `null` where it gives undefined. */
  readonly onRequest?: (method: string, params: unknown) => unknown
}

interface Message {
  readonly id?: number | string | null
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

interface Waiter {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

/** Milliseconds that a test waits for one message before it fails, unless it says otherwise. */
const PATIENCE_MS = 30_000

/** A scripted LSP client over stdio, written from the protocol's text so that it shares no code with the server. */
export class LspClient {
  readonly process: ChildProcessWithoutNullStreams
  /** Every notification so far, in order. */
  readonly notifications: Notification[] = []
  /** Every request of the server so far, in order. */
  readonly requests: Notification[] = []
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string | null>
  stderr = ""
  private readonly options: ClientOptions
  private readonly patience: number
  private readonly waiting = new Map<number, Waiter>()
  private readonly watchers = new Set<() => void>()
  private readonly muted = new Set<string>()
  private buffer: Buffer = Buffer.alloc(0)
  private lastId = 0

  constructor(options: ClientOptions) {
    this.options = options
    this.patience = options.patience ?? PATIENCE_MS
    const [program, ...args] = options.command
    this.process = spawn(program!, args, { cwd: options.cwd, env: options.env ?? process.env })
    this.process.stdout.on("data", (chunk: Buffer) => this.read(chunk))
    this.process.stderr.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString("utf8")
    })
    this.process.stdin.on("error", () => {})
    this.exited = new Promise((resolve) => {
      this.process.once("exit", (code, signal) => {
        for (const { reject } of this.waiting.values())
          reject(new Error(`the server ended (${signal ?? code}): ${this.stderr}`))
        this.waiting.clear()
        resolve(signal ?? code)
      })
    })
  }

  /** Sends a request; `id` is for cancelling it. */
  send<R>(method: string, params?: unknown): { readonly id: number; readonly answer: Promise<R> } {
    const id = ++this.lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}: ${this.stderr}`)), this.patience)
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          settle(value)
        }
      this.waiting.set(id, { resolve: done(resolve), reject: done(reject) })
    }) as Promise<R>
    this.write({ jsonrpc: "2.0", id, method, ...(params === undefined ? {} : { params }) })
    return { id, answer }
  }

  request<R>(method: string, params?: unknown): Promise<R> {
    return this.send<R>(method, params).answer
  }

  notify(method: string, params?: unknown): void {
    this.write({ jsonrpc: "2.0", method, ...(params === undefined ? {} : { params }) })
  }

  cancel(id: number): void {
    this.notify("$/cancelRequest", { id })
  }

  /** From now on leaves requests of this method without an answer. */
  mute(method: string): void {
    this.muted.add(method)
  }

  /** Sends bytes as they are. */
  raw(bytes: string | Buffer): void {
    this.process.stdin.write(bytes)
  }

  /** The first notification (of `since` and later) that fits; waits for it. */
  async notification<P>(method: string, fits: (params: P) => boolean = () => true, since = 0): Promise<P> {
    const find = () =>
      this.notifications.slice(since).find((one) => one.method === method && fits(one.params as P))?.params as P
    await this.until(() => find() !== undefined, `a ${method} notification`)
    return find()
  }

  /** Waits until something is so; fails after a while, naming `what`. */
  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.watchers.delete(check)
        reject(new Error(`waited in vain for ${what}; stderr: ${this.stderr}`))
      }, this.patience)
      const check = () => {
        if (!condition()) return
        clearTimeout(timer)
        this.watchers.delete(check)
        resolve()
      }
      this.watchers.add(check)
    })
  }

  /** Ends the server as a client should. Gives its exit code. */
  async stop(): Promise<number | string | null> {
    await this.request("shutdown")
    this.notify("exit")
    return this.exited
  }

  /** Ends the server as a crash would. */
  kill(): Promise<number | string | null> {
    this.process.kill("SIGKILL")
    return this.exited
  }

  private write(message: object): void {
    const body = Buffer.from(JSON.stringify(message))
    this.process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]))
  }

  private read(chunk: Buffer): void {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk])
    for (;;) {
      const head = this.buffer.indexOf("\r\n\r\n")
      if (head < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.toString("latin1", 0, head))?.[1])
      const end = head + 4 + length
      if (this.buffer.length < end) return
      const message = JSON.parse(this.buffer.toString("utf8", head + 4, end)) as Message
      this.buffer = this.buffer.subarray(end)
      this.take(message)
    }
  }

  private take(message: Message): void {
    if (message.method !== undefined && message.id !== undefined) {
      this.requests.push({ method: message.method, params: message.params })
      if (this.muted.has(message.method)) return
      const result = this.options.onRequest?.(message.method, message.params) ?? null
      this.write({ jsonrpc: "2.0", id: message.id, result })
    } else if (message.method !== undefined) {
      this.notifications.push({ method: message.method, params: message.params })
    } else if (typeof message.id === "number") {
      const waiter = this.waiting.get(message.id)
      this.waiting.delete(message.id)
      if (message.error === undefined) waiter?.resolve(message.result)
      else waiter?.reject(new RpcError(message.error.code, message.error.message, message.error.data))
    }
    for (const watcher of this.watchers) watcher()
  }
}
