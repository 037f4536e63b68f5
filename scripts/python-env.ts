/**
 * Makes and checks the project's own Python environments, and says what to run them with.
 *
 *     node scripts/python-env.ts [user|spark35|spark4|all]
 */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { performance } from "node:perf_hooks"
import { fileURLToPath, pathToFileURL } from "node:url"
import { EnvError } from "./python-env/errors.ts"
import { choosePython, makeVenv, provideJava, venvPython } from "./python-env/install.ts"
import type { FoundJava } from "./python-env/java.ts"
import { findJavas } from "./python-env/java.ts"
import { withLock } from "./python-env/lock.ts"
import { type EnvName, type EnvSpec, envSpecs, inRange, type Release } from "./python-env/releases.ts"

export { EnvError } from "./python-env/errors.ts"
export { type FoundJava, findJavas } from "./python-env/java.ts"
export { type FoundPython, findPythons } from "./python-env/pythons.ts"
export type { EnvName } from "./python-env/releases.ts"

const projectRoot = fileURLToPath(new URL("..", import.meta.url))
const stampName = "shufflewise-env.json"

/** A ready environment. */
export interface PythonEnv {
  readonly name: EnvName
  /** Absolute path of the virtual environment. */
  readonly folder: string
  /** Absolute path of its interpreter. */
  readonly python: string
  /** `3.11.7` */
  readonly pythonVersion: string
  /** Version of PySpark: `4.3.0`. */
  readonly spark: string
  readonly java: FoundJava
  /**
   * What to set, on top of the caller's environment, so that `python`, `spark-submit` and Spark's own scripts use
   * this environment and nothing else: PATH, JAVA_HOME, SPARK_HOME, PYSPARK_PYTHON, PYSPARK_DRIVER_PYTHON,
   * PYTHONPATH (empty) and SPARK_LOCAL_IP (loopback, so that a host name that does not resolve does no harm).
   */
  readonly variables: Readonly<Record<string, string>>
}

export interface EnsureOptions {
  /** The project's root; this checkout's by default. */
  readonly root?: string
  /** Called with a line for each step that takes time. */
  readonly say?: (line: string) => void
  /** Ends what is under way; the environment is made anew the next time. */
  readonly signal?: AbortSignal
}

interface Stamp {
  /** Of everything that went into it. */
  readonly hash: string
  readonly python: string
  readonly spark: string
  readonly java: FoundJava
  /** The Java came from PyPI, into the environment. */
  readonly ownJava: boolean
}

/**
 * Gives an environment, making it first where it is missing or its pins have changed. A few milliseconds when it is
 * there. Two processes that ask at once make it once.
 * @throws EnvError with what to do, when Python, its venv module, Java or the network is missing
 */
export async function ensureEnv(name: EnvName, options: EnsureOptions = {}): Promise<PythonEnv> {
  const root = options.root ?? projectRoot
  const spec = envSpecs[name]
  const say = (line: string) => options.say?.(`${name}: ${line}`)
  const ready = await findEnv(name, root)
  if (ready) return ready
  const folder = join(root, spec.folder)
  return withLock(
    `${folder}.lock`,
    (pid) => say(`waiting for process ${pid}, which is making it`),
    async () => (await findEnv(name, root)) ?? (await make(spec, root, say, options.signal)),
  )
}

/** An environment that is there and whole, or undefined. Installs nothing. */
export async function findEnv(name: EnvName, root: string = projectRoot): Promise<PythonEnv | undefined> {
  const spec = envSpecs[name]
  const folder = join(root, spec.folder)
  const stamp = readStamp(folder)
  const release = spec.releases.find((release) => release.spark === stamp?.spark)
  if (!stamp || !release || stamp.hash !== hashOf(spec, release, root) || !existsSync(venvPython(folder)))
    return undefined
  const java = await javaNow(stamp, release)
  return java ? describe(spec, folder, stamp, java) : undefined
}

/** The Java of the machine may have changed since; one that fits and comes first on PATH is taken. */
async function javaNow(stamp: Stamp, release: Release): Promise<FoundJava | undefined> {
  if (stamp.ownJava) return existsSync(stamp.java.home) ? stamp.java : undefined
  return (await findJavas()).find((java) => inRange(release.java, java.major))
}

