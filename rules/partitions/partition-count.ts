import { type Call, type Confidence, defineRule, type Evidence, type Fix, type Plan, type RuleContext } from "../api.ts"
import { argument, integerOf, underline } from "../shared/calls.ts"
import { slotsInSight, taskBytes } from "../shared/executors.ts"
import { consumersOf, nameAt, receiverPlan, resultPlan, sourcesOf } from "../shared/frames.ts"
import { needless } from "../shared/lost-partitions.ts"
import { harmlessTasks, hugePartition, manyPartitions, scanSplit, tinyPartition } from "../shared/numbers.ts"
import { bytesText, sizeEvidence } from "../shared/sizes.ts"

interface Verdict {
  readonly why: string
  readonly confidence: Confidence
  readonly better?: { readonly count: number; readonly arithmetic: string }
}

/** A good number for `bytes`, in whole waves of the cluster's slots where one is configured. */
function better(bytes: number, ctx: RuleContext): NonNullable<Verdict["better"]> {
  const slots = slotsInSight(ctx)?.count
  const { sizing } = ctx.world
  const byBytes = sizing.partitions(bytes).value
  const count = sizing.partitions(bytes, slots).value
  const arithmetic = `${bytesText(bytes)} ÷ ${bytesText(scanSplit.value)} = ${byBytes.toLocaleString("en-US")}`
  return {
    count,
    arithmetic: `${arithmetic}${count === byBytes ? "" : `, rounded up to whole waves of ${slots} slots`}`,
  }
}

/** What one task can have in memory, in bytes, and how that is known. */
function taskMemory(ctx: RuleContext): { readonly bytes: number; readonly how: string } {
  const bytes = taskBytes(ctx)
  return bytes === undefined
    ? { bytes: hugePartition.value, how: "more than a task's share of memory" }
    : { bytes, how: `more than the ${bytesText(bytes)} of execution memory that a task can have here` }
}

/** Rows that the driver made are often tasks to do: their bytes say nothing of the work. */
function workByBytes(plan: Plan): boolean {
  return sourcesOf(plan).every((source) => source.op === "read" || source.op === "table")
}

/** Files at a local path: the job may be written for more than they hold. */
function isSample(plan: Plan): boolean {
  return sourcesOf(plan).some(({ op, size }) => op === "read" && size.bytes.max < Infinity)
}

/** A Python function works on the result: more, smaller partitions are how it gets more cores. */
function feedsPython(plan: Plan | undefined): boolean {
  return (
    plan !== undefined &&
    consumersOf(plan).some((step) => step.op === "map" || /python|udf/i.test(step.expensive ?? ""))
  )
}

function judge(count: number, plan: Plan, call: Call, ctx: RuleContext): Verdict | undefined {
  const known = slotsInSight(ctx)
  const slots = known?.count
  const { bytes, confidence } = plan.size
  if (count > manyPartitions.value && bytes.min / count < tinyPartition.value)
    return {
      why: `${count.toLocaleString("en-US")} partitions are more than the driver can keep account of: it tracks every pair of map task and partition`,
      confidence: "likely",
      ...(bytes.max < Infinity ? { better: better(bytes.max, ctx) } : {}),
    }
  const grows = call.name !== "coalesce"
  if (grows && count > (slots ?? 1) && bytes.max / count < tinyPartition.value && workByBytes(plan)) {
    // what a few tasks too many cost nobody notices; and what lies beside the code is often a sample of the real data
    if (count < harmlessTasks.value || isSample(plan) || feedsPython(resultPlan(call))) return undefined
    return {
      why: `${count.toLocaleString("en-US")} partitions for at most ${bytesText(bytes.max)} are ${bytesText(Math.ceil(bytes.max / count))} each: starting a task costs more than its work`,
      confidence,
      better: better(bytes.max, ctx),
    }
  }
  if (bytes.min === 0) {
    if (slots === undefined || count >= slots || !workByBytes(plan) || bytes.max < Infinity) return undefined
    return {
      why: `${count} partitions keep ${count} of the ${slots} slots of ${known!.of} busy, whatever the size of the data`,
      confidence: "possible",
    }
  }
  if (slots !== undefined && count < slots && bytes.min > count * scanSplit.value)
    return {
      why: `${count} partitions keep only ${count} of the ${slots} slots of ${known!.of} busy, each with ${bytesText(bytes.min / count)}`,
      confidence,
      better: better(bytes.min, ctx),
    }
  const memory = taskMemory(ctx)
  if (bytes.min / count > memory.bytes)
    return {
      why: `${count} partitions of ${bytesText(bytes.min)} are ${bytesText(bytes.min / count)} each: ${memory.how}, so they spill`,
      confidence,
      better: better(bytes.min, ctx),
    }
  return undefined
}

