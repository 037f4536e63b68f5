import { MIB } from "./figures.ts"
import { LARGEST_COMPRESSED_MIB, type Layout } from "./layouts.ts"
import type { Usable } from "./nodes.ts"
import { concurrentGpuTasks } from "./rapids.ts"
import type { SizingRequest } from "./request.ts"
import { workloads } from "./workloads.ts"

/** A layout with its worth, 0 to 1, and what speaks for and against it. */
export interface Ranked {
  readonly layout: Layout
  readonly score: number
  readonly reasons: readonly Reason[]
}

export interface Reason {
  readonly good: boolean
  readonly text: string
}

/**
 * A part of the score. Every part grows, or stays, with the memory of a node: what is stranded is told but never
 * counted, so that more memory can't make the best layout worse.
 */
interface Part {
  readonly factor: number
  readonly reason?: Reason
}

/** Shares of a cluster's worth by cores of an executor: each executor holds its own copy of every broadcast and cache of code; one JVM's collector serves all its tasks. */
function sharing(cores: number): Part {
  if (cores === 1)
    return {
      factor: 0.8,
      reason: bad("one core an executor: each task pays for a JVM and a copy of every broadcast of its own"),
    }
  if (cores === 2)
    return { factor: 0.92, reason: bad("two cores an executor: few tasks share a JVM and its broadcasts") }
  if (cores === 3) return { factor: 0.97 }
  if (cores <= 8) return { factor: 1, reason: good(`${cores} tasks share a JVM, its broadcasts and its cached blocks`) }
  if (cores <= 16)
    return { factor: 0.96, reason: bad(`${cores} cores in one JVM: one garbage collector serves them all`) }
  return { factor: 0.88, reason: bad(`${cores} cores in one JVM: long garbage collections stop them all at once`) }
}

function good(text: string): Reason {
  return { good: true, text }
}
function bad(text: string): Reason {
  return { good: false, text }
}

function coresUsed(layout: Layout, request: SizingRequest, usable: Usable): Part {
  const all = usable.cores.value * request.nodes
  const busy = layout.slots * layout.taskCpus
  const idle = layout.stranded.cores
  if (idle > 0) return { factor: busy / all, reason: bad(`${idle} of ${usable.cores.value} cores a node stay idle`) }
  if (layout.slotsPerExecutor * layout.taskCpus < layout.executorCores)
    return {
      factor: busy / all,
      reason: bad(`${layout.executorCores} cores run ${layout.slotsPerExecutor} tasks: the rest stays idle`),
    }
  return { factor: busy / all, reason: good("all usable cores run tasks") }
}

function execution(layout: Layout, request: SizingRequest): Part {
  const { executionPerTask, title } = workloads[request.workload]
  const wanted = executionPerTask.value * MIB
  const share = Math.min(1, layout.executionBytesPerTask / wanted)
  const has = mib(layout.executionBytesPerTask)
  const wants = mib(wanted)
  return {
    factor: Math.sqrt(share),
    reason:
      share < 1
        ? bad(`${has} of execution memory a task, where ${wants} are wanted for ${title}: it spills`)
        : good(`${has} of execution memory a task; ${wants} are enough for ${title}`),
  }
}

function pointers({ heap }: Layout): Part {
  if (heap <= LARGEST_COMPRESSED_MIB) return { factor: 1 }
  if (heap < 1.5 * LARGEST_COMPRESSED_MIB)
    return {
      factor: 0.85,
      reason: bad("a heap of 32 GiB or a little more has long pointers and holds less than one of 31 GiB"),
    }
  return { factor: 0.94, reason: bad("a heap over 32 GiB has long pointers, and its full collections take long") }
}

function python(layout: Layout, request: SizingRequest): Part {
  const wanted = workloads[request.workload].pythonPerWorker
  if (wanted === 0 || !request.python || request.manager === "local") return { factor: 1 }
  const share = Math.min(1, layout.pythonPerWorker / wanted)
  return {
    // a small model does with little, so that this decides less than memory that tasks spill for
    factor: 0.3 + 0.7 * Math.sqrt(share),
    reason:
      share < 1
        ? bad(
            `${mib(layout.pythonPerWorker * MIB)} a Python worker, where a model and its batches want ${mib(wanted * MIB)}`,
          )
        : good(`${mib(layout.pythonPerWorker * MIB)} a Python worker`),
  }
}

