import type { ColumnExpr, UdfKind, Value } from "../../../../rules/api.ts"
import type { Expr, FunctionDef } from "../../syntax/ast.ts"
import type { Args } from "../arguments.ts"
import type { CallSite } from "../calls.ts"
import { simpleType } from "../columns.ts"
import { evaluate } from "../expressions.ts"
import { enter, lambda, paramsOf } from "../functions.ts"
import type { Interpreter } from "../interpreter.ts"
import { UdfNode } from "../record.ts"
import {
  ANY_LENGTH,
  ApiFunction,
  column,
  constant,
  foreign,
  PyFunction,
  PyInstance,
  Sequence,
  stringOf,
  UNKNOWN,
} from "../values.ts"
import { recordSpark } from "./call.ts"
import { columnExpr } from "./columns.ts"

/** Whether a value is a UDF that columns are given to. */
export function isUdf(fn: PyFunction): boolean {
  return (
    fn.udf !== undefined &&
    ["row", "arrow", "pandas", "pandas-iterator", "pandas-aggregate", "predict-batch", "table"].includes(fn.udf.kind)
  )
}

/** The text of an annotation: `Iterator[pd.Series]`. */
function annotationText(fn: PyFunction, expr: Expr | null): string {
  return expr ? fn.source.text.slice(fn.top.offset + expr.start, fn.top.offset + expr.end) : ""
}

/** The kind of a pandas UDF by its type hints, as PySpark infers it, or by its old `functionType`. */
function pandasKind(_it: Interpreter, fn: PyFunction, functionType: string): UdfKind {
  if (/GROUPED_MAP/.test(functionType)) return "grouped-map"
  if (/GROUPED_AGG/.test(functionType)) return "pandas-aggregate"
  if (/SCALAR_ITER/.test(functionType)) return "pandas-iterator"
  const first = paramsOf(fn)[0]
  const param = annotationText(fn, first?.annotation ?? null)
  if (/Iterator\b|Iterable\b/.test(param)) return "pandas-iterator"
  const returns = fn.node.kind === "FunctionDef" ? annotationText(fn, fn.node.returns) : ""
  if (returns && !/Series|DataFrame|Array|Iterator/.test(returns)) return "pandas-aggregate"
  return "pandas"
}

/** An iterator through what a partition holds. */
function partition(element: Value): Sequence {
  const rows = new Sequence("iterator", undefined, element, ANY_LENGTH)
  rows.partition = true
  return rows
}

/** What a UDF's parameters hold on an executor. */
function parameterValues(_it: Interpreter, fn: PyFunction, kind: UdfKind): Value[] {
  const params = paramsOf(fn).filter((param) => param.type === "pos" || param.type === "posonly")
  const own = fn.self ? params.slice(1) : params
  switch (kind) {
    case "pandas":
    case "pandas-aggregate":
      return own.map((param) =>
        /DataFrame/.test(annotationText(fn, param.annotation))
          ? foreign("pandas.DataFrame()")
          : foreign("pandas.Series()"),
      )
    case "pandas-iterator": {
      const text = annotationText(fn, own[0]?.annotation ?? null)
      const batch = /Tuple/.test(text)
        ? new Sequence("tuple", undefined, foreign("pandas.Series()"), ANY_LENGTH)
        : /DataFrame/.test(text)
          ? foreign("pandas.DataFrame()")
          : foreign("pandas.Series()")
      return [partition(batch)]
    }
    case "grouped-map":
      return own.length > 1
        ? [new Sequence("tuple", undefined, UNKNOWN, ANY_LENGTH), foreign("pandas.DataFrame()")]
        : [foreign("pandas.DataFrame()")]
    case "map-in-pandas":
      return [partition(foreign("pandas.DataFrame()"))]
    case "predict-batch":
      return own.map(() => foreign("numpy.ndarray()"))
    case "rdd-partition":
      return own.length > 1 ? [constant("int"), partition(UNKNOWN)] : [partition(UNKNOWN)]
    default:
      return []
  }
}

