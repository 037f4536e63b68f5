/**
 * What a person has put into the calculator: the texts of its fields, as they were typed. Texts and not numbers, so that
 * a half-typed `64` survives a reload, an undo and a shared link just as a finished `64g` does, and so that a rule can
 * hand over a setting in Spark's own notation. The names are those of the options of `shufflewise size`.
 */
import type { Workload } from "./workloads.ts"

/** A data set that the job reads or holds. */
export interface DataRow {
  readonly name: string
  /** With its unit: `200GB`. */
  readonly size: string
  readonly cached: boolean
}

/** All of the calculator's fields. An empty text is a field that nobody filled: the library then decides or assumes. */
export interface CalculatorState {
  /** Name of the instance type that cores, memory and GPUs are of; empty for a machine of one's own. */
  readonly instance: string
  /** Machines that run executors: `10`. */
  readonly nodes: string
  /** Of one node: `16`. */
  readonly cores: string
  /** Of one node, with its unit: `64g`, `256GiB`. */
  readonly memory: string
  /** Of one node: `0`. */
  readonly gpus: string
  /** Of one GPU: `16GiB`. */
  readonly gpuMemory: string
  /** What one task takes of a GPU: `4GiB`. */
  readonly gpuMemoryPerTask: string
  /** `local`, `standalone`, `yarn` or `kubernetes`. */
  readonly manager: string
  /** `client` or `cluster`; empty: cluster on YARN and Kubernetes, else client. */
  readonly deployMode: string
  /** Of Spark: `3.5`, `4.3`. */
  readonly spark: string
  /** The application is written in Python. */
  readonly python: boolean
  /** Part of an executor's memory for Python's workers: `50%` or `0.5`, at most 90%; empty: by the workload. */
  readonly pythonShare: string
  readonly workload: Workload | (string & {})
  /** A platform that keeps memory back (`emr`, `dataproc`, `databricks`), or empty. */
  readonly platform: string
  /** Of an executor: `2g`. */
  readonly offHeap: string
  /** `spark.task.cpus`. */
  readonly taskCpus: string
  readonly data: readonly DataRow[]
  /** Bytes of the largest shuffle, `100GB`; empty: as much as is read. */
  readonly shuffle: string
  /** What the driver collects: `500MB`. */
  readonly collect: string
  /** Tables that are broadcast: `200MB`. */
  readonly broadcast: string
  /** Pinned: kept as they are, whatever else would be better. */
  readonly executorCores: string
  readonly executorsPerNode: string
  /** The heap, `spark.executor.memory`: `10g`. */
  readonly executorMemory: string
  /** The driver's heap, `spark.driver.memory`: `4g`. */
  readonly driverMemory: string
  /** What of a node executors can have, where it is known: a NodeManager's or a worker's. */
  readonly usableCores: string
  readonly usableMemory: string
  /** `yarn.scheduler.minimum-allocation-mb` and `maximum-allocation-mb`, with their unit: `1g`. */
  readonly yarnMinimum: string
  readonly yarnMaximum: string
  /** Input that a core works off a second: `10MiB`. */
  readonly throughput: string
  /** How long the job may take: `90s`, `30m`, `2h`. */
  readonly deadline: string
  /** What a node costs an hour, in any currency: `0.77`. */
  readonly price: string
  /** The layout that is looked at: `1` (the best), `2` or `3`. */
  readonly choice: string
}

/** What the command `shufflewise.openSizingCalculator` takes: the fields that are known, the rest as by default. */
export type StartingState = Partial<CalculatorState>

/** A small cluster of ordinary machines that reads something: what the calculator shows when nobody said anything. */
export const defaults: CalculatorState = {
  instance: "",
  nodes: "10",
  cores: "16",
  memory: "64g",
  gpus: "0",
  gpuMemory: "",
  gpuMemoryPerTask: "",
  manager: "kubernetes",
  deployMode: "",
  spark: "4.3",
  python: true,
  pythonShare: "",
  workload: "etl",
  platform: "",
  offHeap: "",
  taskCpus: "",
  data: [{ name: "input", size: "200GB", cached: false }],
  shuffle: "",
  collect: "",
  broadcast: "",
  executorCores: "",
  executorsPerNode: "",
  executorMemory: "",
  driverMemory: "",
  usableCores: "",
  usableMemory: "",
  yarnMinimum: "",
  yarnMaximum: "",
  throughput: "",
  deadline: "",
  price: "",
  choice: "1",
}

/** Longest text that a field keeps, and most data sets: what comes from a link or a command is not trusted. */
export const LONGEST = 100
export const MOST_ROWS = 50

/**
 * A whole state out of anything: the known fields that have the right type, everything else as by default. Numbers are
 * taken as their texts. Never throws.
 */
export function stateOf(value: unknown): CalculatorState {
  if (typeof value !== "object" || value === null) return defaults
  const given = value as Record<string, unknown>
  const entries = Object.entries(defaults).map(([field, standard]) => {
    const own = Object.hasOwn(given, field) ? given[field] : undefined
    if (field === "data") return [field, Array.isArray(own) ? own.slice(0, MOST_ROWS).flatMap(rowOf) : standard]
    if (typeof standard === "boolean") return [field, typeof own === "boolean" ? own : standard]
    return [field, textOf(own) ?? standard]
  })
  return Object.fromEntries(entries) as CalculatorState
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return String(value)
  return typeof value === "string" ? value.slice(0, LONGEST) : undefined
}

function rowOf(value: unknown): readonly DataRow[] {
  if (typeof value !== "object" || value === null) return []
  const { name, size, cached } = value as Record<string, unknown>
  return [{ name: textOf(name) ?? "", size: textOf(size) ?? "", cached: cached === true }]
}
