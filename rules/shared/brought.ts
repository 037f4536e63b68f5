import type { Call, ColumnExpr, Plan, Program, Value } from "../api.ts"
import { callsOf } from "./call-index.ts"
import { integerOf } from "./calls.ts"
import { rowsOf } from "./collected.ts"
import { receiverPlan } from "./frames.ts"

/** Rows that a call brought to the driver, as a value there holds them. */
export interface Brought {
  readonly call: Call
  /** The frame whose rows they are. */
  readonly plan: Plan
  /** At most this many values; Infinity where nothing bounds them. */
  readonly most: number
}

const ALL =
  /^(DataFrame\.(collect|toPandas|toLocalIterator)|RDD\.(collect|collectAsMap|toLocalIterator|countByKey|countByValue))$/
const SOME = /^(DataFrame\.(take|head|tail)|RDD\.(take|top|takeOrdered|takeSample))$/
const ONE = /^(DataFrame|RDD)\.first$/

/** Aggregates that keep every value: one row of them can hold a whole column. */
const GATHERING = new Set(["collect_list", "collect_set", "array_agg"])

function gathers(expr: ColumnExpr): boolean {
  if (expr.op === "alias") return gathers(expr.child)
  return expr.op === "call" && (GATHERING.has(expr.fn) || expr.args.some(gathers))
}

/** One row whose array holds all values of a column: `df.agg(F.collect_set("id"))`. */
function isGathered(plan: Plan): boolean {
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 10; i++) {
    if (step.op === "aggregate") return step.exprs?.some(gathers) ?? false
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return false
}

/** What pandas and NumPy make one value of a column by. */
const ONE_VALUE = /\.(max|min|sum|mean|median|std|count|item|nunique|any|all|idxmax|idxmin|shape|size)(\(\))?$/

/** A value that is one element of the rows, not all of them: `row`, `row.id`, `rows[0]`, `frame["id"].iloc[0]`. */
function isElement(value: Value): boolean {
  if (value.kind !== "foreign") return false
  const { path } = value
  if (path === "pandas.DataFrame()[]") return false
  return !/^(pandas|numpy)\./.test(path) || path.endsWith("[]") || ONE_VALUE.test(path)
}

/**
 * The rows that a list, set, dict or pandas column holds, and how they came to the driver; undefined for other values.
 * `spread`: the value is one of many, as in `f(*ids)`.
 */
export function broughtRows(value: Value, spread = false): Brought | undefined {
  const call = rowsOf(value)
  const length = value.kind === "sequence" ? value.length.max : Infinity
  const plan = call && receiverPlan(call)
  if (!call || !plan) return undefined
  if (value.kind !== "dict" && isGathered(plan)) return { call, plan, most: length }
  if (isElement(value) && !spread) return undefined
  return boundedBy(call, plan, length)
}

/** A list in a SQL text that was written from rows: `f"id in ({ids})"`. */
const LIST_IN_TEXT = /\bin\s*\(?\s*\{\}/i

/** The rows of a call that a SQL text lists. */
export function broughtText(value: Value): Brought | undefined {
  if (value.kind !== "constant" || !value.from || !LIST_IN_TEXT.test(value.pattern ?? "")) return undefined
  const plan = receiverPlan(value.from)
  return plan && boundedBy(value.from, plan, Infinity)
}

/** The calls that take a SQL text. */
const TEXT_TAKERS = ["DataFrame.filter", "functions.expr", "SparkSession.sql"]

/** A SQL text lists the rows of a call. */
export function listedInText(call: Call, program: Program): boolean {
  return TEXT_TAKERS.some((api) =>
    callsOf(program, api).some(({ args }) => args[0] !== undefined && broughtText(args[0].value)?.call === call),
  )
}

function boundedBy(call: Call, plan: Plan, length: number): Brought | undefined {
  if (ALL.test(call.api)) return { call, plan, most: Math.min(length, plan.size.rows.max) }
  if (ONE.test(call.api) || !SOME.test(call.api)) return undefined
  const asked = call.args.map((argument) => integerOf(argument.value)).find((n) => n !== undefined)
  return { call, plan, most: Math.min(length, plan.size.rows.max, asked ?? 1) }
}

/** The name of the one column that a frame has, or that a list was taken from. */
export function columnBehind(value: Value, plan: Plan): string | undefined {
  const element = value.kind === "sequence" ? value.element : value
  const attribute = element.kind === "foreign" ? /^pyspark\.sql\.Row\(\)\.(\w+)$/.exec(element.path)?.[1] : undefined
  if (attribute !== undefined) return attribute
  let step: Plan | undefined = plan
  for (let i = 0; step && i < 20; i++) {
    if (step.exprs && step.op === "project") {
      const [only, more] = step.exprs
      return step.call?.name !== "select" || more ? undefined : nameOfColumn(only)
    }
    step = step.inputs.length === 1 ? step.inputs[0] : undefined
  }
  return undefined
}

function nameOfColumn(expr: ColumnExpr | undefined): string | undefined {
  if (expr?.op === "alias") return expr.name
  return expr?.op === "column" && /^\w+$/.test(expr.name) ? expr.name : undefined
}
