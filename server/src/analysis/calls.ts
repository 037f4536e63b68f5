import type { Value } from "../../../rules/api.ts"
import type { Attribute, Call, Expr } from "../syntax/ast.ts"
import { type Args, evaluateArgs } from "./arguments.ts"
import { attributeOf } from "./attributes.ts"
import { OneOf } from "./common.ts"
import { evaluate } from "./expressions.ts"
import { callFunction, construct } from "./functions.ts"
import type { Interpreter } from "./interpreter.ts"
import { callLibrary } from "./libraries.ts"
import { onlySparkFrame } from "./pyspark/table.ts"
import { callBuiltin } from "./python.ts"
import { callMethodOfPython } from "./python-methods.ts"
import type { UdfNode } from "./record.ts"
import { columnMethod } from "./spark/columns.ts"
import { frameMethod } from "./spark/dataframe.ts"
import { callApi, callStatic } from "./spark/functions.ts"
import { groupedMethod } from "./spark/grouped.ts"
import { rddMethod } from "./spark/rdd.ts"
import { sparkMethod } from "./spark/session.ts"
import { applyUdf, isUdf } from "./spark/udfs.ts"
import { windowMethod } from "./spark/windows.ts"
import {
  ApiFunction,
  comesFrom,
  Dict,
  Future,
  foreign,
  frame,
  PyClass,
  PyFunction,
  PyInstance,
  UNKNOWN,
} from "./values.ts"

/** One call expression on its way through. */
export interface CallSite {
  readonly it: Interpreter
  readonly node: Call
  readonly args: Args
  /** The method's name as written, or the function's. */
  readonly name: string
}

export function evaluateCall(it: Interpreter, node: Call): Value {
  const func = node.func
  if (func.kind === "Attribute") return methodCall(it, node, func)
  const callee = evaluate(it, func)
  const args = evaluateArgs(it, node)
  const name = func.kind === "Name" ? func.id : ""
  return callValue({ it, node, args, name }, callee)
}

function methodCall(it: Interpreter, node: Call, func: Attribute): Value {
  const receiver = evaluate(it, func.value)
  const args = evaluateArgs(it, node)
  const site: CallSite = { it, node, args, name: func.attr }
  switch (receiver.kind) {
    case "frame":
      return receiver.class === "RDD" ? rddMethod(site, receiver) : frameMethod(site, receiver)
    case "grouped":
      return groupedMethod(site, receiver)
    case "spark":
      return sparkMethod(site, receiver)
    case "column":
      return columnMethod(site, receiver)
    case "window":
      return windowMethod(site, receiver)
    case "sequence":
    case "dict":
    case "constant":
      it.use(receiver, { kind: "other", site: it.site(node) })
      return callMethodOfPython(site, receiver)
    case "unknown":
      if (receiver instanceof OneOf) {
        const method = attributeOf(it, receiver, func)
        if (method !== UNKNOWN) return callValue(site, method)
      }
      return unknownMethod(site, func.value)
    case "function":
      if (site.name === "asNondeterministic" && receiver instanceof PyFunction && receiver.udf) {
        ;(receiver.udf as UdfNode).nondeterministic = true
        return receiver
      }
      return callValue(site, attributeOf(it, receiver, func))
    case "foreign":
      if (receiver instanceof Future && site.name === "result") return receiver.value
      if (provesFrame(site)) return unknownMethod(site, func.value)
      return callValue(site, attributeOf(it, receiver, func))
    default:
      return callValue(site, attributeOf(it, receiver, func))
  }
}

/** Methods of a frame that take columns: a Column of Spark's among their arguments proves what they are called on. */
const COLUMN_METHODS = new Set(
  "select filter where withColumn orderBy sort groupBy groupby drop agg dropDuplicates".split(" "),
)

/** Methods that only an RDD has, or a stream of RDDs, which they run on each. */
const RDD_METHODS = new Set(
  `mapPartitions mapPartitionsWithIndex mapValues flatMapValues reduceByKey groupByKey aggregateByKey combineByKey
  foldByKey sortByKey foreachPartition countByKey collectAsMap saveAsTextFile zipWithUniqueId takeOrdered treeReduce
  treeAggregate subtractByKey`.split(/\s+/),
)

/** Whether a call proves that what it is made on is a Spark DataFrame, by its name or by a Column that it is given. */
function provesFrame({ it, name, args }: CallSite): boolean {
  if (!it.source.mentionsSpark || it.source.rival) return false
  if (onlySparkFrame(name)) return true
  return (
    COLUMN_METHODS.has(name) && args.values().some((value) => value.kind === "column" && value.expr.op !== "unknown")
  )
}

