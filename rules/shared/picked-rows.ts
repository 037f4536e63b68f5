import type { ColumnExpr, Plan, WindowSpec } from "../api.ts"
import { plainColumn } from "./column-tests.ts"
import { consumersOf } from "./frames.ts"

/** The one column that a window's rows are ordered by. */
export interface Order {
  readonly column: string
  readonly descending: boolean
}

/** `row_number()` over a window by keys, and a filter that keeps the first row of each. */
export interface Picked {
  readonly ranked: Plan
  readonly filter: Plan
  /** The column of the rank, in lower case. */
  readonly rank: string
  readonly spec: WindowSpec
  readonly keys: readonly string[]
  /** Undefined where rows are ordered by more than one column, or by an expression. */
  readonly order: Order | undefined
}

function bare(expr: ColumnExpr): ColumnExpr {
  return expr.op === "alias" ? bare(expr.child) : expr
}

/** The rank that a projection adds: its name and its window. */
function rankOf(plan: Plan): { name: string; spec: WindowSpec } | undefined {
  const ranks = (plan.exprs ?? []).filter((expr) => {
    const made = bare(expr)
    return made.op === "window" && made.child.op === "call" && made.child.fn === "row_number"
  })
  const [rank] = ranks
  if (ranks.length !== 1 || rank === undefined) return undefined
  const made = bare(rank)
  if (made.op !== "window") return undefined
  const given = plan.call?.api === "DataFrame.withColumn" ? plan.call.args[0]?.value : undefined
  const name = rank.op === "alias" ? rank.name : given?.kind === "constant" ? given.value : undefined
  return typeof name === "string" ? { name: name.toLowerCase(), spec: made.spec } : undefined
}

/** The condition keeps rank 1 and nothing else. */
function keepsFirst(condition: ColumnExpr | undefined, rank: string): boolean {
  if (condition?.op === "sql") return new RegExp(`^\\s*\`?${rank}\`?\\s*(=|==|<=)\\s*1\\s*$`, "i").test(condition.text)
  if (condition?.op !== "binary") return false
  const { left, right, symbol } = condition
  const [column, other] = plainColumn(left) === rank ? [left, right] : [right, left]
  if (plainColumn(column) !== rank || other.op !== "literal") return false
  const value = Number(other.value.value)
  return (
    (symbol === "==" && value === 1) ||
    (column === left && ((symbol === "<=" && value === 1) || (symbol === "<" && value === 2)))
  )
}

function orderOf(spec: WindowSpec): Order | undefined {
  const [first, ...rest] = spec.orderBy ?? []
  if (!first || rest.length > 0) return undefined
  const descending = first.op === "call" && first.fn === "desc"
  const column = first.op === "call" && /^(desc|asc)$/.test(first.fn) ? first.args[0] : first
  return column?.op === "column" ? { column: column.name, descending } : undefined
}

/** What a filter picks of what its input ranked; undefined where it does anything else. */
export function pickedBy(filter: Plan): Picked | undefined {
  const ranked = filter.inputs[0]
  if (filter.op !== "filter" || ranked?.op !== "project" || ranked.escapes || consumersOf(ranked).length !== 1)
    return undefined
  const rank = rankOf(ranked)
  if (!rank || rank.spec.framed || !keepsFirst(filter.condition, rank.name)) return undefined
  const keys = rank.spec.partitionBy?.map((key) => (key.op === "column" ? key.name : undefined))
  if (!keys || keys.length === 0 || keys.some((key) => key === undefined)) return undefined
  return { ranked, filter, rank: rank.name, spec: rank.spec, keys: keys as string[], order: orderOf(rank.spec) }
}

/** The projection after the filter that names what is kept, and the columns; undefined where not all are named. */
export function keptColumns(
  picked: Picked,
): { readonly columns: readonly string[]; readonly select: Plan | undefined } | undefined {
  let step = picked.filter
  for (let i = 0; i < 5 && step.names.length === 0; i++) {
    const [next, ...others] = consumersOf(step)
    if (!next || others.length > 0 || next.op !== "project") break
    if (next.call?.api === "DataFrame.select" && next.exprs) {
      const columns = next.exprs.map(plainColumn)
      const known = columns.every((column) => column !== undefined && column !== picked.rank)
      return known ? { columns: columns as string[], select: next } : undefined
    }
    if (next.call?.api !== "DataFrame.drop") break
    step = next
  }
  const columns = picked.filter.columns?.value
    .map(({ name }) => name.toLowerCase())
    .filter((name) => name !== picked.rank)
  return columns && { columns, select: undefined }
}
