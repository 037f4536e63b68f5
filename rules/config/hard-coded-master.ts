import { type Confidence, type ConfSetting, defineRule, type Evidence, type Fix, type RuleContext } from "../api.ts"
import { dropSetting, hasComment } from "../shared/conf-lines.ts"
import { settingEvidence, settingSite, settingText } from "../shared/settings.ts"
import { headersAround } from "../shared/source-text.ts"

const KEY = "spark.master"
/** Where a job's data lies that no single machine holds. */
const SHARED =
  /^(s3[an]?|hdfs|abfss?|wasbs?|gs|adl|oss|cosn|dbfs|obs):\/\/(?!localhost|127\.|0\.0\.0\.0|namenode\b|minio\b)/i

interface Reason {
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
  readonly what: string
}

/** Why the job is none for one machine: how it is launched, the cluster that is configured, where its data lies. */
function reason(master: string, ctx: RuleContext): Reason {
  const { program, world } = ctx
  const launched = program.confs.findLast(({ key, how }) => key === KEY && how === "file")
  const other = settingText(launched)
  if (launched && other !== undefined && other !== master)
    return {
      confidence: "certain",
      evidence: [settingEvidence(launched)],
      what: `it is launched with ${other}, and what the code says wins`,
    }
  const { cluster } = world
  if (cluster && cluster.manager !== "local")
    return {
      confidence: "likely",
      evidence: [{ message: `the configuration describes the cluster '${cluster.name}'` }],
      what: `\`spark-submit --master\` and the settings of '${cluster.name}' count for nothing`,
    }
  const far = program.plans.find(({ source }) => source?.path !== undefined && SHARED.test(source.path))
  if (far)
    return {
      confidence: "likely",
      evidence: [{ message: `reads \`${far.source!.path}\``, site: far.site }],
      what: "`spark-submit --master` counts for nothing, and one machine works through data of a shared storage",
    }
  return { confidence: "possible", evidence: [], what: "`spark-submit --master` counts for nothing" }
}

/** `if __name__ == "__main__":`, which holds by hand and by `spark-submit` alike. */
const MAIN = /^if\s+__name__\b/

/** Somebody runs the file by hand there: behind a flag, a test of where it runs or, as far as is known, a main guard. */
function isChosen(setting: ConfSetting, isLaunched: boolean, ctx: RuleContext): boolean {
  const headers = headersAround(ctx, setting.call?.statement.site ?? setting.site)
  const guards = headers.filter((header) => /^(el)?if\b|^else\b|^try\b|^except\b/.test(header))
  if (isLaunched) return guards.some((header) => !MAIN.test(header))
  return setting.path.length > 0 || guards.length > 0
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  const master = settingText(setting)
  if (setting.key !== KEY || setting.how === "file" || setting.ifMissing || !master || !/^local\b/.test(master)) return
  if (ctx.program.isNotebook || hasComment(setting, ctx)) return
  const { confidence, evidence, what } = reason(master, ctx)
  if (isChosen(setting, confidence === "certain", ctx)) return
  ctx.report({
    at: settingSite(setting, ctx),
    about: setting,
    message: `The master is fixed to \`${master}\` in the code: ${what}. Leave it out: without one, Spark runs on all cores of this machine, and where the job is launched with one, there.`,
    evidence,
    confidence,
    fixes: [fix(setting, master, ctx)],
  })
}

function fix(setting: ConfSetting, master: string, ctx: RuleContext): Fix {
  const edit = dropSetting(setting, ctx)
  const title = `Drop the master${/^local\[\*\]$/.test(master) ? "" : `: by hand the job then runs on all cores, not as \`${master}\``}`
  if (!edit) return { title, safety: "suggestion", edits: [] }
  return { title, safety: "safe", edits: [edit] }
}

export const hardCodedMaster = defineRule({
  name: "hard-coded-master",
  family: "config",
  severity: "warning",
  flags:
    '`master("local[*]")` or `setMaster` in a job that is launched on a cluster or reads its data from one\'s storage.',
  why: "What the code sets counts over `spark-submit --master`, `spark-defaults.conf` and the platform. The job then runs in one process on the machine that launches it, while the executors that were asked for are never used; nothing fails, it is only slow.",
  bad: `from pyspark.sql import SparkSession

def archived(session: SparkSession):
    return session.read.parquet("s3a://shop/orders/2024")

session = SparkSession.builder.appName("totals").master("local[*]").getOrCreate()
result = session.read.parquet("orders").groupBy("country").count()
`,
  good: `from pyspark.sql import SparkSession

def archived(session: SparkSession):
    return session.read.parquet("s3a://shop/orders/2024")

session = SparkSession.builder.appName("totals").getOrCreate()
result = session.read.parquet("orders").groupBy("country").count()
`,
  whenNot:
    "The file is an example, a test, a notebook or a tool for one machine, or sets the master behind a flag or a `__main__` guard.",
  fix: {
    safety: "safe",
    note: "Drops the master. Started by hand the job runs on all cores of the machine, as with `local[*]`; launched on a cluster it runs there.",
  },
  references: [
    "https://spark.apache.org/docs/latest/submitting-applications.html#master-urls",
    "https://spark.apache.org/docs/latest/configuration.html#dynamically-loading-spark-properties",
  ],
  proof: { rows: "same" },
  deliberateWords: /local|laptop|dev|test|demo|debug|example/i,
  on: { conf: check },
})
