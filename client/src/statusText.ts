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

/** What the editor shows of us. The server counts closed files, too, while VS Code keeps them in mind. */
export interface Shown {
  readonly findings: number
  /** Files that have at least one. */
  readonly files: number
}

/** `status` is what the server said last; undefined before its first word. */
export function statusText(connection: Connection, status: Status | undefined, shown: Shown): StatusText {
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
  const lines = [summary(status, shown)]
  if (status.lastRunMs !== null) lines.push(`Last analysis: ${milliseconds(status.lastRunMs)}`)
  if (status.troubles.length > 0) {
    lines.push(`**Did not work everywhere** (see the log):`)
    for (const { rule, reason } of status.troubles.slice(0, 5)) lines.push(`- ${rule ? `\`${rule}\`: ` : ""}${reason}`)
  }
  const icon = status.state === "working" ? "loading~spin" : status.troubles.length > 0 ? "warning" : "zap"
  return {
    text: `$(${icon}) Shufflewise${shown.findings > 0 ? ` ${shown.findings}` : ""}`,
    tooltip: lines.join("\n\n"),
    severity: status.troubles.length > 0 ? "warning" : "normal",
  }
}

function summary({ files, state }: Status, shown: Shown): string {
  if (files === 0) return "**Shufflewise** is ready and waits for a Python file."
  const what =
    shown.findings === 0
      ? "no findings in the open files"
      : `${plural(shown.findings, "finding")} in ${plural(shown.files, "file")}`
  return `**Shufflewise**${state === "working" ? " is analysing" : ""}: ${what}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}
