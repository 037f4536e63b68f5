import { type Call, type ColumnExpr, defineRule, type Evidence, type Plan, type RuleContext } from "../api.ts"
import { tail, underline } from "../shared/calls.ts"
import { fewGroups } from "../shared/few-groups.ts"
import { nameOf, receiverPlan, walkInputs } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

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