/** Parameters that functools.partial has given a value. */
function boundTo(fn: PyFunction): Map<string, Value> {
  const bound = new Map(fn.bound?.keywords)
  fn.bound?.args.forEach((value, i) => {
    const name = paramsOf(fn)[i]?.name
    if (name !== undefined) bound.set(name, value)
  })
  return bound
}

/** Ways into one written function on executors that are followed: a body may hand itself on, without end. */
const MAX_WAYS = 8

/** Notes a UDF, and tells whether its body is to be followed. */
function followed(it: Interpreter, udf: UdfNode, fn: PyFunction): boolean {
  it.udfs.push(udf)
  fn.facts.called = true
  let ways = 0
  for (const { site } of it.udfs) if (site.start === udf.site.start && site.top === udf.site.top) ways++
  if (ways <= MAX_WAYS) return true
  it.bounded ??= "a function on executors hands itself on"
  return false
}

/** Makes a UDF of a function; its body is interpreted later, when every name of the module is known. */
export function defineUdf(
  it: Interpreter,
  fn: PyFunction,
  kind: UdfKind,
  made: UdfNode["made"],
  returns?: string,
): UdfNode {
  const udf = new UdfNode(kind, fn, made, returns)
  if (!followed(it, udf, fn)) return udf
  const here = { loops: it.loops, path: it.path, via: it.via }
  it.pending.push(() => {
    const outer = it.udf
    const scope = it.udfScope
    Object.assign(it, here)
    it.udf = udf
    it.udfScope = fn.closure
    it.loops = []
    // what `partial` fixes travels along
    for (const [name, value] of boundTo(fn)) udf.captures.set(name, value)
    enter(it, fn, { values: parameterValues(it, fn, kind) })
    it.udf = outer
    it.udfScope = scope
  })
  return udf
}

/** What is called when a value is: a function, or an object's `__call__`. */
export function callableOf(value: Value | undefined): PyFunction | undefined {
  if (value instanceof PyFunction) return value
  const method = value instanceof PyInstance ? value.class.find("__call__") : undefined
  return method instanceof PyFunction ? method.with({ self: value! }) : undefined
}

/** A function handed to an operation that runs it on executors. */
export function makeUdf(site: CallSite, fn: PyFunction, kind: UdfKind, returns?: string): UdfNode {
  return defineUdf(site.it, fn, kind, site.it.site(site.node), returns)
}

/** The simple name of a declared return type: of its text, or of the class of `pyspark.sql.types`; a UDF's default is a string. */
export function returnTypeOf(value: Value | undefined): string | undefined {
  if (!value) return "string"
  const text = stringOf(value)
  if (text !== undefined) return simpleType(text)
  const name = value.kind === "foreign" ? /^pyspark\.sql\.types\.(\w+)Type\(\)$/.exec(value.path)?.[1] : undefined
  return name && simpleType(name)
}

function functionTypeOf(args: Args | undefined): string {
  const value = args?.get(2, "functionType") ?? args?.get(1, "functionType")
  return value?.kind === "foreign" ? value.path : ""
}

function kindOf(it: Interpreter, api: string, fn: PyFunction, args: Args | undefined): UdfKind {
  if (api === "pandas_udf") return pandasKind(it, fn, functionTypeOf(args))
  if (api === "arrow_udf") return "arrow"
  if (api === "udtf" || api === "arrow_udtf") return "table"
  const useArrow = args?.keywords.get("useArrow")?.value
  return useArrow?.kind === "constant" && useArrow.value === true ? "arrow" : "row"
}

/**
 * The function that is handed over to be a UDF. Another library's is taken as if it were called with what comes:
 * `udf(fake.name)` as `udf(lambda *args: fake.name(*args))`.
 */
export function functionGiven(site: CallSite, position: number, keyword: string): PyFunction | undefined {
  const given = site.args.at(position, keyword)
  const fn = callableOf(given?.value)
  if (fn) return fn
  if (given?.value.kind !== "foreign" || given.value.path.startsWith("pyspark.")) return undefined
  if (given.node.kind !== "Name" && given.node.kind !== "Attribute") return undefined
  const { start, end } = given.node
  const place = { start, end }
  const args: Expr = { ...place, kind: "Name", id: "args" }
  const called = lambda(site.it, {
    ...place,
    kind: "Lambda",
    args: [{ ...place, name: "args", type: "star", annotation: null, default: null }],
    body: {
      ...place,
      kind: "Call",
      func: given.node,
      args: [{ ...place, kind: "Starred", value: args }],
      keywords: [],
    },
  })
  return new PyFunction({ ...called, name: given.node.kind === "Name" ? given.node.id : given.node.attr })
}

