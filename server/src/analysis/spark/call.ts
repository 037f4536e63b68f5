import type { Value } from "../../../../rules/api.ts"
import { instanceOfPyspark } from "../annotations.ts"
import type { CallSite } from "../calls.ts"
import { originOf } from "../interpreter.ts"
import type { PlanNode } from "../plan.ts"
import { type MemberFacts, member, type ParamFacts, type TypeRef } from "../pyspark/table.ts"
import type { CallNode } from "../record.ts"
import { ANY_LENGTH, constant, Dict, foreign, frame, Sequence, UNKNOWN } from "../values.ts"

function hasOrigin(value: Value): boolean {
  return originOf(value) !== undefined
}

/** Notes a call of PySpark's, its arguments bound to the parameters' names. */
export function recordSpark(
  site: CallSite,
  api: string,
  receiver: Value,
  facts: { action?: boolean; wide?: boolean; params?: readonly ParamFacts[] | undefined } = {},
): CallNode {
  const { it, args } = site
  const { action = false, wide = false, params } = facts
  const call = it.record({ api, spark: true, receiver, action, wide, params }, site)
  if (args.some(hasOrigin))
    args.each((value, node) => {
      if (hasOrigin(value)) it.use(value, { kind: "other", site: it.site(node) })
    })
  return call
}

/** What Databricks notebooks add to PySpark's classes. */
const ADDED_ACTIONS: ReadonlySet<string> = new Set(["DataFrame.display"])

/** Notes a method call by the table's facts; `facts` is undefined for a method that the class doesn't have. */
export function recordMember(
  site: CallSite,
  className: string,
  receiver: Value,
): { call: CallNode; facts: MemberFacts | undefined } {
  const facts = member(className, site.name)
  const api = `${className}.${facts?.name ?? site.name}`
  const call = recordSpark(site, api, receiver, {
    action: facts?.action ?? ADDED_ACTIONS.has(api),
    wide: facts?.wide ?? false,
    params: facts?.params,
  })
  return { call, facts }
}

/** Ends a call that gives a frame. */
export function framed(call: CallNode, plan: PlanNode): Value {
  plan.call = call
  call.result = frame(plan)
  return call.result
}

/** A value of the type that a PySpark method is annotated with. */
export function valueOfType(site: CallSite, type: TypeRef | undefined, call: CallNode, receiver: Value): Value {
  const { it, node } = site
  if (!type) return UNKNOWN
  switch (type.kind) {
    case "self":
      return receiver
    case "scalar":
      return type.name === "None" ? constant("None", null) : constant(type.name, undefined, call)
    case "dict":
      return new Dict(undefined, valueOfType(site, type.of, call, receiver))
    case "sequence":
      return new Sequence(type.type, undefined, valueOfType(site, type.of, call, receiver), ANY_LENGTH, call)
    case "class":
      if (type.name === "DataFrame" || type.name === "RDD") {
        const plan = it.plan(type.name, "opaque", [], it.site(node))
        plan.call = call
        return frame(plan)
      }
      return type.name === "Row" ? foreign("pyspark.sql.Row()") : instanceOfPyspark(it, type.name, node, site.name)
    case "foreign":
      return foreign(`${type.path}()`)
    default:
      return UNKNOWN
  }
}
