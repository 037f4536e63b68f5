import { type Call, type ConfSetting, defineRule, type Edit, type Fix, type Program, type RuleContext } from "../api.ts"
import { arrival } from "../shared/arrival.ts"
import { argument, atLeast, underline } from "../shared/calls.ts"
import { receiverPlan, walkInputs } from "../shared/frames.ts"

const KEY = "spark.sql.execution.arrow.pyspark.enabled"
/** What the key was called before 3.0. */
const OLD_KEY = "spark.sql.execution.arrow.enabled"
/** The first version that has Arrow on by itself. */
const ON_SINCE = "4.2"
/** Types that come out the same with Arrow and without. */
const SIMPLE: ReadonlySet<string> = new Set("boolean tinyint smallint int bigint float double string date".split(" "))

/** Why Arrow is off: the setting, or the version's default; undefined where it is on, or not known. */
function offBy(program: Program, ctx: RuleContext): ConfSetting | "default" | undefined {
  const setting = program.conf(KEY) ?? program.conf(OLD_KEY)
  if (setting) {
    const off = setting.value.kind === "constant" && /^(false|0)$/i.test(String(setting.value.value))
    return off ? setting : undefined
  }
  // Databricks has it on
  const databricks = ctx.text({ top: { offset: 0 }, start: 0, end: 40 }).startsWith("# Databricks notebook")
  return atLeast(ctx.world.target, ON_SINCE) || databricks ? undefined : "default"
}

/** Vectors of machine learning have no form in Arrow: Spark falls back to the old way. */
function holdsVectors(call: Call): boolean {
  const plan = receiverPlan(call)
  let found = false
  if (plan && !plan.columns)
    walkInputs(plan, (step) => {
      found ||= step.expensive === "applies a model"
      return !found
    })
  return found
}

/** A conversion of more than a few rows. */
function converts(call: Call, ctx: RuleContext): boolean {
  if (call.inUdf || call.deliberate) return false
  if (call.api === "DataFrame.toPandas") {
    const plan = receiverPlan(call)
    const found = plan && arrival(call, plan, ctx)
    return (found === "likely" || found === "certain") && !holdsVectors(call)
  }
  const data = argument(call, "data")?.value
  if (data?.kind !== "foreign") return false
  return data.from
    ? false
    : /^pandas\.read_(csv|parquet|json|sql\w*|excel|feather|orc|table|hdf|pickle|gbq)\(\)/.test(data.path)
}

/** The name of a session that the file uses. */
function sessionName(program: Program, ctx: RuleContext): string | undefined {
  for (const { receiver, receiverSite } of program.calls) {
    if (receiver.kind !== "spark" || !receiverSite) continue
    // `spark.sql(…)`, or `spark.read.parquet(…)`
    const session = receiver.class === "SparkSession" ? /^([A-Za-z_]\w*)$/ : /^([A-Za-z_]\w*)\.read\b/
    if (receiver.class !== "SparkSession" && receiver.class !== "DataFrameReader") continue
    const name = session.exec(ctx.text(receiverSite))?.[1]
    if (name) return name
  }
  return undefined
}

function fixOf(first: Call, off: ConfSetting | "default", ctx: RuleContext): Fix {
  const columns = receiverPlan(first)?.columns?.value
  const safe = columns?.every(({ type }) => type !== undefined && SIMPLE.has(type)) ?? false
  const what = safe
    ? "Switch Arrow on"
    : "Switch Arrow on: arrays come as NumPy arrays, and missing values may change their form"
  const session = sessionName(ctx.program, ctx)
  const edits: Edit[] =
    off !== "default"
      ? off.valueSite
        ? [{ site: off.valueSite, text: /^["']/.test(ctx.text(off.valueSite)) ? '"true"' : "True" }]
        : []
      : session
        ? [ctx.lineBefore(first.statement.site, `${session}.conf.set("${KEY}", "true")`)]
        : []
  if (edits.length === 0) return { title: `${what}: set ${KEY}`, safety: "suggestion", edits }
  return { title: what, safety: safe ? "safe" : "unsafe", edits }
}

function check(program: Program, ctx: RuleContext): void {
  const off = offBy(program, ctx)
  if (!off) return
  const conversions = program.calls.filter(
    ({ api }) => api === "DataFrame.toPandas" || api === "SparkSession.createDataFrame",
  )
  const [first, ...others] = conversions.filter((call) => converts(call, ctx))
  if (!first) return
  const why = off === "default" ? `off by default in Spark ${ctx.world.target}` : "switched off here"
  const from = first.api === "DataFrame.toPandas"
  ctx.report({
    at: off === "default" || !off.valueSite ? underline(ctx, first) : off.valueSite,
    about: off === "default" ? first : off,
    message: `Arrow is ${why}: \`${first.name}\` ${from ? "pickles every row on its way to pandas" : "turns the pandas frame into Python rows, one by one"}, where Arrow moves whole columns. Set \`${KEY}\` to true.`,
    evidence: [
      ...(off === "default" ? [] : [{ message: `\`${first.name}\` converts without Arrow`, site: first.nameSite }]),
      ...others
        .slice(0, 3)
        .map(({ name, nameSite }) => ({ message: `\`${name}\` converts without Arrow too`, site: nameSite })),
    ],
    confidence: "likely",
    fixes: [fixOf(first, off, ctx)],
  })
}

export const toPandasWithoutArrow = defineRule({
  name: "to-pandas-without-arrow",
  family: "driver",
  severity: "information",
  flags:
    "A conversion to or from pandas, of more than a few rows, with Arrow off: by a setting, or by the default before Spark 4.2.",
  why: "Without Arrow every row is pickled, sent and unpickled as a Python object, and pandas builds its columns from those. Arrow sends whole columns in the form that pandas keeps them in.",
  bad: `import pandas as pd

spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "false")
pdf = pd.read_csv("countries.csv")
result = spark.createDataFrame(pdf).select("code", "vat")
`,
  good: `import pandas as pd

spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
pdf = pd.read_csv("countries.csv")
result = spark.createDataFrame(pdf).select("code", "vat")
`,
  whenNot: "The rows are few, or hold types that Arrow has no form for, such as vectors of machine learning.",
  fix: {
    safety: "unsafe",
    note: "Sets `spark.sql.execution.arrow.pyspark.enabled`. With Arrow arrays come as NumPy arrays and structs as dicts, and `createDataFrame` makes null of a missing number, which is NaN without. Safe for `toPandas()` where all columns are known to be of simple types: those come out the same.",
  },
  references: ["https://spark.apache.org/docs/latest/api/python/tutorial/sql/arrow_pandas.html"],
  proof: { rows: "same" },
  deliberateWords: /arrow/i,
  on: { program: check },
})
