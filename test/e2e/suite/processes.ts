/** The processes of this machine, as the tests need to see them. */
import { execFileSync } from "node:child_process"

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Every living process. */
function processes(): Process[] {
  return execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8", maxBuffer: 1 << 24 })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
      if (!pid || !parent || !state || !command || state.startsWith("Z")) return []
      return [{ pid: Number(pid), parent: Number(parent), command }]
    })
}

/** The living descendants of this extension host whose command line contains `text`; others' processes are not ours. */
export function ours(text: string): Process[] {
  const all = processes()
  const family = new Set([process.pid])
  for (let size = 0; size !== family.size; ) {
    size = family.size
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  }
  return all.filter(({ pid, command }) => pid !== process.pid && family.has(pid) && command.includes(text))
}

/** Whether a process is alive, whosever child it is by now. */
export function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid)
}

/** The language servers that this extension host started. */
export function languageServers(): Process[] {
  return ours("server.cjs")
}
