import { type Figure, figure, MIB } from "./figures.ts"

export type Manager = "local" | "standalone" | "yarn" | "kubernetes"
export type DeployMode = "client" | "cluster"

/** What decides how a container is made up. */
export interface ContainerSettings {
  readonly manager: Manager
  readonly deployMode: DeployMode
  /** The application is Python: its workers live in the container, beside the JVM. */
  readonly python: boolean
  /** `spark.executor.memoryOverhead` (or the driver's), MiB: replaces what the factor gives. */
  readonly overhead?: number | undefined
  /** `spark.executor.memoryOverheadFactor` (or the driver's): replaces the manager's default. */
  readonly overheadFactor?: number | undefined
  /** `spark.executor.minMemoryOverhead`, MiB; settable from Spark 4.0. */
  readonly minOverhead?: number | undefined
  /** `spark.memory.offHeap.size` in MiB, 0 where off-heap memory is not enabled. */
  readonly offHeap?: number | undefined
  /** `spark.executor.pyspark.memory`, MiB of all Python workers of one executor; counts for Python applications only. */
  readonly pysparkMemory?: number | undefined
}

/** Heap that Spark keeps for itself, MiB. */
export const RESERVED_MIB = 300
/** Below this heap, in MiB, Spark refuses to start: 1.5 times what it keeps for itself. */
export const MIN_HEAP_MIB = 450
const DEFAULT_MIN_OVERHEAD_MIB = 384
export const MIN_HEAP = figure(
  MIN_HEAP_MIB,
  "MiB",
  "1.5 x 300 MiB",
  "UnifiedMemoryManager.getMaxMemory: 1.5 times RESERVED_SYSTEM_MEMORY_BYTES",
)
/** Heap of an executor where nobody says. */
export const DEFAULT_HEAP = figure(1024, "MiB", "1g", "spark.executor.memory: 1g by default")

const OVERHEAD_SOURCE = "ResourceProfile.calculateOverHeadMemory"

/** The factor that applies: what is set, else 0.40 for Python on Kubernetes in cluster mode, else 0.10. */
function overheadFactorOf(settings: ContainerSettings): number {
  if (settings.overheadFactor !== undefined) return settings.overheadFactor
  return settings.manager === "kubernetes" && settings.deployMode === "cluster" && settings.python ? 0.4 : 0.1
}

/** Memory beside the heap for the JVM's own needs, MiB. An explicit value replaces the derived one. */
export function overhead(heap: number, settings: ContainerSettings): Figure {
  if (settings.overhead !== undefined)
    return figure(settings.overhead, "MiB", "spark.executor.memoryOverhead", OVERHEAD_SOURCE, {
      memoryOverhead: settings.overhead,
    })
  const factor = overheadFactorOf(settings)
  const min = settings.minOverhead ?? DEFAULT_MIN_OVERHEAD_MIB
  return figure(
    Math.max(Math.trunc(heap * factor), min),
    "MiB",
    "max(floor(heap x factor), minimum)",
    OVERHEAD_SOURCE,
    { heap, factor, minimum: min },
  )
}

/** What the manager is asked for: heap, overhead, off-heap and, for Python, `pyspark.memory`. MiB. */
export function container(heap: number, settings: ContainerSettings): Figure {
  const beside = overhead(heap, settings).value
  const offHeap = settings.offHeap ?? 0
  const pyspark = settings.python ? (settings.pysparkMemory ?? 0) : 0
  if (settings.manager === "local")
    return figure(heap, "MiB", "heap", "a local session is one JVM; nobody asks for a container", { heap })
  return figure(
    heap + beside + offHeap + pyspark,
    "MiB",
    "heap + overhead + offHeap.size + pyspark.memory",
    settings.manager === "standalone"
      ? "ResourceProfile; Standalone books the heap only, the rest has to fit the node all the same"
      : "ResourceProfile.getResourcesForClusterManager",
    { heap, overhead: beside, offHeap, pysparkMemory: pyspark },
  )
}

