import { type ConfSetting, defineRule, type Fix, type RuleContext } from "../api.ts"
import { settingText } from "../shared/settings.ts"

/** Keys that Spark reads without registering them (SparkConf, SparkContext, resources, plugins of its own), each exactly. */
const READ =
  /^spark\.(app\.(name|id|startTime)|master|home|jars|files|local\.dir|remote|env\.\w+|debug\.maxToStringFields|driver\.allowMultipleContexts|port\.maxRetries|scheduler\.pool|ui\.\w+|files\.\w+|python\.\w+(\.\w+)*|streaming\.kafka\.\w+|pyspark\.\w+(\.\w+)*|mesos\.[\w.]+|(executor|driver|task|worker)\.resource\.[\w.-]+|connect\.[\w.]+|api\.mode)$/

/** Of them those that are written most, for who mistypes one. */
const READ_OFTEN = ["spark.app.name", "spark.master", "spark.jars", "spark.files", "spark.local.dir"]

/** Families of keys that end in a name of one's own, and those of other products. */
const OPEN =
  /^spark\.(hadoop|hive|executorEnv|driverEnv|appMasterEnv|metrics|sql\.catalog|sql\.streaming\.stateStore\.rocksdb|yarn\.(appMasterEnv|executorEnv|am)|yarn\.\w+\.resource|kubernetes\.(driverEnv|executorEnv|(driver|executor)\.(label|annotation|secrets|secretKeyRef|volumes|service)|node\.selector|authenticate|(driver|executor)\.node)|mesos\.(driverEnv|executorEnv)|ssl|network\.\w+\.ssl|databricks|rapids|delta|microsoft|synapse|fabric|emr|dataproc|datasource|glue|mongodb|redis|cassandra|es|openlineage|lineage|gluten|comet|celeborn|uniffle|rss|iceberg|hudi|hoodie|kyuubi|livy|snowflake|bigquery|neo4j|jdbc|sedona|kryo|serializer|horovod|deequ|nessie|sql\.extensions|plugins)\b/

/** The code reads the key as well: it is one of its own. */
function isOwn(key: string, ctx: RuleContext): boolean {
  return ctx.program.calls.some(
    ({ api, args }) =>
      /^(RuntimeConfig\.get|SparkConf\.(get|contains))$/.test(api) &&
      args[0]?.value.kind === "constant" &&
      args[0].value.value === key,
  )
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  const { key, call, how } = setting
  const { confs } = ctx.world
  if (how === "file" || !call || !/^spark\./i.test(key) || OPEN.test(key) || READ.test(key)) return
  if (confs.facts(key) || confs.gone(key) || isOwn(key, ctx)) return
  const known = confs.all.filter((candidate) => !confs.facts(candidate)?.internal)
  const near = confs.nearest(key, [...READ_OFTEN, ...known])
  const given = call.args.find(({ value }) => value.kind === "constant" && value.value === key)
  ctx.report({
    at: given?.site ?? call.nameSite,
    about: setting,
    message: near
      ? `Spark doesn't know a setting \`${key}\`: it is taken without a word, and nothing reads it. Did you mean \`${near}\`?`
      : `Spark doesn't know a setting \`${key}\`, and nothing here reads it.`,
    evidence: [],
    confidence: near ? "likely" : "possible",
    fixes: near ? [fix(near, given?.site, settingText(setting), ctx)] : [],
  })
}

function fix(near: string, site: ConfSetting["site"] | undefined, value: string | undefined, ctx: RuleContext): Fix {
  const quote = site && /^(["'])[^"']*\1$/.exec(ctx.text(site))?.[1]
  if (!site || !quote) return { title: `Write ${near}`, safety: "suggestion", edits: [] }
  return {
    title: `Write ${near}${value === undefined ? "" : `: ${value} then counts`}`,
    safety: "unsafe",
    edits: [{ site, text: `${quote}${near}${quote}` }],
  }
}

export const unknownConf = defineRule({
  name: "unknown-conf",
  family: "config",
  severity: "warning",
  flags: "A `spark.…` setting that Spark doesn't know (3.5 to 4.3 were asked), with the nearest one that it does.",
  why: "Spark takes any key that begins with `spark.` and says nothing of those that it doesn't know. A slip of the pen or a wrong capital leaves the default in force, and the job runs as if the line weren't there.",
  bad: `spark.conf.set("spark.sql.shufle.partitions", "8")
result = spark.read.parquet("orders").groupBy("country").count()
`,
  good: `spark.conf.set("spark.sql.shuffle.partitions", "8")
result = spark.read.parquet("orders").groupBy("country").count()
`,
  whenNot:
    "The key is another product's or one of the team's own: then something reads it (`spark.conf.get`), or it has a prefix of its own.",
  fix: { safety: "unsafe", note: "Writes the key that Spark has. Its value then counts, which it did not before." },
  references: ["https://spark.apache.org/docs/latest/configuration.html#available-properties"],
  proof: { rows: "same" },
  deliberateWords: /custom|our own|plugin|listener|extension/i,
  on: { conf: check },
})
