import { type Call, defineRule, type Edit, type Fix, type RuleContext, type Udf } from "../api.ts"
import { callsOf } from "../shared/call-index.ts"
import { atLeast, point } from "../shared/calls.ts"
import { nameOf, receiverPlan } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"
import { asColumns } from "../shared/udf-columns.ts"
import { hasGraverConcern } from "../shared/udf-concerns.ts"
import { nameOfUdf, udfName } from "../shared/udf-text.ts"

const PROJECTIONS = /^DataFrame\.(select|withColumn|withColumns|agg)$|^GroupedData\.agg$/
/** What works on plain values, which Arrow carries as well. */
const PLAIN_LIBRARY =
  /^(builtins|math|cmath|re|datetime|string|statistics|numpy|decimal|hashlib|base64|json|itertools|functools|collections|calendar|time|dateutil|unicodedata|textwrap|urllib\.parse|html|difflib|zlib|struct|operator|fractions)\b/
/** The conf that turns Arrow on for all Python UDFs. */
const ARROW = "spark.sql.execution.pythonUDF.arrow.enabled"
/** From here on it is on by itself. */
const ARROW_BY_DEFAULT = "4.2"

function arrowIsOn(ctx: RuleContext): boolean {
  const set = ctx.program.conf(ARROW)
  if (!set) return atLeast(ctx.world.min, ARROW_BY_DEFAULT)
  return set.value.kind !== "constant" || String(set.value.value).toLowerCase() !== "false"
}

/** The first projection of data not known to be small that runs the UDF. */
function projection(udf: Udf): Call | undefined {
  return udf.applied.find((call) => {
    const plan = receiverPlan(call)
    return PROJECTIONS.test(call.api) && plan !== undefined && !isSmall(plan)
  })
}

function check(udf: Udf, ctx: RuleContext): void {
  if (udf.kind !== "row" || hasGraverConcern(udf) || arrowIsOn(ctx)) return
  const call = projection(udf)
  if (!call || asColumns(udf, ctx) || udf.applied.some(({ api }) => api === "DataFrame.filter")) return
  // one function can be made a UDF in several places, and be looked into only in the first
  const twins = ctx.program.udfs.filter(({ site }) => site.start === udf.site.start && site.top === udf.site.top)
  if (twins.some(hasGraverConcern)) return
  // objects of other libraries and of Spark's own are what a plain UDF is for
  if (!udf.calls.every(({ spark, api }) => !spark && PLAIN_LIBRARY.test(api))) return
  const name = udfName(udf)
  const of = receiverPlan(call)!
  ctx.report({
    at: nameOfUdf(udf, ctx),
    about: udf,
    message: `${name} is a plain UDF: ${nameOf(of)} goes to Python as pickled rows, is unpickled, computed and pickled again one by one. With Arrow whole columns cross at once; a pandas UDF computes them at once too.`,
    evidence: [
      { message: `${name} is applied here`, site: call.nameSite },
      { message: `Arrow is off for UDFs before Spark ${ARROW_BY_DEFAULT} (\`${ARROW}\`)` },
    ],
    confidence: "likely",
    fixes: fixes(udf, ctx),
  })
}

function fixes(udf: Udf, ctx: RuleContext): Fix[] {
  const pandas: Fix = {
    title: `Write ${udfName(udf)} as a pandas UDF, which gets a pandas Series for each argument and gives one back`,
    safety: "suggestion",
    edits: [],
  }
  const edit = atLeast(ctx.world.min, "3.5") ? withArrow(udf, ctx) : undefined
  return edit
    ? [
        {
          title: `Use Arrow for ${udfName(udf)}: values of a wrong type are then cast or refused, where they become null now`,
          safety: "unsafe",
          edits: [edit],
        },
        pandas,
      ]
    : [pandas]
}

/** `useArrow=True` in the call that makes the UDF. */
function withArrow(udf: Udf, ctx: RuleContext): Edit | undefined {
  const { wrapper } = udf.parts
  const made = callsOf(ctx.program, "functions.udf").find(({ site }) => {
    if (wrapper) return site.top === wrapper.top && site.start === wrapper.start
    return site.top === udf.site.top && site.start >= udf.site.start && site.end <= udf.parts.name.start
  })
  if (!made || made.site.path !== undefined) return undefined
  const [last] = made.args.slice(-1)
  const end = point(made.site, made.site.end - 1)
  if (!last) return { site: end, text: "useArrow=True" }
  const rest = ctx.text({ ...made.site, start: last.site.end, end: end.start })
  return /^\s*$/.test(rest) ? { site: point(made.site, last.site.end), text: ", useArrow=True" } : undefined
}

export const rowAtATimeUdf = defineRule({
  name: "row-at-a-time-udf",
  family: "udfs",
  severity: "information",
  flags: "A plain `@udf` in a projection of data that isn't known to be small, with Arrow off.",
  why: "A plain UDF gets its rows pickled, one by one, and gives them back the same way. Arrow moves whole columns without pickling; a pandas UDF besides computes on arrays.",
  bad: `import statistics
from pyspark.sql import functions as F

spark.conf.set("spark.sql.execution.pythonUDF.arrow.enabled", "false")

@F.udf("double")
def middle(features):
    return float(statistics.median(features))

events = spark.read.parquet("events")
result = events.select("id", middle("features").alias("middle"))
`,
  good: `import statistics
from pyspark.sql import functions as F

@F.udf("double", useArrow=True)
def middle(features):
    return float(statistics.median(features))

events = spark.read.parquet("events")
result = events.select("id", middle("features").alias("middle"))
`,
  whenNot:
    "Arrow is on (`useArrow=True`, `spark.sql.execution.pythonUDF.arrow.enabled`, or Spark 4.2's default), the data is small, or the body needs objects of a library for each row.",
  fix: {
    safety: "unsafe",
    note: "Adds `useArrow=True` (Spark 3.5). Arrow casts what doesn't have the declared type, where a plain UDF gives null.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/user_guide/sql/arrow_pandas.html#arrow-python-udfs",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.functions.udf.html",
  ],
  proof: {
    rows: "same",
    plan: { bad: { has: ["BatchEvalPython"] }, good: { has: ["ArrowEvalPython"], lacks: ["BatchEvalPython"] } },
  },
  on: { udf: check },
})
