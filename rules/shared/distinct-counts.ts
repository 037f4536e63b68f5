import type { Call, ColumnExpr, Plan, Program, RuleContext, Value } from "../api.ts"
import { callsAround } from "./call-index.ts"
import { within } from "./collected.ts"
import { walkExpr } from "./column-walk.ts"

/** A distinct aggregate: its function, and what it takes values of. */
export interface DistinctCount {
  readonly fn: string
  readonly args: readonly ColumnExpr[]
}

const DISTINCT: ReadonlySet<string> = new Set(["count_distinct", "sum_distinct"])

/** The distinct aggregates in an expression. */
function distinctCountsIn(expr: ColumnExpr): DistinctCount[] {
  const found: DistinctCount[] = []
  walkExpr(expr, (part) => {
    if (part.op === "call" && DISTINCT.has(part.fn)) found.push(part)
  })
  return found
}

/** An expression as a text that is the same for equal ones; undefined where not all of it is known. */
function textOf(expr: ColumnExpr): string | undefined {
  const all = (exprs: readonly ColumnExpr[]): string | undefined => {
    const texts = exprs.map(textOf)
    return texts.includes(undefined) ? undefined : texts.join()
  }
  switch (expr.op) {
    case "column":
      return expr.name === "?" ? undefined : `\`${expr.name.toLowerCase()}\``
    case "literal":
      return expr.value.value === undefined ? undefined : `${expr.value.type}:${String(expr.value.value)}`
    case "call": {
      const args = all(expr.args)
      return args === undefined ? undefined : `${expr.fn}(${args})`
    }
    case "binary": {
      const args = all([expr.left, expr.right])
      return args === undefined ? undefined : `(${expr.symbol} ${args})`
    }
    case "unary": {
      const operand = textOf(expr.operand)
      return operand === undefined ? undefined : `${expr.symbol}${operand}`
    }
    case "alias":
      return textOf(expr.child)
    case "sql":
      return expr.text.includes("{}") ? undefined : expr.text
    case "star":
      return "*"
    default:
      return undefined
  }
}

/** The sets of columns of which an aggregate takes distinct values, as texts; those that are not known are one set. */
export function distinctSets(counts: readonly DistinctCount[]): ReadonlySet<string> {
  return new Set(
    counts.map(({ args }) =>
      args
        .map((arg) => textOf(arg) ?? "?")
        .sort()
        .join(),
    ),
  )
}

/** The columns of an argument; `like` where one stands for a list of them: `[F.countDistinct(c) for c in cols]`. */
function columnsOf(value: Value, starred: boolean): { exprs: readonly ColumnExpr[]; like: boolean } {
  if (value.kind === "column") return { exprs: [value.expr], like: starred }
  if (value.kind !== "sequence") return { exprs: [], like: false }
  const exprs = (value.items ?? [value.element]).flatMap((item) => (item.kind === "column" ? [item.expr] : []))
  return { exprs, like: !value.items && value.length.max > 1 }
}

/** What an aggregate has of distinct counts, and whether there is one for each of a list of columns. */
export function distinctCountsOf(plan: Plan, ctx: RuleContext): { counts: readonly DistinctCount[]; many: boolean } {
  if (plan.exprs) return { counts: plan.exprs.flatMap(distinctCountsIn), many: false }
  const counts: DistinctCount[] = []
  let many = false
  for (const { value, site } of plan.call?.args ?? []) {
    const { exprs, like } = columnsOf(value, ctx.text(site).startsWith("*"))
    const found = exprs.flatMap(distinctCountsIn)
    counts.push(...found)
    // the same column again and again is no list of columns
    if (like && found.some(({ args }) => args.some((arg) => textOf(arg) === undefined))) many = true
  }
  return { counts, many }
}

/** The calls that make an aggregate's distinct counts, where they are written in its own arguments; each once. */
export function distinctCalls(plan: Plan, program: Program): Call[] {
  const { call } = plan
  const places = new Set<number>()
  if (!call) return []
  return callsAround(program, call).filter((other) => {
    if (!DISTINCT.has(other.api.replace("functions.", ""))) return false
    if (!within(other.site, call.site) || other.site.start < call.nameSite.end) return false
    return !places.has(other.site.start) && Boolean(places.add(other.site.start))
  })
}