/**
 * The largest heap, MiB, whose container fits a budget of MiB; undefined where none that Spark accepts does.
 * Inverse of `container`: `container(h)` is at most the budget, `container(h + 1)` is more.
 */
export function heapFor(budget: number, settings: ContainerSettings): number | undefined {
  const fixed = container(0, { ...settings, overhead: 0 }).value
  const room = Math.floor(budget) - fixed
  const factor = overheadFactorOf(settings)
  const beside = (heap: number): number => (settings.manager === "local" ? 0 : overhead(heap, settings).value)
  let heap =
    settings.manager === "local"
      ? room
      : settings.overhead !== undefined
        ? room - settings.overhead
        : Math.min(Math.floor(room / (1 + factor)), room - (settings.minOverhead ?? DEFAULT_MIN_OVERHEAD_MIB))
  // the overhead is cut off to whole MiB, which may leave room for one more
  while (heap + 1 + beside(heap + 1) <= room) heap++
  while (heap > 0 && heap + beside(heap) > room) heap--
  return heap >= MIN_HEAP_MIB ? heap : undefined
}

/** What YARN hands out: whole multiples of the scheduler's minimum allocation, MiB. */
export function yarnAllocation(asked: number, minimumAllocation: number): Figure {
  return figure(
    Math.max(1, Math.ceil(asked / minimumAllocation)) * minimumAllocation,
    "MiB",
    "ceil(asked / minimum-allocation-mb) x minimum-allocation-mb",
    "yarn.scheduler.minimum-allocation-mb (ResourceCalculator.normalize)",
    { asked, minimumAllocation },
  )
}

export interface MemoryFractions {
  /** `spark.memory.fraction`, 0 to 1. */
  readonly fraction?: number
  /** `spark.memory.storageFraction`, 0 to 1. */
  readonly storageFraction?: number
}

/**
 * Execution and storage memory together, in bytes: REST's `maxMemory`. `heapBytes` is what the JVM itself reports as
 * its maximum, which is somewhat below `-Xmx` with some collectors.
 */
export function unifiedMemory(heapBytes: number, { fraction = 0.6 }: MemoryFractions = {}): Figure {
  return figure(
    Math.trunc((heapBytes - RESERVED_MIB * MIB) * fraction),
    "bytes",
    "floor((heap - 300 MiB) x spark.memory.fraction)",
    "UnifiedMemoryManager.getMaxMemory",
    { heap: heapBytes, fraction },
  )
}

/** The part of unified memory that execution can't push cached blocks out of, in bytes. */
export function storageRegion(unifiedBytes: number, { storageFraction = 0.5 }: MemoryFractions = {}): Figure {
  return figure(
    Math.trunc(unifiedBytes * storageFraction),
    "bytes",
    "floor(unified x spark.memory.storageFraction)",
    "UnifiedMemoryManager.apply",
    { unified: unifiedBytes, storageFraction },
  )
}

/** What one of `active` tasks can have for sorts, joins and aggregates: at least and at most, in bytes. */
export function executionPerTask(unifiedBytes: number, active: number): { least: Figure; most: Figure } {
  const inputs = { unified: unifiedBytes, active }
  const source = "ExecutionMemoryPool.acquireMemory"
  return {
    least: figure(Math.trunc(unifiedBytes / (2 * active)), "bytes", "unified / (2 x active tasks)", source, inputs),
    most: figure(Math.trunc(unifiedBytes / active), "bytes", "unified / active tasks", source, inputs),
  }
}

/** The limit of one Python worker, MiB: `pyspark.memory` is shared out by the executor's cores. */
export function pythonWorkerLimit(pysparkMemory: number, cores: number): Figure {
  return figure(
    Math.trunc(pysparkMemory / cores),
    "MiB",
    "floor(spark.executor.pyspark.memory / cores)",
    "BasePythonRunner: spark.executor.pyspark.memory is divided by the executor's cores",
    { pysparkMemory, cores },
  )
}
