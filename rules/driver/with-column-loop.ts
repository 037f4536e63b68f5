import { type Call, type Carried, defineRule, type Fix, type Loop, type Plan, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { batched } from "../shared/column-batch.ts"
import { stepsBetween } from "../shared/frames.ts"
import { harmlessProjections } from "../shared/numbers.ts"

const COLUMN_STEPS: ReadonlySet<string> = new Set([
  "DataFrame.withColumn",
  "DataFrame.withColumnRenamed",
  "DataFrame.drop",
])
/** Steps beside the projections that leave the loop one that only builds columns. */
const NARROW: ReadonlySet<Plan["op"]> = new Set(["project", "filter", "either", "loop"])

/**
 * One fixed column. Under a condition (`if name == "x": df = df.withColumn("x", …)`) it is made once, not each round;
 * else each round goes on from what the one before wrote, which no single call can do.
 */
function alwaysTheSame(call: Call, loop: Loop): boolean {
  const name = call.args[0]?.value
  const fixed = name?.kind === "constant" && typeof name.value === "string"
  return fixed && (call.path.length > loop.path.length || call.api === "DataFrame.withColumn")
}

/** The calls that add, rename or drop one column a round, in text order; none where the loop does more than that. */
function columnCalls(loop: Loop, carried: Carried): Call[] {
  const steps = stepsBetween(carried.entry, carried.after)
  if (!steps.every((step) => NARROW.has(step.op) && !step.wide)) return []
  return steps
    .map((step) => step.call)
    .filter((call): call is Call => call !== null && COLUMN_STEPS.has(call.api) && call.loops.at(-1)?.id === loop.id)
    .filter((call) => !alwaysTheSame(call, loop))
    .sort((a, b) => a.site.start - b.site.start)
}

/** Each round also waits for a job, beside which a projection more is nothing. */
function runsJobs(loop: Loop, ctx: RuleContext): boolean {
  return ctx.program.calls.some(
    ({ action, inUdf, loops }) => action && !inUdf && loops.some(({ id }) => id === loop.id),
  )
}

function check(loop: Loop, ctx: RuleContext): void {
  if (loop.rounds.max <= harmlessProjections.value || loop.inUdf) return
  for (const carried of loop.carried) {
    const calls = columnCalls(loop, carried)
    const first = calls[0]
    if (!first || carried.after.kind !== "DataFrame") continue
    const method = first.name
    const rounds =
      loop.rounds.min > harmlessProjections.value
        ? `${loop.rounds.min.toLocaleString("en-US")}${loop.rounds.max > loop.rounds.min ? " or more" : ""} times`
        : "once a round"
    ctx.report({
      at: underline(ctx, first),
      about: loop,
      message: `\`${method}\` runs ${rounds} on \`${carried.name}\`: each call puts one more projection on the plan and has Spark analyse the whole of it again, on the driver, before any work starts. One \`${plural(method)}\` does all of them at once.`,
      evidence: [
        { message: `\`${carried.name}\` goes from round to round`, site: loop.header },
        ...calls.slice(1, 4).map((call) => ({ message: `\`${call.name}\` in the same loop`, site: call.nameSite })),
      ],
      confidence: runsJobs(loop, ctx) ? "possible" : loop.rounds.min > harmlessProjections.value ? "certain" : "likely",
      fixes: [fix(loop, carried, calls, ctx)],
    })
  }
}

function plural(method: string): string {
  return method === "withColumn"
    ? "withColumns"
    : method === "withColumnRenamed"
      ? "withColumnsRenamed"
      : "drop(*names)"
}

function fix(loop: Loop, carried: Carried, calls: readonly Call[], ctx: RuleContext): Fix {
  const rewrite = calls.length === 1 ? batched(loop, carried, calls[0]!, ctx) : undefined
  if (!rewrite)
    return {
      title: `Collect the columns in a dict first, then call ${plural(calls[0]!.name).replace(/\(.*/, "")} once`,
      safety: "suggestion",
      edits: [],
    }
  const name = `\`${carried.name}\``
  return rewrite.proven
    ? { title: `Do it in one ${rewrite.method}`, safety: "safe", edits: rewrite.edits }
    : {
        title: `Do it in one ${rewrite.method}: the same ${name} only if no round reads or overwrites a column that another round writes`,
        safety: "unsafe",
        edits: rewrite.edits,
      }
}

export const withColumnLoop = defineRule({
  name: "with-column-loop",
  family: "driver",
  severity: "warning",
  flags: "`withColumn`, `withColumnRenamed` or `drop` once per round of a loop, or in `reduce`.",
  why: "Every `withColumn` makes a new plan on top of the old one and analyses it whole, so the time grows with the square of the number of columns: 300 of them took 85 s on Spark 3.5 and 23 s on 4.3 before any row was read, against 2 to 4 s for one `withColumns`.",
  bad: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers")
for name in ["name", "country", "segment", "email"]:
    customers = customers.withColumn(name, F.upper(F.col(name)))
result = customers
`,
  good: `from pyspark.sql import functions as F

customers = spark.read.parquet("customers")
customers = customers.withColumns(
    {name: F.upper(F.col(name)) for name in ["name", "country", "segment", "email"]}
)
result = customers
`,
  whenNot: "The loop has three rounds or fewer, or a round needs the column that the round before made.",
  fix: {
    safety: "safe",
    note: "The loop becomes one `withColumns({…})` (Spark 3.3), `withColumnsRenamed({…})` (3.4) or `drop(*names)`. Safe where it is proven that no round reads what another writes; unsafe where that is only assumed.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.withColumn.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.withColumns.html",
  ],
  proof: { rows: "same" },
  on: { loop: check },
})
