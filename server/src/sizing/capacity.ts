import { type Figure, figure, MIB } from "./figures.ts"

export interface CapacityInput {
  /** Bytes to process, as they lie in files. */
  readonly inputBytes: number
  /** Seconds that the job may take. */
  readonly seconds: number
  /** MiB of input a second and core: measured in a run, or assumed. */
  readonly throughput: number
  /** Cores of a node that run tasks. */
  readonly coresPerNode: number
  /** Times that the data is gone through: 1 for a scan, more for shuffles of all of it. */
  readonly passes?: number
  /** Share of the time in which cores really work, 0 to 1: stages wait for their slowest task. */
  readonly utilization?: number
}

/** Nodes that a job needs to end in time. Throws a RangeError for a number that is not positive. */
export function nodesForDeadline(input: CapacityInput): Figure {
  const { inputBytes, seconds, throughput, coresPerNode, passes = 1, utilization = 0.7 } = input
  for (const [name, value] of Object.entries({ inputBytes, seconds, throughput, coresPerNode, passes, utilization }))
    if (!(value > 0)) throw new RangeError(`${name} must be more than 0, and is ${value}`)
  return figure(
    Math.ceil((inputBytes * passes) / (throughput * MIB * coresPerNode * seconds * utilization)),
    "nodes",
    "ceil(input x passes / (throughput a core x cores of a node x seconds x utilization))",
    "work divided by speed; throughput is best taken from a run of the same job, utilization 0.7 is an assumption",
    { inputBytes, passes, throughput, coresPerNode, seconds, utilization },
  )
}

/** Seconds that so many cores take; the other way round. */
export function secondsForCores(input: Omit<CapacityInput, "seconds" | "coresPerNode"> & { cores: number }): Figure {
  const { inputBytes, throughput, cores, passes = 1, utilization = 0.7 } = input
  return figure(
    (inputBytes * passes) / (throughput * MIB * cores * utilization),
    "seconds",
    "input x passes / (throughput a core x cores x utilization)",
    "work divided by speed; utilization 0.7 is an assumption",
    { inputBytes, passes, throughput, cores, utilization },
  )
}

export interface Cost {
  readonly hour: Figure
  readonly job: Figure | undefined
}

/** What the nodes cost an hour and, where the job's time is known, a job; in the currency of the price. */
export function costOf(nodes: number, pricePerNodeHour: number, seconds: number | undefined): Cost {
  const source = "the price that was given"
  const hour = figure(nodes * pricePerNodeHour, "currency", "nodes x price", source, { nodes, price: pricePerNodeHour })
  const job =
    seconds === undefined
      ? undefined
      : figure((nodes * pricePerNodeHour * seconds) / 3600, "currency", "nodes x price x seconds / 3600", source, {
          nodes,
          price: pricePerNodeHour,
          seconds: Math.round(seconds),
        })
  return { hour, job }
}
