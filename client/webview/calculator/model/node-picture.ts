/** How one node is cut, as areas of a picture: what is drawn, and the same in words. Pure. */
import { MIB, mib } from "../../../../server/src/sizing/index.ts"
import type { Option, Solved } from "./answer.ts"

export type Part =
  | "reserved"
  | "user"
  | "storage"
  | "execution"
  | "overhead"
  | "python"
  | "offHeap"
  | "rounding"
  | "kept"
  | "stranded"

export interface Region {
  readonly part: Part
  readonly title: string
  /** MiB: of one executor, or of the node for what no executor has. */
  readonly memory: number
}

export interface NodePicture {
  /** Regions of one executor, from the bottom up; their sum is what it is booked with. */
  readonly executor: readonly Region[]
  readonly executors: number
  /** MiB that an executor is booked with. */
  readonly booked: number
  /** What the system or the platform keeps, and what is left over. MiB of the node. */
  readonly outside: readonly Region[]
  /** MiB of the node. */
  readonly memory: number
  readonly cores: { readonly each: number; readonly stranded: number; readonly kept: number }
  readonly gpus: { readonly each: number; readonly stranded: number }
  /** The picture in words. */
  readonly text: string
}

/** Heap that Spark keeps for itself, and the share of the rest that it manages: `spark.memory.fraction`. */
const RESERVED = 300

const TITLES: Readonly<Record<Part, string>> = {
  reserved: "Spark's own reserve",
  user: "user code's objects",
  storage: "storage (cached blocks, broadcasts)",
  execution: "execution (sorts, joins, aggregates)",
  overhead: "JVM overhead",
  python: "Python workers",
  offHeap: "off-heap",
  rounding: "rounded up by YARN",
  kept: "kept by the system",
  stranded: "stranded: no executor fits",
}

/** Cuts a node that holds no driver. */
export function nodePicture({ request, usable }: Solved, { choice }: Option): NodePicture {
  const { layout } = choice
  const unified = layout.unifiedBytes / MIB
  const storage = layout.storageBytes / MIB
  const jvm = layout.overhead - layout.python
  // Standalone books the heap only; what lies beside it takes its place all the same
  const used = layout.heap + layout.overhead + layout.offHeap
  const region = (part: Part, memory: number): Region => ({ part, title: TITLES[part], memory: Math.round(memory) })
  const executor = [
    region("reserved", RESERVED),
    region("user", layout.heap - RESERVED - unified),
    region("storage", storage),
    region("execution", unified - storage),
    region("overhead", jvm),
    region("python", layout.python),
    region("offHeap", layout.offHeap),
    region("rounding", layout.container - used),
  ].filter(({ memory }) => memory > 0)
  const outside = [
    region("kept", request.memory - usable.memory.value),
    region("stranded", layout.stranded.memory),
  ].filter(({ memory }) => memory > 0)
  const executors = layout.executorsPerNode
  const cores = {
    each: layout.executorCores,
    stranded: layout.stranded.cores,
    kept: Math.max(0, request.cores - usable.cores.value),
  }
  const gpus = { each: layout.executorGpus, stranded: layout.stranded.gpus }
  const picture = { executor, executors, booked: layout.container, outside, memory: request.memory, cores, gpus }
  return { ...picture, text: inWords(picture) }
}

function inWords({ executor, executors, booked, outside, memory, cores, gpus }: Omit<NodePicture, "text">): string {
  const size = (mebibytes: number): string => mib(mebibytes * MIB)
  const list = (regions: readonly Region[]): string =>
    regions.map((region) => `${region.title} ${size(region.memory)}`).join(", ")
  const count = executors === 1 ? "1 executor" : `${executors} executors`
  return [
    `A node of ${size(memory)} and ${cores.each * executors + cores.stranded + cores.kept} cores holds ${count} of ${size(booked)} and ${cores.each} ${cores.each === 1 ? "core" : "cores"}${gpus.each > 0 ? ` and ${gpus.each} ${gpus.each === 1 ? "GPU" : "GPUs"}` : ""}.`,
    `In each: ${list(executor)}.`,
    ...(outside.length > 0 ? [`Beside them: ${list(outside)}.`] : []),
    `Cores that run no executor: ${cores.stranded + cores.kept}.`,
    ...(gpus.stranded > 0 ? [`GPUs that no executor has: ${gpus.stranded}.`] : []),
  ].join(" ")
}
