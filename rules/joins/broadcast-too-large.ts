import { type Call, defineRule, type Plan, type RuleContext } from "../api.ts"
import { broadcastHint, withoutHint } from "../shared/broadcasts.ts"
import { underline } from "../shared/calls.ts"
import { nameAt, walkInputs } from "../shared/frames.ts"
import { broadcastCeiling, broadcastLimit, driverResult, smallestRow } from "../shared/numbers.ts"
import { bytesText, rowsText, sizeEvidence } from "../shared/sizes.ts"

interface Options extends Record<string, unknown> {
  readonly maxBytes: number
}
type Ctx = RuleContext<Options>

/** Fewer columns than were measured go into the broadcast. */
function isNarrowed(plan: Plan): boolean {
  let narrowed = false
  walkInputs(plan, (step) => {
    narrowed ||= step.op === "project" && /^(select|selectExpr|drop|toDF)$/.test(step.call?.name ?? "getitem")
    return !narrowed && step.inputs.length === 1
  })
  return narrowed
}

/** Bytes that the side has at least, as far as it is known. */
function leastBytes(plan: Plan): number {
  const { rows, bytes } = plan.size
  const byRows = rows.min * smallestRow.value
  return isNarrowed(plan) ? byRows : Math.max(bytes.min, byRows)
}

function check(call: Call, ctx: Ctx): void {
  const join = call.result.kind === "frame" ? call.result.plan.join : null
  if (!join || call.inUdf) return
  for (const side of [join.left, join.right]) {
    const hint = broadcastHint(side)
    const least = leastBytes(side)
    if (hint && least > ctx.options.maxBytes && side.size.confidence !== "possible") report(hint, side, least, ctx)
  }
}

function report(hint: Call, side: Plan, least: number, ctx: Ctx): void {
  const { rows, bytes, confidence } = side.size
  const given = hint.api === "functions.broadcast" ? hint.args[0] : undefined
  const name = nameAt(ctx, given?.site ?? hint.receiverSite, given?.value.kind === "frame" ? given.value.plan : side)
  const size = bytes.min === least ? bytesText(least) : `${rowsText(rows.min)}, at least ${bytesText(least)}`
  const refused = least > broadcastLimit.value
  const edits = withoutHint(hint, ctx)
  ctx.report({
    at: underline(ctx, hint),
    about: hint,
    message: refused
      ? `${name} has ${size}, more than the ${bytesText(broadcastLimit.value)} that Spark broadcasts at most: the job fails here. Drop the hint.`
      : `${name} has ${size}: the driver collects all of it, makes a table in memory of it, and every executor holds a copy. Drop the hint, and Spark joins it by a shuffle.`,
    evidence: sizeEvidence(side, name),
    // between the limits it depends on the memory that driver and executors have
    confidence: least > driverResult.value ? confidence : "likely",
    fixes: [
      {
        title: `Drop the broadcast hint on ${name}`,
        safety: edits.length > 0 ? "safe" : "suggestion",
        edits,
      },
    ],
  })
}

export const broadcastTooLarge = defineRule<Options>({
  name: "broadcast-too-large",
  family: "joins",
  severity: "warning",
  flags: "A broadcast hint on a side of a join that is known to be too large for it.",
  why: "The driver collects a broadcast side whole, makes a hash table of it that takes several times its size on disk, and sends it to every executor, which all keep it. Past the heap of any of them the job fails, and past 8 GiB Spark refuses it by itself.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
numbers = spark.range(2_000_000_000)
joined = orders.join(F.broadcast(numbers), "id")
result = joined.columns
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
numbers = spark.range(2_000_000_000)
joined = orders.join(numbers, "id")
result = joined.columns
`,
  whenNot:
    "The driver and every executor have the memory for it, and the other side is much larger still: raise `maxBytes`.",
  fix: { safety: "safe", note: "Drops the hint: the same rows, by a join that Spark chooses." },
  options: {
    maxBytes: {
      type: "bytes",
      default: broadcastCeiling.value,
      minimum: 1,
      description: "The largest side that may be broadcast.",
    },
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#join-strategy-hints-for-sql-queries",
    "https://spark.apache.org/docs/latest/configuration.html#application-properties",
  ],
  proof: { rows: "same" },
  deliberateWords: /broadcast|fits|memory/i,
  on: { calls: { "DataFrame.join": check } },
})
