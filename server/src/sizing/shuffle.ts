import { type Figure, figure, MIB } from "./figures.ts"

export interface ShuffleInput {
  /** Bytes that the largest shuffle writes. */
  readonly shuffleBytes: number
  /** All slots of the application. */
  readonly slots: number
  /** `spark.sql.adaptive.advisoryPartitionSizeInBytes`, bytes. */
  readonly advisoryBytes?: number
  /** What an earlier run really needed, where there was one. */
  readonly measured?: {
    readonly partitions: number
    /** Largest (peak execution memory + memory spilled) of a task, bytes. */
    readonly peakBytes: number
    /** Largest task of the stage over its median: above `SKEWED` more partitions don't help. */
    readonly skew?: number
  }
  /** Unified memory of one executor, bytes, and its slots: with `measured`. */
  readonly unifiedBytes?: number
  readonly executorSlots?: number
}

const ADVISORY_BYTES = 64 * MIB
/** Share of a task's execution memory that a sort may fill before it spills, with room for the rest. */
const FILL = 0.8
/** Largest over median task from which on the reason is a few keys, not the number of partitions. */
const SKEWED = 5

/**
 * Partitions for a shuffle: by its bytes, by what tasks really needed, and at least one a slot. The number that AQE
 * starts from (`spark.sql.adaptive.coalescePartitions.initialPartitionNum`), or `spark.sql.shuffle.partitions` without it.
 */
export function shufflePartitions(input: ShuffleInput): Figure {
  const advisory = input.advisoryBytes ?? ADVISORY_BYTES
  const byBytes = Math.ceil(input.shuffleBytes / advisory)
  const byMemory = partitionsByMemory(input)
  return figure(
    Math.max(1, byBytes, byMemory, input.slots),
    "partitions",
    byMemory > 0
      ? "max(ceil(shuffle bytes / advisory size), ceil(old partitions x peak / (0.8 x unified / slots of an executor)), slots)"
      : "max(ceil(shuffle bytes / advisory size), slots)",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes (64 MB by default); ExecutionMemoryPool: a task has at most unified / slots",
    { shuffleBytes: input.shuffleBytes, advisory, byBytes, byMemory, slots: input.slots },
  )
}

/** Partitions so that what the largest task needed fits its share of memory; 0 where nothing was measured or keys are skewed. */
function partitionsByMemory({ measured, unifiedBytes, executorSlots }: ShuffleInput): number {
  if (!measured || !unifiedBytes || !executorSlots || (measured.skew ?? 1) >= SKEWED) return 0
  return Math.ceil((measured.partitions * measured.peakBytes) / ((FILL * unifiedBytes) / executorSlots))
}

/** A number of partitions rounded up so that every wave of tasks fills all slots. */
export function wavesOf(partitions: number, slots: number): Figure {
  return figure(
    Math.ceil(partitions / slots) * slots,
    "partitions",
    "ceil(partitions / slots) x slots",
    "a stage takes as long as its waves of tasks: a last wave that is not full leaves slots idle",
    { partitions, slots },
  )
}
