import type { ConfSetting, RuleContext, Udf } from "../api.ts"
import type { ShapeProblem } from "./executor-shape.ts"
import { type Described, figuresOf, managerOf, settingBeside } from "./executors.ts"
import { deviceUse, idleByGpus } from "./gpus.ts"
import { loadsModel } from "./models.ts"
import { modelWorker, pandasWorker } from "./numbers.ts"
import { isDatabricks, settingEvidence, settingNumber, settingText } from "./settings.ts"
import { udfName } from "./udf-text.ts"

type Check = (described: Described, ctx: RuleContext, setting: ConfSetting) => ShapeProblem | undefined

const MIN = "spark.dynamicAllocation.minExecutors"
const INITIAL = "spark.dynamicAllocation.initialExecutors"
const MAX = "spark.dynamicAllocation.maxExecutors"
const TASK_GPU = "spark.task.resource.gpu.amount"

/** Dynamic allocation without an upper bound, or with bounds that cross. */
export const allocation: Check = (_, ctx, setting) => {
  if (settingText(setting)?.toLowerCase() !== "true" || managerOf(ctx, setting) === "local") return
  const [min, initial, max] = [MIN, INITIAL, MAX].map((key) => settingBeside(ctx, key, setting))
  if (max) {
    const [least, most] = [min && settingNumber(min), settingNumber(max)]
    if (!min || least === undefined || most === undefined || least <= most) return
    return {
      message: `Spark refuses to start: at least ${least} executors are asked for, and at most ${most}.`,
      evidence: [settingEvidence(min), settingEvidence(max)],
      confidence: "certain",
      severity: "error",
      advice: `Set ${MAX} to ${least} or more`,
    }
  }
  // an application's share of a Standalone cluster is bounded by its cores
  if (settingBeside(ctx, "spark.cores.max", setting) || isDatabricks(setting, ctx)) return
  const { cluster } = ctx.world
  const bound = min ?? initial
  return {
    message: `Dynamic allocation has no upper bound here: \`${MAX}\` is infinity, and Spark asks for as many executors as a stage's tasks fill${cluster ? `, where '${cluster.name}' has ${cluster.executors}` : ", all that the cluster has"}.`,
    evidence: bound ? [settingEvidence(bound)] : [],
    confidence: cluster || bound ? "likely" : "possible",
    advice: cluster
      ? `Set ${MAX}=${cluster.executors}, or this job's share of it`
      : `Set ${MAX} to this job's share of the cluster`,
  }
}

/** A share of a GPU that Spark refuses, or one that leaves cores idle. */
export const gpuShare: Check = (described, ctx) => {
  const { cores, taskCpus, executorGpus, taskGpus, unsure, manager } = described
  if (!taskGpus || manager === "local") return
  const { target, min, sizing } = ctx.world
  const refused = sizing.refusedTaskGpus(taskGpus.value, min)
  if (refused)
    return {
      message: `Spark refuses this amount: ${refused}.`,
      evidence: [],
      confidence: sizing.refusedTaskGpus(taskGpus.value, target) ? "certain" : "likely",
      severity: "error",
      ...(taskGpus.value > 0
        ? {
            advice: `Set ${TASK_GPU}=${taskGpus.value > 1 ? Math.ceil(taskGpus.value) : sizing.taskGpuAmount(Math.floor(1 / taskGpus.value), min)}`,
          }
        : {}),
    }
  // gpu-without-resources speaks where a function takes the GPU
  if (!cores?.setting || !executorGpus || unsure || ctx.program.udfs.some((udf) => deviceUse(udf, ctx))) return
  const waste = idleByGpus(ctx, {
    cores: cores.value,
    taskCpus: taskCpus?.value,
    gpus: executorGpus.value,
    share: taskGpus.value,
  })
  if (!waste) return
  return {
    message: `The GPUs let ${waste.byGpus === 1 ? "one task" : `${waste.byGpus} tasks`} run on an executor at a time, where its cores would take ${waste.byCores}: the others are idle in every stage.`,
    evidence: [
      settingEvidence(cores.setting),
      ...(executorGpus.setting ? [settingEvidence(executorGpus.setting)] : []),
    ],
    confidence: "likely",
    advice: waste.advice,
  }
}

const PANDAS_KINDS: ReadonlySet<Udf["kind"]> = new Set([
  ...(["arrow", "pandas", "pandas-iterator", "pandas-aggregate", "grouped-map", "map-in-pandas"] as const),
  "predict-batch",
])

/** MiB that a function's worker needs, whatever it is given. */
function workerNeeds(udf: Udf): { readonly mib: number; readonly loads: boolean } | undefined {
  if (udf.applied.length === 0) return undefined
  if ([...udf.calls, ...udf.setup].some((call) => loadsModel(call) === "certain"))
    return { mib: modelWorker.value, loads: true }
  return PANDAS_KINDS.has(udf.kind) ? { mib: pandasWorker.value, loads: false } : undefined
}

/** Python workers that get next to nothing beside the JVM: they live in the overhead, which nobody raised. */
export const pythonBeside: Check = (described, ctx) => {
  const { heap, cores, manager, unsure } = described
  if (!heap?.setting || !cores || unsure || (manager !== "yarn" && manager !== "kubernetes")) return
  if (described.overhead || described.overheadFactor || described.pysparkMemory || described.executorGpus) return
  const figures = figuresOf(ctx, described, { cores: cores.value })
  const each = Math.floor(figures.overhead.value / Math.max(1, figures.slots.value))
  for (const udf of ctx.program.udfs) {
    const needs = workerNeeds(udf)
    if (!needs || each >= needs.mib) continue
    const wanted = Math.ceil((figures.overhead.value + figures.slots.value * needs.mib) / 256) * 256
    return {
      message: `Python's workers live beside the heap, in an overhead of ${figures.overhead.value} MiB (${figures.overhead.formula}): ${each} MiB for each of ${figures.slots.value} workers of ${udfName(udf)}, the JVM's own needs not counted${needs.loads ? ", and it loads a model" : ""}. Past it the container is killed.`,
      evidence: [
        { message: needs.loads ? "a model is loaded in each worker" : "pandas runs in each worker", site: udf.made },
        ...(cores.setting ? [settingEvidence(cores.setting)] : []),
      ],
      confidence: needs.loads ? "likely" : "possible",
      advice: `Set spark.executor.memoryOverhead=${wanted}m: ${figures.overhead.value} MiB for the JVM, and ${needs.mib} MiB for each of ${figures.slots.value} workers`,
    }
  }
  return undefined
}
