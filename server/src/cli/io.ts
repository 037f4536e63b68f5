import { type Style, styleFor, wantsColors } from "./terminal.ts"

/** Where a command reads and writes. */
export interface Io {
  /** Findings and answers, and nothing else. */
  out(text: string): void
  /** Progress, warnings and failures. */
  err(text: string): void
  readonly outStyle: Style
  readonly errStyle: Style
  /** Absolute path of the folder that the command runs in. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

/** The streams and the environment of this process. */
export function processIo(): Io {
  const { stdout, stderr, env } = process
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outStyle: styleFor(wantsColors(stdout, env)),
    errStyle: styleFor(wantsColors(stderr, env)),
    cwd: process.cwd(),
    env,
  }
}

/** Exit codes of the contract. */
export const exit = { clean: 0, findings: 1, trouble: 2 } as const
