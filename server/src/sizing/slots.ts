import { type Figure, figure } from "./figures.ts"
import { atLeast } from "./spark-version.ts"

export interface SlotInput {
  /** Cores of one executor. */
  readonly cores: number
  /** `spark.task.cpus`. */
  readonly taskCpus?: number | undefined
  /** `spark.executor.resource.gpu.amount`, 0 for none. */
  readonly executorGpus?: number | undefined
  /** `spark.task.resource.gpu.amount`; a fraction shares a GPU between tasks. */
  readonly taskGpus?: number | undefined
}

/** Tasks that one executor runs at once: the scarcer of cores and GPUs decides. */
export function slotsOf({ cores, taskCpus = 1, executorGpus = 0, taskGpus = 0 }: SlotInput): Figure {
  const byCores = Math.floor(cores / taskCpus)
  const inputs = { cores, taskCpus, executorGpus, taskGpus }
  if (taskGpus <= 0)
    return figure(
      byCores,
      "slots",
      "floor(cores / task.cpus)",
      "ResourceProfile.calculateTasksAndLimitingResource",
      inputs,
    )
  return figure(
    Math.min(byCores, slotsByGpus(executorGpus, taskGpus)),
    "slots",
    taskGpus <= 1
      ? "min(floor(cores / task.cpus), executor GPUs x floor(1 / task GPUs))"
      : "min(floor(cores / task.cpus), floor(executor GPUs / task GPUs))",
    "ResourceProfile.calculateTasksAndLimitingResource",
    inputs,
  )
}

/** Tasks that an executor's GPUs serve at once. */
export function slotsByGpus(executorGpus: number, taskGpus: number): number {
  return taskGpus <= 1 ? executorGpus * Math.floor(1 / taskGpus + 1e-9) : Math.floor(executorGpus / taskGpus)
}

/** Why a Spark version refuses an amount of GPUs a task; undefined where it takes it. */
export function refusedTaskGpus(amount: number, spark: string): string | undefined {
  if (!(amount > 0)) return `a task's share of GPUs is more than 0; ${amount} is not`
  if (amount > 1 && !Number.isInteger(amount))
    return `a task takes a part of one GPU or whole ones; ${amount} is neither`
  if (amount > 0.5 && amount < 1 && !atLeast(spark, "4.0"))
    return `Spark ${spark} takes at most 0.5 or whole numbers as spark.task.resource.gpu.amount; ${amount} is refused`
  return undefined
}
