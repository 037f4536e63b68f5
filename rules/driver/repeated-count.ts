import { type Call, type Confidence, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { isGlance, isStatement, isTimed, onLogLine, testsEmptiness, within } from "../shared/collected.ts"
import { loopsOf, madeHere, nameAt, receiverPlan } from "../shared/frames.ts"
import { expensiveSteps } from "../shared/recomputation.ts"
import { isSmall } from "../shared/sizes.ts"
import { spokenFor } from "../shared/spoken-for.ts"

/** Formats whose row counts stand in their footers. */
const COUNTED_FORMATS: ReadonlySet<string> = new Set(["parquet", "orc", "delta", "iceberg"])

/** Counting costs next to nothing: footers, few rows, rows that are kept. */
function cheap(plan: Plan): boolean {
  if (plan.streaming || isSmall(plan) || plan.op === "checkpoint") return true
  if (plan.op === "read" && COUNTED_FORMATS.has(plan.source?.format ?? "")) return true
  for (let step: Plan | undefined = plan; step; step = step.inputs.length === 1 ? step.inputs[0] : undefined)
    if (step.caches.length > 0) return true
  return false
}

/** missing-cache speaks where something expensive is computed more than once. */
function forMissingCache(plan: Plan, program: Program): boolean {
  return expensiveSteps(plan, new Set()).length > 0 && program.actionsOf(plan).length > 1
}

/** The loop that counts the same frame in each round. */
function countedAgainIn(call: Call, plan: Plan): boolean {
  if (plan.op === "loop" || plan.op === "either") return false
  const outside = new Set(loopsOf(plan).map(({ id }) => id))
  const body = call.function?.site
  // a loop around the function's call may hand over another frame each time
  const given = plan.op === "param" && body !== undefined && within(plan.site, body)
  return call.loops.some(
    (loop) =>
      loop.kind !== "while" &&
      loop.rounds.max > 1 &&
      !outside.has(loop.id) &&
      !within(plan.site, loop.site) &&
      !(given && !within(loop.site, body)),
  )
}

/** `count() > 0`: count-as-emptiness says that nothing has to be counted there. */
function forEmptiness(call: Call): boolean {
  return !call.resultEscapes && call.resultUses.length > 0 && call.resultUses.every(testsEmptiness)
}

function placeOf({ site }: Call): string {
  return `${site.path ?? ""}:${site.top.offset + site.start}`
}

function report(
  call: Call,
  plan: Plan,
  why: string,
  others: readonly Call[],
  sure: Confidence,
  ctx: RuleContext,
): void {
  const name = nameAt(ctx, call.receiverSite, plan)
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name} ${why}`,
    evidence: [
      ...others.map(({ nameSite }) => ({ message: `${name} is counted here`, site: nameSite })),
      madeHere(plan, name),
    ],
    confidence: sure,
  })
}

function check(program: Program, ctx: RuleContext): void {
  const counts = new Map<Plan, Call[]>()
  for (const call of program.calls) {
    const plan = receiverPlan(call)
    if (!plan || !/^(DataFrame|RDD)\.count$/.test(call.api) || call.inUdf || call.deliberate) continue
    if (isGlance(call, program) || isStatement(call) || isTimed(call, program) || forEmptiness(call)) continue
    if (cheap(plan) || forMissingCache(plan, program)) continue
    counts.set(plan, [...(counts.get(plan) ?? []), call])
  }
  for (const [plan, calls] of counts) {
    const first = calls[0]!
    const again = calls.find((call) => placeOf(call) !== placeOf(first) && !program.exclusive(call.path, first.path))
    if (again)
      report(
        again,
        plan,
        "is counted again: each count reads all of it anew. Keep the first number in a variable.",
        [first],
        "likely",
        ctx,
      )
    else if (countedAgainIn(first, plan))
      report(
        first,
        plan,
        "is counted anew in every round, and is the same each time. Count it once, before the loop.",
        [],
        "likely",
        ctx,
      )
    // count-per-condition says how several of them are counted together
    else if (!program.isNotebook && onLogLine(first, ctx) && !spokenFor(ctx).has(first))
      report(
        first,
        plan,
        "is counted only for a log line: a job of its own that reads all of it. `observe()` gives the number along with a job that runs anyway.",
        [],
        "likely",
        ctx,
      )
  }
}

export const repeatedCount = defineRule({
  name: "repeated-count",
  family: "driver",
  severity: "information",
  flags: "`count()` of the same frame more than once, in every round of a loop, or only for a log line.",
  why: "A count is a job that reads the frame from its source. Nothing remembers the number: the second count does the same work again.",
  bad: `late = spark.read.parquet("orders").filter("status = 'returned'")
some = late.count()
result = {"some": some, "all": late.count()}
`,
  good: `late = spark.read.parquet("orders").filter("status = 'returned'")
some = late.count()
result = {"some": some, "all": some}
`,
  whenNot: "The frame is cached or small, or the rows change between the counts.",
  fix: { safety: "none", note: "Keep the number in a variable, or take it from `observe()`." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.observe.html",
  ],
  proof: { rows: "same" },
  on: { program: check },
})
