import { type Confidence, type ConfSetting, defineRule, type Evidence, type Fix, type RuleContext } from "../api.ts"
import { hasComment, isPassing } from "../shared/conf-lines.ts"
import { describedAt, figuresOf, sessionCall, settingBeside } from "../shared/executors.ts"
import { bytesIn, quotedLike, settingEvidence, settingSite, settingText } from "../shared/settings.ts"
import { bytesText } from "../shared/sizes.ts"

const KEY = "spark.sql.autoBroadcastJoinThreshold"
const ADAPTIVE = "spark.sql.adaptive.autoBroadcastJoinThreshold"

interface Verdict {
  readonly message: string
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
}

function thresholdOf(setting: ConfSetting | undefined): number | undefined {
  const text = settingText(setting)
  return text === undefined ? undefined : bytesIn(text, 1)
}

/** AQE has a threshold of its own, by which it turns joins to broadcasts when it has seen their sides. */
function adaptive(setting: ConfSetting, ctx: RuleContext): ConfSetting | undefined {
  const own = settingBeside(ctx, ADAPTIVE, setting)
  return own && (thresholdOf(own) ?? 1) > 0 ? own : undefined
}

function judge(bytes: number, setting: ConfSetting, ctx: RuleContext): Verdict | undefined {
  const { sizing } = ctx.world
  if (bytes <= 0) {
    if (adaptive(setting, ctx)) return undefined
    return {
      message: `No join is broadcast any more unless it is hinted: with ${settingText(setting)} even a table of a few rows has the other side shuffled and sorted, and AQE goes by the same threshold. Leave it at ${sizing.autoBroadcast.formula}, or hint the one join that must not be broadcast (\`.hint("merge")\`).`,
      confidence: "certain",
      evidence: [],
    }
  }
  const raised = thresholdOf(settingBeside(ctx, "spark.sql.maxBroadcastTableSize", setting))
  const limit = raised ?? sizing.broadcastLimit.value
  if (bytes > limit)
    return {
      message: `Spark broadcasts tables up to ${bytesText(bytes)} by itself, and then refuses those over ${bytesText(limit)}: a job with one in between fails, where it would have been a join by a shuffle.`,
      confidence: "certain",
      evidence: [],
    }
  const described = describedAt(ctx, setting)
  const { heap, manager } = described
  if (!heap || manager === "local" || described.unsure) return undefined
  const { unifiedBytes } = figuresOf(ctx, described, { cores: 1 })
  if (bytes <= unifiedBytes.value) return undefined
  return {
    message: `Spark broadcasts tables up to ${bytesText(bytes)} by itself, and an executor here has ${bytesText(unifiedBytes.value)} for them and everything else (${unifiedBytes.formula}): a table below the threshold fails the job.`,
    confidence: "likely",
    evidence: heap.setting ? [settingEvidence(heap.setting)] : [],
  }
}

/** The threshold that fits the executors and the driver in sight, or Spark's own. */
function better(setting: ConfSetting, ctx: RuleContext): { readonly mib: number; readonly why: string } {
  const { sizing } = ctx.world
  const described = describedAt(ctx, setting)
  const mib = (bytes: number): number => Math.floor(bytes / 1024 ** 2)
  const standard = { mib: mib(sizing.autoBroadcast.value), why: "Spark's default" }
  if (!described.heap || !described.driverHeap || described.unsure || described.manager === "local") return standard
  const { storageBytes } = figuresOf(ctx, described, { cores: 1 })
  const fitting = sizing.broadcastThreshold(storageBytes.value, described.driverHeap.value)
  return fitting.value <= sizing.autoBroadcast.value
    ? standard
    : {
        mib: mib(fitting.value),
        why: `four tables of that size, three times as large in memory, fit executors and driver here`,
      }
}

function fix(setting: ConfSetting, ctx: RuleContext): Fix {
  const { mib, why } = better(setting, ctx)
  const title = `Set ${KEY} to ${mib}MB, ${why}`
  const { valueSite } = setting
  const text = valueSite ? ctx.text(valueSite) : ""
  if (!valueSite || setting.how === "file" || !/^-?\w+$|^(["'])-?\w+\1$/.test(text))
    return { title, safety: "suggestion", edits: [] }
  const inBytes = /^["']/.test(text) ? undefined : String(mib * 1024 ** 2)
  return {
    title: `${title} (joins may be planned another way)`,
    safety: "unsafe",
    edits: [{ site: valueSite, text: inBytes ?? quotedLike(text, `${mib}MB`) }],
  }
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (setting.key !== KEY || isPassing(setting, ctx)) return
  if (setting.how === "file" && ctx.program.conf(KEY) !== setting) return
  const bytes = thresholdOf(setting)
  const verdict = bytes === undefined ? undefined : judge(bytes, setting, ctx)
  const session = setting.how === "file" ? sessionCall(ctx) : undefined
  if (!verdict || (setting.how === "file" && !session)) return
  ctx.report({
    at: session ? session.nameSite : settingSite(setting, ctx),
    about: session ?? setting,
    message: verdict.message,
    evidence: session ? [settingEvidence(setting), ...verdict.evidence] : verdict.evidence,
    confidence: verdict.confidence,
    ...(hasComment(setting, ctx) ? { severity: "information" as const } : {}),
    fixes: [fix(setting, ctx)],
    sizing: {},
  })
}

export const autoBroadcastDisabled = defineRule({
  name: "auto-broadcast-disabled",
  family: "config",
  severity: "warning",
  flags:
    "`spark.sql.autoBroadcastJoinThreshold` switched off by -1 or 0, over what Spark broadcasts at most, or over the memory of the executors in sight.",
  why: "Spark broadcasts a side of a join that is smaller than this, so that the other side's rows stay where they are. Switched off, every join shuffles and sorts both sides, those with a table of ten rows too, and AQE doesn't help: it goes by the same threshold. It is often switched off for one table whose size Spark guessed wrong, and then costs every other join.",
  bad: `spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")
orders = spark.read.parquet("orders")
countries = spark.read.csv("countries.csv", header=True)
result = orders.join(countries, orders.country == countries.code).groupBy("region").count()
`,
  good: `spark.conf.set("spark.sql.autoBroadcastJoinThreshold", "10MB")
orders = spark.read.parquet("orders")
countries = spark.read.csv("countries.csv", header=True)
result = orders.join(countries, orders.country == countries.code).groupBy("region").count()
`,
  whenNot:
    "Spark takes tables for small that are not, and there are too many of them to hint each: then a comment beside the setting says so, and the finding becomes information. A setting that is changed back in the same file is left alone.",
  fix: {
    safety: "unsafe",
    note: "Puts Spark's default, or what fits the driver's and the executors' memory where both are in sight. The rows are the same; a join may be planned another way.",
  },
  references: [
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#other-configuration-options",
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#converting-sort-merge-join-to-broadcast-join",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["SortMergeJoin"], lacks: ["BroadcastHashJoin"] },
      good: { has: ["BroadcastHashJoin"], lacks: ["SortMergeJoin"] },
    },
  },
  on: { conf: check },
})
