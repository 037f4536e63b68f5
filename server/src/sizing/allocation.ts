import { type Figure, figure } from "./figures.ts"

/** Executors that dynamic allocation asks for while so many tasks run or wait (`ExecutorAllocationManager`). */
export function executorsWanted(tasks: number, slots: number, ratio = 1): Figure {
  return figure(
    Math.ceil((tasks * ratio) / slots),
    "executors",
    "ceil((running + pending) x executorAllocationRatio / slots)",
    "ExecutorAllocationManager.maxNumExecutorsNeededPerResourceProfile",
    { tasks, ratio, slots },
  )
}

export interface AllocationBounds {
  readonly min: Figure
  readonly initial: Figure
  readonly max: Figure
}

/**
 * Bounds for dynamic allocation: never more than fits, no more at the start than the first stage has tasks for, and
 * one executor kept, or those that hold cached blocks.
 */
export function allocationBounds(input: {
  readonly executors: number
  readonly slots: number
  readonly firstTasks: number
  readonly cachedBytes: number
  readonly storageBytesPerExecutor: number
}): AllocationBounds {
  const { executors, slots, firstTasks, cachedBytes, storageBytesPerExecutor } = input
  const forCache = cachedBytes > 0 ? Math.ceil(cachedBytes / storageBytesPerExecutor) : 0
  const min = Math.min(executors, Math.max(1, forCache))
  const wanted = executorsWanted(firstTasks, slots).value
  return {
    min: figure(
      min,
      "executors",
      "max(1, ceil(cached bytes / storage of an executor))",
      "an idle executor is given back with the blocks it caches (spark.dynamicAllocation.cachedExecutorIdleTimeout)",
      { cachedBytes, storageBytesPerExecutor },
    ),
    initial: figure(
      Math.min(executors, Math.max(min, wanted)),
      "executors",
      "min(maximum, ceil(tasks of the first stage / slots))",
      "ExecutorAllocationManager",
      { firstTasks, slots, executors },
    ),
    max: figure(executors, "executors", "executors that fit the cluster", "the layout", { executors }),
  }
}
