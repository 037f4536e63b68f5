import type { Confidence, ConfSetting, Evidence, RuleContext, Severity } from "../api.ts"
import { type Described, figuresOf, settingBeside, sparkSize } from "./executors.ts"
import { longPointerCost, manyTasksPerJvm, tasksPerJvm, tooManyTasksPerJvm } from "./numbers.ts"
import { settingEvidence, settingNumber, settingText } from "./settings.ts"

/** What is wrong with an executor, and what to set instead. */
export interface ShapeProblem {
  readonly message: string
  readonly evidence: readonly Evidence[]
  readonly confidence: Confidence
  readonly severity?: Severity
  readonly advice?: string
}
type Check = (described: Described, ctx: RuleContext, setting: ConfSetting) => ShapeProblem | undefined

const MIB = 1024 ** 2

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

/** What of the memory that a task books is left to it; an overhead that is set grows with the cores that it was set for. */
function taskShare(ctx: RuleContext, described: Described, cores: number, heap: number): number {
  const overhead = described.overhead && described.overhead.value * cores
  const figures = figuresOf(ctx, described, { cores, heap, ...(overhead === undefined ? {} : { overhead }) })
  return figures.taskBytes.value / ((figures.container.value * MIB) / Math.max(1, figures.slots.value))
}

/** Executors that the settings in sight let start; undefined where nobody bounds them. */
function executorsAtMost(ctx: RuleContext, setting: ConfSetting): number | undefined {
  const bounds = ["spark.dynamicAllocation.maxExecutors", "spark.executor.instances", "spark.cores.max"]
    .map((key) => settingBeside(ctx, key, setting))
    .flatMap((bound) => (bound ? (settingNumber(bound) ?? []) : []))
  return bounds.length > 0 ? Math.min(...bounds) : undefined
}

/** One core an executor, where several could share a JVM. */
export const oneCore: Check = ({ cores, ...described }, ctx, setting) => {
  if (cores?.value !== 1 || described.executorGpus || described.unsure || (described.taskCpus?.value ?? 1) !== 1) return
  const { compressedHeap, defaultHeap } = ctx.world.sizing
  const heap = described.heap?.value ?? defaultHeap.value
  const together = Math.min(tasksPerJvm.value, Math.floor(compressedHeap.value / heap))
  const most = executorsAtMost(ctx, setting) ?? Number.POSITIVE_INFINITY
  // a laptop's or a test's: small heaps, or fewer executors than one would join
  if (heap < defaultHeap.value || together < 2 || most < together) return
  if ((ctx.world.cluster?.node?.cores ?? Number.POSITIVE_INFINITY) < together) return
  const alone = { ...described, cores }
  const [one, shared] = [taskShare(ctx, alone, 1, heap), taskShare(ctx, alone, together, heap * together)]
  const booked = figuresOf(ctx, alone, { cores: 1, heap }).container.value
  const { overhead } = described
  const beside = overhead ? `, spark.executor.memoryOverhead=${sparkSize(overhead.value * together)}` : ""
  // without dynamic allocation and a number, two executors start, or as many as a launch out of sight says
  const allocation = settingBeside(ctx, "spark.dynamicAllocation.enabled", setting)
  const few = most === Number.POSITIVE_INFINITY && /^false$/i.test(settingText(allocation) ?? "")
  return {
    message: `One core an executor: every task has a JVM to itself, with its own copy of each broadcast. Of the ${booked.toLocaleString("en-US")} MiB that it books, ${percent(one)} are left to the task; with ${together} cores and ${sparkSize(heap * together)} it would be ${percent(shared)} a task, and one copy for ${together}.`,
    evidence: described.heap?.setting ? [settingEvidence(described.heap.setting)] : [],
    confidence: described.heap?.setting && !few ? "likely" : "possible",
    advice: `Set spark.executor.cores=${together}, spark.executor.memory=${sparkSize(heap * together)}${beside}: one executor in the place of ${together}`,
  }
}

/** Executors to make of one with too many cores, none of which is to be lost. */
function evenParts(cores: number): number {
  const least = Math.ceil(cores / manyTasksPerJvm.value)
  for (let parts = least; parts * tasksPerJvm.value <= cores; parts++) if (cores % parts === 0) return parts
  return least
}

/** More tasks in one JVM than its garbage collector is good for. */
export const manyCores: Check = (described, ctx) => {
  const { cores, heap, executorGpus, unsure } = described
  if (!cores || executorGpus || unsure || described.manager === "local") return
  const { value: tasks } = figuresOf(ctx, described, { cores: cores.value }).slots
  if (tasks <= manyTasksPerJvm.value) return
  const parts = evenParts(cores.value)
  const each = Math.floor(cores.value / parts)
  const whole = figuresOf(ctx, described, { cores: cores.value }).container.value
  const part = heap && ctx.world.sizing.heapFor(Math.floor(whole / parts), settingsOf(described))
  const memory = heap?.setting && part ? ` and spark.executor.memory=${sparkSize(part)}` : ""
  const sum =
    heap?.setting && part ? `: ${parts} of them book the ${whole.toLocaleString("en-US")} MiB that one does now` : ""
  return {
    message: `${cores.value} cores in one executor: one JVM serves ${tasks} tasks at once, and each long garbage collection stops all of them. Up to ${manyTasksPerJvm.value} share a JVM at no loss.`,
    evidence: heap?.setting ? [settingEvidence(heap.setting)] : [],
    confidence: tasks > tooManyTasksPerJvm.value ? "likely" : "possible",
    advice: `Set spark.executor.cores=${each}${memory}${sum}`,
  }
}

