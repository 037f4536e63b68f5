/** Every number of a layout with how it came about, for "why". */
import type { Choice, Driver } from "./advise.ts"
import { type Figure, figure, MIB } from "./figures.ts"
import { containerSettings, type Layout, pythonShareOf } from "./layouts.ts"
import { container, executionPerTask, overhead, storageRegion, unifiedMemory, yarnAllocation } from "./memory.ts"
import type { Usable } from "./nodes.ts"
import { type SizingRequest, yarnStep } from "./request.ts"
import { maxSplitBytes } from "./scan.ts"
import { slotsOf } from "./slots.ts"
import { workloads } from "./workloads.ts"

/** The figures of a layout, in the order in which they are read. */
export interface LayoutFigures {
  readonly executors: Figure
  readonly executorCores: Figure
  readonly heap: Figure
  readonly overhead: Figure
  readonly python: Figure
  readonly pythonPerWorker: Figure
  readonly offHeap: Figure
  readonly container: Figure
  readonly executorGpus: Figure
  readonly taskGpus: Figure
  readonly slots: Figure
  readonly slotsPerExecutor: Figure
  readonly unified: Figure
  readonly executionPerTask: Figure
  readonly storage: Figure
  readonly strandedCores: Figure
  readonly strandedMemory: Figure
}

/** Share of the heap that a JVM needs beside it. */
const JVM_FACTOR = 0.1

/** Explains a layout of `request`: the values are the layout's own. */
export function figuresOf(
  layout: Layout,
  request: SizingRequest,
  usable: Usable,
  driver: Pick<Driver, "place">,
): LayoutFigures {
  const { heap, executorCores, executorsPerNode, executors, python, slotsPerExecutor, taskCpus } = layout
  const slots = slotsOf({
    cores: executorCores,
    taskCpus,
    executorGpus: layout.executorGpus,
    taskGpus: layout.taskGpus,
  })
  const unified = unifiedMemory(heap * MIB)
  return {
    executors: figure(
      executors,
      "executors",
      "executors a node x nodes - those that the driver leaves no place for",
      "the layout; in cluster mode the driver takes a place on a node, in YARN's client mode the application master does",
      { executorsPerNode, nodes: request.nodes, displaced: executorsPerNode * request.nodes - executors },
    ),
    executorCores:
      request.pinned?.executorCores === undefined
        ? figure(
            executorCores,
            "cores",
            "floor(usable cores / executors a node), or what is left beside the driver",
            "the layout: every number of executors a node was tried",
            { usableCores: usable.cores.value, executorsPerNode, driverCores: driver.place.cores },
          )
        : figure(executorCores, "cores", "as given", "the request"),
    heap: heapFigure(layout, request, usable),
    overhead: beside(layout, request),
    python: figure(
      python,
      "MiB",
      "floor(budget of an executor x Python's share)",
      request.pythonShare === undefined
        ? `assumption: what ${workloads[request.workload].title} wants, where nobody says`
        : "the request",
      { share: pythonShareOf(request), usableMemory: usable.memory.value, executorsPerNode },
    ),
    pythonPerWorker: figure(
      layout.pythonPerWorker,
      "MiB",
      "floor(Python's memory / tasks at once)",
      "each task that runs Python has a worker of its own (PythonWorkerFactory)",
      { python, slots: slotsPerExecutor },
    ),
    offHeap: figure(layout.offHeap, "MiB", "spark.memory.offHeap.size", "the request"),
    container: booked(layout, request),
    executorGpus: figure(
      layout.executorGpus,
      "GPUs",
      "floor(GPUs of a node / executors a node)",
      "spark.executor.resource.gpu.amount",
      { gpus: request.gpus, executorsPerNode },
    ),
    taskGpus: figure(
      layout.taskGpus,
      "share",
      "1 / tasks that share a GPU, cut off after four digits",
      "spark.task.resource.gpu.amount; before Spark 4.0 at most 0.5, or whole numbers",
      { executorGpus: layout.executorGpus, slots: slotsPerExecutor, taskCpus },
    ),
    slotsPerExecutor: slots,
    slots: figure(layout.slots, "slots", "executors x tasks at once of each", slots.source, {
      executors,
      slotsPerExecutor,
    }),
    unified,
    executionPerTask: executionPerTask(unified.value, Math.max(1, slotsPerExecutor)).most,
    storage: figure(
      layout.storageBytes * executors,
      "bytes",
      "executors x floor(unified x spark.memory.storageFraction)",
      storageRegion(unified.value).source,
      { executors, unified: unified.value, storageFraction: 0.5 },
    ),
    strandedCores: figure(
      layout.stranded.cores,
      "cores",
      "usable cores - executors a node x cores an executor",
      "the layout, on a node without the driver",
      { usableCores: usable.cores.value, executorsPerNode, executorCores },
    ),
    strandedMemory: figure(
      layout.stranded.memory,
      "MiB",
      "usable memory - executors a node x booked memory",
      "the layout, on a node without the driver",
      { usableMemory: usable.memory.value, executorsPerNode, booked: layout.container },
    ),
  }
}

