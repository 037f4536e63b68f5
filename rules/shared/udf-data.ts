import type { Udf } from "../api.ts"
import { receiverPlan, sourcesOf } from "./frames.ts"
import { isSmall } from "./sizes.ts"

/** Whether a UDF is applied, and nowhere to more than little data. */
export function onlyOverLittle(udf: Udf | undefined): boolean {
  return (
    udf !== undefined &&
    udf.applied.length > 0 &&
    udf.applied.every((call) => {
      const plan = receiverPlan(call)
      return plan !== undefined && isSmall(plan)
    })
  )
}

/** Whether a UDF is applied, and only to the numbers of a range: it makes data up. */
export function onlyOverMadeUp(udf: Udf): boolean {
  return (
    udf.applied.length > 0 &&
    udf.applied.every((call) => {
      const plan = receiverPlan(call)
      return plan !== undefined && sourcesOf(plan).every(({ op }) => op === "range")
    })
  )
}
