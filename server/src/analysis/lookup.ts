import type { Value } from "../../../rules/api.ts"
import type { Name } from "../syntax/ast.ts"
import { starredPath } from "./foreign-frames.ts"
import { isPyspark, qualified } from "./imports.ts"
import type { Interpreter } from "./interpreter.ts"
import type { Scope } from "./scope.ts"
import { deltaClass } from "./spark/delta.ts"
import { ApiFunction, foreign, frame, module, spark, UNKNOWN } from "./values.ts"

const NOWHERE = { top: { offset: 0 }, start: 0, end: 0 }

const BUILTINS = new Set(
  `abs all any bool bytes callable chr dict dir divmod enumerate exec eval filter float format frozenset getattr hasattr
  hash id input int isinstance issubclass iter len list locals map max min next object open ord pow print range repr
  reversed round set setattr sorted str sum super tuple type vars zip property staticmethod classmethod xrange unicode long
  Exception ValueError RuntimeError TypeError KeyError NotImplementedError IOError OSError ImportError StopIteration`.split(
    /\s+/,
  ),
)

/** What a notebook kernel gives, or scripts written for one use with no binding of their own. */
function kernelName(it: Interpreter, expr: Name): Value | undefined {
  const name = expr.id
  if (it.source.bound.has(name)) return undefined
  switch (name) {
    case "spark":
      it.source.mentionsSpark = true
      return spark("SparkSession")
    case "sc":
      it.source.mentionsSpark = true
      return spark("SparkContext")
    case "sqlContext":
      it.source.mentionsSpark = true
      return spark("SparkSession")
    case "dbutils":
    case "display":
    case "displayHTML":
      return foreign(`notebook.${name}`)
    case "sql":
    case "table":
      // a Databricks notebook binds these two methods of its session
      return it.source.module.flavor === "databricks"
        ? new ApiFunction(name, `SparkSession.${name}`, spark("SparkSession"), NOWHERE)
        : undefined
    case "_sqldf":
      // what the SQL cell before gave
      return it.source.module.flavor === "databricks"
        ? frame(it.plan("DataFrame", "opaque", [], it.site(expr)))
        : undefined
    case "udf":
    case "pandas_udf":
      // imported by another notebook that this one runs
      return it.source.module.flavor === "databricks" ? qualified(it, `pyspark.sql.functions.${name}`, expr) : undefined
    case "pd":
    case "np":
      return it.source.module.flavor === "databricks" ? module(name === "pd" ? "pandas" : "numpy") : undefined
    case "F":
      return module("pyspark.sql.functions")
    case "T":
      return module("pyspark.sql.types")
    default:
      return undefined
  }
}

function fromStars(it: Interpreter, scope: Scope | null, name: string, expr: Name): Value | undefined {
  for (let s = scope; s; s = s.parent) {
    if (!s.stars) continue
    for (let i = s.stars.length - 1; i >= 0; i--) {
      const source = s.stars[i]!
      const path = `${source}.${name}`
      const known = isPyspark(source) || deltaClass(path) !== undefined || starredPath(source, name) !== undefined
      const found = known ? qualified(it, path, expr) : it.starMember(source, name)
      if (found && found.kind !== "unknown") return found
    }
  }
  return undefined
}

/** The value of a name, innermost scope first; builtins and a notebook's own names last. */
export function nameValue(it: Interpreter, expr: Name): Value {
  const name = expr.id
  const value = it.scope.get(name)
  if (value) {
    it.capture(name, value)
    return value
  }
  const star = fromStars(it, it.scope, name, expr)
  if (star) return star
  if (BUILTINS.has(name)) return foreign(`builtins.${name}`)
  return kernelName(it, expr) ?? UNKNOWN
}
