import { type AllocationBounds, allocationBounds } from "./allocation.ts"
import { broadcastThreshold } from "./broadcast.ts"
import { type Cost, costOf, nodesForDeadline, secondsForCores } from "./capacity.ts"
import { driverHeap, maxResultSize } from "./driver.ts"
import { type Figure, figure, GIB_IN_MIB, MIB } from "./figures.ts"
import { type DriverPlace, enumerate, type Layout, pythonShareOf } from "./layouts.ts"
import { container, MIN_HEAP_MIB, unifiedMemory, yarnAllocation } from "./memory.ts"
import { type Usable, usableOf } from "./nodes.ts"
import { best, type Ranked } from "./rank.ts"
import { classicRecipe, type Recipe } from "./recipe.ts"
import { type Problem, problemsOf, type SizingRequest, yarnStep } from "./request.ts"
import { shufflePartitions } from "./shuffle.ts"

/** One layout with all that follows from it. */
export interface Choice extends Ranked {
  readonly shufflePartitions: Figure
  readonly broadcastThreshold: Figure
  readonly allocation: AllocationBounds
}

export interface Driver {
  /** MiB. */
  readonly heap: Figure
  readonly maxResultSize: Figure
  /** What it takes from one of the nodes; zeros where it runs elsewhere. */
  readonly place: DriverPlace
}

export interface Capacity {
  readonly nodes: Figure
  /** How long the nodes of the request take. */
  readonly seconds: Figure
}

/** The answer to a request. */
export type Advice =
  | { readonly kind: "problems"; readonly problems: readonly Problem[] }
  | {
      /** Nothing fits; `needs` says what would. */
      readonly kind: "impossible"
      readonly needs: readonly string[]
      readonly usable: Usable
    }
  | {
      readonly kind: "advice"
      readonly request: SizingRequest
      readonly usable: Usable
      /** Up to three, best first. */
      readonly choices: readonly Choice[]
      readonly driver: Driver
      readonly recipe: Recipe | undefined
      readonly capacity: Capacity | undefined
      readonly cost: Cost | undefined
      readonly warnings: readonly string[]
    }

/** Layouts that are shown side by side. */
const SHOWN = 3
/** `spark.yarn.am.memory`, MiB, in client mode. */
const YARN_AM_HEAP = 512

/** Sizes a cluster: the best layouts for a request, with the driver, partitions, and what the usual recipe would do. */
export function advise(request: SizingRequest): Advice {
  const problems = problemsOf(request)
  if (problems.length > 0) return { kind: "problems", problems }
  const usable = usableOf({ cores: request.cores, memory: request.memory, gpus: request.gpus }, request.manager, {
    cores: request.pinned?.usableCores,
    memory: request.pinned?.usableMemory,
    platform: request.platform,
    instance: request.instance,
  })
  const driver = driverOf(request)
  const layouts = driver.place.memory > usable.memory.value ? [] : enumerate(request, usable, driver.place)
  const ranked = best(layouts, request, usable, SHOWN)
  if (ranked.length === 0) return { kind: "impossible", needs: needsOf(request, usable, driver), usable }
  const choices = ranked.map((each) => choiceOf(each, request, driver))
  const first = choices[0]!
  const capacity = capacityOf(request, usable, first.layout)
  return {
    kind: "advice",
    request,
    usable,
    choices,
    driver,
    recipe: classicRecipe(request, usable),
    capacity,
    cost:
      request.pricePerNodeHour === undefined
        ? undefined
        : costOf(request.nodes, request.pricePerNodeHour, capacity?.seconds.value),
    warnings: warningsOf(request, first.layout, driver),
  }
}

function bytesRead({ data = [] }: SizingRequest): number {
  return data.reduce((sum, { bytes }) => sum + bytes, 0)
}

function bytesShuffled(request: SizingRequest): number {
  return request.shuffleBytes ?? bytesRead(request)
}

function driverOf(request: SizingRequest): Driver {
  const { collectedBytes = 0, broadcastBytes = 0 } = request
  const mapTasks = Math.ceil(bytesRead(request) / (128 * MIB))
  const reducePartitions = Math.max(1, Math.ceil(bytesShuffled(request) / (64 * MIB)))
  const heap =
    request.pinned?.driverHeap === undefined
      ? driverHeap({ collectedBytes, broadcastBytes, mapTasks, reducePartitions })
      : figure(request.pinned.driverHeap, "MiB", "as given", "the request")
  return { heap, maxResultSize: maxResultSize(collectedBytes), place: placeOf(request, heap.value) }
}

/** Where the driver sits: in cluster mode on a node; in YARN's client mode the application master does. */
function placeOf(request: SizingRequest, heap: number): DriverPlace {
  const { manager, deployMode } = request
  const settings = { manager, deployMode, python: request.python }
  const onYarn = (asked: number): number => yarnAllocation(asked, yarnStep(request)).value
  if (manager === "yarn" && deployMode === "client")
    return { cores: 1, memory: onYarn(container(YARN_AM_HEAP, { ...settings, python: false }).value) }
  if (deployMode === "cluster" && manager !== "local") {
    const memory = container(heap, settings).value
    return { cores: 1, memory: manager === "yarn" ? onYarn(memory) : memory }
  }
  return { cores: 0, memory: 0 }
}

