import type { ConfKeys, Sizing, World } from "../../../rules/api.ts"
import { confFacts, confKeys, goneConf, releases } from "../analysis/pyspark/confs.ts"
import type { ResolvedConfig } from "../config/types.ts"
import { AUTO_BROADCAST, BROADCAST_LIMIT, broadcastThreshold } from "../sizing/broadcast.ts"
import { executorOf } from "../sizing/executor.ts"
import { MIB } from "../sizing/figures.ts"
import { COMPRESSED_HEAP, LONG_POINTER_HEAP } from "../sizing/layouts.ts"
import { DEFAULT_HEAP, heapFor, MIN_HEAP, unifiedMemory } from "../sizing/memory.ts"
import { usableOf } from "../sizing/nodes.ts"
import { taskGpuAmount } from "../sizing/request.ts"
import { partitionsOf } from "../sizing/scan.ts"
import { wavesOf } from "../sizing/shuffle.ts"
import { refusedTaskGpus } from "../sizing/slots.ts"
import { nearestKey } from "./near-keys.ts"

/** The arithmetic that rules get. */
const sizing: Sizing = {
  executor: executorOf,
  heapFor,
  node: usableOf,
  partitions(bytes, slots) {
    const needed = partitionsOf(bytes)
    return slots === undefined ? needed : wavesOf(needed.value, slots)
  },
  waves: wavesOf,
  broadcastThreshold: (storageBytes, driverHeap) =>
    broadcastThreshold(storageBytes, Math.max(0, unifiedMemory(driverHeap * MIB).value)),
  refusedTaskGpus,
  taskGpuAmount,
  broadcastLimit: BROADCAST_LIMIT,
  autoBroadcast: AUTO_BROADCAST,
  compressedHeap: COMPRESSED_HEAP,
  longPointerHeap: LONG_POINTER_HEAP,
  defaultHeap: DEFAULT_HEAP,
  minHeap: MIN_HEAP,
}

/** Spark's keys; all of them are listed only for a rule that asks. */
const confs: ConfKeys = {
  facts: confFacts,
  gone: goneConf,
  nearest: nearestKey,
  newest: releases.at(-1)!,
  get all() {
    allKeys ??= confKeys()
    return allKeys
  },
}
let allKeys: readonly string[] | undefined

/** What a configuration says of the world around the code, with the arithmetic and the settings to go with it. */
export function worldOf({ target, min, cluster }: ResolvedConfig): World {
  return { target, min, cluster, sizing, confs }
}
