import { type Call, defineRule, type Fix, type RuleContext } from "../api.ts"
import { smallByName } from "../shared/arrival.ts"
import { argument, integerOf, link, underline } from "../shared/calls.ts"
import { isFewGroups } from "../shared/few-groups.ts"
import { describe, madeHere, nameAt, receiverPlan, walkInputs } from "../shared/frames.ts"
import { scanSplit } from "../shared/numbers.ts"
import { bytesText, isSmall, sizeEvidence } from "../shared/sizes.ts"

function check(call: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const count = argument(call, "numPartitions")
  if (!plan || !count || integerOf(count.value) !== 1) return
  if (plan.streaming || plan.partitions?.value === 1 || isSmall(plan)) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const large = plan.size.bytes.min > scanSplit.value
  const shuffled = call.name === "repartition" || shuffles(call)
  const dragged = shuffled ? undefined : stageOf(call)
  const size = large ? `, ${bytesText(plan.size.bytes.min)}` : ""
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: shuffled
      ? `All of ${name}${size} goes through the network into one task, which writes or processes it alone.`
      : `\`coalesce(1)\` makes one task do all of ${name}${size}: not only what follows, but also the steps before it${dragged ? `, back to \`${dragged.name}\`` : ""}, since it adds no shuffle.`,
    evidence: [
      madeHere(plan, name),
      ...(dragged ? [{ message: `\`${dragged.name}\` runs in that one task too`, site: dragged.nameSite }] : []),
      ...sizeEvidence(plan, name, 1),
    ],
    confidence:
      large && !askedFor(call)
        ? "certain"
        : askedFor(call) || smallByName(plan, call) || isFewGroups(plan)
          ? "possible"
          : "likely",
    fixes: fixes(call, ctx, shuffled, describe(plan)),
  })
}

/** Only where a setting says that it shall be one: `if args.partitions == 1:`. */
function askedFor(call: Call): boolean {
  return call.path.some(({ guard }) => {
    if (!guard?.holds || guard.test.op !== "binary" || guard.test.symbol !== "==") return false
    return [guard.test.left, guard.test.right].some((side) => side.op === "constant" && side.value.value === 1)
  })
}

/** `RDD.coalesce(1, shuffle=True)` is a repartition. */
function shuffles(call: Call): boolean {
  const shuffle = argument(call, "shuffle")?.value
  return shuffle?.kind === "constant" && shuffle.value === true
}

/** The last shuffle before this call: where the stage that shrinks to one task begins. */
function stageOf(call: Call): Call | undefined {
  let wide: Call | undefined
  const plan = receiverPlan(call)
  if (plan)
    walkInputs(plan, (step) => {
      if (wide) return false
      if (step.wide && step.call) wide = step.call
      return !step.wide && step.inputs.length === 1
    })
  return wide
}

function fixes(call: Call, ctx: RuleContext, shuffled: boolean, name: string): Fix[] {
  const plan = receiverPlan(call)!
  const bytes = plan.size.bytes.min
  const offered: Fix[] = []
  if (bytes > scanSplit.value) {
    const files = Math.ceil(bytes / scanSplit.value)
    offered.push({
      title: `Use ${files} partitions: ${bytesText(bytes)} ÷ ${bytesText(scanSplit.value)} each (makes ${files} files)`,
      safety: "unsafe",
      edits: [{ site: argument(call, "numPartitions")!.site, text: String(files) }],
    })
  }
  if (!shuffled && call.args.length === 1)
    offered.push({
      title: "Use repartition(1): still one file, the steps before it stay parallel, at the price of a shuffle",
      safety: "unsafe",
      edits: [{ site: call.nameSite, text: "repartition" }],
    })
  if (call.receiverSite && call.args.length === 1)
    offered.push({
      title: `Drop ${call.name}(1): ${name} keeps its partitions, and a write makes one file for each`,
      safety: "unsafe",
      edits: [{ site: link(ctx, call), text: "" }],
    })
  return offered
}

export const singlePartition = defineRule({
  name: "single-partition",
  family: "partitions",
  severity: "warning",
  flags: "`coalesce(1)` or `repartition(1)` on data that is not known to be small.",
  why: "One partition is one task: one core does the work while the cluster waits, and its memory and disk must hold all of it. `coalesce(1)` adds no shuffle, so it also pulls every step since the last shuffle into that task.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
totals = orders.groupBy("customer_id").agg(F.sum("amount").alias("total")).coalesce(1)
totals.write.mode("overwrite").parquet("totals")
result = spark.read.parquet("totals")
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
totals = orders.groupBy("customer_id").agg(F.sum("amount").alias("total"))
totals.write.mode("overwrite").parquet("totals")
result = spark.read.parquet("totals")
`,
  whenNot:
    "The result is small by what the code shows: after `limit`, a global aggregate, or a known small table. Groups by a key that has few values by its name (`country`, `order_date`) are only reported in the strict profile.",
  fix: {
    safety: "unsafe",
    note: "Another number of partitions writes another number of files, and rows may come in another order. The title says which number and how it was computed.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.coalesce.html",
  ],
  proof: { rows: "same" },
  deliberateWords: /single file|one file|single (csv|json|output)|single partition|one partition/i,
  on: {
    calls: {
      "DataFrame.coalesce": check,
      "DataFrame.repartition": check,
      "RDD.coalesce": check,
      "RDD.repartition": check,
    },
  },
})
