import type { Call, ConfSetting, Evidence, ExecutorFigures, ExecutorSettings, Manager, RuleContext } from "../api.ts"
import { bytesIn, settingEvidence, settingNumber, settingText } from "./settings.ts"

const MIB = 1024 ** 2

/** A number that a setting gives; without a setting it is the configured cluster's. */
export interface Given {
  readonly value: number
  readonly setting?: ConfSetting
}

/** What the settings in sight, and the configured cluster behind them, say of executors. Memory in MiB. */
export interface Described {
  readonly manager: Manager | undefined
  readonly deployMode: "client" | "cluster"
  readonly cores: Given | undefined
  readonly heap: Given | undefined
  readonly driverHeap: Given | undefined
  readonly taskCpus: Given | undefined
  readonly executorGpus: Given | undefined
  readonly taskGpus: Given | undefined
  readonly overhead: Given | undefined
  readonly overheadFactor: Given | undefined
  readonly pysparkMemory: Given | undefined
  readonly offHeap: Given | undefined
  /** One of these is set to something that isn't known, so that nothing can be said of what they make together. */
  readonly unsure: boolean
}

/**
 * The setting of a key that holds where another does: of the same function or of the module, in no branch that excludes
 * it. A file may build several sessions.
 */
export function settingBeside(ctx: RuleContext, key: string, about?: ConfSetting): ConfSetting | undefined {
  return ctx.program.confs.findLast((setting) => setting.key === key && (!about || goTogether(ctx, setting, about)))
}

function goTogether({ program }: RuleContext, a: ConfSetting, b: ConfSetting): boolean {
  if (a === b || a.how === "file" || b.how === "file") return true
  const [one, other] = [a.call?.function, b.call?.function]
  return (!one || !other || one === other) && !program.exclusive(a.path, b.path)
}

const NUMBERS = {
  cores: ["spark.executor.cores"],
  taskCpus: ["spark.task.cpus"],
  executorGpus: ["spark.executor.resource.gpu.amount"],
  taskGpus: ["spark.task.resource.gpu.amount"],
  overheadFactor: ["spark.executor.memoryOverheadFactor", "spark.kubernetes.memoryOverheadFactor"],
} as const
const SIZES = {
  heap: ["spark.executor.memory"],
  driverHeap: ["spark.driver.memory"],
  overhead: ["spark.executor.memoryOverhead", "spark.yarn.executor.memoryOverhead"],
  pysparkMemory: ["spark.executor.pyspark.memory"],
} as const

/** What holds where a setting does; without one, at the end of the file. */
export function describedAt(ctx: RuleContext, about?: ConfSetting): Described {
  let unsure = false
  const find = (keys: readonly string[], read: (text: string) => number | undefined): Given | undefined => {
    for (const key of keys) {
      const setting = about?.key === key ? about : settingBeside(ctx, key, about)
      if (!setting) continue
      const text = settingText(setting)
      const value = text === undefined ? undefined : read(text)
      if (value !== undefined) return { value, setting }
      unsure = true
      return undefined
    }
    return undefined
  }
  const number = (keys: readonly string[]): Given | undefined =>
    find(keys, (text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined))
  const size = (keys: readonly string[], bare: number = MIB): Given | undefined =>
    find(keys, (text) => {
      const bytes = bytesIn(text, bare)
      return bytes === undefined ? undefined : bytes / MIB
    })
  const { cluster } = ctx.world
  const isOffHeap = settingText(settingBeside(ctx, "spark.memory.offHeap.enabled", about)) === "true"
  const found = {
    manager: managerOf(ctx, about),
    deployMode:
      settingText(settingBeside(ctx, "spark.submit.deployMode", about)) === "cluster"
        ? ("cluster" as const)
        : ("client" as const),
    cores: number(NUMBERS.cores) ?? (cluster && { value: cluster.coresPerExecutor }),
    heap: size(SIZES.heap) ?? (cluster && { value: cluster.executorMemory }),
    driverHeap: size(SIZES.driverHeap),
    taskCpus: number(NUMBERS.taskCpus),
    executorGpus: number(NUMBERS.executorGpus),
    taskGpus: number(NUMBERS.taskGpus),
    overhead: size(SIZES.overhead),
    overheadFactor: number(NUMBERS.overheadFactor),
    pysparkMemory: size(SIZES.pysparkMemory),
    offHeap: isOffHeap ? size(["spark.memory.offHeap.size"], 1) : undefined,
  }
  return { ...found, unsure }
}

