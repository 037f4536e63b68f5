import type { Call, Edit, Plan, RuleContext } from "../api.ts"
import { argument, link } from "./calls.ts"
import { hasHint, walkInputs } from "./frames.ts"
import { isSmall } from "./sizes.ts"

const BROADCAST: ReadonlySet<string> = new Set(["broadcast", "broadcastjoin", "mapjoin"])

/** A join with a side that Spark is told, or is likely, to hold on every executor: it moves none of the other's rows. */
export function isBroadcastJoin(step: Plan): boolean {
  if (!step.join) return false
  return [step.join.left, step.join.right].some((side) => hasHint(side, BROADCAST) || isSmall(side))
}

/** The call that hints to broadcast a side of a join: `F.broadcast(x)` or `x.hint("broadcast")`, here or where it is made. */
export function broadcastHint(side: Plan): Call | undefined {
  let found: Call | undefined
  walkInputs(side, (step) => {
    if (step.call && step.hints.some((hint) => BROADCAST.has(hint))) found ??= step.call
    return !found && step.inputs.length === 1
  })
  return found
}

/** The edits that take a broadcast hint away; none where what it is put on is more than a name or a chain of calls. */
export function withoutHint(hint: Call, ctx: RuleContext): readonly Edit[] {
  if (hint.api !== "functions.broadcast") return [{ site: link(ctx, hint), text: "" }]
  const given = argument(hint, "df") ?? hint.args[0]
  if (!given || !/^[A-Za-z_][\w.]*(\([\s\S]*\))?$/.test(ctx.text(given.site))) return []
  return [
    { site: { ...hint.site, end: given.site.start }, text: "" },
    { site: { ...hint.site, start: given.site.end }, text: "" },
  ]
}
