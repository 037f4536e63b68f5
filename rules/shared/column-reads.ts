import type { ColumnExpr } from "../api.ts"

/** Spark compares column names without regard to case; a field of a struct is its column. */
export function foldedName(name: string): string {
  return name.replaceAll("`", "").split(".")[0]!.toLowerCase()
}

/** Adds the columns that an expression reads; false where they are not all known. */
function collect(expr: ColumnExpr, reads: Set<string>): boolean {
  switch (expr.op) {
    case "column":
      if (expr.name === "?" || expr.name.includes("*")) return false
      // `t.id` may be a column of the alias `t`
      for (const part of expr.name.split(".")) reads.add(foldedName(part))
      return true
    case "literal":
      return true
    case "call":
    case "udf":
      return expr.args.every((arg) => collect(arg, reads))
    case "binary":
      return collect(expr.left, reads) && collect(expr.right, reads)
    case "unary":
      return collect(expr.operand, reads)
    case "alias":
      return collect(expr.child, reads)
    case "window": {
      const { partitionBy, orderBy } = expr.spec
      if (!partitionBy || !orderBy) return false
      return [expr.child, ...partitionBy, ...orderBy].every((part) => collect(part, reads))
    }
    case "sql":
      if (expr.text.includes("*") || expr.text.includes("{}")) return false
      for (const [word] of expr.text.matchAll(/\w+/g)) reads.add(foldedName(word))
      return true
    default:
      return false
  }
}

/** The columns that an expression reads, as folded names; undefined where not all are known. */
export function columnReads(expr: ColumnExpr): ReadonlySet<string> | undefined {
  const reads = new Set<string>()
  return collect(expr, reads) ? reads : undefined
}