async function make(
  spec: EnvSpec,
  root: string,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<PythonEnv> {
  const start = performance.now()
  const folder = join(root, spec.folder)
  if (existsSync(folder) && !existsSync(join(folder, "pyvenv.cfg")) && readdirSync(folder).length > 0) {
    throw new EnvError(`${folder} is in the way: it is not a virtual environment. Move it and run this again.`)
  }
  if (existsSync(folder) && spec.name === "user" && !existsSync(join(folder, stampName))) {
    throw new EnvError(
      `${folder} is a virtual environment of yours. Move it and run this again, so that nothing of it is lost.`,
    )
  }
  const { release, python } = await choosePython(spec)
  const size = `about ${release.fetchMB + (spec.inference ? 35 : 0)} MB to fetch the first time`
  say(`PySpark ${release.spark} for Python ${python.version} into ${spec.folder} (${size})`)
  const files = [release.requirements, ...(spec.inference ? [release.inference] : [])].map((file) =>
    join(root, "requirements", file),
  )
  await makeVenv(folder, python, files, say, signal, () => writeStamp(folder, undefined))
  const java = await provideJava(folder, release, join(root, "requirements", release.jre), say, signal)
  const stamp: Stamp = {
    hash: hashOf(spec, release, root),
    python: python.version,
    spark: release.spark,
    java,
    ownJava: java.home.startsWith(folder),
  }
  writeStamp(folder, stamp)
  say(`ready after ${((performance.now() - start) / 1000).toFixed(0)} s, with Java ${java.major} (${java.home})`)
  return describe(spec, folder, stamp, java)
}

function hashOf(spec: EnvSpec, release: Release, root: string): string {
  const hash = createHash("sha256").update(JSON.stringify([spec.inference, release.spark]))
  for (const file of [release.requirements, ...(spec.inference ? [release.inference] : []), release.jre]) {
    hash.update(readFileSync(join(root, "requirements", file)))
  }
  return hash.digest("hex")
}

function readStamp(folder: string): Stamp | undefined {
  try {
    const stamp: unknown = JSON.parse(readFileSync(join(folder, stampName), "utf8"))
    return stamp && typeof stamp === "object" && "hash" in stamp ? (stamp as Stamp) : undefined
  } catch {
    return undefined
  }
}

/** undefined: under way. It marks the folder as ours, so that a run that was cut off can be done again. */
function writeStamp(folder: string, stamp: Stamp | undefined): void {
  writeFileSync(join(folder, stampName), `${JSON.stringify(stamp ?? {}, null, 2)}\n`)
}

function describe(spec: EnvSpec, folder: string, stamp: Stamp, java: FoundJava): PythonEnv {
  const python = venvPython(folder)
  const minor = stamp.python.split(".")[1]
  const packages =
    process.platform === "win32"
      ? join(folder, "Lib", "site-packages")
      : join(folder, "lib", `python3.${minor}`, "site-packages")
  // Windows calls it `Path`: a second spelling of it would be ignored.
  const pathKey = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH"
  const bins = [join(python, ".."), join(java.home, "bin"), process.env[pathKey] ?? ""]
  return {
    name: spec.name,
    folder,
    python,
    pythonVersion: stamp.python,
    spark: stamp.spark,
    java,
    variables: {
      [pathKey]: bins.filter(Boolean).join(delimiter),
      JAVA_HOME: java.home,
      SPARK_HOME: join(packages, "pyspark"),
      PYSPARK_PYTHON: python,
      PYSPARK_DRIVER_PYTHON: python,
      PYTHONPATH: "",
      SPARK_LOCAL_IP: "127.0.0.1",
    },
  }
}

const usage = "usage: node scripts/python-env.ts [user|spark35|spark4|all]"

async function main(args: readonly string[]): Promise<number> {
  const [which = "user", ...rest] = args
  const names = which === "all" ? (Object.keys(envSpecs) as EnvName[]) : [which as EnvName]
  if (rest.length > 0 || !names.every((name) => Object.hasOwn(envSpecs, name))) {
    console.error(usage)
    return 2
  }
  const stop = new AbortController()
  process.once("SIGINT", () => stop.abort())
  process.once("SIGTERM", () => stop.abort())
  for (const name of names) {
    try {
      const env = await ensureEnv(name, { say: (line) => console.log(line), signal: stop.signal })
      console.log(`${name}: PySpark ${env.spark}, Python ${env.pythonVersion}, Java ${env.java.major}: ${env.python}`)
    } catch (error) {
      if (stop.signal.aborted) {
        console.error(`${name}: stopped`)
        return 130
      }
      if (!(error instanceof EnvError)) throw error
      console.error(`${name}: ${error.message}`)
      return 1
    }
  }
  return 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2))
}
