import type { Call, ConfSetting, RuleContext, Site, Udf, Value } from "../api.ts"
import { numberOf } from "./arrow.ts"

/** A GPU that code on an executor takes: any, or one by its number. */
export interface DeviceUse {
  readonly call: Call
  readonly at: Site
  /** As written: `cuda`, `cuda:0`, `0`. */
  readonly device: string
}

const CUDA = /^(cuda|gpu|\/?(device:)?GPU)(:\d+)?$/i
const GPU_PROVIDERS = /^(CUDA|Tensorrt|ROCM|MIGraphX)ExecutionProvider$/
/** Constructors whose `device` may be a number. */
const NUMBERED = /^(transformers\.pipeline|ultralytics\.|sentence_transformers\.|whisper\.|easyocr\.)/
const NAMED = new Set(["device", "device_map", "map_location"])

/** The text that a value is, or undefined. */
function textOf(value: Value): string | undefined {
  return value.kind === "constant" && value.type === "str" && typeof value.value === "string" ? value.value : undefined
}

function wholeOf(value: Value): number | undefined {
  return value.kind === "constant" && value.type === "int" && typeof value.value === "number" ? value.value : undefined
}

/** The device that one of onnxruntime's providers takes. */
function providerDevice(value: Value): string | undefined {
  if (value.kind !== "sequence") {
    const name = textOf(value)
    return name !== undefined && GPU_PROVIDERS.test(name) ? "cuda" : undefined
  }
  const [name, options] = value.items ?? []
  if (!name || !GPU_PROVIDERS.test(textOf(name) ?? "")) return undefined
  const id = options?.kind === "dict" ? options.entries?.get("device_id") : undefined
  if (!id) return "cuda"
  const fixed = wholeOf(id) ?? textOf(id)
  return fixed === undefined ? undefined : `cuda:${fixed}`
}

