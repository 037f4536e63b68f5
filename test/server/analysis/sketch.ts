import type { Call, Plan, Program } from "../../../rules/api.ts"
import { analyze } from "../../../server/src/analysis/index.ts"
import type { Analysis, AnalyzeInput } from "../../../server/src/analysis/types.ts"
import { parser } from "../parse.ts"

/** Analyzes a text with defaults. */
export async function analyzed(text: string, options: Partial<AnalyzeInput> = {}): Promise<Analysis> {
  const syntax = await parser()
  return analyze({
    module: syntax.parse(text),
    text,
    path: "job.py",
    target: "4.3",
    tables: new Map(),
    conf: new Map(),
    ...options,
  })
}

export async function programOf(text: string, options: Partial<AnalyzeInput> = {}): Promise<Program> {
  return (await analyzed(text, options)).program
}

/** A plan as one line: `join(read, filter(table))`. Loops print once. */
export function sketch(plan: Plan, seen = new Set<Plan>()): string {
  if (seen.has(plan)) return "…"
  seen.add(plan)
  const inputs = plan.inputs.map((input) => sketch(input, seen)).join(", ")
  seen.delete(plan)
  return inputs ? `${plan.op}(${inputs})` : plan.op
}

/** The newest plan that a variable holds; of rounds (a `reduce`) what the last one made. */
export function planNamed(program: Program, name: string): Plan {
  const plan = program.plans.filter((p) => p.names.includes(name)).at(-1)
  if (!plan)
    throw new Error(`no frame is called ${name}; there are ${program.plans.map((p) => p.names.join("/")).join(", ")}`)
  return plan
}

export function apis(program: Program): string[] {
  return program.calls.map((call) => call.api)
}

export function callTo(program: Program, api: string): Call {
  const call = program.calls.find((c) => c.api === api)
  if (!call) throw new Error(`no call of ${api}; there are ${apis(program).join(", ")}`)
  return call
}