function heapFigure(layout: Layout, request: SizingRequest, usable: Usable): Figure {
  if (request.pinned?.heap !== undefined) return figure(layout.heap, "MiB", "as given", "the request")
  const inputs = {
    usableMemory: usable.memory.value,
    executorsPerNode: layout.executorsPerNode,
    python: layout.python,
    offHeap: layout.offHeap,
  }
  if (request.manager === "local")
    return figure(layout.heap, "MiB", "usable memory", "a local session is one JVM, the driver's", inputs)
  return figure(
    layout.heap,
    "MiB",
    "the largest heap with heap + max(floor(heap x 0.1), 384) + Python + off-heap within an executor's budget",
    "inverse of ResourceProfile's container; a heap just over 32 GiB is cut to 32,000 MiB, where object pointers stay short",
    inputs,
  )
}

function beside(layout: Layout, request: SizingRequest): Figure {
  if (request.manager === "local") return figure(0, "MiB", "none", "a local session is one JVM")
  const jvm = overhead(layout.heap, { ...containerSettings(request), overheadFactor: JVM_FACTOR })
  return figure(
    layout.overhead,
    "MiB",
    layout.python > 0 ? "max(floor(heap x 0.1), 384) + Python's memory" : "max(floor(heap x 0.1), 384)",
    `${jvm.source}; written as spark.executor.memoryOverhead where Spark would derive another`,
    { heap: layout.heap, jvm: jvm.value, python: layout.python },
  )
}

function booked(layout: Layout, request: SizingRequest): Figure {
  const asked = container(layout.heap, { ...containerSettings(request), overhead: layout.overhead })
  if (request.manager !== "yarn") return asked
  const given = yarnAllocation(asked.value, yarnStep(request))
  return figure(given.value, "MiB", `${asked.formula}, in whole steps of YARN: ${given.formula}`, given.source, {
    ...asked.inputs,
    ...given.inputs,
  })
}

/** Partitions that the scan of all data has, if its files can be split: Spark's own split size, and how often it fits. */
export function scanFigure(request: SizingRequest, choice: Choice): Figure | undefined {
  const bytes = (request.data ?? []).reduce((sum, each) => sum + each.bytes, 0)
  if (bytes === 0) return undefined
  // Spark's default: the session's parallelism, all cores of its executors
  const minPartitionNum = Math.max(2, choice.layout.executors * choice.layout.executorCores)
  const split = maxSplitBytes([{ bytes, splittable: true }], { minPartitionNum })
  return figure(
    Math.ceil(bytes / split.value),
    "partitions",
    `ceil(bytes / split), split = ${split.formula.replace(/, each.*/, "")}`,
    `${split.source}; for files that can be split (Parquet, ORC, Avro, plain text)`,
    { bytes, split: split.value, minPartitionNum },
  )
}
