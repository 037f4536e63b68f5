/** What else follows from a layout: partitions with their arithmetic, the driver, dynamic allocation, time and cost. Pure. */
import { type Figure, mib, scanFigure } from "../../../../server/src/sizing/index.ts"
import type { Option, Solved } from "./answer.ts"
import { figureText, whole } from "./format.ts"

export interface Fact {
  readonly key: string
  readonly title: string
  readonly figure: Figure
  /** The arithmetic or the setting, in a line below. */
  readonly more?: string
}

export interface FactGroup {
  readonly title: string
  readonly facts: readonly Fact[]
}

/** All groups that say something. */
export function factsOf(answer: Solved, option: Option): readonly FactGroup[] {
  const { capacity, cost, driver, request } = answer
  const { allocation, broadcastThreshold, shufflePartitions } = option.choice
  const scan = scanFigure(request, option.choice)
  const partitions: Fact[] = [
    {
      key: "shuffle",
      title: "Shuffle partitions",
      figure: shufflePartitions,
      more: shuffleArithmetic(shufflePartitions),
    },
    ...(scan ? [{ key: "scan", title: "Partitions of the scan", figure: scan, more: scanArithmetic(scan) }] : []),
    {
      key: "broadcast",
      title: "Broadcast up to",
      figure: broadcastThreshold,
      more: "spark.sql.autoBroadcastJoinThreshold",
    },
  ]
  const ofDriver: Fact[] =
    request.manager === "local"
      ? []
      : [
          { key: "driverHeap", title: "Heap", figure: driver.heap, more: "spark.driver.memory" },
          {
            key: "maxResultSize",
            title: "Largest result",
            figure: driver.maxResultSize,
            more: "spark.driver.maxResultSize",
          },
        ]
  const dynamic: Fact[] =
    request.manager === "local"
      ? []
      : [
          { key: "min", title: "At least", figure: allocation.min, more: "spark.dynamicAllocation.minExecutors" },
          {
            key: "initial",
            title: "At first",
            figure: allocation.initial,
            more: "spark.dynamicAllocation.initialExecutors",
          },
          { key: "max", title: "At most", figure: allocation.max, more: "spark.dynamicAllocation.maxExecutors" },
        ]
  const time: Fact[] = [
    ...(capacity ? [{ key: "seconds", title: "These nodes take", figure: capacity.seconds }] : []),
    ...(capacity && request.deadline !== undefined
      ? [{ key: "nodes", title: "Nodes that end in time", figure: capacity.nodes }]
      : []),
    ...(cost ? [{ key: "hour", title: "Cost an hour", figure: cost.hour }] : []),
    ...(cost?.job ? [{ key: "job", title: "Cost of the job", figure: cost.job }] : []),
  ]
  return [
    { title: "Partitions", facts: partitions },
    { title: "Driver", facts: ofDriver },
    { title: "Dynamic allocation", facts: dynamic },
    { title: "Time and cost", facts: time },
  ].filter(({ facts }) => facts.length > 0)
}

function shuffleArithmetic({ inputs }: Figure): string {
  const { shuffleBytes, advisory, byBytes, slots } = inputs
  if (typeof shuffleBytes !== "number" || typeof advisory !== "number") return ""
  return `max(${mib(shuffleBytes)} / ${mib(advisory)} = ${whole(Number(byBytes))}, ${whole(Number(slots))} slots)`
}

function scanArithmetic(scan: Figure): string {
  const { bytes, split } = scan.inputs
  return `${mib(Number(bytes))} / ${mib(Number(split))} = ${figureText(scan)}`
}
