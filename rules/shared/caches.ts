import type { Call, Edit, Plan, RuleContext } from "../api.ts"
import { link } from "./calls.ts"
import { consumersOf, walkInputs } from "./frames.ts"
import { withoutStatement } from "./source-text.ts"

/** Frees what was cached: one frame, or all. */
const RELEASES =
  /^(DataFrame|RDD)\.unpersist$|^(Catalog|SQLContext|HiveContext)\.(clearCache|uncacheTable)$|^SparkSession\.stop$|^SparkContext\.stop$/

export function releases(call: Call): boolean {
  if (RELEASES.test(call.api)) return true
  const text = call.api === "SparkSession.sql" ? call.args[0]?.value : undefined
  return text?.kind === "constant" && /^\s*(uncache|clear\s+cache)/i.test(String(text.value ?? text.pattern ?? ""))
}

/** `x.cache()` or `x = x.cache()` as a statement of its own. */
function standsAlone(call: Call, ctx: RuleContext): boolean {
  if (call.statement.bare)
    return call.site.end === call.statement.site.end && call.site.start === call.statement.site.start
  const receiver = call.receiverSite ? ctx.text(call.receiverSite) : ""
  const { targets } = call.statement
  return targets.length === 1 && receiver === targets[0] && call.site.end === call.statement.site.end
}

/** Takes a call on a frame out of the code: its link of a chain, or its statement; undefined where neither can be. */
export function withoutCall(call: Call, ctx: RuleContext): Edit | undefined {
  const simple = call.receiverSite !== null && /^[\w.]+$/.test(ctx.text(call.receiverSite))
  if (simple && standsAlone(call, ctx)) return withoutStatement(ctx, call.statement)
  if (call.statement.bare && call.site.end === call.statement.site.end) return undefined
  return call.receiverSite ? { site: link(ctx, call), text: "" } : undefined
}

/** How many steps and actions read a frame directly; a step that gets it from two sides counts twice. */
export function readersOf(plan: Plan): number {
  const actions = plan.uses.filter(({ call }) => call.action).length
  return consumersOf(plan).reduce((sum, step) => sum + step.inputs.filter((input) => input === plan).length, actions)
}

/** Nothing keeps the rows on the way from their sources. */
export function uncached(plan: Plan): boolean {
  let kept = false
  walkInputs(plan, (step) => {
    kept ||= step.caches.length > 0 || step.op === "checkpoint"
    return !kept
  })
  return !kept
}
