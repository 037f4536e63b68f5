import type { Value } from "../../../rules/api.ts"
import { common } from "./common.ts"
import { type Interpreter, planOf } from "./interpreter.ts"
import { Dict, Sequence } from "./values.ts"

/** Different frames of one list that are kept apart; of longer lists only the first counts. */
const MAX_FRAMES = 24

function holdsFrame(value: Value | undefined): boolean {
  if (value?.kind === "frame") return true
  return value?.kind === "sequence" && value.items !== undefined && value.items.some((item) => item.kind === "frame")
}

/** What each of several values is: of frames it may be any, tuples place by place. */
function oneOf(it: Interpreter, values: readonly Value[]): Value {
  return values.reduce((a, b) => either(it, a, b))
}

function either(it: Interpreter, a: Value, b: Value): Value {
  if (a.kind === "frame" && b.kind === "frame") return it.join(a, b, planOf(a).site)
  if (a.kind === "sequence" && b.kind === "sequence" && a.items && b.items && a.items.length === b.items.length) {
    const { items } = b
    return Sequence.of(
      a.type,
      a.items.map((item, i) => either(it, item, items[i]!)),
    )
  }
  return common(a, b)
}

/** What every element of a list is. */
export function eachOf(it: Interpreter, list: Value & { kind: "sequence" }): Value {
  const { items } = list
  if (!items || items.length < 2 || items.length > MAX_FRAMES || !items.some(holdsFrame)) return list.element
  if (!(list instanceof Sequence)) return oneOf(it, items)
  if (list.united !== items.length) {
    list.element = oneOf(it, items)
    list.united = items.length
  }
  return list.element
}

/** Notes that a frame was put into a list or dict whose elements are no longer known one by one. */
export function putInto(it: Interpreter, container: Sequence | Dict, before: Value, value: Value): void {
  const known = container instanceof Dict ? container.entries : container.items
  if (known || before.kind !== "frame" || value.kind !== "frame" || before.plan === value.plan) return
  container.element = planOf(before).undone ? value : it.join(before, value, planOf(value).site)
}
