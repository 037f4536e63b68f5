import type { SparkValue, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { callFunction } from "../functions.ts"
import type { PlanNode } from "../plan.ts"
import { constant, frame, PyFunction, spark, stringOf, UNKNOWN } from "../values.ts"
import { recordMember, valueOfType } from "./call.ts"

const SETTINGS = new Set(
  "format mode option options partitionBy bucketBy sortBy clusterBy trigger outputMode queryName using tableProperty partitionedBy".split(
    " ",
  ),
)

/** A method of `df.write`, `df.writeTo(…)` and `df.writeStream`: gathers settings, then writes. */
export function writerMethod(site: CallSite, receiver: SparkValue): Value {
  const { args, it } = site
  const { call, facts } = recordMember(site, receiver.class, receiver)
  if (!facts) return UNKNOWN
  if (SETTINGS.has(facts.name)) {
    const settings = new Map(receiver.settings)
    if (facts.name === "option")
      settings.set(`option.${(stringOf(args.get(0, "key")) ?? "?").toLowerCase()}`, args.get(1, "value") ?? UNKNOWN)
    else if (facts.name === "options")
      for (const [key, value] of args.keywordValues()) settings.set(`option.${key.toLowerCase()}`, value)
    else if (facts.name === "partitionBy")
      for (const [i, value] of args.values().entries()) settings.set(`partitionBy.${i}`, value)
    else settings.set(facts.name, args.get(0) ?? UNKNOWN)
    call.result = spark(receiver.class, settings, receiver.plan)
    return call.result
  }
  if (facts.name === "foreachBatch" || facts.name === "foreach") {
    const fn = args.get(0)
    if (facts.name === "foreachBatch" && fn instanceof PyFunction) {
      // each micro-batch is a batch frame of its own
      const batch = it.plan("DataFrame", "opaque", [], call.site)
      callFunction(it, fn, undefined, [frame(batch), constant("int")], call.site)
    }
    call.result = receiver
    return receiver
  }
  if (facts.returns?.kind === "self") {
    call.result = receiver
    return receiver
  }
  if (call.action) {
    // what a stream writes is read as long as it runs; a batch is read once
    call.result =
      facts.returns?.kind === "class" ? valueOfType(site, facts.returns, call, receiver) : constant("None", null)
    return call.result
  }
  call.result = valueOfType(site, facts.returns, call, receiver)
  if (call.result.kind === "frame" && receiver.plan) (call.result.plan as PlanNode).link(receiver.plan as PlanNode)
  return call.result
}