function cache(layout: Layout, request: SizingRequest): Part {
  const cached = (request.data ?? []).reduce((sum, { bytes, cached: yes }) => sum + (yes ? bytes : 0), 0)
  if (cached === 0) return { factor: 1 }
  const room = layout.storageBytes * layout.executors
  const share = Math.min(1, room / cached)
  return {
    factor: 0.5 + share / 2,
    reason:
      share < 1
        ? bad(
            `${mib(cached)} are cached, and all executors together keep ${mib(room)}: the rest is read again or goes to disk`,
          )
        : good(`the cached ${mib(cached)} fit the storage memory of ${mib(room)}`),
  }
}

function gpus(layout: Layout, request: SizingRequest): Part {
  if (request.gpus === 0) return { factor: 1 }
  const used = (layout.executorGpus * layout.executorsPerNode) / request.gpus
  if (used < 1) return { factor: used, reason: bad(`${layout.stranded.gpus} of ${request.gpus} GPUs a node stay idle`) }
  return layout.executorGpus === 1
    ? { factor: 1, reason: good(`one GPU an executor, as libraries for GPUs expect${ofGpu(layout, request)}`) }
    : { factor: 0.9, reason: bad(`${layout.executorGpus} GPUs in one executor: each task must choose its own`) }
}

/** What of a GPU's memory a task can have, where it is known. */
function ofGpu({ executorGpus, slotsPerExecutor }: Layout, request: SizingRequest): string {
  const { gpuMemory, workload } = request
  if (gpuMemory === undefined) return ""
  const tasks = workload === "rapids" ? concurrentGpuTasks(request).value : slotsPerExecutor / executorGpus
  return `; ${mib(Math.floor(gpuMemory / Math.max(1, tasks)) * MIB)} of its memory a task`
}

function losses({ executors }: Layout): Part {
  return executors >= 3 ? { factor: 1 } : { factor: 0.97 }
}

/** Worth and reasons of one layout. */
export function rank(layout: Layout, request: SizingRequest, usable: Usable): Ranked {
  const parts = [
    coresUsed(layout, request, usable),
    execution(layout, request),
    sharing(layout.executorCores),
    pointers(layout),
    python(layout, request),
    cache(layout, request),
    gpus(layout, request),
    losses(layout),
  ]
  const reasons = parts.flatMap(({ reason }) => reason ?? [])
  if (layout.stranded.memory >= 1024) reasons.push(bad(`${mib(layout.stranded.memory * MIB)} a node stay unused`))
  return { layout, score: parts.reduce((product, { factor }) => product * factor, 1), reasons }
}

/** The best layouts, best first, no two with the same cores an executor. */
export function best(
  layouts: readonly Layout[],
  request: SizingRequest,
  usable: Usable,
  count: number,
): readonly Ranked[] {
  const all = layouts.map((layout) => rank(layout, request, usable)).sort(byWorth)
  const seen = new Set<number>()
  return all.filter(({ layout }) => !seen.has(layout.executorCores) && seen.add(layout.executorCores)).slice(0, count)
}

/** By score; then by all memory that tasks can have, then the fewer executors. */
function byWorth(a: Ranked, b: Ranked): number {
  const difference = b.score - a.score
  if (Math.abs(difference) > 1e-9) return difference
  return (
    b.layout.unifiedBytes * b.layout.executors - a.layout.unifiedBytes * a.layout.executors ||
    a.layout.executorsPerNode - b.layout.executorsPerNode
  )
}

/** Bytes in words: `1,152 MiB`, `12.5 GiB`. */
export function mib(bytes: number): string {
  const value = bytes / MIB
  if (value < 2048) return `${Math.round(value).toLocaleString("en-US")} MiB`
  if (value < 2048 * 1024) return `${(value / 1024).toFixed(1).replace(/\.0$/, "")} GiB`
  return `${(value / 1024 / 1024).toFixed(1).replace(/\.0$/, "")} TiB`
}
