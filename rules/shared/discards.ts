import type { Call, Confidence, Plan, RuleContext, Udf } from "../api.ts"
import { isStatement, isTimed } from "./collected.ts"
import { walkInputs } from "./frames.ts"
import { isSmall } from "./sizes.ts"
import { headersAround } from "./source-text.ts"

/** `model.transform(df)`, which does nothing besides. */
function ofModel({ call }: Plan): boolean {
  return call?.receiver.kind === "spark" && call.receiver.class.startsWith("ml.")
}

/** Python code in the plan may be there for what it does besides: counting in an accumulator, sending somewhere. */
function runsPython(plan: Plan, udfs: readonly Udf[]): boolean {
  const steps = new Set<Call>()
  let found = false
  walkInputs(plan, (step) => {
    found ||= step.udfs.length > 0 || step.op === "opaque" || (step.op === "map" && !ofModel(step))
    if (step.call) steps.add(step.call)
    return !found
  })
  return found || udfs.some(({ applied }) => applied.some((call) => steps.has(call)))
}

/** The run is asked for: what it fills is kept, or looked at. */
function keepsSomething(plan: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    found ||= step.caches.length > 0 || step.op === "checkpoint" || step.call?.name === "observe"
    return !found
  })
  return found
}

/** How surely an action is a statement that does nothing for anybody; undefined where it may be there for a reason. */
export function discardedJob(call: Call, plan: Plan, ctx: RuleContext): Confidence | undefined {
  const { program } = ctx
  if (!isStatement(call) || call.inUdf || program.isNotebook || plan.streaming || isSmall(plan)) return undefined
  if (/^#\s*%%/m.test(ctx.text({ top: { offset: 0 }, start: 0, end: 4000 }))) return undefined
  if (plan.op === "sql" && !/^\s*(\(|select|with)\b/i.test(plan.sql ?? "")) return undefined
  if (isTimed(call, program) || keepsSomething(plan)) return undefined
  // `if observation is not None: df.count()` fills what somebody reads later
  if (/observ|accumul/i.test(headersAround(ctx, call.site).join(" "))) return undefined
  // in a `try` it may be there to see whether it can be done
  const tried = headersAround(ctx, call.site).some((header) => /^\s*try\s*:/.test(header))
  return tried || runsPython(plan, program.udfs) ? "possible" : "likely"
}
