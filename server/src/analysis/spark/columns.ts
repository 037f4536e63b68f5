import type { ColumnExpr, ColumnValue, Udf, Value, WindowSpec } from "../../../../rules/api.ts"
import type { CallSite } from "../calls.ts"
import { functionFacts, member } from "../pyspark/table.ts"
import { aggregatesInSql } from "../sql-text.ts"
import { column, stringOf, UNKNOWN } from "../values.ts"
import { recordMember } from "./call.ts"

/** An expression for an argument of a column operator: a plain value is a literal. */
export function toColumn(value: Value): ColumnExpr {
  if (value.kind === "column") return value.expr
  if (value.kind === "constant") return { op: "literal", value }
  return { op: "unknown" }
}

/** An expression for an argument that takes columns or their names: a string is a column's name. */
export function columnExpr(value: Value): ColumnExpr {
  const name = stringOf(value)
  if (name !== undefined) return name === "*" ? { op: "star" } : { op: "column", name, frame: undefined }
  // a text that is not known is still a name: its column may have any number of values
  if (value.kind === "constant" && value.type === "str") return { op: "unknown" }
  return toColumn(value)
}

/** Columns of an argument list that takes columns, names, or one list of them; undefined when not all are known. */
export function columnList(values: readonly Value[], open: boolean): ColumnExpr[] | undefined {
  if (open) return undefined
  const columns: ColumnExpr[] = []
  for (const value of values) {
    if (value.kind === "sequence") {
      if (!value.items) return undefined
      for (const item of value.items) columns.push(columnExpr(item))
    } else columns.push(columnExpr(value))
  }
  return columns
}

/** Names of an argument that takes one name or a list of them. */
export function nameList(value: Value | undefined): string[] | undefined {
  if (!value) return undefined
  const single = stringOf(value)
  if (single !== undefined) return [single]
  if (value.kind !== "sequence" || !value.items) return undefined
  const names: string[] = []
  for (const item of value.items) {
    const name = stringOf(item)
    if (name === undefined) return undefined
    names.push(name)
  }
  return names
}

/** Visits an expression and everything in it. */
export function walkColumn(expr: ColumnExpr, visit: (expr: ColumnExpr) => void): void {
  visit(expr)
  switch (expr.op) {
    case "call":
    case "udf":
      for (const arg of expr.args) walkColumn(arg, visit)
      break
    case "binary":
      walkColumn(expr.left, visit)
      walkColumn(expr.right, visit)
      break
    case "unary":
      walkColumn(expr.operand, visit)
      break
    case "alias":
    case "window":
      walkColumn(expr.child, visit)
      break
  }
}

/** What a step that runs a UDF does, in words. */
export function udfWork(udf: Udf): string {
  return udf.name === "lambda" ? "runs a Python UDF (a lambda)" : `runs the Python UDF \`${udf.name}\``
}

/** Windows and UDFs that expressions use. */
export function usedIn(exprs: readonly ColumnExpr[]): {
  windows: WindowSpec[]
  udfs: Udf[]
  explodes: boolean
  unstable: string[]
} {
  const unstable: string[] = []
  const windows: WindowSpec[] = []
  const udfs: Udf[] = []
  let explodes = false
  for (const expr of exprs)
    walkColumn(expr, (e) => {
      if (e.op === "window") windows.push(e.spec)
      else if (e.op === "udf") udfs.push(e.udf)
      else if (e.op === "call" && functionFacts(e.fn)?.unstable === "value") unstable.push(e.fn)
      else if (e.op === "call" && /^(explode|posexplode|inline|stack|json_tuple)/.test(e.fn)) explodes = true
      else if (e.op === "sql" && /\b(explode|posexplode|inline|stack|json_tuple)\w*\s*\(/i.test(e.text)) explodes = true
    })
  return { windows, udfs, explodes, unstable }
}

/** An aggregate that stands in no window. */
export function aggregates(expr: ColumnExpr): boolean {
  switch (expr.op) {
    case "call":
      return functionFacts(expr.fn)?.kind === "aggregate" || expr.args.some(aggregates)
    case "binary":
      return aggregates(expr.left) || aggregates(expr.right)
    case "unary":
      return aggregates(expr.operand)
    case "alias":
      return aggregates(expr.child)
    case "sql":
      return aggregatesInSql(expr.text)
    default:
      return false
  }
}

/** A method of a Column: `alias`, `over`, `cast`, `isin`, `when`… */
export function columnMethod(site: CallSite, receiver: ColumnValue): Value {
  const { args, name } = site
  const facts = member("Column", name)
  if (!facts) return UNKNOWN
  const { call } = recordMember(site, "Column", receiver)
  let expr: ColumnExpr
  if (facts.name === "alias" || facts.name === "name") {
    const alias = stringOf(args.get(0))
    expr =
      alias !== undefined && args.positional.length === 1
        ? { op: "alias", name: alias, child: receiver.expr }
        : { op: "call", fn: "alias", args: [receiver.expr] }
  } else if (facts.name === "over") {
    const window = args.get(0, "window")
    expr =
      window?.kind === "window"
        ? { op: "window", child: receiver.expr, spec: window.spec }
        : {
            op: "window",
            child: receiver.expr,
            spec: { site: call.site, partitionBy: undefined, orderBy: undefined, framed: false },
          }
  } else {
    const given = args.values().flatMap((value) => {
      if (value.kind !== "sequence")
        return [value.kind === "spark" || value.kind === "foreign" ? column({ op: "unknown" }) : value]
      return value.items ?? [UNKNOWN]
    })
    expr = { op: "call", fn: facts.name, args: [receiver.expr, ...given.map(toColumn)] }
  }
  call.result = column(expr)
  return call.result
}

/** Reading a column by name: `df.amount`, `df["amount"]`. */
export function namedColumn(name: string, plan: Extract<ColumnExpr, { op: "column" }>["frame"]): ColumnValue {
  return column({ op: "column", name, frame: plan })
}
