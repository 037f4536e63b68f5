import { type Call, defineRule, type PyExpr, type RuleContext } from "../api.ts"
import { arrival, arrivalEvidence } from "../shared/arrival.ts"
import { listedInText } from "../shared/brought.ts"
import { integerOf, underline } from "../shared/calls.ts"
import { isPlot, knownSmall, laterWork, onlyLength, rowLoop, samePlace, takersOf } from "../shared/collected.ts"
import { discardedJob } from "../shared/discards.ts"
import { nameAt, receiverPlan } from "../shared/frames.ts"
import { driverResult } from "../shared/numbers.ts"
import { inSpark } from "../shared/pandas-work.ts"
import { bytesText } from "../shared/sizes.ts"

const WRITES = /\.to_(csv|parquet|json|sql|feather|pickle|hdf|gbq)$/

/** A caller's setting says that it wants pandas. */
function asks(test: PyExpr): boolean {
  switch (test.op) {
    case "binary":
      return /^(==|and|or)$/.test(test.symbol) && (asks(test.left) || asks(test.right))
    case "constant":
      return test.value.value === "pandas"
    case "param":
    case "name":
    case "attribute":
      return /(^|_)pandas($|_)/i.test(test.name)
    default:
      return false
  }
}

/** `df.toPandas().head(5)`: the one straight on what the other gives. */
function isOn(work: Call, call: Call): boolean {
  return work.receiverSite !== null && samePlace(work.receiverSite, call.site)
}

function askedFor(call: Call): boolean {
  return call.path.some(({ guard }) => guard?.holds && asks(guard.test))
}

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  // loops over the rows and their number have rules of their own
  if (!plan || rowLoop(call, ctx.program) || onlyLength(call, ctx.program)) return
  if (discardedJob(call, plan, ctx)) return
  // values for `isin` or a list in SQL text are collected-isin's
  if (takersOf(call, ctx.program, /^Column\.isin$/).length > 0 || listedInText(call, ctx.program)) return
  const found = arrival(call, plan, ctx)
  if (found === null) return
  const work = laterWork(call, ctx.program)
  // where pandas then makes less of the rows, pandas-after-collect says what to write in Spark
  if (work.some(isPlot) || work.some((each) => inSpark(each) !== undefined)) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const written = work.find((each) => WRITES.test(each.api))
  const looked = work.find((each) => /\.head$/.test(each.api) && isOn(each, call))
  const instead = looked
    ? `\`limit(${integerOf(looked.args[0]?.value) ?? (looked.args.length === 0 ? 5 : "n")}).toPandas()\` brings only those that \`head\` then keeps`
    : written
      ? `To write them, \`write\` does it from the executors, without \`${written.name}\``
      : "Select the columns and aggregate, filter or sample in Spark first"
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`toPandas\` brings every row of ${name} to the driver: they must fit its memory as a pandas frame, and past \`spark.driver.maxResultSize\` (${bytesText(driverResult.value)} by default) the job fails. ${instead}.`,
    evidence: [
      ...arrivalEvidence(plan, name),
      ...(written ? [{ message: `written by \`${written.name}\``, site: written.nameSite }] : []),
    ],
    confidence: askedFor(call) ? "possible" : found,
  })
}

export const toPandasOnDriver = defineRule({
  name: "to-pandas-on-driver",
  family: "driver",
  severity: "warning",
  flags: "`toPandas()` on data that is not known to be small.",
  why: "A pandas frame lives in one process, on the driver: `toPandas()` collects every row there, holds the collected rows and the frame at once, and leaves the cluster idle from then on.",
  bad: `orders = spark.read.parquet("orders")
pdf = orders.filter("status = 'returned'").select("id", "amount").toPandas()
pdf.to_csv("returned.csv", index=False)
result = spark.read.csv("returned.csv", header=True)
`,
  good: `orders = spark.read.parquet("orders")
orders.filter("status = 'returned'").select("id", "amount").write.csv("returned", header=True)
result = spark.read.csv("returned", header=True)
`,
  whenNot:
    "The rows are few for a reason that the code doesn't show: say so in a comment on the line. After `limit`, a global aggregate or `describe`, and where the frame is plotted, nothing is reported; groups and samples are only in the strict profile.",
  fix: { safety: "none", note: "What to do instead depends on what the rows are for." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.toPandas.html",
    "https://spark.apache.org/docs/latest/api/python/tutorial/sql/arrow_pandas.html",
  ],
  proof: { rows: "same" },
  deliberateWords: knownSmall,
  on: { calls: { "DataFrame.toPandas": check } },
})
