import type { Known } from "../../../rules/api.ts"
import type { PlanNode } from "./plan.ts"

/** The number of partitions a step's output has, where the code or the kind of step says so. */
export function partitionsOf(plan: PlanNode): Known<number> | undefined {
  const { detail, site } = plan
  const below = plan.inputs[0]?.partitions
  const certain = (value: number, message: string): Known<number> => ({
    value,
    confidence: "certain",
    evidence: { message, site },
  })
  switch (plan.op) {
    case "repartition":
      return detail.partitions === undefined
        ? undefined
        : certain(detail.partitions, `repartitioned to ${detail.partitions}`)
    case "coalesce":
      if (detail.partitions === undefined) return undefined
      return below && below.value <= detail.partitions
        ? below
        : detail.partitions === 1
          ? certain(1, "coalesced to 1")
          : undefined
    case "limit":
      return certain(1, "a limit ends in one partition")
    case "aggregate":
      return detail.keys?.length === 0 ? certain(1, "a global aggregate has one partition") : undefined
    case "project":
      // a window over all rows brings them to one task
      if (plan.windows.length > 0 && plan.windows.every(({ partitionBy }) => partitionBy?.length === 0))
        return certain(1, "a window without partitionBy leaves one partition")
      return plan.wide ? undefined : below
    case "filter":
    case "sort-within":
    case "map":
      return plan.wide ? undefined : below
    case "local":
    case "range":
      return detail.partitions === undefined
        ? undefined
        : certain(detail.partitions, `made with ${detail.partitions} partitions`)
    default:
      return undefined
  }
}
