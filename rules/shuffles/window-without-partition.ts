import { type ColumnExpr, defineRule, type Plan, type RuleContext, type Value, type WindowSpec } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { consumersOf, describe, madeHere, nameOf, walkInputs } from "../shared/frames.ts"
import { isSmall, sizeText } from "../shared/sizes.ts"
import { fileText } from "../shared/source-text.ts"

/** A part of what Spark logs. */
const SPARK_WARNING = /No Partition Defined for Window/

/** The windows inside a column expression, with what is computed over them. */
function windowsIn(
  expr: ColumnExpr,
  found: { spec: WindowSpec; child: ColumnExpr; name?: string }[],
  name?: string,
): void {
  switch (expr.op) {
    case "window":
      found.push({ spec: expr.spec, child: expr.child, ...(name === undefined ? {} : { name }) })
      break
    case "alias":
      windowsIn(expr.child, found, expr.name)
      break
    case "call":
    case "udf":
      for (const arg of expr.args) windowsIn(arg, found)
      break
    case "binary":
      windowsIn(expr.left, found)
      windowsIn(expr.right, found)
      break
    case "unary":
      windowsIn(expr.operand, found)
      break
  }
}

function expressions(value: Value, depth = 0): ColumnExpr[] {
  if (value.kind === "column") return [value.expr]
  if (depth > 2) return []
  if (value.kind === "sequence") return (value.items ?? [value.element]).flatMap((item) => expressions(item, depth + 1))
  if (value.kind === "dict")
    return [...(value.entries?.values() ?? [value.element])].flatMap((item) => expressions(item, depth + 1))
  return []
}

/** No key, or only constants: all rows come together in one task. */
function oneTask(spec: WindowSpec): boolean {
  return spec.partitionBy?.every((key) => key.op === "literal") ?? false
}

/** `row_number()` of which only the first few are kept: Spark plans a top-n, not one task for all. */
function keptToAFew(step: Plan, column: string | undefined, child: ColumnExpr): boolean {
  if (column === undefined || child.op !== "call" || child.fn !== "row_number") return false
  return consumersOf(step).some(({ op, condition }) => {
    if (op !== "filter" || condition === undefined) return false
    if (condition.op === "sql") return new RegExp(`^\\s*${column}\\s*(=|==|<|<=)\\s*\\d+\\s*$`).test(condition.text)
    if (condition.op !== "binary") return false
    const { left, right, symbol } = condition
    return left.op === "column" && left.name === column && right.op === "literal" && ["==", "<", "<="].includes(symbol)
  })
}

function check(step: Plan, ctx: RuleContext): void {
  const { call } = step
  const input = step.inputs[0]
  if (!call || !input || step.op !== "project" || isSmall(input) || input.streaming) return
  const found: { spec: WindowSpec; child: ColumnExpr; name?: string }[] = []
  for (const arg of call.args) {
    const column = call.api === "DataFrame.withColumn" ? call.args[0]?.value : undefined
    const name = column?.kind === "constant" && typeof column.value === "string" ? column.value : undefined
    for (const expr of expressions(arg.value)) windowsIn(expr, found, name)
  }
  // the texts of selectExpr
  if (call.name === "selectExpr") for (const expr of step.exprs ?? []) windowsIn(expr, found)
  const seen = new Set<WindowSpec>()
  for (const { spec, child, name } of found) {
    if (seen.has(spec) || !oneTask(spec) || keptToAFew(step, name, child)) continue
    seen.add(spec)
    const known = sizeText(input)
    const given = spec.partitionBy?.length ? "is partitioned by a constant" : "has no partitionBy"
    const what = spec.orderBy?.length ? "sorts them all" : "goes through them all"
    ctx.report({
      // the window is where partitionBy goes; one of another file is shown at its use
      at: spec.site.path === undefined ? spec.site : underline(ctx, call),
      about: call,
      message: `This window ${given}, so every row of ${describe(input)}${known ? `, ${known},` : ""} is sent to one task, which ${what} alone while the rest of the cluster waits. Partition it by columns that split the rows, or bring them down to a few first.`,
      evidence: [{ message: `used over ${nameOf(input)} here`, site: underline(ctx, call) }, origin(input)],
      // who silences Spark's own warning has read it
      confidence: SPARK_WARNING.test(fileText(ctx, call.site)) ? "possible" : "certain",
    })
  }
}

/** Where the rows come from: the nearest named step. */
function origin(input: Plan) {
  let named = input
  walkInputs(input, (step) => {
    if (step.names.length === 0) return true
    named = step
    return false
  })
  return madeHere(named)
}

export const windowWithoutPartition = defineRule({
  name: "window-without-partition",
  family: "shuffles",
  severity: "warning",
  flags: "A window with no `partitionBy` (or only constants in it) over data that is not known to be small.",
  why: "Without a key to split by, Spark sends every row to one task, which sorts and scans all of it alone. Spark only logs a warning; the stage runs as long as that one task, and spills when the rows don't fit its memory.",
  bad: `from pyspark.sql import Window
from pyspark.sql import functions as F

orders = spark.read.parquet("orders").dropDuplicates(["id"])
by_time = Window.orderBy("ts", "id")
result = orders.select("id", F.lag("amount").over(by_time).alias("previous"))
`,
  good: `from pyspark.sql import Window
from pyspark.sql import functions as F

orders = spark.read.parquet("orders").dropDuplicates(["id"])
by_time = Window.partitionBy("customer_id").orderBy("ts", "id")
result = orders.select("id", F.lag("amount").over(by_time).alias("previous"))
`,
  whenNot:
    "The frame has few rows, such as an aggregate by year and month, or only the first few `row_number`s are kept, which Spark plans as a top-n. For a global running number, `monotonically_increasing_id` or `RDD.zipWithIndex` needs no single task.",
  fix: { safety: "none", note: "Only the author knows which column splits the data into independent parts." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.Window.partitionBy.html",
  ],
  proof: {
    rows: { differ: "the previous order of the same customer, not of all customers" },
    plan: { bad: { has: ["Exchange SinglePartition"] }, good: { lacks: ["SinglePartition"] } },
  },
  deliberateWords: /global|whole (table|frame|data)|single (task|partition)|one (task|partition)/i,
  on: { plan: check },
})