/** Who starts the executors: by the master that is set, else as the cluster is configured. */
export function managerOf(ctx: RuleContext, about?: ConfSetting): Manager | undefined {
  const master = settingText(settingBeside(ctx, "spark.master", about)) ?? ""
  if (/^local\b/.test(master)) return "local"
  if (master.startsWith("yarn")) return "yarn"
  if (master.startsWith("k8s://")) return "kubernetes"
  if (master.startsWith("spark://")) return "standalone"
  return ctx.world.cluster?.manager
}

/** The figures of an executor like the one described, with other cores, memory or the like where `other` says so. */
export function figuresOf(
  ctx: RuleContext,
  described: Described,
  other: Partial<ExecutorSettings> & { readonly cores: number },
): ExecutorFigures {
  return ctx.world.sizing.executor({
    manager: described.manager ?? "yarn",
    deployMode: described.deployMode,
    python: true,
    heap: described.heap?.value ?? ctx.world.sizing.defaultHeap.value,
    taskCpus: described.taskCpus?.value,
    executorGpus: described.executorGpus?.value,
    taskGpus: described.taskGpus?.value,
    overhead: described.overhead?.value,
    overheadFactor: described.overheadFactor?.value,
    pysparkMemory: described.pysparkMemory?.value,
    offHeap: described.offHeap?.value,
    ...other,
  })
}

/** Tasks that a job can run at once, and of what: `'prod'`, `3 executors of 4 cores`. */
export interface Slots {
  readonly count: number
  readonly of: string
  readonly evidence: readonly Evidence[]
}

/**
 * The slots of the executors that the settings in sight ask for, where they ask for a fixed number; else those of the
 * configured cluster.
 */
export function slotsInSight(ctx: RuleContext, about?: ConfSetting): Slots | undefined {
  const described = describedAt(ctx, about)
  const { cores, manager, unsure } = described
  const instances = settingBeside(ctx, "spark.executor.instances", about)
  const count = instances && settingNumber(instances)
  const dynamic = settingBeside(ctx, "spark.dynamicAllocation.enabled", about)
  const isFixed = !dynamic || /^false$/i.test(settingText(dynamic) ?? "")
  if (count && cores?.setting && isFixed && !unsure && manager !== "local") {
    const { slots } = figuresOf(ctx, described, { cores: cores.value })
    return {
      count: count * slots.value,
      of: `${count} executor${count === 1 ? "" : "s"} of ${cores.value} core${cores.value === 1 ? "" : "s"}`,
      evidence: [settingEvidence(instances), settingEvidence(cores.setting)],
    }
  }
  const { cluster } = ctx.world
  return (
    cluster && {
      count: cluster.slots,
      of: `'${cluster.name}'`,
      evidence: [{ message: `'${cluster.name}' has ${cluster.slots} slots` }],
    }
  )
}

/** Bytes of execution memory that a task has at most, where cores and memory of an executor are known. */
export function taskBytes(ctx: RuleContext): number | undefined {
  const described = describedAt(ctx)
  const { cores, heap, unsure } = described
  if (!cores || !heap || unsure || described.manager === "local") return undefined
  return figuresOf(ctx, described, { cores: cores.value }).taskBytes.value
}

/** MiB in Spark's letters, as a setting takes them: `5g`, `4505m`. */
export function sparkSize(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}g` : `${mebibytes}m`
}

/** Where a session is made: what a script or a file of defaults gives it can be told there. */
export function sessionCall(ctx: RuleContext): Call | undefined {
  return ctx.program.calls.find(
    ({ api, inUdf }) => !inUdf && /^(SparkSession\.Builder\.getOrCreate|SparkContext(\.getOrCreate)?)$/.test(api),
  )
}
