/**
 * A real Neovim for the tests: finds one, or installs one where that needs nobody's password. Run by itself it says
 * which one there is.
 */
import { spawnSync } from "node:child_process"

/** A Neovim by the command that starts it. */
export interface Neovim {
  readonly command: string
  /** `0.11` as [0, 11]. */
  readonly version: readonly [major: number, minor: number]
}

/** The Neovim on PATH, or the one that `NVIM` names; undefined where there is none that starts. */
export function findNeovim(): Neovim | undefined {
  const command = process.env.NVIM ?? "nvim"
  const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8", timeout: 20_000 })
  const version = /^NVIM v(\d+)\.(\d+)/.exec(stdout ?? "")
  return status === 0 && version !== null ? { command, version: [Number(version[1]), Number(version[2])] } : undefined
}

/**
 * Gives a Neovim, installing Debian's where there is none and we are root. Undefined where that is not possible: `say`
 * has then been told that the tests in it are not run, and what to do.
 */
export function ensureNeovim(say: (line: string) => void): Neovim | undefined {
  const found = findNeovim()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && installs("apt-get")) {
    say("Neovim is missing; installing Debian's (about 30 MB) …")
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    const options = { stdio: "ignore", timeout: 300_000, env: environment } as const
    // A machine that was never updated knows no packages yet.
    for (const args of [["install", "-y", "neovim"], ["update"], ["install", "-y", "neovim"]])
      if (spawnSync("apt-get", args, options).status === 0 && findNeovim() !== undefined) return findNeovim()
  }
  say("NOT RUN: the tests in a real Neovim, since there is none and it can't be installed here; install `neovim`")
  return undefined
}

function installs(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0
}

if (import.meta.main) {
  const neovim = ensureNeovim(console.log)
  if (neovim !== undefined) console.log(`Neovim ${neovim.version.join(".")}: ${neovim.command}`)
}
