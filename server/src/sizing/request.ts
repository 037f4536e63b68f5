import { formatBytes } from "../config/bytes.ts"
import { MIB } from "./figures.ts"
import { type Cloud, instances } from "./instances.ts"
import { type DeployMode, type Manager, MIN_HEAP_MIB } from "./memory.ts"
import { platforms } from "./platforms.ts"
import { refusedTaskGpus } from "./slots.ts"
import { type Workload, workloads } from "./workloads.ts"

/** A data set that the job reads or holds. */
export interface DataSet {
  readonly name: string
  readonly bytes: number
  /** It is cached: it wants storage memory all the time. */
  readonly cached: boolean
}

/** What a person asks. Memory in MiB, data in bytes. */
export interface SizingRequest {
  /** The name of the nodes' type, where they are rented; cores, memory and GPUs are given all the same. */
  readonly instance?: string | undefined
  readonly nodes: number
  readonly cores: number
  readonly memory: number
  readonly gpus: number
  /** MiB of one GPU, and of it what one task takes: where tasks share a GPU. */
  readonly gpuMemory?: number | undefined
  readonly gpuMemoryPerTask?: number | undefined
  readonly manager: Manager
  readonly deployMode: DeployMode
  /** `3.5`, `4.3`. */
  readonly spark: string
  /** The application is written in Python. */
  readonly python: boolean
  /** Share of a container for Python workers, 0 to 0.9; by the workload where not given. */
  readonly pythonShare?: number | undefined
  readonly workload: Workload
  readonly platform?: string | undefined
  /** MiB of off-heap memory an executor. */
  readonly offHeap?: number | undefined
  readonly taskCpus?: number | undefined
  readonly data?: readonly DataSet[] | undefined
  /** Bytes of the largest shuffle; as much as is read where not given. */
  readonly shuffleBytes?: number | undefined
  /** Bytes that the driver collects. */
  readonly collectedBytes?: number | undefined
  /** Bytes of tables that are broadcast. */
  readonly broadcastBytes?: number | undefined
  /** What is fixed already. */
  readonly pinned?:
    | {
        readonly executorCores?: number | undefined
        readonly executorsPerNode?: number | undefined
        /** MiB. */
        readonly heap?: number | undefined
        readonly driverHeap?: number | undefined
        /** Of a node, for executors: a NodeManager's or a worker's. */
        readonly usableCores?: number | undefined
        readonly usableMemory?: number | undefined
      }
    | undefined
  /** `yarn.scheduler.minimum-allocation-mb` and `maximum-allocation-mb`. */
  readonly yarnMinimum?: number | undefined
  readonly yarnMaximum?: number | undefined
  /** Seconds that the job may take, and MiB of input a second and core. */
  readonly deadline?: number | undefined
  readonly throughput?: number | undefined
  readonly pricePerNodeHour?: number | undefined
}

/** Something in a request that can't be computed with. */
export interface Problem {
  readonly field: string
  /** Says which value, why, and what is allowed. */
  readonly message: string
  /** What is allowed alone, in units for people, where the value is out of a range: `from 450 MiB to 16 TiB`. */
  readonly allowed?: string
}

const CLOUDS: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "Google Cloud", azure: "Azure" }
const MANAGERS: readonly Manager[] = ["local", "standalone", "yarn", "kubernetes"]

interface Range {
  readonly min: number
  readonly max: number
  readonly whole: boolean
  readonly unit: string
}

const RANGES: Readonly<Record<string, Range>> = {
  nodes: { min: 1, max: 100_000, whole: true, unit: "" },
  cores: { min: 1, max: 1024, whole: true, unit: "" },
  memory: { min: 512, max: 64 * 1024 * 1024, whole: true, unit: " MiB" },
  gpus: { min: 0, max: 64, whole: true, unit: "" },
  gpuMemory: { min: 1, max: 1024 * 1024, whole: true, unit: " MiB" },
  gpuMemoryPerTask: { min: 1, max: 1024 * 1024, whole: true, unit: " MiB" },
  pythonShare: { min: 0, max: 0.9, whole: false, unit: "" },
  offHeap: { min: 0, max: 16 * 1024 * 1024, whole: true, unit: " MiB" },
  taskCpus: { min: 1, max: 1024, whole: true, unit: "" },
  shuffleBytes: { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, unit: " bytes" },
  collectedBytes: { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, unit: " bytes" },
  broadcastBytes: { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true, unit: " bytes" },
  yarnMinimum: { min: 1, max: 1024 * 1024, whole: true, unit: " MiB" },
  yarnMaximum: { min: 1, max: 64 * 1024 * 1024, whole: true, unit: " MiB" },
  deadline: { min: 1, max: 365 * 86_400, whole: false, unit: " seconds" },
  throughput: { min: 0.001, max: 100_000, whole: false, unit: " MiB a second and core" },
  pricePerNodeHour: { min: 0, max: 1_000_000, whole: false, unit: "" },
}

const PINNED: Readonly<Record<string, Range>> = {
  executorCores: { min: 1, max: 1024, whole: true, unit: "" },
  executorsPerNode: { min: 1, max: 1024, whole: true, unit: "" },
  heap: { min: MIN_HEAP_MIB, max: 16 * 1024 * 1024, whole: true, unit: " MiB" },
  driverHeap: { min: MIN_HEAP_MIB, max: 16 * 1024 * 1024, whole: true, unit: " MiB" },
  usableCores: { min: 1, max: 1024, whole: true, unit: "" },
  usableMemory: { min: 512, max: 64 * 1024 * 1024, whole: true, unit: " MiB" },
}

