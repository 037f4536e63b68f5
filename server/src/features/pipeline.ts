import type { Call, Plan, Program, Site } from "../../../rules/api.ts"

/** A landmark of a pipeline: where data comes in, meets other data, or goes out. */
export interface Landmark {
  readonly kind: "source" | "join" | "write"
  /** What it is called in an outline: the user's variable, or the call. */
  readonly name: string
  /** `parquet 'orders'`, `orders ⋈ countries, left_outer`. */
  readonly detail: string
  /** The statement, and the name or call within it. */
  readonly statement: Site
  readonly site: Site
}

/** Sources, joins and writes of one file in text order, each written place once. */
export function pipeline(program: Program): Landmark[] {
  const found = new Map<number, Landmark>()
  const add = (landmark: Landmark): void => {
    const at = landmark.site.top.offset + landmark.site.start
    if (landmark.site.path === undefined && !found.has(at)) found.set(at, landmark)
  }
  for (const plan of program.plans) {
    const { call } = plan
    if (!call) continue
    const source = sourceText(plan)
    if (source !== undefined)
      add({
        kind: "source",
        name: plan.names[0] ?? call.name,
        detail: source,
        statement: call.statement.site,
        site: call.nameSite,
      })
    else if (plan.op === "join" && plan.kind === "DataFrame")
      add({
        kind: "join",
        name: plan.names[0] ?? call.name,
        detail: joinText(plan),
        statement: call.statement.site,
        site: call.nameSite,
      })
  }
  for (const call of program.calls) {
    const write = writeText(call)
    if (write !== undefined)
      add({ kind: "write", name: "write", detail: write, statement: call.statement.site, site: call.nameSite })
  }
  return [...found].sort(([a], [b]) => a - b).map(([, landmark]) => landmark)
}

function sourceText(plan: Plan): string | undefined {
  const source = plan.source
  switch (plan.op) {
    case "read": {
      const from = source?.path ?? source?.table
      return `${plan.streaming ? "stream of " : ""}${source?.format ?? "files"}${from === undefined ? "" : ` '${from}'`}`
    }
    case "table":
      return `table ${source?.table ?? "by name"}`
    case "sql":
      return "SQL"
    case "local":
      return "rows of the driver"
    default:
      return undefined
  }
}

function joinText(plan: Plan): string {
  const side = (input: Plan | undefined): string => input?.names.at(-1) ?? "…"
  const how = plan.join?.how
  return `${side(plan.join?.left)} ⋈ ${side(plan.join?.right)}${how === undefined || how === "inner" ? "" : `, ${how}`}`
}

function writeText(call: Call): string | undefined {
  if (!call.action || call.receiver.kind !== "spark" || !/^Data(Frame|Stream)Writer/.test(call.receiver.class))
    return undefined
  const from = call.receiver.plan?.names.at(-1)
  const target = call.args[0]?.value
  const where = target?.kind === "constant" && typeof target.value === "string" ? ` '${target.value}'` : ""
  return `${from === undefined ? "" : `${from} → `}${call.name}${where}`
}
