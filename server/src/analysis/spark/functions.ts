import type { ColumnExpr, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { planOf } from "../interpreter.ts"
import { functionFacts, member } from "../pyspark/table.ts"
import {
  type ApiFunction,
  column,
  constant,
  Dict,
  foreign,
  HOLE,
  PyFunction,
  patternOf,
  spark,
  stringOf,
  UNKNOWN,
} from "../values.ts"
import { framed, recordSpark, valueOfType } from "./call.ts"
import { columnExpr, toColumn } from "./columns.ts"
import { deltaStatic } from "./delta.ts"
import { sparkMethod } from "./session.ts"
import { sqlColumn } from "./sql-columns.ts"
import { createUdf, predictBatchUdf } from "./udfs.ts"
import { emptyWindow, windowMethod } from "./windows.ts"

/** A call of a function of `pyspark.sql.functions` (or another module function of PySpark's). */
export function callApi(site: CallSite, callee: ApiFunction): Value {
  const api = callee.api
  // a method taken from its object first: `read = spark.read.parquet`
  if (callee.receiver.kind === "spark") return sparkMethod({ ...site, name: callee.name }, callee.receiver)
  const name = api.startsWith("functions.") ? api.slice("functions.".length) : api
  if (api === "ml.functions.predict_batch_udf") return predictBatchUdf(site)
  if (name === "udf" || name === "pandas_udf" || name === "arrow_udf" || name === "udtf" || name === "arrow_udtf")
    return createUdf(site, name)
  const facts = functionFacts(name)
  const call = recordSpark(site, api, UNKNOWN, facts ? { params: facts.params } : {})
  const { args, it } = site
  if (name === "broadcast") {
    const df = args.get(0, "df")
    if (df?.kind !== "frame") return UNKNOWN
    return framed(
      call,
      it.plan("DataFrame", "project", [planOf(df)], call.site, false, {
        projection: { type: "keep" },
        transparent: true,
        hints: ["broadcast"],
      }),
    )
  }
  if (!api.startsWith("functions.")) {
    for (const value of args.all()) it.escape(value)
    return UNKNOWN
  }
  call.result = column(expression(site, name))
  return call.result
}

function expression(site: CallSite, name: string): ColumnExpr {
  const { args } = site
  const first = args.get(0)
  switch (name) {
    case "col":
    case "column": {
      const text = stringOf(first)
      return text === undefined ? { op: "unknown" } : columnExpr(constant("str", text))
    }
    case "lit":
      return first?.kind === "column"
        ? first.expr
        : first?.kind === "constant"
          ? { op: "literal", value: first }
          : { op: "unknown" }
    case "expr": {
      const text = patternOf(first)
      return text === undefined || text === HOLE ? { op: "unknown" } : sqlColumn(text, site.it.site(args.at(0)!.node))
    }
    case "when":
      return { op: "call", fn: "when", args: args.values().map(toColumn) }
    default:
      return {
        op: "call",
        fn: name,
        args: args
          .values()
          .flatMap((value) => (value.kind === "sequence" && value.items ? value.items : [value]))
          .map(columnExpr),
      }
  }
}

/** Constructing a PySpark class, or calling one of its static methods: `SparkSession(…)`, `Window.partitionBy(…)`. */
export function callStatic(site: CallSite, callee: ApiFunction): Value {
  const { args, it } = site
  const cls = callee.receiver.kind === "class" ? callee.receiver.name : callee.api
  if (cls === "Window") return callee.api === cls ? emptyWindow(site) : windowMethod(site, undefined)
  if (cls === "DeltaTable") return deltaStatic(site, callee.name)
  if (cls === "UserDefinedFunction" && callee.api === cls) return createUdf(site, "udf")
  if (callee.api === cls) {
    const call = recordSpark(site, cls, UNKNOWN)
    switch (cls) {
      case "SparkSession":
      case "SQLContext":
      case "HiveContext":
        call.result = spark("SparkSession")
        return call.result
      case "SparkConf":
        call.result = spark("SparkConf")
        return call.result
      case "SparkContext": {
        for (const [name, index, key] of [
          ["master", 0, "spark.master"],
          ["appName", 1, "spark.app.name"],
        ] as const) {
          const given = args.at(index, name)
          if (given && stringOf(given.value) !== undefined)
            it.confs.set(key, given.value, "SparkConf", {
              site: call.site,
              valueSite: it.site(given.node),
              path: it.path,
              call,
            })
        }
        call.result = spark("SparkContext")
        return call.result
      }
      case "Row":
        call.result = args.keywords.size > 0 ? new Dict(args.keywordValues(), UNKNOWN) : foreign("pyspark.sql.Row()")
        return call.result
    }
    if (cls === "DataFrame" || cls === "RDD") return framed(call, it.plan(cls, "opaque", [], call.site))
    if (cls === "Column" || cls === "GroupedData") return UNKNOWN
    // a type, a transformer, an estimator…
    if (member(cls, "transform") || member(cls, "fit") || member(cls, "evaluate")) {
      call.result = spark(cls)
      return call.result
    }
    call.result = /Type$|^StructField$/.test(cls) ? foreign(`pyspark.sql.types.${cls}()`) : spark(cls)
    return call.result
  }
  const name = callee.name
  const facts = member(cls, name)
  // `DataFrame.union(a, b)`: the method, unbound
  const call = recordSpark(
    site,
    `${cls}.${facts?.name ?? name}`,
    callee.receiver,
    facts ? { params: facts.params } : {},
  )
  if (cls === "SparkSession" || cls === "SparkContext") {
    call.result = name === "getActiveSession" || name === "active" || name === "getOrCreate" ? spark(cls) : UNKNOWN
    return call.result
  }
  for (const value of args.all()) if (!(value instanceof PyFunction)) it.escape(value)
  call.result = valueOfType(
    site,
    facts?.returns?.kind === "self" ? { kind: "class", name: cls } : facts?.returns,
    call,
    UNKNOWN,
  )
  return call.result
}
