import { type Call, defineRule, type Plan, type RuleContext, type Site } from "../api.ts"
import { beforeName } from "../shared/calls.ts"
import { isTimed, lengthsOf, onlyMeasured, samePlace, testsEmptiness } from "../shared/collected.ts"
import { madeHere, nameAt, receiverPlan } from "../shared/frames.ts"
import { isSmall } from "../shared/sizes.ts"

/** `len(rows)` only to learn whether there are any: count-as-emptiness speaks of that. */
function forEmptiness(length: Call): boolean {
  return !length.resultEscapes && length.resultUses.length > 0 && length.resultUses.every(testsEmptiness)
}

function report(call: Call, plan: Plan, at: Site, inPlace: boolean, ctx: RuleContext): void {
  const name = nameAt(ctx, call.receiverSite, plan)
  const counted = `${beforeName(ctx, call)}count()`
  const shown = name.startsWith("`") ? `${name.slice(1, -1)}.count()` : "count()"
  ctx.report({
    at,
    about: call,
    message: `\`${call.name}\` brings every row of ${name} to the driver only to learn how many there are. \`${shown}\` counts them on the executors and brings one number.`,
    evidence: [
      madeHere(plan, name),
      ...(inPlace ? [] : [{ message: "the rows are brought here", site: call.nameSite }]),
    ],
    confidence: "certain",
    fixes: [
      inPlace
        ? {
            title: `Use \`${shown}\``,
            safety: "safe",
            // the brackets of `len` are what let a chain break its lines
            edits: [{ site: at, text: counted.includes("\n") ? `(${counted})` : counted }],
          }
        : { title: `Keep \`${shown}\` instead of the rows`, safety: "suggestion", edits: [] },
    ],
  })
}

function checkCollect(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  // where the clock is looked at around it, bringing the rows is what is timed
  if (!plan || isSmall(plan) || call.inUdf || !onlyMeasured(call) || isTimed(call, ctx.program)) return
  const lengths = call.resultUses.flatMap((use) => (use.kind === "len" && use.call ? [use.call] : []))
  if (lengths.length === 0 || lengths.every(forEmptiness)) return
  // the length of a set is not that of the rows
  if (lengths.some(({ args }) => args[0]?.value.kind === "sequence" && args[0].value.type === "set")) return
  for (const length of lengths) {
    const inside = length.args[0] !== undefined && samePlace(length.args[0].site, call.site)
    report(call, plan, length.site, inside, ctx)
  }
}

function checkPandas(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  if (!plan || isSmall(plan) || call.inUdf) return
  for (const length of lengthsOf(call, ctx.program)) report(call, plan, length.site, true, ctx)
}

export const lenOfCollect = defineRule({
  name: "len-of-collect",
  family: "driver",
  severity: "warning",
  flags: "`len(df.collect())` or `len(df.toPandas())`: all rows brought to the driver to be counted.",
  why: "Every row is sent to the driver and turned into a Python object, for a number that each executor can count on its own: `count()` moves one number a task.",
  bad: `orders = spark.read.parquet("orders")
returned = len(orders.filter("status = 'returned'").collect())
result = {"returned": returned}
`,
  good: `orders = spark.read.parquet("orders")
returned = orders.filter("status = 'returned'").count()
result = {"returned": returned}
`,
  whenNot: "The rows are used for something else as well, or are known to be few.",
  fix: {
    safety: "safe",
    note: "`len(df.collect())` becomes `df.count()`. Rows kept in a variable first are only described.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.count.html",
  ],
  proof: { rows: "same" },
  on: {
    calls: {
      "DataFrame.collect": checkCollect,
      "RDD.collect": checkCollect,
      "DataFrame.toPandas": checkPandas,
    },
  },
})
