/** Asks the programs of this machine what they are. Starts nothing that the user did not name, select or put on PATH. */
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { JavaCandidate, ProbedJava } from "./java.ts"
import type { ProbedPython, PythonCandidate } from "./python.ts"

/** A program that has not answered after this many milliseconds counts as one that does not run. */
const PATIENCE_MS = 20_000

/** Prints JSON. Looks PySpark up without importing it, which would take a second. */
const QUESTION = `
import json, os, re, sys
from importlib.util import find_spec
spec = find_spec("pyspark")
version = home = None
if spec and spec.submodule_search_locations:
    folder = list(spec.submodule_search_locations)[0]
    try:
        with open(os.path.join(folder, "version.py"), encoding="utf-8") as file:
            match = re.search(r'__version__[^=]*=\\s*["\\']([^"\\']+)', file.read())
        version = match.group(1) if match else None
    except OSError:
        pass
    home = folder if os.path.isdir(os.path.join(folder, "jars")) else None
print(json.dumps({"program": sys.executable, "version": ".".join(map(str, sys.version_info[:3])),
                  "pyspark": version, "sparkHome": home, "prefix": sys.prefix}))
`

/** Runs a Python for what it is and whether it has PySpark. */
export async function probePython(candidate: PythonCandidate): Promise<ProbedPython> {
  // Without -I, which would hide a PySpark that the user's PYTHONPATH gives.
  const { error, stdout, stderr } = await runFile(candidate.program, ["-c", QUESTION])
  if (error) return { candidate, facts: { error: lastLine(stderr) ?? error } }
  try {
    return { candidate, facts: JSON.parse(stdout) }
  } catch {
    return { candidate, facts: { error: `it answered ${JSON.stringify(stdout.slice(0, 80))}` } }
  }
}

/** Runs a Java for its version. */
export async function probeJava(candidate: JavaCandidate): Promise<ProbedJava> {
  const { error, stderr } = await runFile(candidate.program, ["-XshowSettings:properties", "-version"])
  const home = /^\s*java\.home = (.+)$/m.exec(stderr)?.[1]?.trim()
  const version = /^\s*java\.version = (?:1\.)?(\d+)/m.exec(stderr)?.[1]
  if (error || !home || !version) return { candidate, facts: { error: error ?? "it gave no version" } }
  return { candidate, facts: { home, major: Number(version) } }
}

/** The Java that the environment at `prefix` was made with, as its maker noted it. */
export async function environmentJava(prefix: string): Promise<string | undefined> {
  try {
    const stamp: unknown = JSON.parse(await readFile(join(prefix, "shufflewise-env.json"), "utf8"))
    const home = (stamp as { java?: { home?: unknown } } | null)?.java?.home
    return typeof home === "string" ? home : undefined
  } catch {
    return undefined
  }
}

interface Answer {
  readonly error: string | undefined
  readonly stdout: string
  readonly stderr: string
}

function runFile(program: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: PATIENCE_MS, windowsHide: true }, (error, stdout, stderr) => {
      resolve({ error: error ? reasonOf(error) : undefined, stdout, stderr })
    })
  })
}

function reasonOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.killed) return `no answer within ${PATIENCE_MS / 1000} s`
  if (error.code === "ENOENT") return "there is no such file"
  if (error.code === "EACCES") return "it may not be executed"
  return `it ended with ${String(error.code)}`
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1)?.trim() || undefined
}
