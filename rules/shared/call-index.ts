import type { Anchor, Call, Plan, Program, Udf } from "../api.ts"
import { perProgram } from "./per-program.ts"

interface ByUdf {
  readonly uses: ReadonlyMap<Udf, readonly Call[]>
  readonly registrations: ReadonlyMap<Udf, readonly Call[]>
  readonly steps: ReadonlyMap<Udf, readonly Plan[]>
}

const NONE: readonly Call[] = []

// Each is made when a rule first asks: looking through all calls for each call would take a long file past its time.

const byApi = perProgram((program) => {
  const found = new Map<string, Call[]>()
  for (const call of program.calls) add(found, call.api, call)
  return found
})

const byTop = perProgram((program) => {
  const found = new Map<Anchor, Call[]>()
  for (const call of program.calls) add(found, call.statement.site.top, call)
  return found
})

const byUdf = perProgram((program): ByUdf => {
  const uses = new Map<Udf, Call[]>()
  const registrations = new Map<Udf, Call[]>()
  const steps = new Map<Udf, Plan[]>()
  for (const call of program.calls) {
    const { result } = call
    if (result.kind === "column" && result.expr.op === "udf") add(uses, result.expr.udf, call)
    if (call.api === "UDFRegistration.register")
      for (const value of [result, ...call.args.map((argument) => argument.value)])
        if (value.kind === "function" && value.udf) add(registrations, value.udf, call)
  }
  for (const plan of program.plans) for (const udf of plan.udfs) add(steps, udf, plan)
  return { uses, registrations, steps }
})

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key)
  if (!known) map.set(key, [value])
  else if (known.at(-1) !== value) known.push(value)
}

/** All calls of an API, in order. */
export function callsOf(program: Program, api: string): readonly Call[] {
  return byApi(program).get(api) ?? NONE
}

/** All calls in the top-level statement (a function, a class, a plain statement) that `call` stands in, in order. */
export function callsAround(program: Program, call: Call): readonly Call[] {
  return byTop(program).get(call.statement.site.top) ?? NONE
}

/** The calls of a UDF on columns, in order. */
export function usesOfUdf(program: Program, udf: Udf): readonly Call[] {
  return byUdf(program).uses.get(udf) ?? NONE
}

/** The call that gives a UDF a name in SQL. */
export function registrationOfUdf(program: Program, udf: Udf): Call | undefined {
  return byUdf(program).registrations.get(udf)?.[0]
}

/** The steps that run a UDF. */
export function stepsWithUdf(program: Program, udf: Udf): readonly Plan[] {
  return byUdf(program).steps.get(udf) ?? []
}