/** `groups[key].append(row)`: the dict is filled, whatever it holds. */
function fillsDict({ it, args, name }: CallSite, receiverNode: Expr): void {
  if (!/^(append|add|extend|update)$/.test(name) || receiverNode.kind !== "Subscript") return
  const owner = receiverNode.value.kind === "Name" ? it.scope.get(receiverNode.value.id) : undefined
  if (!(owner instanceof Dict)) return
  owner.set(undefined, UNKNOWN)
  owner.filled(args.all().map(comesFrom).find(Boolean), it.loops.at(-1))
}

/** `x.groupBy("a")`: what follows is asked of its groups, whatever x is. */
function isGrouping(node: Expr): boolean {
  return (
    node.kind === "Call" &&
    node.func.kind === "Attribute" &&
    /^(groupBy|groupby|rollup|cube|pivot)$/.test(node.func.attr)
  )
}

/** A method of something unknown. One that only a DataFrame has proves what it is, from here on. */
function unknownMethod(site: CallSite, receiverNode: Expr): Value {
  const { it, args } = site
  fillsDict(site, receiverNode)
  if (provesFrame(site) || it.expected.has(site.node)) {
    const plan = it.plan("DataFrame", "opaque", [], it.site(receiverNode))
    if (site.name === "agg" && isGrouping(receiverNode))
      return groupedMethod(site, { kind: "grouped", plan, keys: [{ op: "unknown" }], how: "groupBy" })
    const value = frame(plan)
    if (receiverNode.kind === "Name" && it.scope.get(receiverNode.id)) it.bindName(receiverNode.id, value)
    return frameMethod(site, value)
  }
  if (RDD_METHODS.has(site.name) && it.source.mentionsSpark && !it.source.rival) {
    const value = frame(it.plan("RDD", "opaque", [], it.site(receiverNode)))
    // a DataFrame has foreachPartition too, and passes its partitions on just the same
    const proven = site.name !== "foreachPartition"
    if (proven && receiverNode.kind === "Name" && it.scope.get(receiverNode.id)) it.bindName(receiverNode.id, value)
    return rddMethod(site, value)
  }
  for (const value of args.all()) it.escape(value)
  return UNKNOWN
}

/** Calls what is chosen while the program runs: each option on a way of its own. */
function callOneOf(site: CallSite, { options }: OneOf): Value {
  const { it, node } = site
  const branch = it.id()
  const { path } = it
  const results = options.map((option, arm) => {
    it.path = [...path, { branch, arm }]
    return callValue(site, option)
  })
  it.path = path
  return results.reduce((a, b) => it.join(a, b, it.site(node)))
}

/** Calls a value that is not a method of something known. */
export function callValue(site: CallSite, callee: Value): Value {
  const { it, args, node } = site
  switch (callee.kind) {
    case "function":
      if (callee instanceof ApiFunction) {
        if (callee.receiver.kind === "class") return callStatic(site, callee)
        return callApi(site, callee)
      }
      if (callee instanceof PyFunction) {
        if (isUdf(callee)) return applyUdf(site, callee)
        return callFunction(it, callee, args, undefined, it.site(node))
      }
      return UNKNOWN
    case "class":
      if (callee instanceof PyClass) {
        if (callee.pyspark) return callStatic(site, new ApiFunction(callee.name, callee.name, callee, it.site(node)))
        return construct(it, callee, args, it.site(node))
      }
      return UNKNOWN
    case "instance": {
      it.touchesOthers()
      const method = callee instanceof PyInstance ? callee.class.find("__call__") : undefined
      if (method instanceof PyFunction)
        return callFunction(it, method.with({ self: callee }), args, undefined, it.site(node))
      // an object that another library's class makes callable: a torch.nn.Module
      if (callee instanceof PyInstance && callee.class.library) return callLibrary(site, `${callee.class.library}()`)
      for (const value of args.all()) it.escape(value)
      return UNKNOWN
    }
    case "foreign":
      // a method of what one gave is a library's: `open(path).readlines()`
      if (/^builtins\.\w+$/.test(callee.path)) return callBuiltin(site, callee.path.slice("builtins.".length))
      return callLibrary(site, callee.path, callee.from)
    case "module":
      return foreign(`${callee.name}()`)
    default:
      if (callee instanceof OneOf) return callOneOf(site, callee)
      for (const value of args.all()) it.escape(value)
      return UNKNOWN
  }
}
