import type { ColumnExpr, ColumnFact, Known } from "../../../rules/api.ts"
import type { PlanNode } from "./plan.ts"

/** The name a column expression gets in a result, where it is plain; undefined where Spark would make one up. */
export function columnName(expr: ColumnExpr): string | undefined {
  switch (expr.op) {
    case "alias":
      return expr.name
    case "column":
      if (expr.name === "?") return undefined
      return expr.name.includes(".") ? expr.name.slice(expr.name.lastIndexOf(".") + 1) : expr.name
    default:
      return undefined
  }
}

const TYPED_FUNCTIONS: Readonly<Record<string, string>> = {
  count: "bigint",
  countDistinct: "bigint",
  count_distinct: "bigint",
  approx_count_distinct: "bigint",
  monotonically_increasing_id: "bigint",
  row_number: "int",
  rank: "int",
  dense_rank: "int",
  avg: "double",
  mean: "double",
  rand: "double",
  randn: "double",
  year: "int",
  month: "int",
  dayofmonth: "int",
  hour: "int",
  to_date: "date",
  current_date: "date",
  to_timestamp: "timestamp",
  current_timestamp: "timestamp",
  lower: "string",
  upper: "string",
  trim: "string",
  concat_ws: "string",
  length: "int",
  size: "int",
}

/** Spark's simple type name of an expression over known columns, where it is plain. */
function typeOf(expr: ColumnExpr, input: readonly ColumnFact[] | undefined): string | undefined {
  switch (expr.op) {
    case "alias":
      return typeOf(expr.child, input)
    case "column": {
      const name = columnName(expr)
      return input?.find((column) => column.name === name)?.type
    }
    case "literal":
      return { str: "string", int: "int", float: "double", bool: "boolean" }[expr.value.type as string]
    case "binary":
      return ["==", "!=", "<", "<=", ">", ">=", "<=>", "&", "|"].includes(expr.symbol) ? "boolean" : undefined
    case "call":
      if (expr.fn === "cast" || expr.fn === "astype") {
        const type = expr.args[1]
        return type?.op === "literal" && typeof type.value.value === "string" ? simpleType(type.value.value) : undefined
      }
      return TYPED_FUNCTIONS[expr.fn]
    case "window":
      return typeOf(expr.child, input)
    default:
      return undefined
  }
}

/** Spark's simple name of a type as people write it in DDL. */
export function simpleType(ddl: string): string {
  const name = ddl.trim().toLowerCase()
  return (
    { integer: "int", long: "bigint", short: "smallint", byte: "tinyint", real: "float", numeric: "decimal(10,0)" }[
      name
    ] ?? name
  )
}

/** Splits at top-level commas. */
function splitTop(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === "<" || c === "(") depth++
    else if (c === ">" || c === ")") depth--
    else if (c === "," && depth === 0) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** Columns of a DDL schema string (`id INT, name STRING` or `id: int`), or undefined where it isn't one. */
export function parseDdl(text: string): ColumnFact[] | undefined {
  const columns: ColumnFact[] = []
  for (const part of splitTop(text)) {
    const match =
      /^\s*`?([\w .-]+?)`?\s*(?::|\s)\s*([A-Za-z]\w*(?:\s*[<(].*[>)])?)(\s+not\s+null)?(\s+comment\s+.*)?\s*$/is.exec(
        part,
      )
    if (!match) return undefined
    columns.push({ name: match[1]!, type: simpleType(match[2]!), nullable: !match[3] })
  }
  return columns
}

/** Columns of a step's output, where every step on the way allows to know them. */
export function columnsOf(plan: PlanNode): Known<readonly ColumnFact[]> | undefined {
  const columns = compute(plan)
  if (!columns) return undefined
  const declared = plan.detail.schema
  return {
    value: columns,
    confidence: "certain",
    evidence: {
      message: declared ? "the schema is given in the code" : "each step names its columns",
      site: plan.site,
    },
  }
}

function compute(plan: PlanNode): readonly ColumnFact[] | undefined {
  const { detail } = plan
  if (detail.schema) return detail.schema
  const input = plan.inputs[0]?.columns?.value
  switch (plan.op) {
    case "project":
      return project(plan, input)
    case "filter":
    case "distinct":
    case "sort":
    case "sort-within":
    case "limit":
    case "repartition":
    case "coalesce":
    case "sample":
    case "checkpoint":
    case "union":
    case "set":
      return plan.kind === "DataFrame" ? input : undefined
    case "join": {
      const right = plan.inputs[1]?.columns?.value
      const join = detail.join
      if (!input || !join) return undefined
      if (join.how === "left_semi" || join.how === "left_anti") return input
      if (!right || join.how === undefined) return undefined
      const on = join.on
      if (Array.isArray(on)) {
        const keys = new Set<string>(on as string[])
        const first = (on as string[]).map((name) => input.find((c) => c.name === name) ?? { name, type: undefined })
        return [...first, ...input.filter((c) => !keys.has(c.name)), ...right.filter((c) => !keys.has(c.name))]
      }
      return on === "unknown" ? undefined : [...input, ...right]
    }
    case "aggregate": {
      const projection = detail.projection
      if (!detail.keys || projection?.type !== "select") return undefined
      const result: ColumnFact[] = []
      for (const expr of [...detail.keys, ...projection.columns]) {
        const name = columnName(expr)
        if (name === undefined) return undefined
        result.push({ name, type: typeOf(expr, input) })
      }
      return result
    }
    case "range":
      return plan.kind === "DataFrame" ? [{ name: "id", type: "bigint", nullable: false }] : undefined
    default:
      return undefined
  }
}

function project(plan: PlanNode, input: readonly ColumnFact[] | undefined): readonly ColumnFact[] | undefined {
  const projection = plan.detail.projection
  if (!projection) return undefined
  switch (projection.type) {
    case "keep":
      return input
    case "select": {
      const result: ColumnFact[] = []
      for (const expr of projection.columns) {
        if (expr.op === "star" || (expr.op === "column" && expr.name === "*")) {
          if (!input) return undefined
          result.push(...input)
          continue
        }
        const name = columnName(expr)
        if (name === undefined || name === "*") return undefined
        result.push({ name, type: typeOf(expr, input) })
      }
      return result
    }
    case "add": {
      if (!input) return undefined
      const result = [...input]
      for (const { name, expr } of projection.columns) {
        if (name === undefined) return undefined
        const fact = { name, type: typeOf(expr, input) }
        const at = result.findIndex((c) => c.name === name)
        if (at < 0) result.push(fact)
        else result[at] = fact
      }
      return result
    }
    case "drop": {
      const names = projection.names
      return names && input?.filter((c) => !names.includes(c.name))
    }
    case "rename": {
      const names = projection.names
      return names && input?.map((c) => ({ ...c, name: names.get(c.name) ?? c.name }))
    }
    case "rename-all": {
      const names = projection.names
      if (!names) return undefined
      return names.map((name, i) => ({ name, type: input?.[i]?.type }))
    }
    default:
      return undefined
  }
}
