import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Evidence,
  type JoinFacts,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { isBroadcastJoin } from "../shared/broadcasts.ts"
import { argument, underline } from "../shared/calls.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { walkInputs } from "../shared/frames.ts"
import { conjuncts, equated, plainName, runsPython, sidesOf } from "../shared/join-sides.ts"

/** Reading a part of a column is no computation on it, and renaming or hinting is none either. */
const PLAIN = /^(getField|getItem|alias|name)$/

/** What a key is computed by. */
interface Wrapped {
  readonly by: string
  /** The columns inside. */
  readonly columns: readonly string[]
}

/** The function, cast or arithmetic around a key; undefined for a column as it is. */
function wrapped(expr: ColumnExpr): Wrapped | undefined {
  const columns: string[] = []
  walkExpr(expr, (part) => {
    if (part.op === "column" && part.name !== "?") columns.push(plainName(part))
  })
  if (columns.length === 0) return undefined
  if (expr.op === "alias") return wrapped(expr.child)
  // the key of a full outer join before this one, from whichever side has it
  if (expr.op === "call" && expr.fn === "coalesce" && columns.length > 1) return undefined
  if (expr.op === "call" && !PLAIN.test(expr.fn)) return { by: callName(expr.fn), columns }
  if (expr.op === "binary") return { by: `\`${expr.symbol}\``, columns }
  return undefined
}

function callName(fn: string): string {
  return fn === "cast" || fn === "astype" ? "a cast" : `\`${fn}\``
}

/** A step that has already brought the rows of one value of a column together, which a join by the column would use. */
function groupedBy(side: Plan, columns: readonly string[]): Evidence | undefined {
  let found: Evidence | undefined
  walkInputs(side, (step) => {
    const keys = step.op === "join" ? joinKeys(step.join) : step.wide ? step.keys : undefined
    const by = keys?.find((key) => key.op === "column" && columns.includes(plainName(key)))
    if (by?.op === "column" && step.call)
      found ??= { message: `the rows are brought together by \`${plainName(by)}\` here`, site: step.call.nameSite }
    return !found && step.op !== "join" && step.op !== "union" && step.inputs.length === 1
  })
  return found
}

function joinKeys(join: JoinFacts | null): readonly ColumnExpr[] {
  const on = join?.on
  if (!on || on === "unknown" || "op" in on) return []
  return on.map((name) => ({ op: "column", name, frame: undefined }))
}

function check(call: Call, ctx: RuleContext): void {
  const step = call.result.kind === "frame" ? call.result.plan : undefined
  const join = step?.join
  const on = join?.on
  if (!step || !join || !on || on === "unknown" || !("op" in on) || call.inUdf) return
  if (isBroadcastJoin(step) || step.streaming) return
  for (const part of conjuncts(on)) {
    const pair = equated(part)
    if (!pair) continue
    const [a, b] = pair.map((operand) => sidesOf(operand, join)) as [
      ReturnType<typeof sidesOf>,
      ReturnType<typeof sidesOf>,
    ]
    // both operands are keys: of one side each, as far as that is known
    if ((a.left && a.right) || (b.left && b.right) || (a.left && b.left) || (a.right && b.right)) continue
    // of UDFs in the condition udf-in-filter speaks
    if (pair.some(runsPython)) return
    const keys = pair.map(wrapped)
    if (!pair.every((operand) => readsColumn(operand)) || keys.every((key) => key === undefined)) continue
    report(call, join, keys, ctx)
    return
  }
}

function readsColumn(expr: ColumnExpr): boolean {
  let found = false
  walkExpr(expr, (part) => {
    if (part.op === "column") found = true
  })
  return found
}

function report(call: Call, join: JoinFacts, keys: readonly (Wrapped | undefined)[], ctx: RuleContext): void {
  const known = keys.filter((key) => key !== undefined)
  const key = known[0]!
  const columns = [...new Set(known.flatMap((each) => each.columns))]
  const grouped = [join.left, join.right].map((side) => groupedBy(side, columns)).find((found) => found !== undefined)
  const on = argument(call, "on")
  const name = `\`${key.columns[0]}\``
  const site = on && !ctx.text(on.site).includes("\n") ? on.site : underline(ctx, call)
  const confidence: Confidence = "likely"
  ctx.report({
    at: site,
    about: call,
    message: `The key of this join is computed by ${key.by} from ${name}: Spark joins by the computed value, so that ${grouped ? "rows that are together already are shuffled once more" : `buckets or a partitioning by ${name} are of no use`}. Write the key as a column of its own, where the data is cleaned.`,
    evidence: [{ message: "the join", site: call.nameSite }, ...(grouped ? [grouped] : [])],
    confidence,
    fixes: [
      {
        title: `Add the key as a column where ${name} is written or cleaned, and join by that column`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const joinOnExpression = defineRule({
  name: "join-on-expression",
  family: "joins",
  severity: "information",
  flags: "A function, a cast or arithmetic around a column that two sides are joined by.",
  why: "Spark shuffles and sorts by the value that it joins by. Where that is computed, a side that is bucketed, repartitioned or grouped by the column itself must be shuffled again, statistics and bloom filters of the column don't apply, and the expression is computed for every row in each such join. (Of a UDF around a key `udf-in-filter` speaks.)",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
totals = orders.groupBy("customer_id").agg(F.sum("amount").alias("total"))
events = spark.read.parquet("events")
same = totals["customer_id"].cast("string") == events["user_id"].cast("string")
result = events.join(totals, same).select("id", "kind", "total")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
totals = orders.groupBy("customer_id").agg(F.sum("amount").alias("total"))
events = spark.read.parquet("events")
same = totals["customer_id"] == events["user_id"]
result = events.join(totals, same).select("id", "kind", "total")
`,
  whenNot: "The key can be had in no other way and is used in one join only, or a side is broadcast.",
  fix: { safety: "suggestion", note: "Where the key belongs depends on who writes the data." },
  references: [
    "https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-join.html",
    "https://spark.apache.org/docs/latest/sql-data-sources-load-save-functions.html#bucketing-sorting-and-partitioning",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["hashpartitioning(cast(customer_id"] }, good: { lacks: ["hashpartitioning(cast("] } },
  },
  deliberateWords: /normali[sz]|clean|case.?insensitive|trim|mismatch|type/i,
  on: { calls: { "DataFrame.join": check } },
})
