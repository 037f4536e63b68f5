import type { FrameValue, UdfKind, Value } from "../../../../rules/api.ts"
import type { Attribute } from "../../syntax/ast.ts"
import type { CallSite } from "../calls.ts"
import { type Interpreter, planOf } from "../interpreter.ts"
import { constant, Dict, foreign, numberOf, Sequence, spark, UNKNOWN } from "../values.ts"
import { framed, recordMember, valueOfType } from "./call.ts"
import { callableOf, makeUdf } from "./udfs.ts"

export function rddAttribute(_it: Interpreter, _owner: FrameValue, expr: Attribute): Value {
  return expr.attr === "context" ? spark("SparkContext") : UNKNOWN
}

/** Operations that run the user's function, with what it gets. */
const FUNCTION_KINDS: Readonly<Record<string, UdfKind>> = {
  map: "rdd",
  flatMap: "rdd",
  filter: "rdd",
  mapValues: "rdd",
  flatMapValues: "rdd",
  keyBy: "rdd",
  groupBy: "rdd",
  sortBy: "rdd",
  reduce: "rdd",
  reduceByKey: "rdd",
  foldByKey: "rdd",
  aggregateByKey: "rdd",
  combineByKey: "rdd",
  foreach: "foreach",
  mapPartitions: "rdd-partition",
  mapPartitionsWithIndex: "rdd-partition",
  foreachPartition: "rdd-partition",
}

/** Operations that may give more rows than they get; what else an RDD does gives one for each, or fewer. */
const MULTIPLYING = new Set("flatMap flatMapValues mapPartitions mapPartitionsWithIndex pipe".split(" "))

/** A method of an RDD. */
export function rddMethod(site: CallSite, receiver: FrameValue): Value {
  const { it, args } = site
  const { call, facts } = recordMember(site, "RDD", receiver)
  if (!facts) {
    if (site.name === "toDF") {
      return framed(
        call,
        it.plan("DataFrame", "map", [planOf(receiver)], call.site, false, {
          expensive: "converts an RDD's rows",
          bounded: true,
        }),
      )
    }
    return UNKNOWN
  }
  const input = planOf(receiver)
  const kind = FUNCTION_KINDS[facts.name]
  if (kind)
    for (const value of args.all()) {
      const fn = callableOf(value)
      if (fn && !fn.udf) makeUdf(site, fn, kind).applied.push(call)
    }
  switch (facts.name) {
    case "cache":
    case "persist":
    case "unpersist":
    case "setName":
      call.result = receiver
      return receiver
    case "checkpoint":
    case "localCheckpoint":
      return constant("None", null)
    case "toDF":
      return framed(
        call,
        it.plan("DataFrame", "map", [input], call.site, false, { expensive: "converts an RDD's rows", bounded: true }),
      )
    case "count":
      call.result = constant("int", undefined, call)
      return call.result
    case "isEmpty":
      call.result = constant("bool", undefined, call)
      return call.result
    case "collect":
    case "take":
    case "top":
    case "takeOrdered":
    case "takeSample": {
      const n =
        facts.name === "collect" ? input.size.rows.max : (numberOf(args.get(0, "num")) ?? Number.POSITIVE_INFINITY)
      const found = new Sequence(
        "list",
        undefined,
        foreign(`pyspark.RDD.${facts.name}()[]`, call),
        { min: 0, max: n },
        call,
      )
      found.from = call
      call.result = found
      return found
    }
    case "repartition":
    case "coalesce": {
      const n = numberOf(args.get(0, "numPartitions"))
      return framed(
        call,
        it.plan(
          "RDD",
          facts.name,
          [input],
          call.site,
          facts.name === "repartition",
          n === undefined ? {} : { partitions: n },
        ),
      )
    }
    case "union":
    case "join":
    case "leftOuterJoin":
    case "rightOuterJoin":
    case "fullOuterJoin":
    case "cogroup":
    case "subtract":
    case "subtractByKey":
    case "intersection":
    case "cartesian":
    case "zip": {
      const other = args.get(0, "other")
      const inputs = other?.kind === "frame" ? [input, planOf(other)] : [input]
      const op =
        facts.name === "union"
          ? "union"
          : facts.name === "intersection" || facts.name.startsWith("subtract")
            ? "set"
            : "map"
      return framed(call, it.plan("RDD", op, inputs, call.site, call.wide, call.wide ? { expensive: "shuffles" } : {}))
    }
  }
  const gives = facts.returns?.kind === "class" && facts.returns.name === "RDD"
  const result = gives ? UNKNOWN : valueOfType(site, facts.returns, call, receiver)
  if (call.action) {
    if (result instanceof Dict) result.filled(call, undefined)
    call.result = result
    return result
  }
  if (gives || result.kind === "frame" || FUNCTION_KINDS[facts.name] || call.wide) {
    const op =
      facts.name === "filter"
        ? "filter"
        : facts.name === "distinct"
          ? "distinct"
          : facts.name.startsWith("sort")
            ? "sort"
            : "map"
    const plan = it.plan("RDD", op, [input], call.site, call.wide, {
      ...(call.wide ? { expensive: "shuffles" } : {}),
      ...(facts.name === "pipe" ? { expensive: "runs another program over the rows" } : {}),
      ...(MULTIPLYING.has(facts.name) ? { multiplies: true } : { bounded: true }),
    })
    return framed(call, plan)
  }
  call.result = result.kind === "unknown" ? foreign(`pyspark.RDD.${facts.name}()`) : result
  return call.result
}
