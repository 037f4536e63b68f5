import type { Site, Value } from "../../../rules/api.ts"
import type { Import, ImportFrom } from "../syntax/ast.ts"
import { imported } from "./adopt.ts"
import type { Interpreter } from "./interpreter.ts"
import { pysparkQualified } from "./pyspark/table.ts"
import { deltaClass } from "./spark/delta.ts"
import { ApiFunction, foreign, module, PyClass, UNKNOWN } from "./values.ts"

/** Libraries whose frames have Spark's own method names. */
const RIVALS =
  /^(snowflake\.snowpark|sqlframe|databricks\.koalas|pyspark\.pandas|ibis|dask|polars|modin|dbldatagen)(\.|$)/

export function isPyspark(name: string): boolean {
  return name === "pyspark" || name.startsWith("pyspark.")
}

/** Libraries that work on PySpark's own frames. */
const ON_SPARK = /^(delta|awsglue|dlt|databricks\.(connect|feature_\w+)|pydeequ|graphframes)(\.|$)/

function note(it: Interpreter, name: string): void {
  if ((isPyspark(name) && !name.startsWith("pyspark.pandas")) || ON_SPARK.test(name)) it.source.mentionsSpark = true
  if (RIVALS.test(name)) it.source.rival = true
}

const classes = new Map<string, PyClass>()

/** The class object of a PySpark class; one a class. */
export function pysparkClassValue(name: string): PyClass {
  let cls = classes.get(name)
  if (!cls) {
    cls = new PyClass(name, true)
    classes.set(name, cls)
  }
  return cls
}

/** The value of a qualified name: of PySpark's by the table, of any other library by its path. */
export function qualified(it: Interpreter, path: string, site: { start: number; end: number }): Value {
  return qualifiedAt(path, it.site(site))
}

/** The same for a place that is known already. */
export function qualifiedAt(path: string, site: Site): Value {
  if (!isPyspark(path)) {
    const delta = deltaClass(path)
    return delta === undefined ? foreign(path) : pysparkClassValue(delta)
  }
  if (path.startsWith("pyspark.pandas")) return foreign(path)
  const found = pysparkQualified(path)
  if (!found) return UNKNOWN
  switch (found.kind) {
    case "module":
      return module(path)
    case "class":
      return pysparkClassValue(found.name)
    case "function":
      return new ApiFunction(path.slice(path.lastIndexOf(".") + 1), found.name, UNKNOWN, site)
    default:
      return foreign(path)
  }
}

/** What a file of the workspace says of Spark, those who import it may mean as well. */
function noteImported(it: Interpreter, name: string, level: number): void {
  const told = it.input.imports?.mentions?.(name, level, it.source.path)
  if (told?.spark) it.source.mentionsSpark = true
  if (told?.rival) it.source.rival = true
}

export function importModules(it: Interpreter, stmt: Import): void {
  for (const alias of stmt.names) {
    note(it, alias.name)
    noteImported(it, alias.name, 0)
    const name = alias.asname ?? alias.name.split(".")[0]!
    const path = alias.asname ? alias.name : name
    const own = imported(it, alias.asname ? alias.name : name, 0, null)
    it.scope.set(name, own ?? module(path))
  }
}

export function importFrom(it: Interpreter, stmt: ImportFrom): void {
  const from = stmt.module ?? ""
  if (stmt.level === 0) note(it, from)
  noteImported(it, from, stmt.level)
  for (const alias of stmt.names) {
    if (alias.name === "*") {
      it.scope.stars ??= []
      it.scope.stars.push(stmt.level === 0 ? from : `${".".repeat(stmt.level)}${from}`)
      continue
    }
    const own = imported(it, from, stmt.level, alias.name)
    const name = alias.asname ?? alias.name
    if (stmt.level === 0) note(it, `${from}.${alias.name}`)
    it.scope.set(name, own ?? (stmt.level > 0 ? UNKNOWN : qualified(it, `${from}.${alias.name}`, alias)))
  }
}
