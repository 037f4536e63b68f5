import type { ColumnExpr, Value, WindowSpec, WindowValue } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { UNKNOWN } from "../values.ts"
import { recordSpark } from "./call.ts"
import { columnList } from "./columns.ts"

/** `Window()`: an object of the class, whose methods are those of the class itself. */
export function emptyWindow({ it, node }: CallSite): WindowValue {
  return { kind: "window", spec: { site: it.site(node), partitionBy: [], orderBy: [], framed: false } }
}

function spec(site: CallSite, before: WindowSpec | undefined): WindowSpec | undefined {
  const base: WindowSpec = before ?? emptyWindow(site).spec
  const columns = (): readonly ColumnExpr[] | undefined => columnList(site.args.values(), site.args.open)
  const at = site.it.site(site.node)
  switch (site.name) {
    case "partitionBy":
      return { ...base, partitionBy: columns(), site: at }
    case "orderBy":
      return { ...base, orderBy: columns(), site: at }
    case "rowsBetween":
    case "rangeBetween":
      return { ...base, framed: true, site: at }
    default:
      return undefined
  }
}

/** `Window.partitionBy(…)`, and the same on a spec. */
export function windowMethod(site: CallSite, receiver: WindowValue | undefined): Value {
  const made = spec(site, receiver?.spec)
  if (!made) return UNKNOWN
  const call = recordSpark(site, `${receiver ? "WindowSpec" : "Window"}.${site.name}`, receiver ?? UNKNOWN)
  call.result = { kind: "window", spec: made }
  return call.result
}
