import { type Figure, MIB } from "./figures.ts"
import {
  type ContainerSettings,
  container,
  executionPerTask,
  overhead,
  storageRegion,
  unifiedMemory,
} from "./memory.ts"
import { type SlotInput, slotsOf } from "./slots.ts"

/** One executor that is described by its settings: what a rule asks of settings that are there already. Heap in MiB. */
export type ExecutorInput = ContainerSettings & SlotInput & { readonly heap: number }

export interface Executor {
  /** Tasks at once, and if it were for the cores alone. */
  readonly slots: Figure
  readonly slotsByCores: Figure
  /** MiB. */
  readonly overhead: Figure
  readonly container: Figure
  readonly unifiedBytes: Figure
  readonly storageBytes: Figure
  /** Bytes of execution memory that a task can have at most when all slots are taken. */
  readonly taskBytes: Figure
}

/** What follows from an executor's settings, as Spark computes it. A heap below Spark's own reserve has no unified memory. */
export function executorOf(input: ExecutorInput): Executor {
  const slots = slotsOf(input)
  const unified = unifiedMemory(input.heap * MIB)
  const unifiedBytes = { ...unified, value: Math.max(0, unified.value) }
  return {
    slots,
    slotsByCores: slotsOf({ cores: input.cores, taskCpus: input.taskCpus }),
    overhead: overhead(input.heap, input),
    container: container(input.heap, input),
    unifiedBytes,
    storageBytes: storageRegion(unifiedBytes.value),
    taskBytes: executionPerTask(unifiedBytes.value, Math.max(1, slots.value)).most,
  }
}