/** What decides what is booked beside the heap. */
function settingsOf(described: Described): Parameters<RuleContext["world"]["sizing"]["heapFor"]>[1] {
  const { manager = "yarn", deployMode } = described
  return {
    manager,
    deployMode,
    python: true,
    overhead: described.overhead?.value,
    overheadFactor: described.overheadFactor?.value,
    offHeap: described.offHeap?.value,
    pysparkMemory: described.pysparkMemory?.value,
  }
}

/** A heap that Spark refuses to start with. */
export const tinyHeap: Check = ({ heap }, ctx, setting) => {
  const { minHeap } = ctx.world.sizing
  if (!heap || heap.value >= minHeap.value || heap.value < 0) return
  const bare = /^\d+$/.test(settingText(setting) ?? "") ? " (a number without a unit counts MiB)" : ""
  return {
    message: `Spark refuses to start with executors of ${heap.value} MiB${bare}: the least is ${minHeap.value}, ${minHeap.formula}.`,
    evidence: [],
    confidence: "certain",
    severity: "error",
    advice: `Set spark.executor.memory to ${ctx.world.sizing.defaultHeap.formula} or more`,
  }
}

/** JVM options of somebody who knows of object pointers, or whose collector has long ones anyway. */
const CHOSEN = /UseZGC|ObjectAlignmentInBytes|CompressedOops|UseShenandoahGC/

/** A heap whose object pointers take eight bytes. */
export const longPointers: Check = (described, ctx, setting) => {
  const { compressedHeap, longPointerHeap } = ctx.world.sizing
  const { heap, cores } = described
  if (!heap || heap.value < longPointerHeap.value || described.manager === "local") return
  const options = settingBeside(ctx, "spark.executor.extraJavaOptions", setting)
  if (options && CHOSEN.test(settingText(options) ?? "UseZGC")) return
  const holdsLess = heap.value < compressedHeap.value * longPointerCost.value
  const short = Math.floor(compressedHeap.value / 1024)
  const parts = Math.ceil(heap.value / compressedHeap.value)
  // of 5 cores two executors would leave one idle
  const each = cores && cores.value % parts === 0 ? cores.value / parts : undefined
  const split =
    each === undefined
      ? ""
      : `, or make ${parts} executors of it: spark.executor.cores=${each}, spark.executor.memory=${sparkSize(Math.floor(heap.value / parts))}`
  return {
    message: holdsLess
      ? `A heap of ${sparkSize(heap.value)} holds no more than one of ${short}g: from 32 GiB on each reference takes 8 bytes in place of 4, which pays only from about ${Math.round((short * longPointerCost.value) / 4) * 4}g on.`
      : `A heap of ${sparkSize(heap.value)} has long object pointers, and its full collections stop all tasks for long; ${parts} executors would share the same memory with short ones.`,
    evidence: cores?.setting ? [settingEvidence(cores.setting)] : [],
    confidence: holdsLess ? "likely" : "possible",
    advice: holdsLess
      ? `Set spark.executor.memory=${short}g${split}`
      : `Make ${parts} executors of it${each === undefined ? "" : `: spark.executor.cores=${each}, spark.executor.memory=${sparkSize(Math.floor(heap.value / parts))}`}`,
  }
}

/** An executor that no machine of the configured cluster can hold. */
export const overNode: Check = (described, ctx, setting) => {
  const { cluster, sizing } = ctx.world
  const { cores, heap, manager } = described
  if (!cluster?.node || manager === "local" || described.unsure) return
  const { node, name } = cluster
  if (cores?.setting === setting && cores.value > node.cores)
    return {
      message: `An executor of ${cores.value} cores fits no machine of '${name}', which has ${node.cores}: none starts.`,
      evidence: [{ message: `a machine of '${name}' has ${node.cores} cores` }],
      confidence: "certain",
      severity: "warning",
      advice: `Set spark.executor.cores to at most ${node.cores}`,
    }
  if (!heap || heap.setting !== setting) return
  const usable = manager ? sizing.node(node, manager).memory : undefined
  const { container } = figuresOf(ctx, described, { cores: cores?.value ?? 1 })
  // Standalone books the heap alone, and who starts an unknown cluster's executors may do so too
  const booked = manager === "yarn" || manager === "kubernetes" ? container.value : heap.value
  const room = usable?.value ?? node.memory
  if (booked <= room) return
  const fits = manager && sizing.heapFor(room, settingsOf(described))
  const sum = booked === heap.value ? "" : ` (${container.formula})`
  const left =
    room === node.memory ? "" : `, of which executors can have ${room.toLocaleString("en-US")}: ${usable!.formula}`
  return {
    message: `An executor of ${sparkSize(heap.value)} asks for ${booked.toLocaleString("en-US")} MiB${sum}. A machine of '${name}' has ${node.memory.toLocaleString("en-US")}${left}. No executor starts.`,
    evidence: [{ message: `a machine of '${name}' has ${node.memory.toLocaleString("en-US")} MiB` }],
    confidence: booked > node.memory ? "certain" : "likely",
    severity: "warning",
    ...(fits
      ? {
          advice: `Set spark.executor.memory to at most ${sparkSize(fits)}: with what is booked beside it, that fills a machine`,
        }
      : {}),
  }
}
