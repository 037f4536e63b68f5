import { type Figure, figure, MIB } from "./figures.ts"

/** Bytes of a table that Spark refuses to broadcast. */
export const BROADCAST_LIMIT = figure(
  8 * 1024 * MIB,
  "bytes",
  "8 GiB",
  "BroadcastExchangeExec.MAX_BROADCAST_TABLE_BYTES: 8 GiB; settable from 4.1 on",
)
/** Bytes up to which Spark broadcasts a side of a join by itself, where nobody says. */
export const AUTO_BROADCAST = figure(
  10 * MIB,
  "bytes",
  "10 MB",
  "spark.sql.autoBroadcastJoinThreshold: 10 MB by default (SQLConf)",
)
/** Bytes in memory for a byte of a compressed columnar file. */
const EXPANSION = 3
/** Broadcasts that a query plan is likely to hold at once. */
const AT_ONCE = 4

/**
 * The largest `spark.sql.autoBroadcastJoinThreshold`, bytes, whose tables fit beside the rest: every executor and the
 * driver hold each broadcast whole. Never below Spark's default of 10 MB, never above its limit of 8 GB.
 */
export function broadcastThreshold(executorStorageBytes: number, driverUnifiedBytes: number): Figure {
  const room = Math.min(executorStorageBytes, driverUnifiedBytes / 2)
  const value = Math.floor(room / (EXPANSION * AT_ONCE))
  return figure(
    Math.min(BROADCAST_LIMIT.value, Math.max(AUTO_BROADCAST.value, value - (value % MIB))),
    "bytes",
    "min(8 GB, max(10 MB, min(storage of an executor, half the driver's unified memory) / (3 x 4)))",
    "BroadcastExchangeExec: 8 GB at most; assumptions: a file's bytes triple in memory, four broadcasts at once",
    { executorStorageBytes, driverUnifiedBytes, expansion: EXPANSION, atOnce: AT_ONCE },
  )
}
