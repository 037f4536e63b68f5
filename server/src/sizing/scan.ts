import { type Figure, figure, MIB } from "./figures.ts"

export interface ScanSettings {
  /** `spark.sql.files.maxPartitionBytes`, bytes. */
  readonly maxPartitionBytes?: number
  /** `spark.sql.files.openCostInBytes`, bytes. */
  readonly openCostInBytes?: number
  /** `spark.sql.files.minPartitionNum`; by default as many as the session's parallelism (all cores, at least 2 on a cluster). */
  readonly minPartitionNum: number
}

export interface ScannedFile {
  readonly bytes: number
  /** Parquet, ORC, Avro, plain text: true. Gzipped text, or JSON and CSV that span lines: false. */
  readonly splittable: boolean
}

const DEFAULTS = { maxPartitionBytes: 128 * MIB, openCostInBytes: 4 * MIB }

/** The most bytes that a scan's split has: `FilePartition.maxSplitBytes`. */
export function maxSplitBytes(files: readonly ScannedFile[], settings: ScanSettings): Figure {
  const { maxPartitionBytes, openCostInBytes, minPartitionNum } = { ...DEFAULTS, ...settings }
  const total = files.reduce((sum, file) => sum + file.bytes + openCostInBytes, 0)
  const perPartition = Math.floor(total / minPartitionNum)
  return figure(
    Math.min(maxPartitionBytes, Math.max(openCostInBytes, perPartition)),
    "bytes",
    "min(maxPartitionBytes, max(openCostInBytes, total / minPartitionNum)), each file counted with its open cost",
    "FilePartition.maxSplitBytes",
    { maxPartitionBytes, openCostInBytes, minPartitionNum, total, files: files.length },
  )
}

/** Partitions of a scan: splits, largest first, put into a partition while they fit (`FilePartition.getFilePartitions`). */
export function scanPartitions(files: readonly ScannedFile[], settings: ScanSettings): Figure {
  const { openCostInBytes } = { ...DEFAULTS, ...settings }
  const split = maxSplitBytes(files, settings).value
  const splits = files
    .filter((file) => file.bytes > 0)
    .flatMap((file) => (file.splittable ? pieces(file.bytes, split) : [file.bytes]))
    .sort((a, b) => b - a)
  let partitions = 0
  let filled = 0
  let open = false
  for (const bytes of splits) {
    if (open && filled + bytes > split) {
      partitions++
      filled = 0
    }
    filled += bytes + openCostInBytes
    open = true
  }
  if (open) partitions++
  return figure(
    partitions,
    "partitions",
    "splits of at most maxSplitBytes, largest first, packed while they fit, each with openCostInBytes",
    "FilePartition.getFilePartitions",
    { maxSplitBytes: split, openCostInBytes, splits: splits.length },
  )
}

function pieces(bytes: number, most: number): number[] {
  const found: number[] = []
  for (let at = 0; at < bytes; at += most) found.push(Math.min(most, bytes - at))
  return found
}

/** Partitions of so many bytes, each as large as a split of a scan at most. At least one. */
export function partitionsOf(bytes: number): Figure {
  return figure(
    Math.max(1, Math.ceil(bytes / DEFAULTS.maxPartitionBytes)),
    "partitions",
    "max(1, ceil(bytes / maxPartitionBytes))",
    "spark.sql.files.maxPartitionBytes: 128 MB by default (SQLConf)",
    { bytes, maxPartitionBytes: DEFAULTS.maxPartitionBytes },
  )
}
