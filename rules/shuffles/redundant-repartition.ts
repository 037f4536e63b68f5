import { type Call, defineRule, type Fix, type Plan, type Program, type RuleContext } from "../api.ts"
import { argument, integerOf, link, underline } from "../shared/calls.ts"
import { isTimed, samePlace } from "../shared/collected.ts"
import { dropStep } from "../shared/dropped-step.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import { type Needless, needless } from "../shared/lost-partitions.ts"
import { everywhere } from "../shared/same-places.ts"

/** What a wide step does, as a verb. */
const DOES: Partial<Record<Plan["op"], string>> = {
  aggregate: "groups",
  distinct: "removes duplicates",
  join: "joins",
  sort: "sorts",
  set: "compares rows",
  project: "computes a window",
  map: "groups",
}

/** `repartition(n).coalesce(m)`, one after the other: `repartition(m)`. */
function joined(call: Call, merged: { call: Call; count: number }, ctx: RuleContext): Fix {
  const given = argument(call, "numPartitions")
  const count = integerOf(given?.value)
  const adjacent = merged.call.receiverSite && samePlace(merged.call.receiverSite, call.site)
  if (!given || count === undefined || !adjacent || call.args.length > 1)
    return { title: `Write repartition(${merged.count}) alone`, safety: "suggestion", edits: [] }
  if (count <= merged.count)
    return {
      title: `Drop coalesce(${merged.count}): there are only ${count} partitions`,
      safety: "safe",
      edits: [{ site: link(ctx, merged.call), text: "" }],
    }
  return {
    title: `Write repartition(${merged.count}) alone`,
    safety: "safe",
    edits: [
      { site: given.site, text: ctx.text(merged.call.args[0]!.site) },
      { site: link(ctx, merged.call), text: "" },
    ],
  }
}

function report(plan: Plan, call: Call, verdict: Needless, ctx: RuleContext): void {
  const name = nameAt(ctx, call.receiverSite, plan.inputs[0]!)
  const shared = { at: underline(ctx, call), about: call }
  if ("merged" in verdict) {
    const { merged } = verdict
    ctx.report({
      ...shared,
      message: `Every row of ${name} is shuffled into partitions that \`coalesce(${merged.count})\` merges right after it. \`repartition(${merged.count})\` gives the ${merged.count} partitions at once.`,
      evidence: [{ message: "merged here", site: merged.call.nameSite }, madeHere(plan.inputs[0]!, name)],
      confidence: "certain",
      fixes: [joined(call, merged, ctx)],
    })
    return
  }
  const steps = verdict.again.map(({ step }) => step)
  const first = steps[0]!
  const by = first.call ? `\`${first.call.name}\`` : "the next step"
  ctx.report({
    ...shared,
    message: `\`${call.name}\` shuffles every row of ${name}, and ${by}, which ${DOES[first.op] ?? "works"} by keys of its own, shuffles all of them again: nothing is left of these partitions but their cost.`,
    evidence: steps.slice(0, 3).map((step) => ({
      message: `shuffled again by \`${step.call?.name ?? step.op}\``,
      site: step.call?.nameSite ?? step.site,
    })),
    // a join may turn out to be a broadcast; who looks at the clock around it tries numbers of partitions
    confidence: isTimed(call, ctx.program) ? "possible" : steps.some(({ op }) => op === "join") ? "likely" : "certain",
    fixes: [dropStep(call, ctx)],
  })
}

function check(program: Program, ctx: RuleContext): void {
  const found = everywhere(program, (plan, call) => (plan.op === "repartition" ? needless(plan, call, ctx) : "none"))
  for (const { plan, call, verdict } of found) report(plan, call, verdict, ctx)
}

export const redundantRepartition = defineRule({
  name: "redundant-repartition",
  family: "shuffles",
  severity: "warning",
  flags: "`repartition` right before a step that shuffles by other keys, or before `coalesce`.",
  why: "Catalyst keeps both exchanges: all rows go through the network twice, and the second time puts them into partitions of its own. Only a `repartition` by the keys of the next step takes the place of that step's shuffle, and only two `repartition` in a row become one.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.repartition(16).groupBy("country").agg(F.sum("amount").alias("amount"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
result = orders.groupBy("country").agg(F.sum("amount").alias("amount"))
`,
  whenNot:
    "It partitions by keys of the next step, something that needs the tasks stands between (a Python function, parsing, `explode`), the rows come from one task (a `.gz` file, a database), the result is cached, written or used in other ways too, or the join after it is a broadcast.",
  fix: {
    safety: "safe",
    note: "Takes the `repartition` out, or writes `repartition(m)` for `repartition(n).coalesce(m)`. The rows are the same.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.repartition.html",
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#coalescing-post-shuffle-partitions",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["RoundRobinPartitioning(16)", "hashpartitioning(country"] },
      good: { has: ["hashpartitioning(country"], lacks: ["RoundRobinPartitioning"] },
    },
  },
  deliberateWords: /skew|balance|spread|parallel|evenly|single (file|partition)|gz/i,
  on: { program: check },
})