function choiceOf(ranked: Ranked, request: SizingRequest, driver: Driver): Choice {
  const { layout } = ranked
  const cached = (request.data ?? []).reduce((sum, each) => sum + (each.cached ? each.bytes : 0), 0)
  return {
    ...ranked,
    shufflePartitions: shufflePartitions({ shuffleBytes: bytesShuffled(request), slots: layout.slots }),
    broadcastThreshold: broadcastThreshold(
      layout.storageBytes,
      unifiedMemory(Math.max(MIN_HEAP_MIB, driver.heap.value) * MIB).value,
    ),
    allocation: allocationBounds({
      executors: layout.executors,
      slots: layout.slotsPerExecutor,
      firstTasks: Math.max(1, Math.ceil(bytesRead(request) / (128 * MIB))),
      cachedBytes: cached,
      storageBytesPerExecutor: layout.storageBytes,
    }),
  }
}

function capacityOf(request: SizingRequest, usable: Usable, layout: Layout): Capacity | undefined {
  const { deadline, throughput } = request
  const inputBytes = bytesRead(request)
  if (throughput === undefined || inputBytes === 0) return undefined
  const passes = request.workload === "joins" ? 3 : request.workload === "etl" ? 2 : 1
  const seconds = secondsForCores({ inputBytes, throughput, cores: layout.slots, passes })
  return {
    nodes:
      deadline === undefined
        ? figure(request.nodes, "nodes", "as given", "the request")
        : nodesForDeadline({ inputBytes, seconds: deadline, throughput, coresPerNode: usable.cores.value, passes }),
    seconds,
  }
}

/** What would make an impossible request possible. */
function needsOf(request: SizingRequest, usable: Usable, driver: Driver): readonly string[] {
  const needs: string[] = []
  const { pinned = {} } = request
  const perNode = pinned.executorsPerNode ?? 1
  const cores = pinned.executorCores ?? request.taskCpus ?? 1
  if (usable.cores.value < perNode * cores)
    needs.push(
      `${perNode} executor${perNode === 1 ? "" : "s"} of ${cores} core${cores === 1 ? "" : "s"} need ${perNode * cores} usable cores a node; there are ${usable.cores.value}.`,
    )
  if (request.gpus > 0 && perNode > request.gpus)
    needs.push(`${perNode} executors a node need a GPU each; a node has ${request.gpus}.`)
  if (request.workload === "rapids" && Math.floor(request.gpus / perNode) !== 1)
    needs.push(
      `RAPIDS drives one GPU an executor: ${request.gpus} GPUs want ${request.gpus} executors a node, not ${perNode}.`,
    )
  const least = leastContainer(request)
  if (usable.memory.value < perNode * least)
    needs.push(
      `A node needs at least ${perNode * least} MiB for executors (${perNode} of ${least} MiB); of its ${request.memory} MiB they can have ${usable.memory.value}: ${usable.memory.formula}.`,
    )
  if (request.yarnMaximum !== undefined && request.yarnMaximum < least)
    needs.push(
      `YARN hands out ${request.yarnMaximum} MiB at most; an executor needs ${least} (yarn.scheduler.maximum-allocation-mb).`,
    )
  if (driver.place.memory > usable.memory.value)
    needs.push(
      `The driver needs ${driver.place.memory} MiB on a node; executors and driver can have ${usable.memory.value}. Run it in client mode, or lower what it collects.`,
    )
  if (needs.length === 0)
    needs.push("The driver takes the only place that there is: add a node, or run the driver in client mode.")
  return needs
}

/** The smallest container that an executor of the request can live in, MiB. */
function leastContainer(request: SizingRequest): number {
  const heap = request.pinned?.heap ?? MIN_HEAP_MIB
  const settings = {
    manager: request.manager,
    deployMode: request.deployMode,
    python: request.python,
    overheadFactor: 0.1,
  }
  const jvm = container(heap, { ...settings, offHeap: request.offHeap }).value
  const least = Math.ceil(jvm / (1 - pythonShareOf(request)))
  return request.manager === "yarn" ? yarnAllocation(least, yarnStep(request)).value : least
}

function warningsOf(request: SizingRequest, layout: Layout, driver: Driver): readonly string[] {
  const warnings: string[] = []
  if (request.manager === "yarn" && request.pinned?.usableMemory === undefined && request.platform === undefined)
    warnings.push(
      "The memory that YARN may hand out is assumed; give yarn.nodemanager.resource.memory-mb of your cluster for an exact answer.",
    )
  if (request.manager === "standalone")
    warnings.push(
      "Standalone books the heap only: nothing but this arithmetic keeps room for the memory beside it and for Python.",
    )
  if (request.python && layout.python === 0 && request.manager !== "local")
    warnings.push("No memory is set aside for Python's workers: right as long as no UDF and no pandas function runs.")
  if (driver.heap.value > 16 * GIB_IN_MIB)
    warnings.push(`A driver of ${driver.heap.value} MiB is large: write results out instead of collecting them.`)
  if (request.manager === "kubernetes" && request.python && request.deployMode === "cluster")
    warnings.push(
      "On Kubernetes in cluster mode Spark gives Python applications 40% of the heap as overhead; spark.executor.memoryOverhead below replaces it.",
    )
  return warnings
}
