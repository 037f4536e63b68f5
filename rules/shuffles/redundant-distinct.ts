import { type Call, defineRule, type Plan, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { dropStep } from "../shared/dropped-step.ts"
import { madeHere, nameAt } from "../shared/frames.ts"
import { nextSteps } from "../shared/next-steps.ts"
import { everywhere } from "../shared/same-places.ts"
import { isSmall } from "../shared/sizes.ts"

/** Removes duplicates of whole rows. */
function isWhole(step: Plan): boolean {
  const { call } = step
  return step.op === "distinct" && step.kind === "DataFrame" && call !== null && call.args.length === 0
}

/** The steps that remove the duplicates again, after unions, in every use; undefined where one of them does not. */
function removedAgain(plan: Plan, program: Program, unions = 0): Plan[] | undefined {
  const next = nextSteps(plan, program)
  if (!next || unions > 50) return undefined
  const found: Plan[] = []
  for (const { step } of next) {
    if (isWhole(step) && unions > 0) found.push(step)
    else if (step.op === "union" && step.kind === "DataFrame") {
      const after = removedAgain(step, program, unions + 1)
      if (!after) return undefined
      found.push(...after)
    } else return undefined
  }
  return found
}

function judge(plan: Plan, call: Call, program: Program): Plan[] | "none" | undefined {
  if (!isWhole(plan)) return "none"
  const input = plan.inputs[0]
  if (!input || call.inUdf || plan.streaming || isSmall(input)) return undefined
  return removedAgain(plan, program)
}

function check(program: Program, ctx: RuleContext): void {
  for (const { plan, call, verdict } of everywhere(program, (step, made) => judge(step, made, program))) {
    const input = plan.inputs[0]!
    const name = nameAt(ctx, call.receiverSite, input)
    const [last] = verdict
    ctx.report({
      at: underline(ctx, call),
      about: call,
      message: `\`${call.name}\` shuffles ${name} to remove its duplicates, and \`${last!.call!.name}\` after the union shuffles and removes them all again. The last one alone gives the same rows.`,
      evidence: [
        ...verdict
          .slice(0, 2)
          .map((step) => ({ message: "duplicates are removed again here", site: step.call!.nameSite })),
        madeHere(input, name),
      ],
      confidence: "certain",
      fixes: [dropStep(call, ctx)],
    })
  }
}

export const redundantDistinct = defineRule({
  name: "redundant-distinct",
  family: "shuffles",
  severity: "information",
  flags: "`distinct` on a side of a union whose result is made distinct again.",
  why: "Each `distinct` is a shuffle of its side. The one after the union drops duplicates within each task before it shuffles, so that the earlier ones save it nothing. Spark does not remove them.",
  bad: `states = spark.read.parquet("orders").select("status")
segments = spark.read.parquet("customers").select("segment")
result = states.union(segments.distinct()).distinct()
`,
  good: `states = spark.read.parquet("orders").select("status")
segments = spark.read.parquet("customers").select("segment")
result = states.union(segments).distinct()
`,
  whenNot:
    "The side is used elsewhere too. Before `groupBy`, another `distinct`, `intersect` or `subtract` an earlier `distinct` costs no shuffle of its own, or saves one side's rows a second one.",
  fix: { safety: "safe", note: "Takes the earlier `distinct` out; the rows are the same." },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.union.html",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["Exchange hashpartitioning(segment"] },
      good: { lacks: ["Exchange hashpartitioning(segment"] },
    },
  },
  on: { program: check },
})
