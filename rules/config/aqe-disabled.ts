import { type ConfSetting, defineRule, type RuleContext } from "../api.ts"
import { atLeast } from "../shared/calls.ts"
import { dropSetting, isPassing } from "../shared/conf-lines.ts"
import { sessionCall } from "../shared/executors.ts"
import { settingEvidence, settingSite, settingText } from "../shared/settings.ts"

/** The first version that has AQE on by itself. */
const ON_SINCE = "3.2"

/** What a job does without each part. */
const PARTS = {
  "spark.sql.adaptive.enabled":
    "Spark plans every query on guesses, and keeps the plan when the first stage shows that they were wrong: no small partitions are merged, no skewed ones split, and no join is turned into a broadcast once its side proves small.",
  "spark.sql.adaptive.coalescePartitions.enabled":
    "every shuffle keeps all its partitions, however small they turn out: a few KiB a task, and as many files of a write.",
  "spark.sql.adaptive.skewJoin.enabled":
    "a join waits for its largest partition: the one task with the most frequent key runs on while the others are done.",
  "spark.sql.adaptive.localShuffleReader.enabled":
    "a join that AQE turns into a broadcast still fetches its rows over the network, where they lie on the same machine.",
} as const

/** AQE itself is off as well: of its parts there is nothing more to say. */
function allOff(setting: ConfSetting, ctx: RuleContext): boolean {
  const whole = "spark.sql.adaptive.enabled"
  return setting.key !== whole && /^false$/i.test(settingText(ctx.program.conf(whole)) ?? "")
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  const { program } = ctx
  if (!Object.hasOwn(PARTS, setting.key) || !/^false$/i.test(settingText(setting) ?? "")) return
  if (!atLeast(ctx.world.target, ON_SINCE) || allOff(setting, ctx) || isPassing(setting, ctx)) return
  // a streaming query is planned once and keeps its partitions
  if (program.plans.some(({ streaming }) => streaming)) return
  const inFile = setting.how === "file"
  const session = inFile ? sessionCall(ctx) : undefined
  if (inFile && (!session || program.conf(setting.key) !== setting)) return
  const edit = dropSetting(setting, ctx)
  const name = setting.key.replace(/^spark\.sql\./, "")
  const title = `Drop ${name}: it is on by default`
  ctx.report({
    at: session ? session.nameSite : settingSite(setting, ctx),
    about: session ?? setting,
    message: `\`${setting.key}\` is off: ${PARTS[setting.key as keyof typeof PARTS]}`,
    evidence: session ? [settingEvidence(setting)] : [],
    confidence: "certain",
    fixes: [edit ? { title, safety: "safe", edits: [edit] } : { title, safety: "suggestion", edits: [] }],
  })
}

export const aqeDisabled = defineRule({
  name: "aqe-disabled",
  family: "config",
  severity: "warning",
  flags: "Adaptive query execution, or one of its parts, switched off on a Spark that has it on by itself (from 3.2).",
  why: "AQE looks at what each stage really wrote before it plans the next: it merges small partitions, splits those that hold most rows of a join, and broadcasts a side that proves small. Without it Spark goes by estimates, which are wrong behind the first filter. It is often switched off for one query of an old version, and then left off for all.",
  bad: `spark.conf.set("spark.sql.adaptive.enabled", "false")
orders = spark.read.parquet("orders")
result = orders.groupBy("country").count()
`,
  good: `orders = spark.read.parquet("orders")
result = orders.groupBy("country").count()
`,
  whenNot:
    "A plan is to be looked at, measured or compared as it was written; a stream, which keeps its partitions. A setting that is changed back in the same file is left alone.",
  fix: {
    safety: "safe",
    note: "Drops the setting. The rows are the same; a write may make fewer files, and rows without an order may come in another.",
  },
  spark: { min: "3.2" },
  references: ["https://spark.apache.org/docs/latest/sql-performance-tuning.html#adaptive-query-execution"],
  proof: {
    rows: "same",
    plan: { bad: { lacks: ["AQEShuffleRead", "AdaptiveSparkPlan"] }, good: { has: ["AQEShuffleRead"] } },
  },
  deliberateWords: /aqe|adaptive|skew|coalesc|benchmark|compar|measur|demo|plan\b|explain/i,
  on: { conf: check },
})
