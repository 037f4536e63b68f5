import { type Call, defineRule, type Program, type RuleContext } from "../api.ts"
import { underline } from "../shared/calls.ts"
import { nameAt, receiverPlan } from "../shared/frames.ts"
import { fileText } from "../shared/source-text.ts"

const CHECKPOINT = /^(DataFrame|RDD)\.checkpoint$/
const MAKES_SESSION =
  /^(SparkSession\.Builder\.(getOrCreate|create)|SparkContext(\.getOrCreate)?|pyspark\.SparkContext)$/

function check(program: Program, ctx: RuleContext): void {
  const checkpoints = program.calls.filter((call) => CHECKPOINT.test(call.api) && !call.inUdf)
  if (checkpoints.length === 0 || program.conf("spark.checkpoint.dir")) return
  // who asks for the directory minds where there is none
  if (program.calls.some((call) => call.name === "setCheckpointDir" || call.name === "getCheckpointDir")) return
  // a session that came from outside may have its directory
  const session = program.calls.find((call) => MAKES_SESSION.test(call.api) || call.name === "getOrCreate")
  if (!session || /\bsetCheckpointDir\b|checkpoint\.dir/i.test(fileText(ctx, session.site))) return
  for (const call of checkpoints) report(call, session, ctx)
}

function report(call: Call, session: Call, ctx: RuleContext): void {
  const plan = receiverPlan(call)
  const name = plan ? nameAt(ctx, call.receiverSite, plan) : "it"
  const variable = session.statement.targets[0]
  const context = session.api.startsWith("SparkContext") ? variable : `${variable}.sparkContext`
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`checkpoint()\` of ${name} fails here: no directory is set, and Spark asks for one. Call \`setCheckpointDir\` with a path that all executors reach, or use \`localCheckpoint()\`.`,
    evidence: [{ message: "the session is made here, without a checkpoint directory", site: session.nameSite }],
    // another file makes sessions for many, and who starts the job may give it a directory
    confidence: ctx.program.isNotebook || session.site.path !== call.site.path ? "possible" : "likely",
    fixes:
      variable === undefined || !/^\w+$/.test(variable)
        ? []
        : [
            {
              title:
                "Set a checkpoint directory after the session: on a cluster it must be a path that all executors reach",
              safety: "unsafe",
              edits: [ctx.lineAfter(session.statement.site, `${context}.setCheckpointDir("checkpoints")`)],
            },
          ],
  })
}

export const checkpointWithoutDir = defineRule({
  name: "checkpoint-without-dir",
  family: "lineage",
  severity: "warning",
  correctness: true,
  flags: "`checkpoint()` where the session is made in the same file and no checkpoint directory is set.",
  why: "A reliable checkpoint writes the rows to a directory that outlives the executors. Without one the call fails at run time, often hours into a job.",
  bad: `from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
days = session.read.parquet("orders").select("day").distinct()
days = days.checkpoint()
result = days
`,
  good: `from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
session.sparkContext.setCheckpointDir("checkpoints")
days = session.read.parquet("orders").select("day").distinct()
days = days.checkpoint()
result = days
`,
  whenNot: "The directory comes from `spark-defaults.conf`, or the session from a helper that sets it.",
  fix: {
    safety: "unsafe",
    note: "Adds `setCheckpointDir` behind the line that makes the session. The path is only an example: a relative one works on one machine.",
  },
  references: [
    "https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.SparkContext.setCheckpointDir.html",
    "https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrame.checkpoint.html",
  ],
  proof: { rows: "same" },
  on: { program: check },
})
