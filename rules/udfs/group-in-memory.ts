import {
  type Call,
  type ColumnExpr,
  type Confidence,
  defineRule,
  type Evidence,
  type Plan,
  type RuleContext,
} from "../api.ts"
import { tail, underline } from "../shared/calls.ts"
import { fewValued } from "../shared/cardinality.ts"
import { nameOf, receiverPlan, walkInputs } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** How few groups a key makes: what to call it, and how surely. */
interface Few {
  readonly said: string
  readonly confidence: Confidence
}

const CONDITIONS = new Set(
  "isNull isNotNull isnull isnotnull isnan isin like rlike ilike startswith endswith contains between eqNullSafe".split(
    " ",
  ),
)
const COMPARES = new Set(["==", "!=", "<", "<=", ">", ">=", "<=>", "&", "|"])
const PERIODS = new Set("year quarter month dayofweek weekday hour".split(" "))

/** What a column by this name was made as, if a projection below says so. */
function definition(plan: Plan, name: string): ColumnExpr | undefined {
  let found: ColumnExpr | undefined
  walkInputs(plan, (step) => {
    if (found || step.inputs.length > 1) return false
    found = step.exprs?.find((expr) => expr.op === "alias" && expr.name === name)
    // `withColumn(name, value)`: the name is the call's own argument
    const given = step.call?.args.find((arg) => arg.name === "colName")?.value
    if (!found && given?.kind === "constant" && given.value === name && step.exprs?.length === 1) found = step.exprs[0]
    return !found
  })
  return found
}

function fewOf(expr: ColumnExpr, plan: Plan, depth = 0): Few | undefined {
  if (depth > 4) return undefined
  switch (expr.op) {
    case "literal":
      return { said: "one value", confidence: "certain" }
    case "alias":
      return fewOf(expr.child, plan, depth + 1)
    case "unary":
      return expr.symbol === "~" ? { said: "true or false", confidence: "likely" } : undefined
    case "binary":
      return COMPARES.has(expr.symbol) ? { said: "true or false", confidence: "likely" } : undefined
    case "call":
      if (CONDITIONS.has(expr.fn)) return { said: "true or false", confidence: "likely" }
      return PERIODS.has(expr.fn) ? { said: `a ${expr.fn}`, confidence: "possible" } : undefined
    case "column": {
      const made = definition(expr.frame ?? plan, expr.name)
      if (made) return fewOf(made, plan, depth + 1)
      return fewValued(expr.name) ? { said: `few, by the name \`${expr.name}\``, confidence: "possible" } : undefined
    }
    default:
      return undefined
  }
}

const ORDER: readonly Confidence[] = ["certain", "likely", "possible"]

/** How few groups all keys make together; undefined where one of them may have many values. */
function fewGroups(keys: readonly ColumnExpr[], plan: Plan): Few | undefined {
  if (keys.length === 0) return { said: "no key at all", confidence: "certain" }
  const each = keys.map((key) => fewOf(key, plan))
  if (each.some((few) => !few)) return undefined
  // the key with the most values decides
  return each.reduce((a, b) => (ORDER.indexOf(b!.confidence) > ORDER.indexOf(a!.confidence) ? b : a))
}

/** Whether a column gathers every row of a group; what is counted or made distinct at once is another rule's. */
function gathers(expr: ColumnExpr): boolean {
  switch (expr.op) {
    case "alias":
      return gathers(expr.child)
    case "call":
      if (["size", "array_size", "cardinality", "array_distinct"].includes(expr.fn)) return false
      return expr.fn === "collect_list" || expr.fn === "array_agg" || expr.args.some(gathers)
    default:
      return false
  }
}

function report(call: Call, keys: readonly ColumnExpr[], what: string, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  if (!plan || plan.streaming || isSmall(plan) || distinctBefore(plan)) return
  const few = fewGroups(keys, plan)
  if (!few) return
  const one = few.confidence === "certain"
  const evidence: Evidence[] = one
    ? [{ message: `the rows are grouped by ${few.said}`, site: tail(call) }]
    : [{ message: `the key has few values: ${few.said}`, site: tail(call) }]
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: one
      ? `${what} all rows of ${nameOf(plan)} as one group: one task holds them in memory at once, whatever the cluster has.`
      : `${what} whole groups of ${nameOf(plan)}, and its key makes only a few: the largest group has to fit the memory of one task.`,
    evidence,
    confidence: few.confidence,
  })
}

/** Only different values are gathered: as many as there are, not as many as rows. */
function distinctBefore(plan: Plan): boolean {
  let found = false
  walkInputs(plan, (step) => {
    if (step.op === "distinct" || step.op === "aggregate") found = true
    return !found && step.inputs.length === 1
  })
  return found
}

function python(call: Call, ctx: RuleContext): void {
  if (call.receiver.kind === "grouped" && call.receiver.how === "groupBy")
    report(call, call.receiver.keys, `\`${call.name}\` hands over`, ctx)
}

function aggregate(call: Call, ctx: RuleContext): void {
  const { receiver, result } = call
  const exprs = result.kind === "frame" ? result.plan.exprs : undefined
  if (!exprs?.some(gathers)) return
  if (receiver.kind === "grouped" && receiver.how === "groupBy")
    report(call, receiver.keys, "`collect_list` gathers", ctx)
  // of a frame that only this call proves to be one nothing is known, not even that it is more than a few rows
  else if (receiver.kind === "frame" && (receiver.plan.op !== "opaque" || receiver.plan.call))
    report(call, [], "`collect_list` gathers", ctx)
}

export const groupInMemory = defineRule({
  name: "group-in-memory",
  family: "udfs",
  severity: "information",
  flags:
    "`applyInPandas` or `collect_list` over groups whose key is constant or has so few values that a group is a large part of the data.",
  why: "A group is handed to Python, or gathered into an array, whole: it must fit the memory of one task. A constant key makes one group of all rows, in one task, and AQE can't split it.",
  bad: `import pandas as pd
from pyspark.sql import functions as F

def total(orders: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"country": ["all"], "total": [orders["amount"].sum()]})

orders = spark.read.parquet("orders").select("country", "amount")
result = orders.groupBy(F.lit("all")).applyInPandas(total, "country string, total double").select("total")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders").select("country", "amount")
result = orders.agg(F.sum("amount").alias("total"))
`,
  whenNot: "The data is small, or the function needs all rows at once and they are known to fit.",
  fix: { safety: "none", note: "What the function needs decides: a built-in aggregate, a finer key, or two steps." },
  references: ["https://spark.apache.org/docs/latest/api/python/tutorial/sql/arrow_pandas.html#grouped-map"],
  proof: {
    rows: "same",
    plan: { bad: { has: ["FlatMapGroupsInPandas"] }, good: { lacks: ["FlatMapGroupsInPandas"] } },
    needs: ["pandas", "pyarrow"],
  },
  on: {
    calls: {
      "GroupedData.applyInPandas": python,
      "GroupedData.applyInArrow": python,
      "GroupedData.apply": python,
      "GroupedData.agg": aggregate,
      "DataFrame.agg": aggregate,
      "DataFrame.select": aggregate,
    },
  },
})
