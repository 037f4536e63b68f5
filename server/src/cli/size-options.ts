import { parseBytes } from "../config/bytes.ts"
import { type DataSet, MIB, platforms, type SizingRequest, type Workload, workloads } from "../sizing/index.ts"
import { hasFlag, type OptionSpec, optionValue, type ParsedArgs, UsageError } from "./usage.ts"

export const sizeOptions: readonly OptionSpec[] = [
  { name: "nodes", value: "N", help: "Machines that run executors. 1 by default." },
  { name: "cores", value: "N", help: "Cores (vCPUs) of a node." },
  { name: "memory", value: "SIZE", help: "Memory of a node: 64g, 256GiB." },
  { name: "gpus", value: "N", help: "GPUs of a node. 0 by default." },
  { name: "gpu-memory", value: "SIZE", help: "Memory of one GPU." },
  { name: "gpu-memory-per-task", value: "SIZE", help: "What one task takes of it: a model and its batches." },
  {
    name: "manager",
    value: "NAME",
    choices: ["local", "standalone", "yarn", "kubernetes"],
    help: "The cluster manager: local, standalone, yarn or kubernetes (the default).",
  },
  {
    name: "deploy-mode",
    value: "MODE",
    choices: ["client", "cluster"],
    help: "Where the driver runs. By default cluster on YARN and Kubernetes, else client.",
  },
  { name: "spark", value: "VERSION", help: "Spark's version: 3.5, 4.3 (the default)." },
  { name: "jvm-only", help: "The application is not written in Python." },
  { name: "python-share", value: "SHARE", help: "Part of an executor's memory for Python's workers, 0 to 0.9." },
  {
    name: "workload",
    value: "NAME",
    choices: Object.keys(workloads),
    help: `What it does: ${Object.keys(workloads).join(", ")}. etl by default.`,
  },
  {
    name: "platform",
    value: "NAME",
    choices: Object.keys(platforms),
    help: `A platform that keeps memory back: ${Object.keys(platforms).join(", ")}.`,
  },
  {
    name: "data",
    value: "NAME:SIZE[:cached]",
    multiple: true,
    help: "A data set that is read, and whether it is cached: orders:200GB, dim:2GB:cached.",
  },
  { name: "shuffle", value: "SIZE", help: "Bytes of the largest shuffle. As much as is read, by default." },
  { name: "collect", value: "SIZE", help: "What the driver collects." },
  { name: "broadcast", value: "SIZE", help: "Tables that are broadcast." },
  { name: "off-heap", value: "SIZE", help: "Off-heap memory of an executor." },
  { name: "task-cpus", value: "N", help: "spark.task.cpus." },
  { name: "executor-cores", value: "N", help: "Keep this number of cores an executor." },
  { name: "executors-per-node", value: "N", help: "Keep this number of executors a node." },
  { name: "executor-memory", value: "SIZE", help: "Keep this heap." },
  { name: "driver-memory", value: "SIZE", help: "Keep this heap of the driver." },
  { name: "usable-cores", value: "N", help: "Cores of a node that executors can have, where known." },
  {
    name: "usable-memory",
    value: "SIZE",
    help: "Memory of a node that executors can have: a NodeManager's, a worker's.",
  },
  { name: "yarn-minimum", value: "SIZE", help: "yarn.scheduler.minimum-allocation-mb. 1g by default." },
  { name: "yarn-maximum", value: "SIZE", help: "yarn.scheduler.maximum-allocation-mb." },
  { name: "throughput", value: "SIZE", help: "Input that a core works off a second: 10MiB." },
  { name: "deadline", value: "TIME", help: "How long it may take: 30m, 2h, 90s." },
  { name: "price", value: "AMOUNT", help: "What a node costs an hour." },
  {
    name: "format",
    value: "FORMAT",
    choices: ["text", "json", "conf", "submit", "python"],
    help: "text (the default), json, conf (spark-defaults.conf), submit (spark-submit) or python (a session's builder).",
  },
  {
    name: "choice",
    value: "N",
    choices: ["1", "2", "3"],
    help: "The layout that conf, submit and python write. 1 by default.",
  },
]

