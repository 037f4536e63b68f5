import {
  type Call,
  type Confidence,
  defineRule,
  type Plan,
  type ResultUse,
  type RuleContext,
  type Site,
} from "../api.ts"
import { isMetadata } from "../shared/arrival.ts"
import { beforeName, integerOf } from "../shared/calls.ts"
import { madeHere, nameAt, receiverPlan, sourcesOf } from "../shared/frames.ts"
import { isSmall, sizeEvidence } from "../shared/sizes.ts"

/** Formats whose row counts stand in their footers, so that a count straight on them reads no column. */
const COUNTED_FORMATS: ReadonlySet<string> = new Set(["parquet", "orc", "delta", "iceberg"])

/** What a use of a number asks: whether it is zero (true), whether it is more (false), or something else (undefined). */
function asksEmpty(use: ResultUse): boolean | undefined {
  if (use.kind === "truth") return use.negated
  if (use.kind !== "compare") return undefined
  const other = integerOf(use.other)
  const empty =
    other === 0
      ? { "==": true, "<=": true, "!=": false, ">": false }[use.op]
      : other === 1
        ? { "<": true, ">=": false }[use.op]
        : undefined
  return empty === undefined ? undefined : empty !== use.negated
}

/** The test with the `not` that stands before it, where the use has one outside its own place. */
function withNot(ctx: RuleContext, use: ResultUse & { negated?: boolean }): Site {
  if (!use.negated || /^not\b/.test(ctx.text(use.site))) return use.site
  const before = ctx.text({ ...use.site, start: Math.max(0, use.site.start - 8), end: use.site.start })
  const not = /\bnot\s+\(?\s*$/.exec(before)?.[0]
  if (!not) return use.site
  const open = not.includes("(") ? 1 : 0
  return { ...use.site, start: use.site.start - not.length, end: use.site.end + open }
}

/** Counting this frame costs nothing worth talking of. */
function cheapToCount(plan: Plan): boolean {
  if (plan.streaming || plan.caches.length > 0 || plan.op === "checkpoint" || isSmall(plan)) return true
  return sourcesOf(plan).every(({ source }) => isMetadata(source?.table ?? ""))
}

function check(call: Call, uses: readonly ResultUse[], ctx: RuleContext): void {
  const plan = receiverPlan(call)
  if (!plan || cheapToCount(plan) || uses.length === 0) return
  const tests = uses.map((use) => ({ use, empty: asksEmpty(use) }))
  if (tests.some(({ empty }) => empty === undefined)) return
  const footers = plan.op === "read" && COUNTED_FORMATS.has(plan.source?.format ?? "") && call.name === "count"
  // what a table is stored in, and so what counting it costs, is not known
  const table = plan.op === "table" && call.name === "count"
  const confidence: Confidence = footers ? "possible" : table ? "likely" : "certain"
  const instead = table
    ? "Spark goes through all of its files, isEmpty() only the first ones"
    : "every row is computed, where isEmpty() reads no more than one of each partition"
  const name = nameAt(ctx, call.receiverSite, plan)
  const isEmpty = `${beforeName(ctx, call)}isEmpty()`
  for (const { use, empty } of tests) {
    const at = withNot(ctx, use)
    const inPlace = at.top === call.site.top && at.start <= call.site.start && call.site.end <= at.end
    const test = empty ? isEmpty : `not ${isEmpty}`
    const shown = `${empty ? "" : "not "}${name.startsWith("`") ? name.slice(1, -1) : "…"}.isEmpty()`
    ctx.report({
      at,
      about: call,
      message: footers
        ? `${name} is counted only to learn whether it is empty: Spark opens the footer of every file, isEmpty() only the first ones.`
        : `${name} is ${call.name === "count" ? "counted in full" : "collected in full"} only to learn whether it is empty: ${instead}.`,
      evidence: [madeHere(plan, name), ...sizeEvidence(plan, name, 1)],
      confidence,
      fixes: [
        inPlace
          ? { title: `Use \`${shown}\``, safety: "safe", edits: [{ site: at, text: test }] }
          : { title: `Test \`${shown}\` here instead of keeping the count`, safety: "suggestion", edits: [] },
      ],
    })
  }
}

function checkCount(call: Call, ctx: RuleContext): void {
  if (!call.resultEscapes) check(call, call.resultUses, ctx)
}

/** `len(df.collect()) == 0`: the length's uses are what counts. */
function checkCollect(call: Call, ctx: RuleContext): void {
  if (call.resultEscapes) return
  const uses: ResultUse[] = []
  for (const use of call.resultUses) {
    if (use.kind === "truth") uses.push(use)
    else if (use.kind === "len" && use.call && !use.call.resultEscapes) uses.push(...use.call.resultUses)
    else return
  }
  check(call, uses, ctx)
}

export const countAsEmptiness = defineRule({
  name: "count-as-emptiness",
  family: "driver",
  severity: "warning",
  flags: "`count()` or `len(collect())` compared with zero to learn whether a DataFrame or RDD is empty.",
  why: "`count()` computes every row of every partition, shuffles included, to answer a question that one row answers. `isEmpty()` reads no more than one row of each partition.",
  bad: `orders = spark.read.parquet("orders")
late = orders.filter("status = 'returned'")
if late.count() > 0:
    found = "some"
else:
    found = "none"
result = spark.createDataFrame([(found,)], "found string")
`,
  good: `orders = spark.read.parquet("orders")
late = orders.filter("status = 'returned'")
if not late.isEmpty():
    found = "some"
else:
    found = "none"
result = spark.createDataFrame([(found,)], "found string")
`,
  whenNot:
    "The number is used elsewhere (logged, compared with another count), the frame is cached and the count is what fills the cache, or at most a few rows can come. `len(df.take(1)) == 0` and `df.limit(1).count()` need no change.",
  fix: {
    safety: "safe",
    note: "The test becomes `df.isEmpty()` or `not df.isEmpty()`. Where the count is kept in a variable first, the change is only described.",
  },
  spark: { min: "3.3" },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.isEmpty.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /materiali[sz]e|warm|force|trigger/i,
  on: {
    calls: {
      "DataFrame.count": checkCount,
      "RDD.count": checkCount,
      "DataFrame.collect": checkCollect,
      "RDD.collect": checkCollect,
    },
  },
})
