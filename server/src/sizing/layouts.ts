import { figure, MIB } from "./figures.ts"
import {
  type ContainerSettings,
  container,
  executionPerTask,
  heapFor,
  overhead,
  storageRegion,
  unifiedMemory,
  yarnAllocation,
} from "./memory.ts"
import type { Usable } from "./nodes.ts"
import { platforms } from "./platforms.ts"
import { type SizingRequest, taskGpuAmount, yarnStep } from "./request.ts"
import { slotsByGpus, slotsOf } from "./slots.ts"
import { workloads } from "./workloads.ts"

/** How nodes are cut into executors. Memory in MiB unless said. */
export interface Layout {
  readonly executorCores: number
  readonly executorsPerNode: number
  readonly heap: number
  /** All memory beside the heap, Python's part of it included. */
  readonly overhead: number
  /** What of the overhead is meant for Python workers. */
  readonly python: number
  readonly offHeap: number
  /** What an executor is booked with. */
  readonly container: number
  /** `spark.task.cpus`. */
  readonly taskCpus: number
  readonly executorGpus: number
  /** `spark.task.resource.gpu.amount`; 0 without GPUs. */
  readonly taskGpus: number
  readonly slotsPerExecutor: number
  /** In the whole cluster, the driver's place taken off. */
  readonly executors: number
  readonly slots: number
  readonly unifiedBytes: number
  readonly storageBytes: number
  /** Execution memory of a task with all slots busy, at most; bytes. */
  readonly executionBytesPerTask: number
  /** MiB of one Python worker. */
  readonly pythonPerWorker: number
  /** Of a node that holds no driver. */
  readonly stranded: { readonly cores: number; readonly memory: number; readonly gpus: number }
}

/** What the driver (or YARN's application master) takes from one of the nodes; zeros where it runs elsewhere. */
export interface DriverPlace {
  readonly cores: number
  readonly memory: number
}

/** The largest heap, MiB, that surely has object pointers of four bytes instead of eight. */
export const COMPRESSED_HEAP = figure(
  32_000,
  "MiB",
  "a little less than 32 GiB",
  "-XX:+UseCompressedOops: JDK 17 was seen to switch between 32,736 and 32,767 MiB, by the collector's regions",
)
export const LARGEST_COMPRESSED_MIB = COMPRESSED_HEAP.value
/** The smallest heap that surely has pointers of eight bytes. */
export const LONG_POINTER_HEAP = figure(32 * 1024, "MiB", "32 GiB", COMPRESSED_HEAP.source)

/** Share of the heap that a JVM needs beside it. Python is counted apart, so Kubernetes' 0.40 doesn't apply. */
const JVM_FACTOR = 0.1

/** What executors of a request look like to the manager, without their sizes. */
export function containerSettings(request: SizingRequest): ContainerSettings {
  return {
    manager: request.manager,
    deployMode: request.deployMode,
    python: request.python,
    overheadFactor: request.platform === undefined ? undefined : platforms[request.platform]?.overheadFactor,
    offHeap: request.offHeap,
  }
}

export function pythonShareOf(request: SizingRequest): number {
  if (!request.python || request.manager === "local") return 0
  return request.pythonShare ?? workloads[request.workload].pythonShare
}

/** All ways to cut the nodes that fit, in no order. */
export function enumerate(request: SizingRequest, usable: Usable, driver: DriverPlace): readonly Layout[] {
  const { pinned = {} } = request
  const cores = usable.cores.value
  const found: Layout[] = []
  const most = request.manager === "local" ? 1 : Math.min(cores, pinned.executorsPerNode ?? cores)
  for (let perNode = pinned.executorsPerNode ?? 1; perNode <= most; perNode++) {
    if (request.gpus > 0 && perNode > request.gpus) break
    // the plugin drives one GPU an executor
    if (request.workload === "rapids" && Math.floor(request.gpus / perNode) !== 1) continue
    for (const executorCores of coresFor(request, cores, perNode, driver)) {
      for (const memory of memoriesFor(request, usable.memory.value, perNode, driver)) {
        const layout = cut(request, usable, driver, { perNode, executorCores, ...memory })
        if (layout.executors > 0 && layout.slots > 0) found.push(layout)
      }
    }
  }
  return found
}

/** Cores an executor: all that there are, or so many that the driver finds a place beside them. */
function coresFor(request: SizingRequest, cores: number, perNode: number, driver: DriverPlace): readonly number[] {
  const { executorCores } = request.pinned ?? {}
  const wanted =
    executorCores === undefined
      ? [Math.floor(cores / perNode), Math.floor((cores - driver.cores) / perNode)]
      : [executorCores]
  return [...new Set(wanted)].filter((each) => each * perNode <= cores && each >= (request.taskCpus ?? 1))
}

/** MiB that an executor may book, and its heap. */
interface Memory {
  readonly budget: number
  readonly heap: number
}

