import { type ConfSetting, defineRule, type Plan, type RuleContext } from "../api.ts"
import { settingText } from "../shared/settings.ts"

const KEY = "spark.default.parallelism"
const SHUFFLES = "spark.sql.shuffle.partitions"

/** An RDD is made or asked for, or may be behind something that is not seen. */
function usesRdds(ctx: RuleContext): boolean {
  const { program } = ctx
  return (
    program.plans.some(({ kind }) => kind === "RDD") ||
    program.calls.some(
      ({ api, spark }) =>
        spark &&
        /^(RDD|SparkContext|StreamingContext|DStream)\.(?!getOrCreate|setLogLevel|stop|getConf|addPyFile|addFile|setCheckpointDir|setLocalProperty|setJobGroup|setJobDescription)/.test(
          api,
        ),
    )
  )
}

function shuffle(program: { readonly plans: readonly Plan[] }): Plan | undefined {
  return program.plans.find(({ kind, wide, call }) => kind === "DataFrame" && wide && call !== null)
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (setting.key !== KEY || setting.how === "file" || usesRdds(ctx)) return
  const wide = shuffle(ctx.program)
  // without a shuffle in sight the session may be made for anybody
  if (!wide) return
  const both = ctx.program.confs.some(({ key }) => key === SHUFFLES)
  const value = settingText(setting)
  const at = setting.valueSite ?? setting.site
  ctx.report({
    at: ctx.text(at).includes("\n") ? (setting.call?.nameSite ?? at) : at,
    about: setting,
    message: `\`${KEY}\`${value === undefined ? "" : ` = ${value}`} is for RDDs: the shuffles of DataFrames here don't look at it. ${
      both
        ? `\`${SHUFFLES}\`, which is set as well, is what counts.`
        : `Theirs is \`${SHUFFLES}\`, from which AQE merges small partitions.`
    }`,
    evidence: [{ message: `\`${wide.call!.name}\` shuffles a DataFrame`, site: wide.call!.nameSite }],
    confidence: both ? "possible" : "likely",
    fixes: [
      {
        title: both
          ? `Drop ${KEY}: files are then split for the cores that there are`
          : `Set ${SHUFFLES} instead, or leave both at their defaults`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const parallelismConfForFrames = defineRule({
  name: "parallelism-conf-for-frames",
  family: "partitions",
  severity: "information",
  flags: "`spark.default.parallelism` set in a job that shuffles DataFrames and has no RDD.",
  why: "It is the number of partitions of RDD shuffles and of `parallelize`. A DataFrame's `groupBy` or `join` has `spark.sql.shuffle.partitions` of them, whatever it says; for DataFrames it only sets how `range`, local rows and small files are split.",
  bad: `from pyspark.sql import SparkSession

tuned = SparkSession.builder.config("spark.default.parallelism", "64").getOrCreate()
result = tuned.read.parquet("orders").groupBy("customer_id").count()
`,
  good: `from pyspark.sql import SparkSession

tuned = SparkSession.builder.config("spark.sql.shuffle.partitions", "200").getOrCreate()
result = tuned.read.parquet("orders").groupBy("customer_id").count()
`,
  whenNot: "RDDs are in use, here or in a library that gets the session.",
  fix: {
    safety: "suggestion",
    note: "Which number DataFrames need depends on their data and the cluster; mostly the default does.",
  },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#execution-behavior",
    "https://spark.apache.org/docs/latest/sql-performance-tuning.html#other-configuration-options",
  ],
  proof: {
    rows: "same",
    plan: {
      bad: { has: ["hashpartitioning(customer_id"], lacks: [", 64)"] },
      good: { has: ["hashpartitioning(customer_id"] },
    },
  },
  deliberateWords: /rdd|parallelize|split/i,
  on: { conf: check },
})
