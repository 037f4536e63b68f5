import { type Call, defineRule, type Edit, type Fix, type Plan, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { distinctCalls, distinctCountsOf, distinctSets } from "../shared/distinct-counts.ts"
import { madeHere, nameOf } from "../shared/frames.ts"
import { defaultRsd } from "../shared/numbers.ts"
import { isSmall } from "../shared/sizes.ts"

/** All counts of one column become estimates; the change is only described where one of them counts pairs. */
function estimated(plan: Plan, call: Call, atLeast: number, ctx: RuleContext): Fix {
  const error = `${defaultRsd.value * 100}%`
  const title = `Estimate them with approx_count_distinct: a standard error of ${error}, and no row is multiplied`
  const calls = distinctCalls(plan, ctx.program)
  const counts = calls.filter(({ api }) => api === "functions.count_distinct")
  const described: Fix = { title, safety: "suggestion", edits: [] }
  if (counts.length < atLeast || counts.length !== calls.length || call.via.length > 0) return described
  if (counts.some(({ args }) => args.length !== 1 || args[0]!.keyword || args[0]!.name.startsWith("**")))
    return described
  const { text, edits } = ctx.imported("pyspark.sql.functions", "approx_count_distinct")
  const changes: Edit[] = [...edits]
  for (const { site, args } of counts) {
    const column = ctx.text(args[0]!.site)
    if (column.startsWith("*")) return described
    changes.push({ site, text: `${text}(${column})` })
  }
  return { title, safety: "unsafe", edits: changes }
}

function check(plan: Plan, ctx: RuleContext): void {
  const { call } = plan
  const input = plan.inputs[0]
  if (plan.op !== "aggregate" || !call || !input || call.inUdf || plan.streaming || isSmall(input)) return
  const { counts, many } = distinctCountsOf(plan, ctx)
  const sets = distinctSets(counts).size
  if (sets < 2 && !many) return
  const name = nameOf(input)
  const how = many ? "a distinct count for each column" : `distinct counts over ${sets} different sets of columns`
  const often = many ? "once for each of them" : `${sets} times`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `One aggregation has ${how}: Spark copies each row of ${name} ${often} and groups and shuffles all the copies. \`approx_count_distinct\` copies nothing and keeps a few hundred bytes a group, where an estimate will do.`,
    evidence: [
      ...distinctCalls(plan, ctx.program)
        .slice(0, 4)
        .map(({ nameSite }) => ({ message: "a distinct count", site: nameSite })),
      madeHere(input, name),
    ],
    confidence: many && sets < 2 ? "likely" : "certain",
    fixes: [estimated(plan, call, many ? 1 : sets, ctx)],
  })
}

export const multipleDistinctCounts = defineRule({
  name: "multiple-distinct-counts",
  family: "shuffles",
  severity: "information",
  flags: "Several distinct counts over different columns in one aggregation.",
  why: "For one distinct count Spark groups by its column. For several it cannot, so it copies every row once for each of them (an `Expand`), and groups and shuffles all the copies.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(
    F.count_distinct("customer_id").alias("customers"),
    F.count_distinct("day").alias("days"),
)
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(
    F.approx_count_distinct("customer_id").alias("customers"),
    F.approx_count_distinct("day").alias("days"),
)
`,
  whenNot: "The numbers must be exact. Then leave it, or count the largest set in an aggregation of its own.",
  fix: {
    safety: "unsafe",
    note: "`approx_count_distinct` has a relative standard deviation of 5% by default: about one number in three is further off than that.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.approx_count_distinct.html",
  ],
  proof: {
    rows: { differ: "the good example estimates" },
    plan: { bad: { has: ["Expand"] }, good: { lacks: ["Expand"] } },
  },
  deliberateWords: /exact|precise/i,
  on: { plan: check },
})
