/** The rows of the comparison: what of each layout stands beside the others. Pure. */
import { type LayoutFigures, MIB, mib } from "../../../../server/src/sizing/index.ts"
import type { Option, Solved } from "./answer.ts"
import { figureText, whole } from "./format.ts"

type Recipe = NonNullable<Solved["recipe"]>

export interface Row {
  readonly key: keyof LayoutFigures
  readonly title: string
  /** What stands in small behind the figure. */
  readonly more?: (option: Option) => string
  /** What the usual recipe gives; empty where it says nothing of it. */
  readonly recipe: (recipe: Recipe) => string
  /** Whether the row is shown at all. */
  readonly shown?: (options: readonly Option[]) => boolean
}

const some =
  (key: keyof LayoutFigures) =>
  (options: readonly Option[]): boolean =>
    options.some(({ figures }) => figures[key].value > 0)

const rows: readonly Row[] = [
  {
    key: "executors",
    title: "Executors",
    more: ({ choice }) => `${choice.layout.executorsPerNode} a node`,
    recipe: ({ instances, executorsPerNode }) => `${whole(instances)} (${executorsPerNode} a node)`,
  },
  { key: "executorCores", title: "Cores an executor", recipe: ({ executorCores }) => String(executorCores) },
  { key: "heap", title: "Heap", recipe: ({ heap }) => mib(heap * MIB) },
  { key: "overhead", title: "Beside the heap", recipe: ({ container, heap }) => mib((container - heap) * MIB) },
  {
    key: "python",
    title: "Of it for Python",
    more: ({ figures }) => (figures.python.value > 0 ? `${figureText(figures.pythonPerWorker)} a worker` : ""),
    recipe: () => "nothing",
    shown: some("python"),
  },
  { key: "offHeap", title: "Off-heap", recipe: () => "", shown: some("offHeap") },
  { key: "container", title: "Booked", recipe: ({ container }) => mib(container * MIB) },
  {
    key: "executorGpus",
    title: "GPUs",
    more: ({ figures }) => `${figureText(figures.taskGpus)} a task`,
    recipe: () => "",
    shown: some("executorGpus"),
  },
  {
    key: "slots",
    title: "Tasks at once",
    more: ({ choice }) => `${choice.layout.slotsPerExecutor} an executor`,
    recipe: ({ instances, executorCores }) => whole(instances * executorCores),
  },
  {
    key: "executionPerTask",
    title: "Execution memory a task",
    recipe: ({ executionBytesPerTask }) => mib(executionBytesPerTask),
  },
  { key: "storage", title: "Storage in all", recipe: () => "" },
  { key: "strandedCores", title: "Idle cores a node", recipe: ({ strandedCores }) => String(strandedCores) },
  {
    key: "strandedMemory",
    title: "Unused a node",
    recipe: ({ strandedMemory }) => mib(Math.max(0, strandedMemory) * MIB),
  },
]

/** The rows that say something about these layouts. */
export function rowsFor(options: readonly Option[]): readonly Row[] {
  return rows.filter(({ shown }) => shown?.(options) ?? true)
}
