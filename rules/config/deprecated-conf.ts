import { type Confidence, type ConfSetting, defineRule, type Fix, type RuleContext } from "../api.ts"
import { atLeast } from "../shared/calls.ts"
import { settingText } from "../shared/settings.ts"

/** Deprecated keys that their successors fall back to, where Spark's own list doesn't name the successor. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  "spark.sql.execution.arrow.enabled": "spark.sql.execution.arrow.pyspark.enabled",
  "spark.sql.execution.arrow.fallback.enabled": "spark.sql.execution.arrow.pyspark.fallback.enabled",
  "spark.sql.adaptive.shuffle.targetPostShuffleInputSize": "spark.sql.adaptive.advisoryPartitionSizeInBytes",
  "spark.sql.legacy.parquet.datetimeRebaseModeInRead": "spark.sql.parquet.datetimeRebaseModeInRead",
}

/** Keys whose value is written in another unit than their successor's. */
const OTHER_UNIT = /\.(seconds|mb|kb|waitTries)$|MbInFlight$|size\.maxBytes$/

interface Fate {
  readonly message: string
  readonly confidence: Confidence
  readonly severity?: "warning"
  readonly now?: string
}

function fateOf(setting: ConfSetting, ctx: RuleContext): Fate | undefined {
  const { key } = setting
  const { target, confs } = ctx.world
  const gone = confs.gone(key)
  if (gone?.removed !== undefined && atLeast(target, gone.removed))
    return {
      message: `\`${key}\` was removed in Spark ${gone.removed}: it does nothing any more, and any value but its old default is refused.`,
      confidence: "certain",
      severity: "warning",
    }
  if (gone?.deprecated !== undefined && atLeast(target, gone.deprecated)) {
    const now = gone.now ?? SUCCESSORS[key]
    return {
      message: `\`${key}\` is deprecated since Spark ${gone.deprecated}${now ? `: its name is \`${now}\` now` : ", and may go with any release"}.`,
      confidence: "certain",
      ...(now ? { now } : {}),
    }
  }
  const facts = confs.facts(key)
  const newest = ctx.world.confs.newest
  if (facts && !facts.inNewest && atLeast(target, newest))
    return { message: `Spark ${newest} has no setting \`${key}\` any more: nothing reads it.`, confidence: "likely" }
  return undefined
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  const { key, call, how } = setting
  if (how === "file" || !call) return
  const fate = fateOf(setting, ctx)
  if (!fate) return
  const given = call.args.find(({ value }) => value.kind === "constant" && value.value === key)
  const both = fate.now !== undefined && ctx.program.confs.some((other) => other.key === fate.now)
  ctx.report({
    at: given?.site ?? call.nameSite,
    about: setting,
    message: `${fate.message}${both ? ` That is set too: drop this one.` : ""}`,
    evidence: [],
    confidence: fate.confidence,
    ...(fate.severity ? { severity: fate.severity } : {}),
    fixes: fate.now && !both ? [rename(key, fate.now, given?.site, setting, ctx)] : [],
  })
}

function rename(
  key: string,
  now: string,
  site: ConfSetting["site"] | undefined,
  setting: ConfSetting,
  ctx: RuleContext,
): Fix {
  const quote = site && /^(["'])[^"']*\1$/.exec(ctx.text(site))?.[1]
  if (OTHER_UNIT.test(key))
    return {
      title: `Write ${now}, with a unit: ${settingText(setting) ?? "the value"} counted ${/mb$|Mb/i.test(key) ? "MiB" : /kb$/.test(key) ? "KiB" : "in the unit of the old name"}`,
      safety: "suggestion",
      edits: [],
    }
  if (!site || !quote) return { title: `Write ${now}`, safety: "suggestion", edits: [] }
  return { title: `Write ${now}`, safety: "safe", edits: [{ site, text: `${quote}${now}${quote}` }] }
}

export const deprecatedConf = defineRule({
  name: "deprecated-conf",
  family: "config",
  severity: "information",
  flags: "A setting that the configured version of Spark has deprecated, renamed or removed.",
  why: "Spark reads a renamed key for some releases more, with a warning in the log, and then no longer: a job that is moved to a new release loses the setting without a word. A removed key of SQL stops the job where it is set to anything but its old default.",
  bad: `spark.conf.set("spark.sql.execution.arrow.enabled", "true")
result = spark.read.parquet("orders").groupBy("country").count()
`,
  good: `spark.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
result = spark.read.parquet("orders").groupBy("country").count()
`,
  whenNot: "The code also runs on a release that only knows the old name: set `spark.target` in the configuration.",
  fix: {
    safety: "safe",
    note: "Writes the new name, which Spark reads in place of the old one. Where the unit of the value changed, the title says so.",
  },
  references: ["https://spark.apache.org/docs/latest/configuration.html#available-properties"],
  proof: { rows: "same" },
  on: { conf: check },
})