/** RDD shuffles take any number; with none or a negative one all rows are gone (seen on 3.5.9 and 4.3.0). */
function losesRows(call: Call, count: number): boolean {
  if (!call.api.startsWith("RDD.") || call.name === "repartition" || call.name === "coalesce") return false
  return count === 0 || !call.name.startsWith("sort")
}

function check(call: Call, ctx: RuleContext): void {
  const given = argument(call, "numPartitions")
  const count = integerOf(given?.value)
  if (!given || count === undefined || call.inUdf) return
  if (count <= 0) {
    ctx.report({
      at: given.site,
      about: call,
      message: losesRows(call, count)
        ? `\`${call.name}\` into ${count} partitions gives no rows, and no error: where there is no partition, no task runs.`
        : `\`${call.name}\` into ${count} partitions fails when it runs: the number must be positive.`,
      evidence: [],
      confidence: "certain",
      severity: "error",
    })
    return
  }
  const plan = receiverPlan(call)
  if (!plan || count === 1 || plan.streaming) return
  const made = resultPlan(call)
  // redundant-repartition speaks where no number would be right
  if (made && needless(made, call, ctx)) return
  const verdict = judge(count, plan, call, ctx)
  if (!verdict) return
  const name = nameAt(ctx, call.receiverSite, plan)
  const evidence: Evidence[] = sizeEvidence(plan, name)
  evidence.push(...(slotsInSight(ctx)?.evidence ?? []))
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `${name}: ${verdict.why}.`,
    evidence,
    confidence: verdict.confidence,
    fixes: verdict.better && verdict.better.count !== count ? [fix(given, verdict.better)] : [],
    sizing: plan.size.bytes.min > 0 ? { shuffleBytes: plan.size.bytes.min } : {},
  })
}

function fix(given: NonNullable<ReturnType<typeof argument>>, wanted: NonNullable<Verdict["better"]>): Fix {
  return {
    title: `Use ${wanted.count} partition${wanted.count === 1 ? "" : "s"}: ${wanted.arithmetic} (changes the number of files and the order of rows)`,
    safety: "unsafe",
    edits: [{ site: given.site, text: String(wanted.count) }],
  }
}

/** Calls that take the number of partitions of their result. */
const TAKES_A_NUMBER = [
  "DataFrame.repartition",
  "DataFrame.repartitionByRange",
  "DataFrame.coalesce",
  "RDD.repartition",
  "RDD.coalesce",
  "RDD.reduceByKey",
  "RDD.aggregateByKey",
  "RDD.groupByKey",
  "RDD.join",
  "RDD.distinct",
  "RDD.sortByKey",
  "RDD.sortBy",
  "RDD.partitionBy",
]

export const partitionCount = defineRule({
  name: "partition-count",
  family: "partitions",
  severity: "warning",
  flags:
    "A constant number of partitions that does not fit what is known of the data and the cluster, or that Spark refuses.",
  why: "Fewer partitions than slots leave cores idle, and each holds too much; partitions of a few KiB cost more to schedule than to process; from ten thousand on the driver's bookkeeping of tasks becomes the job.",
  bad: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
latest = orders.orderBy(F.desc("ts"), "id").limit(1000)
result = latest.repartition(400, "country").groupBy("country").count()
`,
  good: `from pyspark.sql import functions as F

orders = spark.read.parquet("orders")
latest = orders.orderBy(F.desc("ts"), "id").limit(1000)
result = latest.groupBy("country").count()
`,
  whenNot:
    "Neither a number of executors (by settings in sight, or a configured cluster) nor the size of the data is known: then only numbers that are wrong anywhere are reported. A few partitions too many cost nothing, and files beside the code may be a sample. A Python function that works on the result is a reason for more and smaller partitions.",
  fix: {
    safety: "unsafe",
    note: "Puts the computed number; the title shows its arithmetic. Another number of partitions writes another number of files.",
  },
  references: ["https://spark.apache.org/docs/latest/sql-performance-tuning.html#other-configuration-options"],
  proof: {
    rows: "same",
    plan: { bad: { has: ["hashpartitioning(country", "400"] }, good: { lacks: ["400"] } },
  },
  on: { calls: Object.fromEntries(TAKES_A_NUMBER.map((api) => [api, check])) },
})