/** The GPU that a call takes by name or number; undefined where it takes none, or one that the code computes. */
export function deviceOf(call: Call, ctx: RuleContext): { device: string; at?: Site } | undefined {
  if (call.spark) return undefined
  const { api } = call
  const first = call.args[0]
  if (/^torch\..*\.cuda$/.test(api)) {
    if (!first) return { device: "cuda" }
    const number = wholeOf(first.value)
    return number === undefined ? undefined : { device: `cuda:${number}` }
  }
  if (/^(torch\.cuda\.set_device|cupy\.cuda\.Device)$/.test(api)) {
    const number = first && (wholeOf(first.value) ?? textOf(first.value))
    return number === undefined ? undefined : { device: String(number) }
  }
  if (/^(torch\.device|tensorflow\.device|torch\..*\.to|transformers\..*\.to|ultralytics\..*\.to)$/.test(api)) {
    const name = first && textOf(first.value)
    if (name !== undefined && CUDA.test(name)) return { device: name, at: first!.site }
  }
  if (api === "onnxruntime.InferenceSession") {
    const providers = call.args.find((arg) => arg.name === "providers" || arg.name === "*2")?.value
    const found = providers?.kind === "sequence" ? providers.items?.map(providerDevice).find(Boolean) : undefined
    if (found) return { device: found }
  }
  if (api === "torch.cuda.is_available") {
    // `device = "cuda" if torch.cuda.is_available() else "cpu"`
    const { site } = call.statement
    const literal = /(["'])cuda(:\d+)?\1/.exec(ctx.text(site))
    if (!literal || site.top !== call.site.top) return undefined
    const start = site.start + literal.index
    return { device: `cuda${literal[2] ?? ""}`, at: { ...site, start, end: start + literal[0].length } }
  }
  for (const arg of call.args) {
    if (!NAMED.has(arg.name)) continue
    const name = textOf(arg.value)
    if (name !== undefined && CUDA.test(name)) return { device: name, at: arg.site }
    const number = wholeOf(arg.value)
    if (number !== undefined && number >= 0 && NUMBERED.test(api)) return { device: String(number), at: arg.site }
  }
  return undefined
}

/** Calls that run where a UDF does: its body's, and those of the function that makes the predict function. */
export function executorCalls(udf: Udf): readonly Call[] {
  return udf.setup.length === 0 ? udf.calls : [...udf.setup, ...udf.calls]
}

/** The first place where a UDF takes a GPU. */
export function deviceUse(udf: Udf, ctx: RuleContext): DeviceUse | undefined {
  for (const call of executorCalls(udf)) {
    const found = deviceOf(call, ctx)
    if (found) return { call, at: found.at ?? { ...call.nameSite, end: call.site.end }, device: found.device }
  }
  return undefined
}

/** The code finds its own device for each task. */
export function choosesDevice(udf: Udf, ctx: RuleContext): boolean {
  return (
    executorCalls(udf).some((call) => /^TaskContext\.resources$|^torch\.cuda\.device_count$/.test(call.api)) ||
    /CUDA_VISIBLE_DEVICES|\.resources\(\)|\blocal_rank\b|LOCAL_RANK/.test(ctx.text(udf.site))
  )
}

export interface Amount {
  readonly setting: ConfSetting
  /** undefined: set to something that isn't known. */
  readonly value: number | undefined
}

/** The number that a setting in sight gives. */
export function amount(ctx: RuleContext, key: string): Amount | undefined {
  const setting = ctx.program.conf(key)
  return setting && { setting, value: numberOf(setting.value) }
}

/** GPUs for an executor and for a task, by the settings in sight. */
export function gpuAmounts(ctx: RuleContext): { executor: Amount | undefined; task: Amount | undefined } {
  return {
    executor: amount(ctx, "spark.executor.resource.gpu.amount"),
    task: amount(ctx, "spark.task.resource.gpu.amount"),
  }
}

/** All runs on one machine: the driver's GPU is that of its tasks, and Spark schedules none. */
export function isLocal(ctx: RuleContext): boolean {
  const value = ctx.program.conf("spark.master")?.value
  return value?.kind === "constant" && typeof value.value === "string" && /^local(\[|$)/.test(value.value)
}

/** A setting in sight that says what executors are: then what it doesn't ask for isn't there. */
export function executorSetting(ctx: RuleContext): ConfSetting | undefined {
  return ctx.program.confs.find(({ key }) =>
    /^spark\.(executor\.(cores|memory|instances|memoryOverhead)|task\.cpus|cores\.max|dynamicAllocation\.\w+)$/.test(
      key,
    ),
  )
}

/** A notebook on a cluster that was made elsewhere: its profile gives each task a GPU of its own. */
export function isManaged(ctx: RuleContext): boolean {
  const { program } = ctx
  return (
    program.confs.some(({ key }) => key.startsWith("spark.databricks.")) ||
    (program.isNotebook && !executorSetting(ctx) && !program.conf("spark.master"))
  )
}

/** Cores that GPUs leave idle: the tasks that an executor's GPUs and its cores would take, and what to set instead. */
export interface IdleCores {
  readonly byGpus: number
  readonly byCores: number
  readonly advice: string
}

/** Whether GPUs let at most half as many tasks run on an executor as its cores would. */
export function idleByGpus(
  ctx: RuleContext,
  given: {
    readonly cores: number
    readonly taskCpus: number | undefined
    readonly gpus: number
    readonly share: number
  },
): IdleCores | undefined {
  const { sizing, min } = ctx.world
  const figures = sizing.executor({
    manager: "yarn",
    deployMode: "client",
    python: true,
    heap: sizing.defaultHeap.value,
    cores: given.cores,
    taskCpus: given.taskCpus,
    executorGpus: given.gpus,
    taskGpus: given.share,
  })
  const [byGpus, byCores] = [figures.slots.value, figures.slotsByCores.value]
  if (byGpus <= 0 || byGpus * 2 > byCores) return undefined
  const perGpu = Math.floor(byCores / given.gpus)
  const share = perGpu >= 1 ? sizing.taskGpuAmount(perGpu, min) : given.share
  return {
    byGpus,
    byCores,
    advice: `Set spark.task.resource.gpu.amount=${share} if ${perGpu} models fit a GPU's memory, or spark.task.cpus=${Math.floor(given.cores / byGpus)}`,
  }
}
