/** SQL on GPUs by NVIDIA's plugin (RAPIDS Accelerator): what it wants of executors, and its settings. */
import { type Figure, figure } from "./figures.ts"
import type { SizingRequest } from "./request.ts"

/** MiB of a GPU that one of its tasks takes, where nobody says; and how many share a GPU at most. */
const MIB_PER_TASK = 7500
const MOST_TASKS = 4
/** What the plugin does by itself where the GPU's memory is not known. */
const BY_DEFAULT = 2

/**
 * `spark.rapids.sql.concurrentGpuTasks`: all of an executor's tasks run, and this many of them are on the GPU at the same
 * time. Their share of the GPU as Spark's resource is therefore no limit, and only lets every core have a task.
 */
export function concurrentGpuTasks({ gpuMemory, gpuMemoryPerTask = MIB_PER_TASK }: SizingRequest): Figure {
  const source = "NVIDIA's tuning for Spark RAPIDS (spark-rapids-tools, tuningConfigs.yaml, as of 16 June 2026)"
  if (gpuMemory === undefined) return figure(BY_DEFAULT, "slots", "2", `${source}; the GPU's memory is not known`)
  return figure(
    Math.max(1, Math.min(MOST_TASKS, Math.floor(gpuMemory / gpuMemoryPerTask))),
    "slots",
    "max(1, min(4, floor(memory of the GPU / memory of a task)))",
    source,
    { gpuMemory, gpuMemoryPerTask },
  )
}

/** Settings that put SQL on the GPU; the plugin's jar has to be there as well. */
export function rapidsSettings(request: SizingRequest): readonly (readonly [key: string, value: string])[] {
  if (request.workload !== "rapids") return []
  return [
    ["spark.plugins", "com.nvidia.spark.SQLPlugin"],
    ["spark.rapids.sql.concurrentGpuTasks", String(concurrentGpuTasks(request).value)],
  ]
}
