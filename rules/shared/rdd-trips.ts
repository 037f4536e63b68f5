import type { Plan, Program, PyExpr, Udf } from "../api.ts"

/** A DataFrame's rows on their way through an RDD. */
export interface Trip {
  readonly from: Plan
  /** The steps between, in order of running. */
  readonly steps: readonly Plan[]
}

/** Steps over rows that DataFrames have too: a projection, a filter, an aggregate, a shuffle. */
const HAS_COUNTERPART =
  /^RDD\.(map|filter|flatMap|mapValues|flatMapValues|keyBy|keys|values|reduceByKey|foldByKey|aggregateByKey|combineByKey|countByKey|distinct|sortBy|sortByKey|union|join|leftOuterJoin|rightOuterJoin|fullOuterJoin|subtract|intersection|repartition|coalesce|cache|persist)$/

/** Lines of text have no columns yet: a program in RDDs may start so. */
function isText(plan: Plan): boolean {
  return plan.op === "read" && plan.source?.format === "text"
}

/** How the rows of an RDD came from a DataFrame, by steps that DataFrames have too; undefined where they did not. */
export function tripOf(rdd: Plan): Trip | undefined {
  const steps: Plan[] = []
  let step: Plan | undefined = rdd
  while (step?.kind === "RDD" && steps.length < 50) {
    const input: Plan | undefined = step.inputs[0]
    // `df.rdd` is an attribute: no call makes it
    if (step.call === null)
      return input?.kind === "DataFrame" && step.op === "map" && !isText(input) ? { from: input, steps } : undefined
    if (!HAS_COUNTERPART.test(step.call.api)) return undefined
    steps.unshift(step)
    step = input
  }
  return undefined
}

/** Python's own modules that only compute. */
const COMPUTES =
  /^(builtins|math|json|re|datetime|dateutil|calendar|decimal|string|operator|functools|itertools|time|numpy|pyspark|unicodedata|hashlib)(\.|$)/

/** A function that may talk to something outside, or needs a library that columns have no match for. */
export function usesLibraries(udf: Udf): boolean {
  return udf.calls.some(({ api, spark }) => !spark && !COMPUTES.test(api))
}

const TEXT_METHODS = /^(upper|lower|strip|lstrip|rstrip|split|startswith|endswith|replace|title|get|asDict)$/
const FUNCTIONS =
  /^(builtins\.)?(int|float|str|len|round|abs|bool|min|max|tuple|list)$|^pyspark\.sql\.(types\.)?Row$|^Row$/

/** Fields, constants, arithmetic, comparisons and the plain functions of text and numbers: a column expression says the same. */
export function isColumnar(expr: PyExpr): boolean {
  switch (expr.op) {
    case "param":
    case "constant":
      return true
    case "attribute":
      return isColumnar(expr.on)
    case "index":
      return isColumnar(expr.on) && isColumnar(expr.index)
    case "binary":
      return isColumnar(expr.left) && isColumnar(expr.right)
    case "unary":
      return isColumnar(expr.operand)
    case "if":
      return isColumnar(expr.test) && isColumnar(expr.value) && isColumnar(expr.otherwise)
    case "sequence":
      return expr.items.every(isColumnar)
    case "format":
      return expr.parts.every(isColumnar)
    case "call":
      return (
        (expr.on ? TEXT_METHODS.test(expr.fn) && isColumnar(expr.on) : FUNCTIONS.test(expr.fn)) &&
        expr.args.every(isColumnar)
      )
    default:
      return false
  }
}

/** What is known of the functions that a trip's steps apply. */
export interface TripFunctions {
  readonly udfs: readonly Udf[]
  /** Every step that takes a function takes one whose body is seen. */
  readonly known: boolean
}

const TAKES_FUNCTION = /^RDD\.(map|filter|flatMap|mapValues|flatMapValues|keyBy|sortBy)$/

export function functionsOf(trip: Trip, program: Program): TripFunctions {
  const udfs = program.udfs.filter(({ applied }) => trip.steps.some(({ call }) => applied.includes(call!)))
  const takers = trip.steps.filter(({ call }) => TAKES_FUNCTION.test(call!.api))
  return { udfs, known: takers.every(({ call }) => udfs.some(({ applied }) => applied.includes(call!))) }
}
