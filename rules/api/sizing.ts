/**
 * Spark's arithmetic of executors as rules see it. `server/src/sizing` computes it, so that what a rule says is what the
 * calculator and `shufflewise size` say. Memory is in MiB where a name does not say bytes.
 */

export type Manager = "local" | "standalone" | "yarn" | "kubernetes"

/** A number with how it came about. */
export interface Figure {
  readonly value: number
  /** In Spark's own terms: `floor((heap - 300 MiB) x spark.memory.fraction)`. */
  readonly formula: string
  /** A class of Spark, a setting, or that it is an assumption. */
  readonly source: string
}

/** What decides how one executor is made up. What is left out is as Spark has it by default. */
export interface ExecutorSettings {
  readonly manager: Manager
  readonly deployMode: "client" | "cluster"
  /** The application is Python: its workers live beside the JVM. */
  readonly python: boolean
  readonly cores: number
  readonly heap: number
  readonly taskCpus?: number | undefined
  readonly executorGpus?: number | undefined
  /** A fraction shares a GPU between tasks. */
  readonly taskGpus?: number | undefined
  readonly overhead?: number | undefined
  readonly overheadFactor?: number | undefined
  readonly offHeap?: number | undefined
  readonly pysparkMemory?: number | undefined
}

export interface ExecutorFigures {
  /** Tasks at once: the scarcer of cores and GPUs decides. */
  readonly slots: Figure
  /** Tasks at once if it were for the cores alone. */
  readonly slotsByCores: Figure
  /** Memory beside the heap. */
  readonly overhead: Figure
  /** What the manager is asked for. */
  readonly container: Figure
  /** Bytes that execution and storage share. */
  readonly unifiedBytes: Figure
  /** Bytes of cached blocks that execution can't push out. */
  readonly storageBytes: Figure
  /** Bytes of execution memory that one task can have at most when all slots are taken. */
  readonly taskBytes: Figure
}

/** What of a node executors can have. */
export interface NodeFigures {
  readonly cores: Figure
  readonly memory: Figure
}

export interface Sizing {
  executor(settings: ExecutorSettings): ExecutorFigures
  /** The largest heap whose container fits a budget; undefined where none does that Spark accepts. */
  heapFor(budget: number, settings: Omit<ExecutorSettings, "cores" | "heap">): number | undefined
  node(node: { readonly cores: number; readonly memory: number; readonly gpus: number }, manager: Manager): NodeFigures
  /** Partitions of `bytes`, each as large as a scan's split; in whole waves of the slots where they are known. */
  partitions(bytes: number, slots?: number): Figure
  /** A number of partitions rounded up to whole waves of slots. */
  waves(partitions: number, slots: number): Figure
  /** The largest `spark.sql.autoBroadcastJoinThreshold` in bytes whose tables fit beside the rest, by the executors' storage and the driver's heap. */
  broadcastThreshold(executorStorageBytes: number, driverHeap: number): Figure
  /** Why a version of Spark refuses an amount of GPUs a task; undefined where it takes it. */
  refusedTaskGpus(amount: number, spark: string): string | undefined
  /** The share of a GPU that so many tasks at once take, as the version of Spark takes it. */
  taskGpuAmount(tasksPerGpu: number, spark: string): number
  /** Bytes of a table that Spark refuses to broadcast. */
  readonly broadcastLimit: Figure
  /** Bytes of a side of a join up to which Spark broadcasts it by itself, where nobody says. */
  readonly autoBroadcast: Figure
  /** Largest heap whose object pointers surely take four bytes. */
  readonly compressedHeap: Figure
  /** Heap from which on they surely do. */
  readonly longPointerHeap: Figure
  /** Heap of an executor where nobody says. */
  readonly defaultHeap: Figure
  /** Heap below which Spark refuses to start. */
  readonly minHeap: Figure
}