/** What is wrong with a request; empty where it can be computed. */
export function problemsOf(request: SizingRequest): readonly Problem[] {
  const found: Problem[] = []
  const say = (field: string, message: string): void => {
    found.push({ field, message })
  }
  found.push(...outOfRange(request, RANGES, ""), ...outOfRange(request.pinned ?? {}, PINNED, "pinned."))
  if (!MANAGERS.includes(request.manager))
    say("manager", `there is no cluster manager \`${request.manager}\`; it is one of ${MANAGERS.join(", ")}`)
  if (!Object.hasOwn(workloads, request.workload))
    say("workload", `there is no workload \`${request.workload}\`; it is one of ${Object.keys(workloads).join(", ")}`)
  if (request.platform !== undefined && !Object.hasOwn(platforms, request.platform))
    say("platform", `nothing is known of \`${request.platform}\`; it is one of ${Object.keys(platforms).join(", ")}`)
  whereItRuns(request, say)
  if (!/^\d+\.\d+(\.\d+)?$/.test(request.spark))
    say("spark", `\`${request.spark}\` is no version of Spark; write it as 3.5 or 4.3`)
  if (request.manager === "local" && request.nodes !== 1)
    say("nodes", `a local session runs on one machine; ${request.nodes} nodes need another manager`)
  if (request.manager === "local" && request.deployMode === "cluster")
    say("deployMode", "a local session has no cluster mode: the driver is where you are")
  if (request.manager === "standalone" && request.deployMode === "cluster" && request.python)
    say("deployMode", "Standalone has no cluster mode for Python applications; use client mode")
  const { gpuMemory, gpuMemoryPerTask, gpus } = request
  if (gpuMemoryPerTask !== undefined && gpuMemory !== undefined && gpuMemoryPerTask > gpuMemory)
    say("gpuMemoryPerTask", `a task can't take ${gpuMemoryPerTask} MiB of a GPU that has ${gpuMemory} MiB`)
  if (gpuMemoryPerTask !== undefined && gpus === 0)
    say("gpuMemoryPerTask", "the nodes have no GPUs; give their number as well")
  if (request.workload === "rapids" && gpus === 0)
    say("gpus", "gpus is 0; SQL on GPUs (RAPIDS) needs one a node at least")
  const { yarnMinimum, yarnMaximum } = request
  if (yarnMinimum !== undefined && yarnMaximum !== undefined && yarnMinimum > yarnMaximum)
    say("yarnMinimum", `YARN's smallest container (${yarnMinimum} MiB) is larger than its largest (${yarnMaximum} MiB)`)
  if (request.deadline !== undefined && request.throughput === undefined)
    say("deadline", "how long a job takes depends on its speed: give the throughput of a core as well")
  for (const { name, bytes } of request.data ?? [])
    if (!Number.isSafeInteger(bytes) || bytes < 0)
      say("data", `\`${name}\` has ${bytes} bytes; it is a whole number from 0 on`)
  return found
}

/** The type of the nodes has to be one that is known, and that the platform has. */
function whereItRuns(
  { instance: name, platform: on }: SizingRequest,
  say: (field: string, message: string) => void,
): void {
  if (name === undefined) return
  const instance = instances.get(name)
  const platform = on === undefined ? undefined : platforms[on]
  if (instance === undefined) say("instance", `nothing is known of \`${name}\`; give cores and memory instead`)
  else if (platform !== undefined && !platform.clouds.includes(instance.cloud))
    say("instance", `\`${name}\` is a machine of ${CLOUDS[instance.cloud]}, and ${platform.name} has none of these`)
}

function outOfRange(values: object, ranges: Readonly<Record<string, Range>>, prefix: string): readonly Problem[] {
  return Object.entries(ranges).flatMap(([field, range]) => {
    const { min, max, whole, unit } = range
    const value = (values as Record<string, unknown>)[field]
    if (value === undefined) return []
    if (typeof value === "number" && value >= min && value <= max && (!whole || Number.isInteger(value))) return []
    const kind = whole ? "a whole number" : "a number"
    return {
      field: prefix + field,
      message: `${field} is ${String(value)}; it is ${kind} from ${min} to ${max}${unit}`,
      allowed: inWords(range, kind),
    }
  })
}

function inWords({ min, max, unit }: Range, kind: string): string {
  if (unit === " MiB") return `from ${formatBytes(min * MIB)} to ${formatBytes(max * MIB)}`
  if (unit === " bytes") return `less than ${formatBytes(max + 1)}`
  return `${kind} from ${min.toLocaleString("en-US")} to ${max.toLocaleString("en-US")}${unit}`
}

/** `yarn.scheduler.minimum-allocation-mb`, MiB: what is given, else the platform's, else YARN's own. */
export function yarnStep({ yarnMinimum, platform }: Pick<SizingRequest, "yarnMinimum" | "platform">): number {
  return yarnMinimum ?? (platform === undefined ? undefined : platforms[platform]?.yarnMinimum) ?? 1024
}

/** The share of tasks that one GPU serves, `spark.task.resource.gpu.amount`, in a form that the Spark version takes. */
export function taskGpuAmount(tasksPerGpu: number, spark: string): number {
  for (let tasks = Math.max(1, tasksPerGpu); ; tasks--) {
    // four decimals, cut off: a rounded-up share would lose one task
    const amount = Math.floor((1 / tasks) * 10_000) / 10_000
    if (refusedTaskGpus(amount, spark) === undefined) return amount
  }
}
