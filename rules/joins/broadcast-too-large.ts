import { type Call, defineRule, type Figure, type Plan, type RuleContext } from "../api.ts"
import { broadcastHint, withoutHint } from "../shared/broadcasts.ts"
import { underline } from "../shared/calls.ts"
import { type Described, describedAt, figuresOf, type Given, sparkSize } from "../shared/executors.ts"
import { nameAt, walkInputs } from "../shared/frames.ts"
import { broadcastCeiling, driverResult, smallestRow } from "../shared/numbers.ts"
import { bytesIn, settingEvidence, settingText } from "../shared/settings.ts"
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

/** Memory of the driver or of an executor, which both have to hold the whole side. */
interface Holder {
  readonly who: string
  readonly given: Given
  readonly unified: Figure
}

/** Who has the least memory for a broadcast, of those whose memory is known; not on one machine, where all is the driver's. */
function tightest(described: Described, ctx: Ctx): Holder | undefined {
  const { heap, driverHeap, manager } = described
  const holders: Holder[] = []
  const add = (who: string, given: Given | undefined): void => {
    if (!given) return
    const unified = figuresOf(ctx, described, { cores: 1, heap: given.value }).unifiedBytes
    holders.push({ who, given, unified })
  }
  add("the driver", driverHeap)
  if (manager !== "local") add("an executor", heap)
  return holders.sort((a, b) => a.unified.value - b.unified.value)[0]
}

/** Bytes that may be broadcast: what the team says; else as much as fits driver and executors, where both are known to have more than usual. */
function allowed(described: Described, ctx: Ctx): number {
  const { maxBytes } = ctx.options
  const { heap, driverHeap, manager } = described
  if (maxBytes !== broadcastCeiling.value || !heap || !driverHeap || manager === "local") return maxBytes
  const { storageBytes } = figuresOf(ctx, described, { cores: 1 })
  return Math.max(maxBytes, ctx.world.sizing.broadcastThreshold(storageBytes.value, driverHeap.value).value)
}

function check(call: Call, ctx: Ctx): void {
  const join = call.result.kind === "frame" ? call.result.plan.join : null
  if (!join || call.inUdf) return
  for (const side of [join.left, join.right]) {
    const hint = broadcastHint(side)
    const least = hint ? leastBytes(side) : 0
    if (!hint || least <= ctx.options.maxBytes || side.size.confidence === "possible") continue
    const described = describedAt(ctx)
    if (least > allowed(described, ctx)) report(hint, side, least, tightest(described, ctx), ctx)
  }
}

/** Bytes of a table that Spark refuses, by the setting that 4.1 brought. */
function limit(ctx: Ctx): number {
  const text = settingText(ctx.program.conf("spark.sql.maxBroadcastTableSize"))
  return (text === undefined ? undefined : bytesIn(text, 1)) ?? ctx.world.sizing.broadcastLimit.value
}

function report(hint: Call, side: Plan, least: number, holder: Holder | undefined, ctx: Ctx): void {
  const { rows, bytes, confidence } = side.size
  const given = hint.api === "functions.broadcast" ? hint.args[0] : undefined
  const name = nameAt(ctx, given?.site ?? hint.receiverSite, given?.value.kind === "frame" ? given.value.plan : side)
  const size = bytes.min === least ? bytesText(least) : `${rowsText(rows.min)}, at least ${bytesText(least)}`
  const most = limit(ctx)
  const refused = least > most
  const room = holder && !refused && least > holder.unified.value ? holder : undefined
  const edits = withoutHint(hint, ctx)
  ctx.report({
    at: underline(ctx, hint),
    about: hint,
    message: refused
      ? `${name} has ${size}, more than the ${bytesText(most)} that Spark broadcasts at most: the job fails here. Drop the hint.`
      : room
        ? `${name} has ${size}, and ${room.who} here has ${bytesText(room.unified.value)} for it and everything else (${room.unified.formula}, of ${sparkSize(room.given.value)}). Drop the hint, and Spark joins it by a shuffle.`
        : `${name} has ${size}: the driver collects all of it, makes a table in memory of it, and every executor holds a copy. Drop the hint, and Spark joins it by a shuffle.`,
    evidence: [...sizeEvidence(side, name), ...(room?.given.setting ? [settingEvidence(room.given.setting)] : [])],
    // between the limits it depends on memory that nobody tells of
    confidence: refused || room || least > driverResult.value ? confidence : "likely",
    sizing: { broadcastBytes: least },
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
    "The driver and every executor have the memory for it, and the other side is much larger still: raise `maxBytes`. Where `spark.driver.memory` and `spark.executor.memory` are both in sight, they raise it by themselves.",
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
