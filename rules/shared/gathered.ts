import type { ColumnExpr, Plan } from "../api.ts"
import { walkExpr } from "./column-walk.ts"

/** An array of a whole group that is only counted or made distinct, and the aggregate that does the same without it. */
export interface Gathered {
  /** `collect_set`, `collect_list`. */
  readonly by: string
  readonly instead: "count_distinct" | "count" | "collect_set"
  readonly of: ColumnExpr | undefined
}

/** Functions that give the length of an array. */
export const COUNTS: ReadonlySet<string> = new Set(["size", "cardinality", "array_size"])

/** What an array function does to a gathered group. */
export function gatheredBy(fn: string, array: ColumnExpr): Gathered | undefined {
  if (array.op !== "call") return undefined
  const counts = COUNTS.has(fn)
  if (counts && array.fn === "array_distinct" && array.args[0]?.op === "call") {
    const inner = gatheredBy("array_distinct", array.args[0])
    return inner && { ...inner, instead: "count_distinct" }
  }
  const list = array.fn === "collect_list" || array.fn === "array_agg"
  if (!list && array.fn !== "collect_set") return undefined
  if (fn === "array_distinct") return list ? { by: array.fn, instead: "collect_set", of: array.args[0] } : undefined
  return counts ? { by: array.fn, instead: list ? "count" : "count_distinct", of: array.args[0] } : undefined
}

/** Distinct counts that the aggregation has, or would have: from the second on they expand the rows. */
export function distinctCounts(step: Plan | undefined): number {
  let count = 0
  for (const expr of step?.exprs ?? [])
    walkExpr(expr, (part) => {
      if (part.op !== "call") return
      const [array] = part.args
      if (part.fn === "count_distinct" || (array && gatheredBy(part.fn, array)?.instead === "count_distinct")) count++
    })
  return count
}

/** `size(collect_set(x))` in SQL; over a window the bracket of `collect_set` is followed by `over`. */
const IN_SQL = /\b(size|cardinality|array_size)\s*\(\s*(collect_set|collect_list)\s*\(([^()]*)\)\s*\)/i

/** What an SQL text gathers only to count it. */
export function gatheredInSql(text: string): { gathered: Gathered; column: string } | undefined {
  const [, , by, column] = IN_SQL.exec(text) ?? []
  if (by === undefined || column === undefined) return undefined
  const list = by.toLowerCase() === "collect_list"
  const gathered: Gathered = { by: by.toLowerCase(), instead: list ? "count" : "count_distinct", of: undefined }
  return { gathered, column: column.trim() }
}