/** `udf(f, type)`, `pandas_udf(f, type)`, and `udf(type)` that waits for the function. */
export function createUdf(site: CallSite, api: string): Value {
  const { it, args } = site
  const call = recordSpark(site, `functions.${api}`, UNKNOWN)
  const fn = functionGiven(site, 0, "f") ?? functionGiven(site, 0, "func") ?? args.get(0, "f")
  if (fn instanceof PyFunction) {
    const returns = returnTypeOf(args.get(1, "returnType"))
    call.result = fn.with({ udf: defineUdf(it, fn, kindOf(it, api, fn, args), call.site, returns) })
    return call.result
  }
  const isType = fn?.kind === "foreign" && fn.path.startsWith("pyspark.sql.types.")
  if (fn?.kind === "function" || (fn?.kind === "foreign" && !isType)) return UNKNOWN
  call.result = new PendingUdf(api, args)
  return call.result
}

/** `udf(returnType)`: a decorator. */
class PendingUdf {
  readonly kind = "unknown"
  readonly api: string
  readonly args: Args

  constructor(api: string, args: Args) {
    this.api = api
    this.args = args
  }
}

/** `predict_batch_udf(make_predict_fn, return_type=…, batch_size=…)`: what the maker returns is run per batch. */
export function predictBatchUdf(site: CallSite): Value {
  const { it, args } = site
  const call = recordSpark(site, "ml.functions.predict_batch_udf", UNKNOWN, {})
  const maker = args.get(0, "make_predict_fn")
  if (!(maker instanceof PyFunction)) return UNKNOWN
  const udf = new UdfNode("predict-batch", maker, call.site)
  call.result = maker.with({ udf })
  if (!followed(it, udf, maker)) return call.result
  it.pending.push(() => {
    // the maker runs once a worker, on executors too; only what it returns runs for each batch
    const outer = it.udf
    it.udf = udf
    it.udfScope = maker.closure
    const predict = enter(it, maker, {})
    udf.setup = udf.calls.splice(0)
    udf.loops.length = 0
    if (predict instanceof PyFunction) enter(it, predict, { values: parameterValues(it, predict, "predict-batch") })
    it.udf = outer
    it.udfScope = undefined
  })
  return call.result
}

/** A `def` under its decorators: a UDF where one of them makes it so, else the function itself. */
export function decorate(it: Interpreter, fn: PyFunction, node: FunctionDef): Value {
  for (const decorator of node.decorators) {
    const target = decorator.kind === "Call" ? evaluate(it, decorator.func) : evaluate(it, decorator)
    if (target instanceof ApiFunction) {
      const name = target.api.startsWith("functions.") ? target.api.slice("functions.".length) : ""
      if (name === "udf" || name === "pandas_udf" || name === "arrow_udf") {
        const call = decorator.kind === "Call" ? evaluate(it, decorator) : undefined
        const args = call instanceof PendingUdf ? call.args : undefined
        const header = it.site({ start: node.start, end: node.nameStart + node.name.length })
        const returns = returnTypeOf(args?.get(0, "f") ?? args?.get(1, "returnType"))
        return fn.with({ udf: defineUdf(it, fn, kindOf(it, name, fn, args), header, returns) })
      }
    } else if (decorator.kind === "Call") evaluate(it, decorator)
  }
  return fn
}

/** Calling a UDF on columns gives a column. */
export function applyUdf(site: CallSite, fn: PyFunction): Value {
  const args: ColumnExpr[] = site.args.values().map(columnExpr)
  const call = recordSpark(site, "UserDefinedFunction.__call__", fn)
  call.result = column({ op: "udf", udf: fn.udf!, args })
  return call.result
}
