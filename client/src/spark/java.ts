/** Which Java runs Spark: where to look, which versions fit, and what to say when none does. Pure. */
import type { Platform } from "./python.ts"

export type JavaOrigin = "setting" | "environment" | "JAVA_HOME" | "path"

/** A Java to try. */
export interface JavaCandidate {
  /** Full path of the `java` program. */
  readonly program: string
  readonly from: JavaOrigin
}

/** Where a Java may be named. */
export interface JavaSources {
  /** `shufflewise.java.home`. */
  readonly setting?: string
  /** The Java that was installed along with the Python environment. */
  readonly environment?: string
  /** The variable JAVA_HOME. */
  readonly javaHome?: string
  /** The environment's PATH. */
  readonly path: string
}

/** What a Java said about itself. */
export interface JavaFacts {
  readonly home: string
  /** `17` */
  readonly major: number
}

export interface ProbedJava {
  readonly candidate: JavaCandidate
  readonly facts: JavaFacts | { readonly error: string }
}

/** The Javas to try, best first, each once. A setting stands alone. */
export function javaCandidates(sources: JavaSources, platform: Platform): JavaCandidate[] {
  const slash = platform.windows ? "\\" : "/"
  const name = platform.windows ? "java.exe" : "java"
  const inHome = (home: string): string => `${home.replace(/[\\/]+$/, "")}${slash}bin${slash}${name}`
  if (sources.setting) return [{ program: inHome(sources.setting), from: "setting" }]
  const found: JavaCandidate[] = []
  const add = (program: string, from: JavaOrigin): void => {
    if (platform.exists(program) && !found.some((other) => other.program === program)) found.push({ program, from })
  }
  if (sources.javaHome) add(inHome(sources.javaHome), "JAVA_HOME")
  for (const folder of sources.path.split(platform.windows ? ";" : ":").filter((part) => part !== "")) {
    add(`${folder}${slash}${name}`, "path")
  }
  if (sources.environment) add(inHome(sources.environment), "environment")
  return found
}

/** The major versions of Java that a Spark version runs on; both ends included. */
export function javaRange(spark: string): { readonly min: number; readonly max: number } {
  return Number.parseInt(spark, 10) >= 4 ? { min: 17, max: 25 } : { min: 8, max: 21 }
}

/** The first Java that fits `spark`, or a message that says what was found and what to do. */
export function chooseJava(probed: readonly ProbedJava[], spark: string): JavaFacts | { readonly problem: string } {
  const { min, max } = javaRange(spark)
  for (const { facts } of probed) {
    if (!("error" in facts) && facts.major >= min && facts.major <= max) return facts
  }
  const wanted = `PySpark ${spark} needs Java ${min} to ${max}`
  const named = probed.find(({ candidate }) => candidate.from === "setting")
  if (named) {
    const what = "error" in named.facts ? `does not run: ${named.facts.error}` : `is Java ${named.facts.major}`
    return {
      problem: `${wanted}, and the one in the setting shufflewise.java.home (${named.candidate.program}) ${what}. Correct the setting, or clear it to let Shufflewise look for one.`,
    }
  }
  const seen = probed.flatMap(({ facts }) => ("error" in facts ? [] : [facts]))
  const found = seen.length > 0 ? seen.map(({ major, home }) => `Java ${major} (${home})`).join(", ") : "none"
  return {
    problem: `${wanted}; found: ${found}. Install a JDK or JRE (Debian: apt install openjdk-17-jre-headless; macOS: brew install openjdk@17) and set JAVA_HOME or shufflewise.java.home to its folder.`,
  }
}
