import { type Figure, figure, GIB_IN_MIB } from "./figures.ts"
import { type Instance, instances } from "./instances.ts"
import type { Manager } from "./memory.ts"
import { EMR_MEMORY_SOURCE, type Platform, platforms } from "./platforms.ts"

/** One machine of the cluster. */
export interface NodeShape {
  readonly cores: number
  /** MiB. */
  readonly memory: number
  readonly gpus: number
  /** MiB of one GPU. */
  readonly gpuMemory?: number | undefined
}

/** What of a node executors can have. */
export interface Usable {
  readonly cores: Figure
  /** MiB. */
  readonly memory: Figure
}

/** What the system and Hadoop's daemons want of a YARN node: up to so many GiB of memory, so many GiB kept. */
const HADOOP_RESERVE: readonly (readonly [upTo: number, kept: number])[] = [
  [4, 1],
  [8, 2],
  [16, 2],
  [24, 4],
  [48, 6],
  [64, 8],
  [72, 8],
  [96, 12],
  [128, 24],
  [256, 32],
]
const HADOOP_RESERVE_ABOVE = 64

/** Memory that Kubernetes' own parts keep, by GiB of the node: 25% of the first 4, 20% of the next 4, and so on. */
const KUBE_MEMORY: readonly (readonly [gib: number, share: number])[] = [
  [4, 0.25],
  [4, 0.2],
  [8, 0.1],
  [112, 0.06],
  [Infinity, 0.02],
]
/** Cores that they keep, by core of the node. */
const KUBE_CORES: readonly (readonly [cores: number, share: number])[] = [
  [1, 0.06],
  [1, 0.01],
  [2, 0.005],
  [Infinity, 0.0025],
]
/** MiB below which the kubelet evicts pods. */
const EVICTION_MIB = 100

/** What of a node executors can have; what is given explicitly (a NodeManager's or a worker's memory) wins. */
export function usableOf(
  node: NodeShape,
  manager: Manager,
  given: {
    readonly cores?: number | undefined
    readonly memory?: number | undefined
    readonly platform?: string | undefined
    /** The name of the node's type. */
    readonly instance?: string | undefined
  } = {},
): Usable {
  const platform = given.platform === undefined ? undefined : platforms[given.platform]
  const instance = given.instance === undefined ? undefined : instances.get(given.instance)
  return {
    cores: given.cores === undefined ? coresOf(node, manager, platform) : givenFigure(given.cores, "cores"),
    memory: given.memory === undefined ? memoryOf(node, manager, platform, instance) : givenFigure(given.memory, "MiB"),
  }
}

function givenFigure(value: number, unit: "cores" | "MiB"): Figure {
  return figure(value, unit, "as given", "the request")
}

function coresOf({ cores }: NodeShape, manager: Manager, platform: Platform | undefined): Figure {
  if (platform?.allCores !== undefined) return figure(cores, "cores", "cores", platform.allCores, { cores })
  if (manager === "kubernetes") {
    const kept = stepped(cores, KUBE_CORES)
    return figure(
      Math.max(0, Math.floor(cores - kept)),
      "cores",
      "floor(cores - 6% of the first, 1% of the second, 0.5% of the next two, 0.25% of the rest)",
      "what managed Kubernetes services keep for the kubelet and the system (GKE's documented reservations)",
      { cores },
    )
  }
  if (manager === "yarn")
    return figure(
      Math.max(1, cores - 1),
      "cores",
      "cores - 1",
      "convention: one core for the system, the NodeManager and the DataNode",
      { cores },
    )
  return figure(cores, "cores", "cores", "SPARK_WORKER_CORES, local[*]: all cores by default", { cores })
}

function memoryOf(
  { memory }: NodeShape,
  manager: Manager,
  platform: Platform | undefined,
  instance: Instance | undefined,
): Figure {
  if (platform === platforms.emr && instance?.emrMemory !== undefined && instance.memory === memory)
    return figure(
      instance.emrMemory,
      "MiB",
      `yarn.nodemanager.resource.memory-mb of ${instance.name}`,
      EMR_MEMORY_SOURCE,
      { instance: instance.name },
    )
  if (platform) {
    const share = (instance && platform.memoryShareOn?.[instance.cloud]) ?? platform.memoryShare
    return figure(
      Math.floor(memory * share),
      "MiB",
      "floor(memory x share that the platform leaves)",
      platform.source,
      { memory, share },
    )
  }
  switch (manager) {
    case "kubernetes":
      return figure(
        Math.max(0, Math.floor(memory - stepped(memory / GIB_IN_MIB, KUBE_MEMORY) * GIB_IN_MIB - EVICTION_MIB)),
        "MiB",
        "memory - (25% of the first 4 GiB, 20% of the next 4, 10% of the next 8, 6% of the next 112, 2% above) - 100 MiB",
        "what managed Kubernetes services keep for the kubelet and the system (GKE's documented reservations)",
        { memory },
      )
    case "yarn": {
      const kept = hadoopReserve(memory)
      return figure(
        Math.max(0, memory - kept),
        "MiB",
        "memory - what the system and Hadoop's daemons want of a node of this size",
        "Hortonworks' table of reserved memory; yarn.nodemanager.resource.memory-mb of your cluster is the real figure",
        { memory, kept },
      )
    }
    case "standalone":
      return figure(
        Math.max(0, memory - GIB_IN_MIB),
        "MiB",
        "memory - 1 GiB",
        "SPARK_WORKER_MEMORY: all memory less 1 GiB by default",
        { memory },
      )
    case "local":
      return figure(
        Math.floor(memory / 2),
        "MiB",
        "memory / 2",
        "assumption: the other half is for the system, an editor and Python",
        { memory },
      )
  }
}

/** MiB kept by the table; a node just over one of its steps never offers less than one at the step. */
function hadoopReserve(memory: number): number {
  const gib = memory / GIB_IN_MIB
  const own = HADOOP_RESERVE.find(([upTo]) => gib <= upTo)?.[1] ?? HADOOP_RESERVE_ABOVE
  const most = Math.max(gib - own, ...HADOOP_RESERVE.filter(([upTo]) => upTo < gib).map(([upTo, kept]) => upTo - kept))
  return Math.min(memory, Math.ceil((gib - most) * GIB_IN_MIB))
}

function stepped(amount: number, steps: readonly (readonly [size: number, share: number])[]): number {
  let left = amount
  let kept = 0
  for (const [size, share] of steps) {
    kept += Math.min(left, size) * share
    left = Math.max(0, left - size)
  }
  return kept
}