/** The request that arguments make. Throws a `UsageError` for a value that can't be read. */
export function requestOf(parsed: ParsedArgs): SizingRequest {
  const manager = (optionValue(parsed, "manager") ?? "kubernetes") as SizingRequest["manager"]
  const clusterMode = manager === "yarn" || manager === "kubernetes"
  return {
    nodes: numberOf(parsed, "nodes") ?? 1,
    cores: needed(numberOf(parsed, "cores"), "cores", "16"),
    memory: needed(mebibytes(parsed, "memory"), "memory", "64g"),
    gpus: numberOf(parsed, "gpus") ?? 0,
    gpuMemory: mebibytes(parsed, "gpu-memory"),
    gpuMemoryPerTask: mebibytes(parsed, "gpu-memory-per-task"),
    manager,
    deployMode: (optionValue(parsed, "deploy-mode") ??
      (clusterMode ? "cluster" : "client")) as SizingRequest["deployMode"],
    spark: optionValue(parsed, "spark") ?? "4.3",
    python: !hasFlag(parsed, "jvm-only"),
    pythonShare: numberOf(parsed, "python-share"),
    workload: (optionValue(parsed, "workload") ?? "etl") as Workload,
    platform: optionValue(parsed, "platform"),
    offHeap: mebibytes(parsed, "off-heap"),
    taskCpus: numberOf(parsed, "task-cpus"),
    data: dataOf(parsed),
    shuffleBytes: bytesOf(parsed, "shuffle"),
    collectedBytes: bytesOf(parsed, "collect"),
    broadcastBytes: bytesOf(parsed, "broadcast"),
    pinned: {
      executorCores: numberOf(parsed, "executor-cores"),
      executorsPerNode: numberOf(parsed, "executors-per-node"),
      heap: mebibytes(parsed, "executor-memory"),
      driverHeap: mebibytes(parsed, "driver-memory"),
      usableCores: numberOf(parsed, "usable-cores"),
      usableMemory: mebibytes(parsed, "usable-memory"),
    },
    yarnMinimum: mebibytes(parsed, "yarn-minimum"),
    yarnMaximum: mebibytes(parsed, "yarn-maximum"),
    throughput: perSecond(parsed),
    deadline: secondsOf(parsed),
    pricePerNodeHour: numberOf(parsed, "price"),
  }
}

/** The option that a field of a request comes from, to name it in a message. */
export function optionOf(field: string): string {
  const names: Readonly<Record<string, string>> = {
    heap: "executor-memory",
    driverHeap: "driver-memory",
    shuffleBytes: "shuffle",
    collectedBytes: "collect",
    broadcastBytes: "broadcast",
    pricePerNodeHour: "price",
  }
  const name = field.replace(/^pinned\./, "")
  return `--${names[name] ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function needed<T>(value: T | undefined, name: string, example: string): T {
  if (value === undefined) throw new UsageError(`--${name} is needed: --${name} ${example}`)
  return value
}

function numberOf(parsed: ParsedArgs, name: string): number | undefined {
  const text = optionValue(parsed, name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() === "" || !Number.isFinite(value)) throw new UsageError(`--${name}: \`${text}\` is no number`)
  return value
}

function bytesOf(parsed: ParsedArgs, name: string): number | undefined {
  const text = optionValue(parsed, name)
  if (text === undefined) return undefined
  const bytes = parseBytes(text)
  if (bytes === undefined || /^\d+$/.test(text.trim()))
    throw new UsageError(`--${name}: \`${text}\` is no size; write it with its unit, as in 64g, 200GB or 512MiB`)
  return bytes
}

function mebibytes(parsed: ParsedArgs, name: string): number | undefined {
  const bytes = bytesOf(parsed, name)
  return bytes === undefined ? undefined : Math.floor(bytes / MIB)
}

function perSecond(parsed: ParsedArgs): number | undefined {
  const bytes = bytesOf(parsed, "throughput")
  return bytes === undefined ? undefined : bytes / MIB
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 }

function secondsOf(parsed: ParsedArgs): number | undefined {
  const text = optionValue(parsed, "deadline")
  if (text === undefined) return undefined
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(text.trim())
  if (match === null) throw new UsageError(`--deadline: \`${text}\` is no time; write it as 90s, 30m or 2h`)
  return Number(match[1]) * SECONDS[match[2]!]!
}

function dataOf(parsed: ParsedArgs): readonly DataSet[] | undefined {
  const given = parsed.options.get("data")
  return given?.map((text) => {
    const [name = "", size = "", cached, ...more] = String(text).split(":")
    const bytes = parseBytes(size)
    if (name === "" || bytes === undefined || more.length > 0 || (cached !== undefined && cached !== "cached"))
      throw new UsageError(`--data: \`${text}\` can't be read; write NAME:SIZE or NAME:SIZE:cached, as in orders:200GB`)
    return { name, bytes, cached: cached === "cached" }
  })
}
