/** The form: its groups and fields, as data. */
import { type CalculatorState, platforms, workloads } from "../../../../server/src/sizing/index.ts"

/** Fields of the state that one text or choice fills. */
export type TextField = Exclude<keyof CalculatorState, "python" | "data" | "choice">

export interface Option {
  readonly value: string
  readonly label: string
}

export interface Field {
  readonly field: TextField
  readonly label: string
  /** What is set in Spark by it, or what it means: a line below the field. */
  readonly hint?: string
  /** What stands in the empty field. */
  readonly placeholder?: string
  /** A choice instead of a text. */
  readonly options?: readonly Option[]
  /** As wide as two. */
  readonly wide?: boolean
  /** Shown only where it counts. */
  readonly when?: (state: CalculatorState) => boolean
}

export interface Group {
  readonly id: string
  readonly title: string
  readonly fields: readonly Field[]
  /** Folded until somebody opens it. */
  readonly folded?: boolean
  /** What it is for, above its fields. */
  readonly about?: string
}

const onYarn = ({ manager }: CalculatorState): boolean => manager === "yarn"
const onCluster = ({ manager }: CalculatorState): boolean => manager !== "local"
const withGpus = ({ gpus }: CalculatorState): boolean => gpus.trim() !== "0" && gpus.trim() !== ""

export const groups: readonly Group[] = [
  {
    id: "machines",
    title: "Machines",
    fields: [
      { field: "instance", label: "Instance type", wide: true, options: [] },
      { field: "nodes", label: "Nodes", placeholder: "10" },
      { field: "cores", label: "Cores of a node", placeholder: "16" },
      { field: "memory", label: "Memory of a node", placeholder: "64g" },
      { field: "gpus", label: "GPUs of a node", placeholder: "0" },
      { field: "gpuMemory", label: "Memory of a GPU", placeholder: "16GiB", when: withGpus },
      { field: "gpuMemoryPerTask", label: "GPU memory a task", placeholder: "4GiB", when: withGpus },
      {
        field: "platform",
        label: "Platform",
        wide: true,
        options: [
          { value: "", label: "None that keeps memory back" },
          ...Object.entries(platforms).map(([value, { name }]) => ({ value, label: name })),
        ],
      },
    ],
  },
  {
    id: "spark",
    title: "Spark",
    fields: [
      {
        field: "manager",
        label: "Cluster manager",
        options: [
          { value: "kubernetes", label: "Kubernetes" },
          { value: "yarn", label: "YARN" },
          { value: "standalone", label: "Standalone" },
          { value: "local", label: "Local (one JVM)" },
        ],
      },
      {
        field: "deployMode",
        label: "Deploy mode",
        options: [
          { value: "", label: "As usual" },
          { value: "cluster", label: "Cluster" },
          { value: "client", label: "Client" },
        ],
      },
      {
        field: "spark",
        label: "Spark version",
        options: ["4.3", "4.2", "4.1", "4.0", "3.5", "3.4", "3.3"].map((value) => ({ value, label: value })),
      },
      {
        field: "workload",
        label: "Workload",
        options: Object.entries(workloads).map(([value, { title }]) => ({
          value,
          label: title.charAt(0).toUpperCase() + title.slice(1),
        })),
      },
      {
        field: "pythonShare",
        label: "Python's share",
        placeholder: "by the workload",
        when: (state) => state.python && onCluster(state),
      },
      { field: "taskCpus", label: "Cores a task", placeholder: "1" },
    ],
  },
  {
    id: "data",
    title: "Data",
    fields: [
      { field: "shuffle", label: "Largest shuffle", placeholder: "as much as is read" },
      { field: "collect", label: "Driver collects", placeholder: "nothing" },
      { field: "broadcast", label: "Broadcast tables", placeholder: "none" },
      { field: "offHeap", label: "Off-heap memory", placeholder: "none" },
    ],
  },
  {
    id: "pinned",
    title: "Pinned values",
    about: "Kept as they are, whatever else would be better.",
    folded: true,
    fields: [
      { field: "executorCores", label: "Cores an executor", placeholder: "free" },
      { field: "executorsPerNode", label: "Executors a node", placeholder: "free", when: onCluster },
      { field: "executorMemory", label: "Executor's heap", placeholder: "free" },
      { field: "driverMemory", label: "Driver's heap", placeholder: "free", when: onCluster },
    ],
  },
  {
    id: "manager",
    title: "What the manager hands out",
    about: "Assumed where you leave it empty.",
    folded: true,
    fields: [
      { field: "usableCores", label: "Usable cores of a node", placeholder: "assumed" },
      { field: "usableMemory", label: "Usable memory of a node", placeholder: "assumed" },
      { field: "yarnMinimum", label: "YARN's smallest container", placeholder: "1g", when: onYarn },
      { field: "yarnMaximum", label: "YARN's largest container", placeholder: "no limit", when: onYarn },
    ],
  },
  {
    id: "cost",
    title: "Time and cost",
    folded: true,
    fields: [
      { field: "throughput", label: "Input a core and second", placeholder: "10MiB" },
      { field: "deadline", label: "May take", placeholder: "30m" },
      { field: "price", label: "A node's price an hour", placeholder: "0.77" },
    ],
  },
]