/** Memory worth looking at: the largest that fits, alone or with the driver beside it, and the largest heap with short pointers. */
function memoriesFor(request: SizingRequest, memory: number, perNode: number, driver: DriverPlace): readonly Memory[] {
  const budgets = new Set([budgetOf(request, memory, perNode), budgetOf(request, memory - driver.memory, perNode)])
  return [...budgets].flatMap((budget) => heapsFor(request, budget).map((heap) => ({ budget, heap })))
}

/** What one of `perNode` executors may book: YARN hands out whole steps, and not more than its maximum. */
function budgetOf(request: SizingRequest, memory: number, perNode: number): number {
  const share = Math.floor(memory / perNode)
  if (request.manager !== "yarn") return share
  const step = yarnStep(request)
  return Math.floor(Math.min(share, request.yarnMaximum ?? Infinity) / step) * step
}

/** What of a budget Python gets, MiB. */
function pythonOf(request: SizingRequest, budget: number): number {
  return Math.floor(budget * pythonShareOf(request))
}

function heapsFor(request: SizingRequest, budget: number): readonly number[] {
  const largest = heapFor(budget - pythonOf(request, budget), {
    ...containerSettings(request),
    overheadFactor: JVM_FACTOR,
  })
  if (largest === undefined) return []
  const { heap } = request.pinned ?? {}
  if (heap !== undefined) return heap <= largest ? [heap] : []
  return largest > LARGEST_COMPRESSED_MIB ? [largest, LARGEST_COMPRESSED_MIB] : [largest]
}

function cut(
  request: SizingRequest,
  usable: Usable,
  driver: DriverPlace,
  how: Memory & { readonly perNode: number; readonly executorCores: number },
): Layout {
  const { perNode: executorsPerNode, executorCores, budget, heap } = how
  const settings = containerSettings(request)
  const memory = usable.memory.value
  const python = pythonOf(request, budget)
  const jvm = request.manager === "local" ? 0 : overhead(heap, { ...settings, overheadFactor: JVM_FACTOR }).value
  const beside = jvm + python
  const asked = container(heap, { ...settings, overhead: beside }).value
  const booked = request.manager === "yarn" ? yarnAllocation(asked, yarnStep(request)).value : asked
  const executorGpus = request.gpus > 0 ? Math.floor(request.gpus / executorsPerNode) : 0
  const gpu = executorGpus > 0 ? gpuTasks(request, executorCores, executorGpus) : undefined
  const taskGpus = gpu?.taskGpus ?? 0
  const taskCpus = gpu?.taskCpus ?? request.taskCpus ?? 1
  const slotsPerExecutor = slotsOf({ cores: executorCores, taskCpus, executorGpus, taskGpus }).value
  const executors =
    executorsPerNode * request.nodes - displaced(usable, driver, executorsPerNode, executorCores, booked)
  const unified = unifiedMemory(heap * MIB).value
  return {
    executorCores,
    executorsPerNode,
    heap,
    overhead: beside,
    python,
    offHeap: request.offHeap ?? 0,
    container: booked,
    taskCpus,
    executorGpus,
    taskGpus,
    slotsPerExecutor,
    executors,
    slots: executors * slotsPerExecutor,
    unifiedBytes: unified,
    storageBytes: storageRegion(unified).value,
    executionBytesPerTask: executionPerTask(unified, Math.max(1, slotsPerExecutor)).most.value,
    pythonPerWorker: slotsPerExecutor > 0 ? Math.floor(python / slotsPerExecutor) : 0,
    stranded: {
      cores: usable.cores.value - executorCores * executorsPerNode,
      memory: memory - booked * executorsPerNode,
      gpus: request.gpus - executorGpus * executorsPerNode,
    },
  }
}

/**
 * How tasks share an executor's GPUs: by a GPU's memory where that is known, else as many as the cores allow. Each task
 * gets the cores that are left to it, for what feeds the GPU.
 */
function gpuTasks(
  request: SizingRequest,
  executorCores: number,
  executorGpus: number,
): { taskGpus: number; taskCpus: number } {
  const byCores = Math.max(1, Math.floor(executorCores / (request.taskCpus ?? 1) / executorGpus))
  const { gpuMemory, gpuMemoryPerTask } = request
  const byMemory =
    gpuMemory === undefined || gpuMemoryPerTask === undefined || request.workload === "rapids"
      ? byCores
      : Math.floor(gpuMemory / gpuMemoryPerTask)
  const tasks = Math.max(1, Math.min(byCores, byMemory))
  const taskGpus = taskGpuAmount(tasks, request.spark)
  const taskCpus = request.taskCpus ?? Math.max(1, Math.floor(executorCores / slotsByGpus(executorGpus, taskGpus)))
  return { taskGpus, taskCpus }
}

/** Executors that the driver leaves no place for on its node. */
function displaced(usable: Usable, driver: DriverPlace, perNode: number, cores: number, booked: number): number {
  const byCores = Math.floor((usable.cores.value - driver.cores) / cores)
  const byMemory = Math.floor((usable.memory.value - driver.memory) / booked)
  return perNode - Math.max(0, Math.min(perNode, byCores, byMemory))
}
