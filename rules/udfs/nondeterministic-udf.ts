import {
  type Call,
  type ColumnExpr,
  defineRule,
  type Fix,
  type Plan,
  type RuleContext,
  type Site,
  type Udf,
} from "../api.ts"
import { argument, point, underline } from "../shared/calls.ts"
import { columnReads, foldedName } from "../shared/column-reads.ts"
import { consumersOf, resultPlan } from "../shared/frames.ts"
import { usesOf } from "../shared/udf-columns.ts"
import { COLUMN_KINDS, runsModel, sparkInside, unstableIn } from "../shared/udf-concerns.ts"
import { onlyOverMadeUp } from "../shared/udf-data.ts"
import { indentAt, nameOfUdf, udfName } from "../shared/udf-text.ts"

/** Steps in which Spark takes expressions that it may not compute twice. */
const TAKES_UNSTABLE = /^DataFrame\.(select|withColumn|withColumns|filter|selectExpr)$/

/** What Spark has for it, where that is all that the UDF does. */
function builtinFor(call: Call | undefined): string {
  if (call?.api === "uuid.uuid4") return ' For a random id there is `F.expr("uuid()")`.'
  if (call?.api === "random.random" || call?.api === "random.uniform")
    return " For random numbers there is `F.rand(seed)`."
  if (/now|today|time\.time/.test(call?.api ?? ""))
    return " For the time of the query there are `F.current_timestamp()` and `F.current_date()`, the same for all rows."
  return ""
}

function check(udf: Udf, ctx: RuleContext): void {
  if (!COLUMN_KINDS.has(udf.kind) || udf.nondeterministic || runsModel(udf) || sparkInside(udf)) return
  const call = unstableIn(udf)
  const [counted] = udf.counts
  if (!call && counted === undefined) return
  const name = udfName(udf)
  const what = call
    ? `gives other values each time (\`${call.name}\`)`
    : `counts in \`${counted}\`, a copy of its own in each worker`
  const fix = marking(udf, ctx)
  ctx.report({
    at: call ? underline(ctx, call) : nameOfUdf(udf, ctx),
    about: call ?? udf,
    message: `${name} ${what}, and isn't marked \`asNondeterministic()\`: Spark takes it for a function of its arguments, and may run it twice for a row, once for several, or not at all.${builtinFor(call)}`,
    evidence: [
      { message: `${name} is made here`, site: udf.made },
      ...usesOf(udf, ctx)
        .slice(0, 1)
        .map((use) => ({ message: "used here", site: use.nameSite })),
    ],
    // made-up values are as good when they are made up twice, unless a filter chose among them
    confidence: onlyOverMadeUp(udf) && !udf.applied.some(filteredBy) ? "possible" : "certain",
    ...(fix ? { fixes: [fix] } : {}),
  })
}

/** A later filter reads the column that the call writes: it may see other values than are written. */
function filteredBy(applied: Call): boolean {
  if (/^DataFrame\.(filter|where)$/.test(applied.api)) return true
  const given = applied.api === "DataFrame.withColumn" ? argument(applied, "colName")?.value : undefined
  const name = given?.kind === "constant" && typeof given.value === "string" ? foldedName(given.value) : undefined
  const reads = (condition: ColumnExpr | undefined): boolean => {
    const names = condition && columnReads(condition)
    return names === undefined || name === undefined || names.has(name)
  }
  const seen = new Set<Plan>()
  const below = (plan: Plan | undefined): boolean => {
    if (!plan || seen.has(plan) || seen.size > 200) return false
    seen.add(plan)
    return consumersOf(plan).some((next) => (next.op === "filter" && reads(next.condition)) || below(next))
  }
  return below(resultPlan(applied))
}

/** `.asNondeterministic()` behind the call that makes the UDF, or a line of its own behind a decorated function. */
function marking(udf: Udf, ctx: RuleContext): Fix | undefined {
  const { wrapper, method } = udf.parts
  if (udf.site.path !== undefined || !udf.applied.every(({ api }) => TAKES_UNSTABLE.test(api))) return undefined
  const title = `Mark ${udfName(udf)} with \`asNondeterministic()\``
  if (wrapper) {
    const made = ctx.program.calls.some(
      ({ api, site }) =>
        /^functions\.(pandas_)?udf$/.test(api) && site.top === wrapper.top && site.start === wrapper.start,
    )
    return made
      ? { title, safety: "safe", edits: [{ site: point(wrapper, wrapper.end), text: ".asNondeterministic()" }] }
      : undefined
  }
  const before = ctx.text({ ...udf.site, start: 0, end: udf.site.start })
  const indent = indentAt(before, before.length)
  if (method || indent === undefined) return undefined
  const end: Site = point(udf.site, udf.site.end)
  const text = `\n\n${indent}${udf.name} = ${udf.name}.asNondeterministic()`
  return { title, safety: "safe", edits: [{ site: end, text }] }
}

export const nondeterministicUdf = defineRule({
  name: "nondeterministic-udf",
  family: "udfs",
  severity: "warning",
  correctness: true,
  flags:
    "A UDF that uses random numbers, the time, a new UUID or a counter, and isn't marked with `asNondeterministic()`.",
  why: "Spark takes a UDF for a function of its arguments. It may compute it twice where its column is used twice, so that a filter and the column that is written see different values, or drop or merge calls.",
  bad: `import random
from pyspark.sql import functions as F

draw = F.udf(lambda: random.random(), "double")
orders = spark.read.parquet("orders")
drawn = orders.select("id", draw().alias("draw"))
result = drawn.filter("draw > 0.5").selectExpr("min(draw) > 0.5 AS held").first()[0]
`,
  good: `import random
from pyspark.sql import functions as F

draw = F.udf(lambda: random.random(), "double").asNondeterministic()
orders = spark.read.parquet("orders")
drawn = orders.select("id", draw().alias("draw"))
result = drawn.filter("draw > 0.5").selectExpr("min(draw) > 0.5 AS held").first()[0]
`,
  whenNot:
    "The generator is seeded from a column, so that a row always gives the same. Where the rows are made up as well (`spark.range`) and no filter reads the values, it is only reported in the strict profile.",
  fix: { safety: "safe", note: "Marks the UDF: Spark then computes it once for each row and keeps filters behind it." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.UDFRegistration.register.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.udf.html",
  ],
  proof: {
    rows: { differ: "in the bad example the rows that the filter kept are drawn anew, and most are below one half" },
  },
  on: { udf: check },
})
