import type { Udf } from "../api.ts"
import { receiverPlan } from "./frames.ts"
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
