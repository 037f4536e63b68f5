import type { Plan } from "../api.ts"
import { walkExpr } from "./column-walk.ts"

const RANDOM = /^(rand|randn|random|uuid|shuffle)$/

/** A sort that puts the rows in a random order, on purpose: by `rand()`, or by a column that was made of it. */
export function isRandomOrder(sort: Plan): boolean {
  let random = false
  for (const key of sort.keys ?? [])
    walkExpr(key, (part) => {
      if ((part.op === "call" && RANDOM.test(part.fn)) || (part.op === "sql" && /\brand\w*\(/i.test(part.text)))
        random = true
    })
  for (let step = sort.inputs[0]; step && !random; step = step.inputs.length === 1 ? step.inputs[0] : undefined) {
    if (step.wide) break
    random = step.unstable.some((fn) => RANDOM.test(fn))
  }
  return random
}
