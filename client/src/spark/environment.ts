/** Python, Spark and Java together: what a job is run with. */
import { dirname, join } from "node:path"
import { chooseJava, type JavaFacts, type JavaSources, javaCandidates, type ProbedJava } from "./java.ts"
import {
  choosePython,
  type Platform,
  type ProbedPython,
  type PythonFacts,
  type PythonSources,
  pythonCandidates,
} from "./python.ts"
import { type Along, eventLogSettings, submitArguments, withRunner } from "./runner.ts"

/** A Python with PySpark and a Java that fits it. */
export interface SparkEnvironment {
  readonly python: PythonFacts & { readonly pyspark: string }
  readonly java: JavaFacts
}

/** How the outside is asked; replaced in tests. */
export interface Probes extends Platform {
  python(candidate: ReturnType<typeof pythonCandidates>[number]): Promise<ProbedPython>
  java(candidate: ReturnType<typeof javaCandidates>[number]): Promise<ProbedJava>
  /** Home of the Java that came with the Python environment at this prefix. */
  environmentJava(prefix: string): Promise<string | undefined>
}

/**
 * Finds what a job is run with. Asks one program after the other and stops at the first that fits.
 * @returns the environment, or a message for the user that says what is missing and what to do
 */
export async function findSparkEnvironment(
  pythons: PythonSources,
  javas: Omit<JavaSources, "environment">,
  probes: Probes,
): Promise<SparkEnvironment | { readonly problem: string }> {
  const probedPythons: ProbedPython[] = []
  for (const candidate of pythonCandidates(pythons, probes)) {
    const probed = await probes.python(candidate)
    probedPythons.push(probed)
    if (!("error" in probed.facts) && probed.facts.pyspark !== null) break
  }
  const python = choosePython(probedPythons)
  if ("problem" in python) return python
  const spark = python.pyspark
  if (spark === null) return { problem: `${python.program} has no PySpark.` }

  const environment = await probes.environmentJava(python.prefix)
  const probedJavas: ProbedJava[] = []
  for (const candidate of javaCandidates({ ...javas, environment }, probes)) {
    const probed = await probes.java(candidate)
    probedJavas.push(probed)
    if (!("problem" in chooseJava([probed], spark))) break
  }
  const java = chooseJava(probedJavas, spark)
  return "problem" in java ? java : { python: { ...python, pyspark: spark }, java }
}

/**
 * The variables that a job gets on top of `base`, so that Spark's own scripts find this Python, this Spark and this
 * Java and no other, on loopback, with the Spark UI at `uiPort`, and with what rides along.
 */
export function jobVariables(
  { python, java }: SparkEnvironment,
  { uiPort, runner, eventLog }: { readonly uiPort: number } & Along,
  base: Readonly<Record<string, string | undefined>>,
  windows: boolean,
): Record<string, string> {
  // Windows calls it `Path`: a second spelling of it would be ignored.
  const pathKey = Object.keys(base).find((key) => key.toUpperCase() === "PATH") ?? "PATH"
  const path = [dirname(python.program), join(java.home, "bin"), base[pathKey]].filter(Boolean)
  const settings = { "spark.ui.port": String(uiPort), ...(eventLog ? eventLogSettings(eventLog) : {}) }
  const conf = Object.entries(settings).flatMap(([key, value]) => ["--conf", `${key}=${value}`])
  return {
    [pathKey]: path.join(windows ? ";" : ":"),
    JAVA_HOME: java.home,
    ...(python.sparkHome ? { SPARK_HOME: python.sparkHome } : {}),
    PYSPARK_PYTHON: python.program,
    PYSPARK_DRIVER_PYTHON: python.program,
    PYTHONUNBUFFERED: "1",
    SPARK_LOCAL_IP: "127.0.0.1",
    ...(runner ? { PYTHONPATH: withRunner(runner, base.PYTHONPATH, windows) } : {}),
    PYSPARK_SUBMIT_ARGS: submitArguments(["--master", "local[*]", ...conf, "pyspark-shell"]),
  }
}
