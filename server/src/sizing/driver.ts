import { type Figure, figure, GIB_IN_MIB, MIB } from "./figures.ts"
import { RESERVED_MIB } from "./memory.ts"

export interface DriverInput {
  /** Bytes that one action brings back: `collect`, `toPandas`. */
  readonly collectedBytes: number
  /** Bytes of the tables that are broadcast at once, as they lie in memory. */
  readonly broadcastBytes: number
  /** Map tasks and reduce partitions of the largest shuffle: the driver keeps a status for each pair. */
  readonly mapTasks: number
  readonly reducePartitions: number
}

/** From so many reduce partitions on a status keeps one bit a partition and an average size, before that a byte. */
const HIGHLY_COMPRESSED_ABOVE = 2000
/** Whole steps in which a driver's heap is given, MiB. */
const STEP = 512

/** Bytes of all map statuses of a shuffle (`CompressedMapStatus`, `HighlyCompressedMapStatus`). */
export function mapStatusBytes(mapTasks: number, reducePartitions: number): Figure {
  const each = reducePartitions > HIGHLY_COMPRESSED_ABOVE ? Math.ceil(reducePartitions / 8) : reducePartitions
  return figure(
    mapTasks * each,
    "bytes",
    reducePartitions > HIGHLY_COMPRESSED_ABOVE ? "map tasks x partitions / 8" : "map tasks x partitions",
    "MapStatus: spark.shuffle.minNumPartitionsToHighlyCompress, 2000",
    { mapTasks, reducePartitions },
  )
}

/** `spark.driver.maxResultSize`, MiB: room for what is brought back, 1 GiB at least (Spark's default). */
export function maxResultSize(collectedBytes: number): Figure {
  const needed = Math.ceil((collectedBytes * 1.25) / MIB / STEP) * STEP
  return figure(
    Math.max(GIB_IN_MIB, needed),
    "MiB",
    "max(1 GiB, collected bytes x 1.25)",
    "spark.driver.maxResultSize: 1g by default; the quarter more is ours, for serialization",
    { collectedBytes },
  )
}

/** The driver's heap, MiB: what it brings back twice (received and decoded), broadcasts twice (rows and blocks), statuses. */
export function driverHeap(input: DriverInput): Figure {
  const statuses = mapStatusBytes(input.mapTasks, input.reducePartitions).value
  const bytes = 2 * input.collectedBytes + 2 * input.broadcastBytes + statuses
  const heap = Math.ceil((RESERVED_MIB + bytes / MIB / 0.6) / STEP) * STEP
  return figure(
    Math.max(2 * GIB_IN_MIB, heap),
    "MiB",
    "max(2 GiB, 300 MiB + (2 x collected + 2 x broadcast + map statuses) / 0.6), in steps of 512 MiB",
    "assumption: results and broadcasts lie in the driver in two forms; spark.memory.fraction 0.6 leaves the rest to the scheduler",
    { collectedBytes: input.collectedBytes, broadcastBytes: input.broadcastBytes, mapStatusBytes: statuses },
  )
}
