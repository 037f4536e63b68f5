import {
  type Call,
  type Confidence,
  defineRule,
  type Evidence,
  type Fix,
  type Plan,
  type RuleContext,
  type Site,
} from "../api.ts"
import { argument, point } from "../shared/calls.ts"
import { hasHint, madeHere, nameAt } from "../shared/frames.ts"
import { broadcastCeiling } from "../shared/numbers.ts"
import { bytesIn, settingText } from "../shared/settings.ts"
import { boundedBy, bytesText, sizeEvidence, sizeText } from "../shared/sizes.ts"

interface Options extends Record<string, unknown> {
  readonly maxBytes: number
}
type Ctx = RuleContext<Options>

/** The side of each kind of join that Spark can hold on every executor: never the one whose rows are all preserved. */
const BROADCASTABLE: Readonly<Record<string, readonly ("left" | "right")[]>> = {
  inner: ["right", "left"],
  left_outer: ["right"],
  right_outer: ["left"],
  left_semi: ["right"],
  left_anti: ["right"],
}
const BROADCAST: ReadonlySet<string> = new Set(["broadcast", "broadcastjoin", "mapjoin"])
const CHOSEN: ReadonlySet<string> = new Set([
  ...BROADCAST,
  ...["merge", "shuffle_merge", "mergejoin", "shuffle_hash", "shuffle_replicate_nl"],
])
const SMALL_BY_NAME = /^(dim|lookup|lkp|ref)_|_(dim|lookup|lkp|ref)$/i

interface Side {
  readonly plan: Plan
  readonly site: Site
  readonly name: string
}

/** Bytes under which Spark broadcasts by itself here, and the setting where the code has one. */
function threshold(ctx: Ctx): { bytes: number; evidence: Evidence[] } {
  const setting = ctx.program.conf("spark.sql.autoBroadcastJoinThreshold")
  const text = settingText(setting)
  const bytes = text === undefined ? undefined : bytesIn(text, 1)
  if (!setting || bytes === undefined) return { bytes: ctx.world.sizing.autoBroadcast.value, evidence: [] }
  const message = bytes > 0 ? `Spark broadcasts by itself up to ${text}` : "Spark's own broadcasting is switched off"
  return { bytes, evidence: [{ message: `${message}, as set here`, site: setting.site }] }
}

/** Named as small tables are named: a hint, never more. */
function smallByName(plan: Plan): Evidence | undefined {
  const { source, names } = plan
  const last = source?.table?.split(".").at(-1) ?? source?.path?.replace(/\/+$/, "").split("/").at(-1)
  const name = [last, ...names].find((candidate) => candidate !== undefined && SMALL_BY_NAME.test(candidate))
  return name === undefined ? undefined : { message: `'${name}' is named as small tables are`, site: plan.site }
}

function check(call: Call, ctx: Ctx): void {
  const join = call.result.kind === "frame" ? call.result.plan.join : null
  const other = argument(call, "other")
  if (!join || !other || !call.receiverSite || join.how === undefined || join.on === undefined) return
  if (hasHint(join.left, CHOSEN) || hasHint(join.right, CHOSEN)) return
  const sides: Record<"left" | "right", Side> = {
    left: { plan: join.left, site: call.receiverSite, name: nameAt(ctx, call.receiverSite, join.left) },
    right: { plan: join.right, site: other.site, name: nameAt(ctx, other.site, join.right) },
  }
  if (join.left.streaming && join.right.streaming) return
  for (const which of BROADCASTABLE[join.how] ?? []) {
    const small = sides[which]
    const big = sides[which === "left" ? "right" : "left"]
    if (small.plan.streaming || boundedBy(big.plan, ctx.options.maxBytes) !== null) continue
    const named = smallByName(small.plan)
    const confidence: Confidence | null = boundedBy(small.plan, ctx.options.maxBytes) ?? (named ? "possible" : null)
    if (confidence === null || smallByName(big.plan)) continue
    if (report(call, ctx, small, big, confidence, named)) return
  }
}

