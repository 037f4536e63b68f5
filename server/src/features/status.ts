import type { Connection } from "vscode-languageserver"
import { type ServerState, type Status, statusNotification, type Trouble } from "../protocol.ts"
import type { Documents } from "../workspace/documents.ts"
import type { Reports } from "../workspace/reports.ts"

/** Status changes closer together than this are sent as one. */
const INTERVAL_MS = 100

/** Tells the client how the server does, by `shufflewise/status`. Clients that do not know it ignore it. */
export class StatusBoard {
  private readonly connection: Connection
  private readonly documents: Documents
  private readonly reports: Reports
  private state: ServerState = "starting"
  private message: string | undefined
  private lastRunMs: number | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private sent = ""

  constructor(connection: Connection, documents: Documents, reports: Reports) {
    this.connection = connection
    this.documents = documents
    this.reports = reports
  }

  ready(): void {
    this.state = "ready"
    this.changed()
  }

  /** The server cannot work. `message` says why and what to do. */
  failed(message: string): void {
    this.state = "failed"
    this.message = message
    this.changed()
  }

  /** Says at once that a long analysis begins. */
  async working(): Promise<void> {
    this.state = "working"
    await this.send()
  }

  ran(milliseconds: number): void {
    this.state = "ready"
    this.lastRunMs = milliseconds
    this.changed()
  }

  /** Sends the status soon, if it differs from what the client knows. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      void this.send()
    }, INTERVAL_MS)
  }

  private async send(): Promise<void> {
    const status = this.current()
    const text = JSON.stringify(status)
    if (text === this.sent) return
    this.sent = text
    await this.connection.sendNotification(statusNotification, status)
  }

  private current(): Status {
    const troubles: Trouble[] = []
    let findings = 0
    let files = 0
    for (const document of this.documents.all()) {
      const report = this.reports.latest(document)
      if (report === undefined) continue
      files++
      findings += report.findings.length
      for (const { rule, reason } of report.troubles) troubles.push({ uri: document.uri, rule, reason })
    }
    const { state, message, lastRunMs } = this
    return { state, ...(message === undefined ? {} : { message }), lastRunMs, findings, files, troubles }
  }
}
