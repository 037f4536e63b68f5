/** Finds the Pythons of a machine that can make a virtual environment. */
import { existsSync, readdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { runProgram } from "./processes.ts"

export interface FoundPython {
  /** Absolute path of the interpreter. */
  readonly path: string
  /** `3.11.7` */
  readonly version: string
  /** `11` of 3.11. */
  readonly minor: number
  /** Why it can't make virtual environments; undefined when it can. */
  readonly lacks: string | undefined
}

const probe = `
import json, platform, sys
lacks = None
try:
    import venv, ensurepip
except ImportError as error:
    lacks = error.name
print(json.dumps([sys.executable, platform.python_version(), list(sys.version_info[:2]), lacks]))
`

/**
 * Pythons 3 on PATH (`python3`, `python3.9`…, `python`), of pyenv, and of Windows' `py` launcher, the default one
 * first, each interpreter once. Starts each candidate (about 30 ms) to learn its version: a name on PATH may be
 * a stub that does not run.
 */
export async function findPythons(): Promise<FoundPython[]> {
  const found: FoundPython[] = []
  for (const [program, ...args] of candidates()) {
    const outcome = await runProgram(program, [...args, "-c", probe], { timeout: 15_000 })
    if (outcome.code !== 0) continue
    const python = parse(outcome.stdout)
    if (python && !found.some((other) => other.path === python.path)) found.push(python)
  }
  return found
}

function parse(text: string): FoundPython | undefined {
  let facts: unknown
  try {
    facts = JSON.parse(text)
  } catch {
    return undefined
  }
  const [path, version, [major, minor], lacks] = facts as [string, string, [number, number], string | null]
  return major === 3 ? { path, version, minor, lacks: lacks ?? undefined } : undefined
}

function candidates(): [string, ...string[]][] {
  const minors = [14, 13, 12, 11, 10, 9]
  const names: [string, ...string[]][] = []
  if (process.platform === "win32") {
    names.push(["py", "-3"], ...minors.map((minor): [string, string] => ["py", `-3.${minor}`]), ["python"])
  } else {
    names.push(["python3"], ...minors.map((minor): [string] => [`python3.${minor}`]), ["python"])
    names.push(...pyenvPythons().map((path): [string] => [path]))
  }
  return names
}

/** pyenv keeps versions that its own `python3.9` refuses to start unless they were chosen. */
function pyenvPythons(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), ".pyenv"), "versions")
  if (!existsSync(versions)) return []
  return readdirSync(versions)
    .filter((name) => /^3\.(9|1\d)\./.test(name))
    .map((name) => join(versions, name, "bin", "python3"))
    .filter((path) => existsSync(path))
}
