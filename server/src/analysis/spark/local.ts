import type { ColumnFact, Value } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { parseDdl } from "../columns.ts"
import { type Interpreter, planOf } from "../interpreter.ts"
import type { PlanDetail } from "../plan.ts"
import type { CallNode } from "../record.ts"
import { numberOf, stringOf } from "../values.ts"
import { framed } from "./call.ts"

/** Columns of a `schema` argument: a DDL string, a list of names, or nothing known. */
export function schemaOf(value: Value | undefined): readonly ColumnFact[] | undefined {
  const text = stringOf(value)
  if (text !== undefined) return parseDdl(text)
  if (value?.kind === "sequence" && value.items) {
    const names = value.items.map(stringOf)
    if (names.length > 0 && names.every((name) => name !== undefined))
      return names.map((name) => ({ name: name!, type: undefined }))
  }
  return undefined
}

/** Spark's types of the Python values of one column. */
function typeOfValues(values: readonly Value[]): string | undefined {
  const types = new Set(
    values.filter((v) => v.kind === "constant" && v.type !== "None").map((v) => (v.kind === "constant" ? v.type : "")),
  )
  if (types.size !== 1) return undefined
  return { str: "string", int: "bigint", float: "double", bool: "boolean", bytes: "binary" }[[...types][0] as string]
}

/** Columns by name with the types of literal rows. */
function withTypes(columns: readonly ColumnFact[], data: Value | undefined): readonly ColumnFact[] {
  if (data?.kind !== "sequence" || !data.items) return columns
  const rows = data.items
  return columns.map((column, i) => {
    if (column.type) return column
    const cells = rows.map((row) => (row.kind === "sequence" ? row.items?.[i] : undefined))
    return cells.every((cell) => cell !== undefined) ? { ...column, type: typeOfValues(cells as Value[]) } : column
  })
}

/** Columns of literal dicts: the keys of the first, in order. */
function columnsOfDicts(data: Value | undefined): readonly ColumnFact[] | undefined {
  if (data?.kind !== "sequence" || !data.items || data.items.length === 0) return undefined
  const first = data.items[0]!
  if (first.kind !== "dict" || !first.entries) return undefined
  return [...first.entries].map(([name, value]) => ({ name, type: typeOfValues([value]) }))
}

/** Rows that the driver hands to Spark: how many, or from what. */
function localDetail(data: Value | undefined): PlanDetail | undefined {
  switch (data?.kind) {
    case "sequence":
      return data.length.min === data.length.max ? { rows: data.length.max } : { local: "python" }
    case "dict":
      return { local: "python" }
    case "foreign":
      if (/^pandas\b/.test(data.path) || /^pyspark\.sql\.Row/.test(data.path))
        return { local: data.path.startsWith("pandas") ? "pandas" : "python" }
      return undefined
    default:
      return undefined
  }
}

/** Pandas frames reach Spark by Arrow, with their size: from 4.0 on where Arrow is switched on, as it is by itself from 4.2. */
function throughArrow(it: Interpreter): boolean {
  const [major = 0, minor = 0] = it.input.target.split(".").map(Number)
  if (major < 4) return false
  const setting = it.confs.settings.findLast(({ key }) => key === "spark.sql.execution.arrow.pyspark.enabled")
  if (setting?.value.kind !== "constant") return major > 4 || minor >= 2
  return /^true$/i.test(String(setting.value.value))
}

/** `spark.createDataFrame(data, schema)`. */
export function createDataFrame(site: CallSite, call: CallNode): Value {
  const { it, args } = site
  const data = args.get(0, "data")
  const declared = schemaOf(args.get(1, "schema"))
  const schema = declared ? withTypes(declared, data) : columnsOfDicts(data)
  const columns = schema ? { schema } : {}
  if (data?.kind === "frame")
    return framed(
      call,
      it.plan("DataFrame", "map", [planOf(data)], call.site, false, {
        ...columns,
        expensive: "converts an RDD's rows",
        bounded: true,
      }),
    )
  const local = localDetail(data)
  const measured = local?.local === "pandas" && throughArrow(it)
  const detail = { ...local, ...columns, ...(measured ? { measured } : {}) }
  return framed(call, it.plan("DataFrame", local ? "local" : "opaque", [], call.site, false, detail))
}

/** `sc.parallelize(data, slices)`. */
export function parallelize(site: CallSite, call: CallNode): Value {
  const { it, args } = site
  const local = localDetail(args.get(0, "c")) ?? { local: "python" as const }
  const slices = numberOf(args.get(1, "numSlices"))
  return framed(
    call,
    it.plan("RDD", "local", [], call.site, false, {
      ...local,
      ...(slices === undefined ? {} : { partitions: slices }),
    }),
  )
}
