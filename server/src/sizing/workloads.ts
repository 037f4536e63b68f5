import { type Figure, figure } from "./figures.ts"

export type Workload = "etl" | "joins" | "inference" | "rapids" | "streaming"

/** What a kind of work wants; assumptions, shown as such. */
export interface WorkloadNeeds {
  readonly title: string
  /** MiB of execution memory that a task works well with. */
  readonly executionPerTask: Figure
  /** Share of a container that Python workers get, where nobody says. */
  readonly pythonShare: number
  /** MiB that one Python worker works well with; 0 where there are none. */
  readonly pythonPerWorker: number
}

const PARTITION = "spark.sql.adaptive.advisoryPartitionSizeInBytes 64 MB, about three times as large in memory"

function perTask(mib: number, formula: string): Figure {
  return figure(mib, "MiB", formula, `assumption: ${PARTITION}`)
}

export const workloads: Readonly<Record<Workload, WorkloadNeeds>> = {
  etl: {
    title: "ETL",
    executionPerTask: perTask(384, "64 MiB x 3 x 2: one sort or aggregate with its output"),
    pythonShare: 0,
    pythonPerWorker: 0,
  },
  joins: {
    title: "wide joins",
    executionPerTask: perTask(1152, "64 MiB x 3 x 6: two sorted sides, a window or an aggregate after them, and skew"),
    pythonShare: 0,
    pythonPerWorker: 0,
  },
  inference: {
    title: "ML inference",
    executionPerTask: perTask(192, "64 MiB x 3: rows pass through"),
    pythonShare: 0.5,
    pythonPerWorker: 2048,
  },
  rapids: {
    title: "SQL on GPUs (RAPIDS)",
    executionPerTask: perTask(192, "64 MiB x 3: sorts and joins are in the GPU's memory, rows pass through the heap"),
    pythonShare: 0,
    pythonPerWorker: 0,
  },
  streaming: {
    title: "streaming",
    executionPerTask: perTask(384, "64 MiB x 3 x 2: a small batch and its state"),
    pythonShare: 0,
    pythonPerWorker: 0,
  },
}
