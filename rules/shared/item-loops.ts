import type { Call, Loop, RuleContext, Udf, UdfKind } from "../api.ts"
import { blockHeaders } from "./udf-text.ts"

/** Kinds whose body has many rows, and may take them one by one in a loop. */
const LOOPED: ReadonlySet<UdfKind> = new Set([
  "pandas",
  "pandas-aggregate",
  "grouped-map",
  "predict-batch",
  "pandas-iterator",
  "map-in-pandas",
  "rdd-partition",
])
/** Kinds whose outermost loop goes over batches, not items. */
const OVER_BATCHES: ReadonlySet<UdfKind> = new Set(["pandas-iterator", "map-in-pandas"])

/** A loop that takes several items a round: a step, slices, chunks, a loader. */
export function takesSeveral(loop: Loop, ctx: RuleContext): boolean {
  if (loop.targets.some((target) => /^(mini_?)?(batch|chunk|block)/i.test(target))) return true
  // a loop of another file: how it goes there isn't in this one's text
  if (loop.header.path !== undefined) return true
  const header = ctx.text(loop.header)
  const parts = /^(?:async )?for\s+(.+?)\s+in\s+(.+)$/s.exec(header)
  if (!parts) return false
  const iterable = parts[2]
  return (
    /^range\((?:[^,()]|\([^()]*\))*,(?:[^,()]|\([^()]*\))*,/.test(iterable!) ||
    /\b(DataLoader|islice|array_split|split|\w*(batch|chunk)\w*)\(/i.test(iterable!)
  )
}

/** The loop over single items of a batch or partition that a call stands in; undefined where it gets several at once. */
export function itemLoop(call: Call, udf: Udf, ctx: RuleContext): Loop | undefined {
  if (!LOOPED.has(udf.kind)) return undefined
  const own = call.loops.filter((loop) => udf.loops.includes(loop))
  // the outermost loop of an iterator UDF goes over batches
  const inner = OVER_BATCHES.has(udf.kind) ? own.slice(1) : own
  const loop = inner.at(-1)
  if (!loop || inner.some((candidate) => takesSeveral(candidate, ctx))) return undefined
  if (/^for\s+(_|epoch|step|layer|i|k)\s+in\s+range/.test(ctx.text(loop.header)) && !reachesItem(call, loop, ctx))
    return undefined
  if (goesOverModels(call, loop, ctx)) return undefined
  return collects(call, loop, ctx) ? undefined : loop
}

/** `for model in models: model(batch)`: the loop gives the model, not the item. */
function goesOverModels(call: Call, loop: Loop, ctx: RuleContext): boolean {
  const bound = boundIn(loop, ctx)
  const callee = ctx.text({ ...call.site, end: call.nameSite.end })
  return mentions(callee, bound) && !mentions(ctx.text({ ...call.site, start: call.nameSite.end }), bound)
}

/** What a round binds: the loop's targets, and names that its body makes of them. */
function boundIn(loop: Loop, ctx: RuleContext): ReadonlySet<string> {
  const bound = new Set(loop.targets)
  if (loop.kind === "comprehension") return bound
  for (const [, names, value] of ctx.text(loop.body).matchAll(/^[ \t]*(\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*=(?!=)(.*)$/gm))
    if (mentions(value!, bound)) for (const name of names!.split(/\s*,\s*/)) bound.add(name)
  return bound
}

function mentions(text: string, names: ReadonlySet<string>): boolean {
  return [...names].some((name) => new RegExp(`(^|[^.\\w])${name}\\b`).test(text))
}

/** The call's arguments mention what the loop binds. */
function reachesItem(call: Call, loop: Loop, ctx: RuleContext): boolean {
  const text = ctx.text({ ...call.site, start: call.nameSite.end })
  return loop.targets.some((target) => new RegExp(`\\b${target}\\b`).test(text))
}

/** Items are gathered in the loop and the call runs on the gathered ones, under an `if len(buffer) == n:`. */
function collects(call: Call, loop: Loop, ctx: RuleContext): boolean {
  if (loop.kind === "comprehension" || loop.body.top !== call.site.top) return false
  const headers = blockHeaders(ctx.text({ ...loop.site, end: call.site.start }), call.site.start - loop.site.start)
  return headers.some((header) => /^(if|elif)\b.*\blen\(/.test(header))
}
