import {
  type Call,
  type ColumnExpr,
  defineRule,
  type JoinFacts,
  type Plan,
  type RuleContext,
  type Udf,
} from "../api.ts"
import { underline } from "../shared/calls.ts"
import { walkExpr } from "../shared/column-walk.ts"
import { nameOf } from "../shared/frames.ts"
import { conjuncts, equated, sidesOf } from "../shared/join-sides.ts"
import { isSmall } from "../shared/sizes.ts"
import { asColumns, registrationOf, usesOf } from "../shared/udf-columns.ts"
import { hasGraverConcern, ROW_KINDS } from "../shared/udf-concerns.ts"
import { udfName } from "../shared/udf-text.ts"

const PYTHON: ReadonlySet<Udf["kind"]> = new Set(["row", "arrow", "pandas", "pandas-iterator"])

/** The UDFs in a condition. */
function udfsIn(expr: ColumnExpr): Udf[] {
  const found: Udf[] = []
  walkExpr(expr, (part) => {
    if (part.op === "udf") found.push(part.udf)
  })
  return found
}

/** UDFs that a SQL condition calls by the name they were registered under. */
function udfsInSql(text: string, ctx: RuleContext): Udf[] {
  const called = new Set([...text.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((match) => match[1]!.toLowerCase()))
  return ctx.program.udfs.filter((udf) => {
    const name = registrationOf(udf, ctx)?.args[0]?.value
    return name?.kind === "constant" && called.has(String(name.value).toLowerCase())
  })
}

interface Condition {
  readonly expr: ColumnExpr
  readonly of: Plan
  readonly join: JoinFacts | undefined
}

function conditionOf(step: Plan): Condition | undefined {
  if (step.op === "filter" && step.condition && step.inputs[0])
    return { expr: step.condition, of: step.inputs[0], join: undefined }
  const on = step.join?.on
  return typeof on === "object" && "op" in on && step.join
    ? { expr: on, of: step.join.left, join: step.join }
    : undefined
}

/** A UDF of one side's columns in an equality is a key: Spark computes it below the join, not for pairs of rows. */
function computesKey(condition: ColumnExpr, udf: Udf, join: JoinFacts): boolean {
  return conjuncts(condition).some((part) =>
    equated(part)?.some((operand) => {
      const { left, right } = sidesOf(operand, join)
      return udfsIn(operand).includes(udf) && !(left && right)
    }),
  )
}

/** The call of the UDF inside of the step's own call. */
function useIn(udf: Udf, step: Call, ctx: RuleContext): Call | undefined {
  return usesOf(udf, ctx).find(
    ({ site }) => site.top === step.site.top && site.start >= step.site.start && site.end <= step.site.end,
  )
}

function check(step: Plan, ctx: RuleContext): void {
  const condition = conditionOf(step)
  if (!condition || !step.call) return
  const { expr, of, join } = condition
  const udfs = expr.op === "sql" ? udfsInSql(expr.text, ctx) : udfsIn(expr)
  const udf = udfs.find(({ kind }) => PYTHON.has(kind))
  // written with Spark's functions it would be no UDF at all: that rule speaks
  if (!udf || hasGraverConcern(udf) || (ROW_KINDS.has(udf.kind) && asColumns(udf, ctx)) || isSmall(of)) return
  const use = useIn(udf, step.call, ctx)
  const name = udfName(udf)
  ctx.report({
    at: underline(ctx, use ?? step.call),
    about: step.call,
    message: join
      ? computesKey(expr, udf, join)
        ? `${name} computes a key of this join: Python gets every row of its side before the join can start, and buckets or a partitioning by the column are of no use. Write the key with Spark's functions, or once as a column of its own.`
        : `${name} is part of the join's condition: Spark calls Python for every pair of rows that the rest of the condition leaves. Compute it as a column on its side first, and join on that.`
      : `${name} decides which rows of ${nameOf(of)} to keep: the filter can't be pushed into the source or before a join, so all rows are read and sent to Python. Filter by columns first, and write the test with Spark's functions where they have it.`,
    evidence: [
      { message: `${name} is a Python UDF`, site: udf.made },
      ...(use ? [{ message: "the condition is used here", site: step.call.nameSite }] : []),
    ],
    confidence: "certain",
    fixes: [
      {
        title: join
          ? `Give each side a column with what ${name} computes, and join on equality of columns`
          : `Put what columns can test before ${name}: .filter(<columns>).filter(${name.replaceAll("`", "")}(…))`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const udfInFilter = defineRule({
  name: "udf-in-filter",
  family: "udfs",
  severity: "warning",
  flags: "A Python UDF in `filter`, `where` or the condition of a join.",
  why: "Spark can't look into a UDF. A filter of columns is pushed into the file reader, which skips row groups and partitions, and below joins; one of a UDF reads everything, and sends every row to a Python worker. In a join's condition it runs for pairs of rows where it reads both sides, and for every row of its side where it computes a key.",
  bad: `import unicodedata
from pyspark.sql import functions as F

@F.udf("boolean")
def plain(status):
    return unicodedata.normalize("NFKD", status) == "paid"

orders = spark.read.parquet("orders")
result = orders.filter(plain("status")).select("id", "status")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.filter(F.col("status") == "paid").select("id", "status")
`,
  whenNot: "The rows are few, or nothing but Python can decide.",
  fix: { safety: "suggestion", note: "Says where the test belongs; how to write it without Python depends on it." },
  references: ["https://spark.apache.org/docs/latest/sql-ref-functions-udf-scalar.html"],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["PushedFilters: []", "EvalPython"] },
      good: { has: ["EqualTo(status,paid)"], lacks: ["EvalPython"] },
    },
  },
  on: { plan: check },
})
