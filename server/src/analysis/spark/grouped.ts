import type { ColumnExpr, GroupedValue, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import type { PlanDetail, PlanNode } from "../plan.ts"
import type { UdfNode } from "../record.ts"
import { Dict, UNKNOWN } from "../values.ts"
import { framed, recordMember } from "./call.ts"
import { columnExpr, columnList, udfWork, usedIn } from "./columns.ts"
import { callableOf, makeUdf } from "./udfs.ts"

/** A method of `df.groupBy(…)`: an aggregate, a pivot, or Python code over the groups. */
export function groupedMethod(site: CallSite, receiver: GroupedValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, "GroupedData", receiver)
  if (!facts) return UNKNOWN
  const input = receiver.plan as PlanNode
  const at = it.site(site.node)
  switch (facts.name) {
    case "pivot":
      call.result = { kind: "grouped", plan: input, keys: receiver.keys, how: "pivot" }
      return call.result
    case "agg":
    case "count":
    case "sum":
    case "avg":
    case "mean":
    case "min":
    case "max": {
      const columns = aggregates(site, facts.name)
      const used = columns ? usedIn(columns) : { udfs: [] }
      const detail: PlanDetail = {
        keys: receiver.keys,
        ...(columns && receiver.how === "groupBy" ? { projection: { type: "select", columns } } : {}),
        expensive: used.udfs.length > 0 ? udfWork(used.udfs[0]!) : "groups",
      }
      return framed(call, it.plan("DataFrame", "aggregate", [input], at, true, detail))
    }
    case "cogroup":
      call.result = { kind: "grouped", plan: input, keys: receiver.keys, how: "cogroup" }
      return call.result
    case "applyInPandas":
    case "applyInArrow":
    case "applyInPandasWithState":
    case "apply": {
      // a `pandas_udf` for groups is a UDF already
      const fn = callableOf(args.get(0, "func") ?? args.get(0, "udf"))
      if (fn) ((fn.udf as UdfNode | undefined) ?? makeUdf(site, fn, "grouped-map")).applied.push(call)
      return framed(
        call,
        it.plan("DataFrame", "map", [input], at, true, {
          keys: receiver.keys,
          expensive: "runs Python code over each group",
        }),
      )
    }
    default:
      return UNKNOWN
  }
}

/** What an aggregate computes, or undefined where it isn't written out. */
function aggregates(site: CallSite, name: string): ColumnExpr[] | undefined {
  const { args } = site
  if (name === "count") return [{ op: "alias", name: "count", child: { op: "call", fn: "count", args: [] } }]
  if (name !== "agg") {
    const columns = columnList(args.values(), args.open)
    if (!columns || columns.length === 0) return undefined
    return columns.map((column) => ({
      op: "alias",
      name: `${name}(${column.op === "column" ? column.name : "?"})`,
      child: { op: "call", fn: name, args: [column] },
    }))
  }
  const first = args.get(0)
  if (first instanceof Dict) {
    if (!first.entries) return undefined
    return [...first.entries].map(([column, fn]) => {
      const text = fn.kind === "constant" && typeof fn.value === "string" ? fn.value : "?"
      return {
        op: "alias",
        name: `${text}(${column})`,
        child: { op: "call", fn: text, args: [{ op: "column", name: column, frame: undefined }] },
      }
    })
  }
  return args.open
    ? undefined
    : args
        .values()
        .flatMap((value) => (value.kind === "sequence" && value.items ? value.items : [value]))
        .map(columnExpr)
}
