import type { Value } from "../../../rules/api.ts"
import type { CallSite } from "./calls.ts"
import { elementOf, lengthOf } from "./expressions.ts"
import { callFunction } from "./functions.ts"
import { planOf } from "./interpreter.ts"
import { descendsFrom } from "./loops.ts"
import { LoopNode } from "./record.ts"
import { frame, PyFunction, UNKNOWN } from "./values.ts"

/** Runs something once inside a loop over a sequence. */
export function inLoop<T>(site: CallSite, source: Value, run: (loop: LoopNode) => T): T {
  const { it, node } = site
  const at = it.site(node)
  const loop = new LoopNode(
    {
      id: it.id(),
      kind: "comprehension",
      site: at,
      header: at,
      targets: [],
      iterable: source,
      rounds: lengthOf(source),
      body: at,
    },
    it.here,
  )
  it.loopsFound.push(loop)
  it.udf?.loops.push(loop)
  it.use(source, { kind: "iterate", site: at, loop })
  const outer = it.loops
  it.loops = [...outer, loop]
  const value = run(loop)
  it.loops = outer
  return value
}

/** `reduce(f, items, start)` is a loop that carries its first parameter. */
export function reduce(site: CallSite): Value {
  const { it, args, node } = site
  const fn = args.get(0)
  const items = args.get(1) ?? UNKNOWN
  const start = args.get(2, "initial") ?? elementOf(it, items)
  const at = it.site(node)
  const element = elementOf(it, items)
  for (const value of args.all()) it.use(value, { kind: "other", site: at })
  const folded = fold(site, fn, items, args.get(2, "initial"))
  if (folded) return folded
  return inLoop(site, items, (loop) => {
    if (start.kind !== "frame") {
      if (fn instanceof PyFunction) return callFunction(it, fn, undefined, [start, element], at)
      return start
    }
    const before = planOf(start)
    const plan = it.plan(before.kind, "loop", [before], at)
    const entry = frame(plan, start.class)
    let after: Value = UNKNOWN
    if (fn instanceof PyFunction) after = callFunction(it, fn, undefined, [entry, element], at)
    else if (fn?.kind === "function") after = callUnbound(site, fn.name, entry, element)
    if (after.kind !== "frame") return UNKNOWN
    plan.link(planOf(after))
    const name = fn instanceof PyFunction ? (fn.facts.params[0] ?? "result") : "result"
    if (descendsFrom(planOf(after), plan)) loop.carried.push({ name, before, entry: plan, after: after.plan, site: at })
    return entry
  })
}

/** Frames of a list that are folded one by one. */
const MAX_FOLDED = 8

/** `reduce(f, [a, b, c])` over frames that are known one by one; undefined for others. */
function fold(site: CallSite, fn: Value | undefined, items: Value, initial: Value | undefined): Value | undefined {
  if (items.kind !== "sequence" || !items.items || fn?.kind !== "function") return undefined
  const frames = initial ? [initial, ...items.items] : items.items
  if (frames.length < 2 || frames.length > MAX_FOLDED || frames.some(({ kind }) => kind !== "frame")) return undefined
  const at = site.it.site(site.node)
  return frames.reduce((a, b) =>
    fn instanceof PyFunction ? callFunction(site.it, fn, undefined, [a, b], at) : callUnbound(site, fn.name, a, b),
  )
}

/** `reduce(DataFrame.union, parts)`: an unbound method of PySpark over two frames. */
function callUnbound(site: CallSite, name: string, a: Value, b: Value): Value {
  const { it, node } = site
  if (a.kind !== "frame" || b.kind !== "frame" || !/^union(All|ByName)?$/.test(name)) return UNKNOWN
  const plan = it.plan("DataFrame", "union", [planOf(a), planOf(b)], it.site(node))
  return frame(plan)
}
