/** From the settings of a session to the calculator that shows what they make. */
import { GIB_IN_MIB, MIB } from "./figures.ts"
import { container } from "./memory.ts"
import { memory } from "./outputs.ts"
import type { StartingState } from "./state.ts"

/** `spark.sql.adaptive.advisoryPartitionSizeInBytes`, MiB: what a partition of a shuffle is meant to hold. */
const ADVISORY_MIB = 64
/** The machine that the calculator begins with, unless an executor is larger than it. */
const ORDINARY = { cores: 16, memory: 64 * GIB_IN_MIB }
/** Share of a machine's memory that executors can have, roughly: only to guess machines that are large enough. */
const USABLE_SHARE = 0.8

/**
 * What the calculator shows for settings, with their values pinned: executors keep their cores and their memory.
 * Settings say nothing of machines, so that nodes are a guess: as many ordinary machines, or larger ones where an
 * executor needs them, as hold all executors. A number of shuffle partitions becomes the shuffle that it is right for.
 * Values that Spark would not take, and settings that say nothing of a cluster, are left out.
 */
export function stateOfConfs(settings: Readonly<Record<string, string>>): StartingState {
  const get = (key: string): string | undefined => settings[key]?.trim() || undefined
  const partitions =
    wholeOf(get("spark.sql.shuffle.partitions")) ??
    wholeOf(get("spark.sql.adaptive.coalescePartitions.initialPartitionNum"))
  const offHeap = /^true$/i.test(get("spark.memory.offHeap.enabled") ?? "")
    ? mebibytesOf(get("spark.memory.offHeap.size"), 1)
    : undefined
  const deployMode = get("spark.submit.deployMode")
  const master = masterOf(get("spark.master"))
  return {
    ...master,
    ...(deployMode === "client" || deployMode === "cluster" ? { deployMode } : {}),
    ...filled("shuffle", text(partitions && partitions * ADVISORY_MIB)),
    ...filled("offHeap", text(offHeap)),
    ...filled("taskCpus", wholeOf(get("spark.task.cpus"))),
    ...(master.manager === "local" ? localOf(get) : executorsOf(get, offHeap ?? 0)),
  }
}

type Get = (key: string) => string | undefined

/** A field, where there is something to fill it with. */
function filled<F extends keyof StartingState>(field: F, value: number | string | undefined): StartingState {
  return value === undefined ? {} : { [field]: String(value) }
}

/** A size in Spark's letters. */
function text(mebibytes: number | undefined): string | undefined {
  return mebibytes === undefined ? undefined : memory(mebibytes)
}

function masterOf(master = ""): StartingState {
  const local = /^local(?:\[(\d+|\*)(?:,\s*\d+)?\])?$/.exec(master)
  if (local !== null) {
    const cores = local[1] ?? "1"
    return { manager: "local", nodes: "1", ...(cores === "*" ? {} : { cores }) }
  }
  if (master === "yarn") return { manager: "yarn" }
  if (master.startsWith("spark://")) return { manager: "standalone" }
  return master.startsWith("k8s://") ? { manager: "kubernetes" } : {}
}

/** A local session is the driver's JVM: its heap is the one that tasks share, and settings of executors do nothing. */
function localOf(get: Get): StartingState {
  const heap = mebibytesOf(get("spark.driver.memory"))
  return filled("executorMemory", text(heap))
}

function executorsOf(get: Get, offHeap: number): StartingState {
  const cores = wholeOf(get("spark.executor.cores"))
  const heap = mebibytesOf(get("spark.executor.memory"))
  const driver = mebibytesOf(get("spark.driver.memory"))
  const gpus = wholeOf(get("spark.executor.resource.gpu.amount"))
  const all = wholeOf(get("spark.cores.max"))
  const executors =
    wholeOf(get("spark.dynamicAllocation.maxExecutors")) ??
    wholeOf(get("spark.executor.instances")) ??
    (all && cores ? Math.floor(all / cores) : undefined)
  const machine = machineFor({ cores: cores ?? 1, heap: heap ?? GIB_IN_MIB, offHeap })
  return {
    ...filled("executorCores", cores),
    ...filled("executorMemory", text(heap)),
    ...filled("driverMemory", text(driver)),
    ...(cores || heap ? { cores: String(machine.cores), memory: memory(machine.memory) } : {}),
    ...(executors ? { nodes: String(Math.ceil(executors / machine.executors)) } : {}),
    ...(gpus ? { gpus: String(gpus * machine.executors) } : {}),
  }
}

/** A machine that executors fit on, and how many do. */
function machineFor(executor: { readonly cores: number; readonly heap: number; readonly offHeap: number }): {
  readonly cores: number
  readonly memory: number
  readonly executors: number
} {
  const { value: booked } = container(executor.heap, {
    manager: "yarn",
    deployMode: "cluster",
    python: true,
    offHeap: executor.offHeap,
  })
  const cores = Math.max(ORDINARY.cores, executor.cores + 1)
  let { memory: mebibytes } = ORDINARY
  while (mebibytes * USABLE_SHARE < booked) mebibytes *= 2
  const executors = Math.min(Math.floor((cores - 1) / executor.cores), Math.floor((mebibytes * USABLE_SHARE) / booked))
  return { cores, memory: mebibytes, executors }
}

/** A whole number from 1 on. */
function wholeOf(value: string | undefined): number | undefined {
  const number = value !== undefined && /^\d+$/.test(value) ? Number(value) : 0
  return number > 0 && Number.isSafeInteger(number) ? number : undefined
}

/** Powers of Spark's units, all of them binary whatever they are called (`JavaUtils.byteStringAs`). */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: MIB,
  g: 1024 * MIB,
  t: MIB * MIB,
  p: 1024 * MIB * MIB,
}

/** MiB of a size in Spark's notation; `bare` is what a number without a unit counts, in bytes. */
function mebibytesOf(value: string | undefined, bare = MIB): number | undefined {
  const match = /^(\d+)\s*([bkmgtp]?)b?$/.exec(value?.toLowerCase() ?? "")
  if (match === null) return undefined
  const mebibytes = Math.floor((Number(match[1]) * (match[2] ? UNITS[match[2]]! : bare)) / MIB)
  return mebibytes > 0 && Number.isSafeInteger(mebibytes) ? mebibytes : undefined
}
