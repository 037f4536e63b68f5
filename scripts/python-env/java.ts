/** Finds a Java that a release of Spark runs on. */
import { existsSync, readFileSync, realpathSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { runProgram } from "./processes.ts"

export interface FoundJava {
  readonly home: string
  /** `17` */
  readonly major: number
}

const executable = process.platform === "win32" ? "java.exe" : "java"

/** The Javas that `JAVA_HOME` and PATH name, in this order. */
export async function findJavas(): Promise<FoundJava[]> {
  const home = process.env.JAVA_HOME
  const programs = home ? [join(home, "bin", executable)] : []
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder) programs.push(join(folder, executable))
  }
  const found = new Map<string, FoundJava>()
  for (const program of programs) {
    if (!existsSync(program)) continue
    const real = realpathSync(program)
    if (found.has(real)) continue
    const java = fromReleaseFile(real) ?? (await fromProgram(real))
    if (java) found.set(real, java)
  }
  return [...found.values()]
}

/** A JDK or JRE says its version in a file, so that nothing has to be started. */
function fromReleaseFile(program: string): FoundJava | undefined {
  const home = dirname(dirname(program))
  try {
    const version = /^JAVA_VERSION="([^"]+)"/m.exec(readFileSync(join(home, "release"), "utf8"))
    return version ? { home, major: majorOf(version[1] ?? "") } : undefined
  } catch {
    return undefined
  }
}

/** macOS has a `java` that only leads to the real one, or to an advertisement where there is none. */
async function fromProgram(program: string): Promise<FoundJava | undefined> {
  const { code, stderr } = await runProgram(program, ["-XshowSettings:properties", "-version"], { timeout: 15_000 })
  if (code !== 0) return undefined
  const home = /^\s*java\.home = (.+)$/m.exec(stderr)
  const version = /^\s*java\.version = (.+)$/m.exec(stderr)
  return home?.[1] && version?.[1] ? { home: home[1].trim(), major: majorOf(version[1].trim()) } : undefined
}

/** `17.0.15` and `1.8.0_412` alike. */
function majorOf(version: string): number {
  const parts = version.split(/[._+-]/).map(Number)
  return (parts[0] === 1 ? parts[1] : parts[0]) ?? 0
}
