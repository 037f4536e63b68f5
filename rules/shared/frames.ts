import type { Call, Evidence, Loop, Plan, RuleContext, Site } from "../api.ts"

/** Steps that only this many others lead away from are looked at; real plans stay far below. */
const MAX_STEPS = 2000

/** The variable that holds a frame, quoted; undefined for a step inside a chain. */
export function variableOf(plan: Plan): string | undefined {
  const name = plan.names.at(-1)
  return name === undefined ? undefined : `\`${name}\``
}

/** The name that `alias` gave to this very frame, quoted. */
export function aliasOf({ call }: Plan): string | undefined {
  const given = call?.api === "DataFrame.alias" ? call.args[0]?.value : undefined
  return given?.kind === "constant" && typeof given.value === "string" ? `\`${given.value}\`` : undefined
}

/** A frame as a person would call it: `` `orders` ``, or "what `groupBy` gives". */
export function nameOf(plan: Plan): string {
  const table = plan.op === "table" ? plan.source?.table : undefined
  if (plan.names.length === 0 && table !== undefined && !table.includes("{}")) return `the table \`${table}\``
  return variableOf(plan) ?? aliasOf(plan) ?? (plan.call ? `what \`${plan.call.name}\` gives` : "this frame")
}

/** The frame an expression stands for, in the words of the code where these are short: `` `self.orders` ``. */
export function nameAt(ctx: RuleContext, site: Site | null, plan: Plan): string {
  const text = site ? ctx.text(site) : ""
  return /^[A-Za-z_][\w.]{0,40}$/.test(text) ? `\`${text}\`` : nameOf(plan)
}

/** Where a frame comes from: "read from parquet 'orders'", "built in Python"; undefined in the middle of a plan. */
function originOf(plan: Plan): string | undefined {
  switch (plan.op) {
    case "read": {
      const { format, path } = plan.source ?? {}
      return `read from ${format ?? "files"}${path === undefined ? "" : ` '${path}'`}`
    }
    case "table":
      return `table ${plan.source?.table ?? "by name"}`
    case "local":
      return "built from values of the driver"
    case "range":
      return "a range"
    case "param":
      return "a parameter"
    default:
      return undefined
  }
}

/** A frame with its origin: "`orders` (read from parquet 'orders')". */
export function describe(plan: Plan): string {
  const origin = originOf(plan)
  return origin ? `${nameOf(plan)} (${origin})` : nameOf(plan)
}

/** The fact that a frame was made here; `name` is what the message calls it. */
export function madeHere(plan: Plan, name = variableOf(plan)): Evidence {
  const origin = originOf(plan) ?? (plan.call ? `made by \`${plan.call.name}\`` : "made here")
  return { message: `${name?.startsWith("`") ? name : "the data"} is ${origin}`, site: plan.site }
}

/** The frame that a call was made on. */
export function receiverPlan(call: Call): Plan | undefined {
  const { receiver } = call
  return receiver.kind === "frame" || receiver.kind === "grouped" ? receiver.plan : undefined
}

/** The frame that a call gives. */
export function resultPlan(call: Call): Plan | undefined {
  return call.result.kind === "frame" ? call.result.plan : undefined
}

/**
 * Visits a plan and what it was made from, the plan first, each step once. A visitor that returns false is not led
 * below that step.
 */
export function walkInputs(plan: Plan, visit: (step: Plan) => boolean | undefined): void {
  const seen = new Set<Plan>([plan])
  const queue = [plan]
  for (let step = queue.pop(); step && seen.size < MAX_STEPS; step = queue.pop()) {
    if (visit(step) === false) continue
    for (const input of step.inputs) {
      if (seen.has(input)) continue
      seen.add(input)
      queue.push(input)
    }
  }
}

/** Where the plan's data comes from: steps without inputs. */
export function sourcesOf(plan: Plan): Plan[] {
  const sources: Plan[] = []
  walkInputs(plan, (step) => {
    if (step.inputs.length === 0) sources.push(step)
  })
  return sources
}

/** A hint on the frame, or on one it is made from by steps that keep hints (those with one input); one in a variable may be any. */
export function hasHint(plan: Plan, hints: ReadonlySet<string>): boolean {
  let found = false
  walkInputs(plan, (step) => {
    if (step.hints.some((hint) => hint === "?" || hints.has(hint.toLowerCase()))) found = true
    return !found && (step.inputs.length === 1 || step.op === "either")
  })
  return found
}

/** The steps that a round adds to what a loop carries: every step between its end and its start. */
export function stepsBetween(entry: Plan, after: Plan): Plan[] {
  const leads = new Map<Plan, boolean>()
  const reaches = (step: Plan): boolean => {
    if (step === entry) return true
    const known = leads.get(step)
    if (known !== undefined) return known
    if (leads.size > MAX_STEPS) return false
    leads.set(step, false) // a back edge of an inner loop leads nowhere new
    const found = step.inputs.map(reaches).some(Boolean)
    leads.set(step, found)
    return found
  }
  reaches(after)
  return [...leads].filter(([, found]) => found).map(([step]) => step)
}

/** The lazy steps made directly from a frame. */
export function consumersOf(plan: Plan): Plan[] {
  const made = new Set<Plan>()
  for (const { call } of plan.uses) {
    const result = resultPlan(call)
    if (result && result !== plan && result.inputs.includes(plan)) made.add(result)
  }
  return [...made]
}

/**
 * The loops in whose rounds a frame is made. A step that no call made, such as `df.rdd` or the end of two branches, is
 * made where the latest of what it comes from is.
 */
export function loopsOf(plan: Plan, depth = 0): readonly Loop[] {
  if (plan.call) return plan.call.loops
  if (plan.op === "loop" || depth > 20) return []
  return plan.inputs
    .map((input) => loopsOf(input, depth + 1))
    .reduce<readonly Loop[]>((most, loops) => (loops.length > most.length ? loops : most), [])
}
