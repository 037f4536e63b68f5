import { type ConfFacts, type ConfSetting, defineRule, type RuleContext } from "../api.ts"
import { settingSite } from "../shared/settings.ts"
import { headersAround } from "../shared/source-text.ts"

/** Keys that Spark's introspection doesn't give, and that are read once (seen on 3.5.9 and 4.3.0: taken, without effect). */
const READ_ONCE = /^spark\.(master|local\.dir|(executor|driver|task)\.resource\.\w+\.(amount|discoveryScript|vendor))$/

/** Keys that Spark keeps in a holder that a local session loads: it refuses to change them; others it takes and ignores. */
const IGNORED = /^spark\.(yarn|kubernetes|mesos|streaming|deploy|worker|history)\.|^spark\.default\.parallelism$/

function scopeOf(key: string, ctx: RuleContext): ConfFacts["scope"] | undefined {
  return READ_ONCE.test(key) ? "application" : ctx.world.confs.facts(key)?.scope
}

function messageFor(key: string, scope: "static" | "application"): string {
  if (scope === "static")
    return `\`${key}\` is a static setting: it is fixed when the first session starts, and setting it in a running one fails (\`Cannot modify the value of a static config\`).`
  const ignored = READ_ONCE.test(key) || IGNORED.test(key)
  return `\`${key}\` is fixed when the application starts: ${
    ignored
      ? "a running session takes the value and nothing reads it."
      : "setting it in a running session fails (`CANNOT_MODIFY_CONFIG`)."
  }`
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (setting.how !== "conf.set" && setting.how !== "sql") return
  const scope = scopeOf(setting.key, ctx)
  if (scope === undefined || scope === "session") return
  // who catches the error knows of it
  if (headersAround(ctx, setting.call?.statement.site ?? setting.site).some((header) => /^try\b/.test(header))) return
  ctx.report({
    at: settingSite(setting, ctx),
    about: setting,
    message: messageFor(setting.key, scope),
    evidence: [],
    confidence: "certain",
    fixes: [
      {
        title: `Set ${setting.key} where the session is made (\`SparkSession.builder.config\`), or by \`spark-submit --conf\``,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const staticConfAtRuntime = defineRule({
  name: "static-conf-at-runtime",
  family: "config",
  severity: "warning",
  flags: "`spark.conf.set`, or SQL's `SET`, of a setting that is fixed when the session or the application starts.",
  why: "Executors, their memory, the warehouse and the like are there before the first line of the job runs. Spark refuses to change most of them in a running session, and takes the others without any effect: the job goes on with what it was launched with, while its code says something else.",
  bad: `spark.conf.set("spark.local.dir", "/mnt/fast")
result = spark.read.parquet("orders").groupBy("country").count()
`,
  good: `result = spark.read.parquet("orders").groupBy("country").count()
`,
  whenNot: "The error is caught: the same code then runs where it is allowed and where it isn't.",
  fix: { safety: "suggestion", note: "Where it belongs depends on how the job is launched." },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#dynamically-loading-spark-properties",
    "https://spark.apache.org/docs/latest/configuration.html#static-sql-configuration",
  ],
  proof: { rows: "same" },
  on: { conf: check },
})
