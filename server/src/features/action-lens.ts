import type { Call, Plan, Program } from "../../../rules/api.ts"

/** The frame that an action computes. */
function computed(call: Call): Plan | undefined {
  const { receiver } = call
  return receiver.kind === "frame" || receiver.kind === "spark" || receiver.kind === "grouped"
    ? receiver.plan
    : undefined
}

/** The nearest step, this one included, that is cached. */
function cachedStep(plan: Plan): Plan | undefined {
  let step: Plan | undefined = plan
  while (step && step.caches.length === 0) step = step.inputs.length === 1 ? step.inputs[0] : undefined
  return step
}

/** "3 shuffles since read · computed twice · not cached": what one action costs, or undefined where it isn't known. */
export function actionText(call: Call, program: Program): string | undefined {
  const plan = call.action ? computed(call) : undefined
  if (!plan) return undefined
  const { shuffles } = plan
  const parts = [shuffles === 0 ? "no shuffle" : `${shuffles} ${shuffles === 1 ? "shuffle" : "shuffles"} since read`]
  const cached = cachedStep(plan)
  if (cached)
    parts.push(cached === plan ? "cached" : `cached at \`${cached.names.at(-1) ?? cached.call?.name ?? cached.op}\``)
  else {
    const times = program.actionsOf(plan).length
    if (times > 1) parts.push(times === 2 ? "computed twice" : `computed ${times} times`)
    parts.push("not cached")
  }
  return parts.join(" · ")
}
