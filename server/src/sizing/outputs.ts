import type { Choice, Driver } from "./advise.ts"
import { GIB_IN_MIB } from "./figures.ts"
import { containerSettings } from "./layouts.ts"
import { overhead } from "./memory.ts"
import { rapidsSettings } from "./rapids.ts"
import type { SizingRequest } from "./request.ts"

/** Settings that give a choice to Spark, in the order in which they are read best. */
export function settingsOf(choice: Choice, driver: Driver, request: SizingRequest): ReadonlyMap<string, string> {
  const { layout } = choice
  const settings = new Map<string, string>()
  if (request.manager === "local") {
    settings.set("spark.master", `local[${layout.executorCores}]`)
    settings.set("spark.driver.memory", memory(layout.heap))
  } else {
    settings.set("spark.driver.memory", memory(driver.heap.value))
    if (request.manager === "standalone")
      settings.set("spark.cores.max", String(layout.executors * layout.executorCores))
    else settings.set("spark.executor.instances", String(layout.executors))
    settings.set("spark.executor.cores", String(layout.executorCores))
    settings.set("spark.executor.memory", memory(layout.heap))
    // only where it isn't what Spark derives by itself
    if (layout.overhead !== overhead(layout.heap, containerSettings(request)).value)
      settings.set("spark.executor.memoryOverhead", memory(layout.overhead))
  }
  if (driver.maxResultSize.value > GIB_IN_MIB)
    settings.set("spark.driver.maxResultSize", memory(driver.maxResultSize.value))
  if (layout.offHeap > 0) {
    settings.set("spark.memory.offHeap.enabled", "true")
    settings.set("spark.memory.offHeap.size", memory(layout.offHeap))
  }
  if (layout.taskCpus > 1) settings.set("spark.task.cpus", String(layout.taskCpus))
  if (layout.executorGpus > 0) {
    settings.set("spark.executor.resource.gpu.amount", String(layout.executorGpus))
    settings.set("spark.task.resource.gpu.amount", String(layout.taskGpus))
    for (const [key, value] of [...gpuDiscovery(request), ...rapidsSettings(request)]) settings.set(key, value)
  }
  settings.set("spark.sql.adaptive.coalescePartitions.initialPartitionNum", String(choice.shufflePartitions.value))
  return settings
}

/**
 * How executors find the addresses of their GPUs, which Spark refuses to start without on YARN and Kubernetes; the script
 * is Spark's own. Standalone's workers know them, and Dataproc and Databricks set it up themselves.
 */
function gpuDiscovery({ manager, platform }: SizingRequest): readonly (readonly [key: string, value: string])[] {
  const script = "spark.executor.resource.gpu.discoveryScript"
  if (platform === "dataproc" || platform === "databricks") return []
  if (platform === "emr") return [[script, "/usr/lib/spark/scripts/gpu/getGpusResources.sh"]]
  if (manager === "yarn")
    return [
      ["spark.files", "getGpusResources.sh"],
      [script, "./getGpusResources.sh"],
    ]
  if (manager === "kubernetes")
    return [
      ["spark.executor.resource.gpu.vendor", "nvidia.com"],
      [script, "/opt/spark/examples/src/main/scripts/getGpusResources.sh"],
    ]
  return []
}

/** MiB in Spark's letters: `5g`, `4505m`. */
export function memory(mebibytes: number): string {
  return mebibytes % GIB_IN_MIB === 0 ? `${mebibytes / GIB_IN_MIB}g` : `${mebibytes}m`
}

const FLAGS: Readonly<Record<string, string>> = {
  "spark.master": "--master",
  "spark.driver.memory": "--driver-memory",
  "spark.executor.instances": "--num-executors",
  "spark.cores.max": "--total-executor-cores",
  "spark.executor.cores": "--executor-cores",
  "spark.executor.memory": "--executor-memory",
}

/** Arguments of `spark-submit`, one an element: never a line for a shell. */
export function submitArguments(settings: ReadonlyMap<string, string>, request: SizingRequest): readonly string[] {
  const given: string[] = []
  if (request.manager !== "local") given.push("--deploy-mode", request.deployMode)
  if (request.manager === "yarn") given.unshift("--master", "yarn")
  for (const [key, value] of settings) {
    const flag = FLAGS[key]
    if (flag) given.push(flag, value)
    else given.push("--conf", `${key}=${value}`)
  }
  return given
}

/** Where the cluster is, which only its owner knows. */
const MASTERS: Readonly<Partial<Record<SizingRequest["manager"], string>>> = {
  standalone: "spark://HOST:7077",
  kubernetes: "k8s://https://HOST:443",
}

/** A `spark-submit` line to read and copy, broken after each option. */
export function submitLine(settings: ReadonlyMap<string, string>, request: SizingRequest): string {
  const master = MASTERS[request.manager]
  const given = [...(master === undefined ? [] : ["--master", master]), ...submitArguments(settings, request)]
  const lines: string[] = ["spark-submit"]
  for (let i = 0; i < given.length; i += 2) lines.push(`  ${given[i]} ${given[i + 1]}`)
  return [...lines, "  job.py"].join(" \\\n")
}

/** Lines of a `spark-defaults.conf`. */
export function defaultsFile(settings: ReadonlyMap<string, string>): string {
  const width = Math.max(...[...settings.keys()].map((key) => key.length)) + 2
  return [...settings].map(([key, value]) => `${key.padEnd(width)}${value}\n`).join("")
}

/** Python that builds a session with the settings. */
export function builderCode(settings: ReadonlyMap<string, string>): string {
  const lines = [...settings].map(([key, value]) =>
    key === "spark.master" ? `    .master("${value}")` : `    .config("${key}", "${value}")`,
  )
  return ["spark = (", "    SparkSession.builder", ...lines, "    .getOrCreate()", ")", ""].join("\n")
}