/** Reports one side unless Spark broadcasts it by itself. */
function report(call: Call, ctx: Ctx, small: Side, big: Side, confidence: Confidence, named?: Evidence): boolean {
  const { bytes: limit, evidence } = threshold(ctx)
  const { size } = small.plan
  // an estimate of ours says nothing against a size that Spark has measured
  const unmeasured = !size.sparkKnows || (size.bytes.max > limit && size.confidence === "certain")
  if (confidence !== "possible" && !unmeasured) return false
  const what = sizeText(small.plan)
  const why =
    confidence === "possible" && what === undefined
      ? `${small.name} looks like a small lookup table by its name, and no statistics say so`
      : size.sparkKnows
        ? limit > 0
          ? `${small.name} has ${what}, more than the ${bytesText(limit)} up to which Spark broadcasts by itself`
          : `${small.name} has only ${what}, and Spark's own broadcasting is switched off`
        : `${small.name} has ${what}, but no statistics say so`
  ctx.report({
    at: small.site,
    about: call,
    message: `${why}: Spark plans to shuffle and sort all of ${big.name} for this join. Broadcast ${small.name}, and ${big.name} stays where it is.`,
    evidence: [
      ...(what === undefined && named ? [named] : sizeEvidence(small.plan, small.name)),
      ...evidence,
      { ...madeHere(big.plan), message: `nothing says that ${big.name} is small` },
    ],
    confidence,
    fixes: [fix(ctx, small, confidence)],
  })
  return true
}

function fix(ctx: Ctx, small: Side, confidence: Confidence): Fix {
  const broadcast = ctx.imported("pyspark.sql.functions", "broadcast")
  const { site } = small
  return {
    title:
      confidence === "certain"
        ? `Broadcast ${small.name}`
        : `Broadcast ${small.name}: fails for lack of memory if it is large after all`,
    safety: confidence === "certain" ? "safe" : "unsafe",
    edits: [
      ...broadcast.edits,
      { site: point(site, site.start), text: `${broadcast.text}(` },
      { site: point(site, site.end), text: ")" },
    ],
  }
}

export const missingBroadcast = defineRule<Options>({
  name: "missing-broadcast",
  family: "joins",
  severity: "warning",
  flags: "A join with a side that is known to be small, where Spark will not broadcast that side by itself.",
  why: "Without a broadcast both sides are shuffled by the join key and sorted: the large side crosses the network once, whole. Spark broadcasts by its own statistics, and it has none for rows that came from Python or that an aggregate made; adaptive execution notices only after the large side was shuffled.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
rates = spark.createDataFrame([("new", 0.0), ("paid", 0.5), ("shipped", 1.0)], ["status", "rate"])
result = orders.join(rates, "status").select("id", (F.col("amount") * F.col("rate")).alias("fee"))
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
rates = spark.createDataFrame([("new", 0.0), ("paid", 0.5), ("shipped", 1.0)], ["status", "rate"])
result = orders.join(F.broadcast(rates), "status").select("id", (F.col("amount") * F.col("rate")).alias("fee"))
`,
  whenNot:
    "The side may grow past what the driver and every executor can hold, or Spark broadcasts it by itself: `range`, `limit(n)`, SQL `VALUES`, files below `spark.sql.autoBroadcastJoinThreshold`, and, with Spark 4, frames made from pandas.",
  fix: {
    safety: "safe",
    note: "Wraps the small side in `F.broadcast(...)`: the same rows, another way to join. Unsafe where the size is an estimate, since a broadcast of something large fails.",
  },
  options: {
    maxBytes: {
      type: "bytes",
      default: broadcastCeiling.value,
      minimum: 1,
      description: "The largest side to advise a broadcast for.",
    },
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#join-strategy-hints-for-sql-queries",
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#converting-sort-merge-join-to-broadcast-join",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["Exchange hashpartitioning(status"] },
      good: { has: ["BroadcastHashJoin"], lacks: ["Exchange hashpartitioning"] },
    },
  },
  deliberateWords: /broadcast|sort.?merge|skew/i,
  on: { calls: { "DataFrame.join": check } },
})
