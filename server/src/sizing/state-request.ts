/** From the texts of the calculator's fields to a request that can be computed, or to what is wrong with which field. */
import { parseBytes } from "../config/bytes.ts"
import { MIB } from "./figures.ts"
import type { DeployMode, Manager } from "./memory.ts"
import { type DataSet, type Problem, problemsOf, type SizingRequest } from "./request.ts"
import type { CalculatorState } from "./state.ts"
import type { Workload } from "./workloads.ts"

/** What is wrong with a field: `field` is a key of the state, or `data.0.size` for the size of the first data set. */
export interface FieldProblem {
  readonly field: string
  /** Says which value, why, and what is allowed. */
  readonly message: string
}

export type StateRequest =
  | { readonly kind: "request"; readonly request: SizingRequest }
  | { readonly kind: "problems"; readonly problems: readonly FieldProblem[] }

/** The request that a state makes. All fields are looked at: there is one problem, the first, for each field in trouble. */
export function requestOf(state: CalculatorState): StateRequest {
  const problems = new Map<string, string>()
  const request = read(state, (field, message) => {
    if (!problems.has(field)) problems.set(field, message)
  })
  for (const { field, message } of problemsOf(request).map((each) => inFields(each, state)))
    if (!problems.has(field)) problems.set(field, message)
  if (problems.size === 0) return { kind: "request", request }
  return { kind: "problems", problems: [...problems].map(([field, message]) => ({ field, message })) }
}

/** Where the driver runs if nobody says so. */
export function deployModeOf({ manager, deployMode }: Pick<CalculatorState, "manager" | "deployMode">): DeployMode {
  if (deployMode !== "") return deployMode as DeployMode
  return manager === "yarn" || manager === "kubernetes" ? "cluster" : "client"
}

/** The field of the state that a field of the request is from. */
const FIELDS: Readonly<Record<string, string>> = {
  heap: "executorMemory",
  driverHeap: "driverMemory",
  shuffleBytes: "shuffle",
  collectedBytes: "collect",
  broadcastBytes: "broadcast",
  pricePerNodeHour: "price",
}

/** A problem at the field of the state, told by what was typed there. */
function inFields({ field, message, allowed }: Problem, state: CalculatorState): FieldProblem {
  const name = field.replace(/^pinned\./, "")
  const own = FIELDS[name] ?? name
  const typed = state[own as keyof CalculatorState]
  if (allowed === undefined || typeof typed !== "string") return { field: own, message }
  return { field: own, message: `\`${typed}\` is out of range; it is ${allowed}` }
}

type Say = (field: string, message: string) => void
/** Fields that hold a text. */
type TextField = Exclude<keyof CalculatorState, "python" | "data">

/** Reads all fields; what can't be read is said, and left out or put in by something harmless. */
function read(state: CalculatorState, say: Say): SizingRequest {
  const number = (field: TextField): number | undefined => numberIn(state[field], field, say)
  const bytes = (field: TextField): number | undefined => bytesIn(state[field], field, say)
  const mebibytes = (field: TextField): number | undefined => {
    const value = bytes(field)
    return value === undefined ? undefined : Math.floor(value / MIB)
  }
  const needed = (field: TextField, value: number | undefined, harmless: number): number => {
    if (value === undefined) say(field, "this is needed")
    return value ?? harmless
  }
  const throughput = bytes("throughput")
  return {
    instance: state.instance === "" ? undefined : state.instance,
    nodes: needed("nodes", number("nodes"), 1),
    cores: needed("cores", number("cores"), 1),
    memory: needed("memory", mebibytes("memory"), 1024),
    gpus: number("gpus") ?? 0,
    gpuMemory: mebibytes("gpuMemory"),
    gpuMemoryPerTask: mebibytes("gpuMemoryPerTask"),
    manager: state.manager as Manager,
    deployMode: deployModeOf(state),
    spark: state.spark.trim(),
    python: state.python,
    pythonShare: shareIn(state.pythonShare, say),
    workload: state.workload as Workload,
    platform: state.platform === "" ? undefined : state.platform,
    offHeap: mebibytes("offHeap"),
    taskCpus: number("taskCpus"),
    data: dataIn(state, say),
    shuffleBytes: bytes("shuffle"),
    collectedBytes: bytes("collect"),
    broadcastBytes: bytes("broadcast"),
    pinned: {
      executorCores: number("executorCores"),
      executorsPerNode: number("executorsPerNode"),
      heap: mebibytes("executorMemory"),
      driverHeap: mebibytes("driverMemory"),
      usableCores: number("usableCores"),
      usableMemory: mebibytes("usableMemory"),
    },
    yarnMinimum: mebibytes("yarnMinimum"),
    yarnMaximum: mebibytes("yarnMaximum"),
    throughput: throughput === undefined ? undefined : throughput / MIB,
    deadline: secondsIn(state.deadline, say),
    pricePerNodeHour: number("price"),
  }
}

function numberIn(text: string, field: string, say: Say): number | undefined {
  if (text.trim() === "") return undefined
  const value = Number(text)
  if (Number.isFinite(value)) return value
  say(field, `\`${text}\` is no number`)
  return undefined
}

function bytesIn(text: string, field: string, say: Say): number | undefined {
  if (text.trim() === "") return undefined
  const bytes = parseBytes(text)
  if (bytes !== undefined && !/^[\d.]+$/.test(text.trim())) return bytes
  say(field, `\`${text}\` is no size; write it with its unit, as in 64g, 200GB or 512MiB`)
  return undefined
}

function shareIn(text: string, say: Say): number | undefined {
  const trimmed = text.trim()
  if (trimmed === "") return undefined
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(trimmed)
  const value = percent === null ? Number(trimmed) : Number(percent[1]) / 100
  if (value >= 0 && value <= 0.9) return value
  say("pythonShare", `\`${text}\` is no share; write it as 50% or 0.5, at most 90%`)
  return undefined
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 }

function secondsIn(text: string, say: Say): number | undefined {
  if (text.trim() === "") return undefined
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(text.trim())
  if (match !== null) return Number(match[1]) * SECONDS[match[2]!]!
  say("deadline", `\`${text}\` is no time; write it as 90s, 30m or 2h`)
  return undefined
}

/** Rows without a size are not there yet. */
function dataIn({ data }: CalculatorState, say: Say): readonly DataSet[] {
  return data.flatMap(({ name, size, cached }, index) => {
    const bytes = bytesIn(size, `data.${index}.size`, say)
    return bytes === undefined ? [] : [{ name: name === "" ? `data ${index + 1}` : name, bytes, cached }]
  })
}
