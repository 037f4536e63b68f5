import { MIB } from "./figures.ts"
import { containerSettings, LARGEST_COMPRESSED_MIB } from "./layouts.ts"
import { container, executionPerTask, heapFor, overhead, unifiedMemory, yarnAllocation } from "./memory.ts"
import type { Usable } from "./nodes.ts"
import { mib } from "./rank.ts"
import { type SizingRequest, yarnStep } from "./request.ts"

/** What the recipe that everybody copies says, and what becomes of it on this cluster. */
export interface Recipe {
  readonly executorCores: number
  readonly executorsPerNode: number
  /** MiB; 90% of memory a executor. */
  readonly heap: number
  readonly instances: number
  readonly parallelism: number
  /** What the manager is really asked for, MiB. */
  readonly container: number
  /** Executors that really fit a node. */
  readonly fitting: number
  readonly strandedCores: number
  readonly strandedMemory: number
  readonly executionBytesPerTask: number
  /** What it breaks or wastes here, in sentences. */
  readonly verdict: readonly string[]
}

const CORES = 5
const size = (mebibytes: number): string => mib(mebibytes * MIB)

/**
 * "Five cores an executor, one core and one GiB for the system, 90% of the rest as heap, one executor less for the
 * driver, parallelism twice the cores": computed as it is told, then held against what the manager does with it.
 * Undefined on nodes that have too few cores for it.
 */
export function classicRecipe(request: SizingRequest, usable: Usable): Recipe | undefined {
  const executorsPerNode = Math.floor((request.cores - 1) / CORES)
  if (executorsPerNode < 1 || request.manager === "local") return undefined
  const each = Math.floor((request.memory - 1024) / executorsPerNode)
  const heap = Math.floor(each * 0.9)
  const settings = containerSettings(request)
  const asked = container(heap, settings).value
  const booked = request.manager === "yarn" ? yarnAllocation(asked, yarnStep(request)).value : asked
  const byCores = Math.floor(usable.cores.value / CORES)
  const fitting = Math.min(executorsPerNode, byCores, Math.floor(usable.memory.value / booked))
  const unified = unifiedMemory(heap * MIB).value
  const instances = Math.max(0, executorsPerNode * request.nodes - 1)
  const verdict: string[] = []
  if (heapFor(booked, settings) === undefined) verdict.push(`A heap of ${size(heap)} is less than Spark accepts.`)
  if (fitting < executorsPerNode)
    verdict.push(
      `An executor books ${size(booked)} (${size(heap)} of heap and ${size(overhead(heap, settings).value)} beside it${request.manager === "yarn" ? ", in whole steps of YARN" : ""}), so that ${fitting} of ${executorsPerNode} fit a node's ${size(usable.memory.value)}: ${(executorsPerNode - fitting) * CORES} cores a node never run a task.`,
    )
  const idle = usable.cores.value - fitting * CORES
  if (idle > 0 && fitting === executorsPerNode) verdict.push(`${idle} of ${usable.cores.value} cores a node stay idle.`)
  const unused = usable.memory.value - fitting * booked
  if (unused >= 1024) verdict.push(`${size(unused)} a node stay unused.`)
  if (heap > LARGEST_COMPRESSED_MIB && heap < 1.5 * LARGEST_COMPRESSED_MIB)
    verdict.push("The heap is 32 GiB or a little more: it holds less than one of 31 GiB.")
  if (request.python && (request.pythonShare ?? 0) > 0)
    verdict.push("It leaves nothing for Python's workers: they live in the overhead.")
  if (request.gpus > 0 && executorsPerNode > request.gpus)
    verdict.push(`${executorsPerNode} executors share ${request.gpus} GPUs: most get none and can't start.`)
  return {
    executorCores: CORES,
    executorsPerNode,
    heap,
    instances,
    parallelism: instances * CORES * 2,
    container: booked,
    fitting,
    strandedCores: idle,
    strandedMemory: unused,
    executionBytesPerTask: executionPerTask(Math.max(0, unified), CORES).most.value,
    verdict,
  }
}
