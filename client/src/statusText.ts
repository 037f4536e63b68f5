/** What the status item says. Pure. */
import type { Status } from "../../server/src/protocol.ts"

/** The client's own view of the server's process. */
export type Connection = "starting" | "running" | "stopped"

/** Text and tooltip of the status item. */
export interface StatusText {
  /** With VS Code's `$(icon)` syntax. */
  readonly text: string
  /** Markdown. */
  readonly tooltip: string
  readonly severity: "normal" | "warning" | "error"
}

/** `status` is what the server said last; undefined before its first word. */
export function statusText(connection: Connection, status: Status | undefined): StatusText {
  if (connection === "stopped") {
    return {
      text: "$(circle-slash) Shufflewise",
      tooltip: "**Shufflewise has stopped.** Select to restart it or to see its log.",
      severity: "error",
    }
  }
  if (connection === "starting" || status === undefined || status.state === "starting") {
    return { text: "$(loading~spin) Shufflewise", tooltip: "Shufflewise is starting.", severity: "normal" }
  }
  if (status.state === "failed") {
    return {
      text: "$(error) Shufflewise",
      tooltip: `**Shufflewise can't work.** ${status.message ?? "Its log says why."}`,
      severity: "error",
    }
  }
  const lines = [summary(status)]
  if (status.lastRunMs !== null) lines.push(`Last analysis: ${milliseconds(status.lastRunMs)}`)
  if (status.troubles.length > 0) {
    lines.push(`**Did not work everywhere** (see the log):`)
    for (const { rule, reason } of status.troubles.slice(0, 5)) lines.push(`- ${rule ? `\`${rule}\`: ` : ""}${reason}`)
  }
  const icon = status.state === "working" ? "loading~spin" : status.troubles.length > 0 ? "warning" : "zap"
  return {
    text: `$(${icon}) Shufflewise${status.findings > 0 ? ` ${status.findings}` : ""}`,
    tooltip: lines.join("\n\n"),
    severity: status.troubles.length > 0 ? "warning" : "normal",
  }
}

function summary({ findings, files, state }: Status): string {
  if (files === 0) return "**Shufflewise** is ready and waits for a Python file."
  const where = `${files} open ${files === 1 ? "file" : "files"}`
  const what = findings === 0 ? "no findings" : `${findings} ${findings === 1 ? "finding" : "findings"}`
  return `**Shufflewise**${state === "working" ? " is analysing" : ""}: ${what} in ${where}`
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}
