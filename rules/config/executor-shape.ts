import { type ConfSetting, defineRule, type RuleContext } from "../api.ts"
import { allocation, gpuShare, pythonBeside } from "../shared/executor-numbers.ts"
import { longPointers, manyCores, oneCore, overNode, type ShapeProblem, tinyHeap } from "../shared/executor-shape.ts"
import { describedAt, sessionCall } from "../shared/executors.ts"
import { isDatabricks, settingEvidence, settingSite } from "../shared/settings.ts"

/** What is asked of each setting; the first that has something to say is heard. */
const CHECKS = {
  "spark.executor.cores": [overNode, oneCore, manyCores],
  "spark.executor.memory": [tinyHeap, overNode, longPointers, pythonBeside],
  "spark.dynamicAllocation.enabled": [allocation],
  "spark.task.resource.gpu.amount": [gpuShare],
} as const

/** A conf of the running session can't change executors: they are there already. */
function describesExecutors({ how }: ConfSetting): boolean {
  return how === "builder" || how === "SparkConf" || how === "file"
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (!Object.hasOwn(CHECKS, setting.key) || !describesExecutors(setting)) return
  // a later launch of the same key counts over an earlier one
  if (setting.how === "file" && ctx.program.conf(setting.key) !== setting) return
  const described = describedAt(ctx, setting)
  for (const look of CHECKS[setting.key as keyof typeof CHECKS]) {
    const problem = look(described, ctx, setting)
    if (!problem) continue
    if (!isDatabricks(setting, ctx)) report(problem, setting, ctx)
    return
  }
}

function report(problem: ShapeProblem, setting: ConfSetting, ctx: RuleContext): void {
  const { message, evidence, confidence, severity, advice } = problem
  // what a script or the configuration sets is told where the session is made
  const session = setting.how === "file" ? sessionCall(ctx) : undefined
  if (setting.how === "file" && !session) return
  ctx.report({
    at: session ? session.nameSite : settingSite(setting, ctx),
    about: session ?? setting,
    message,
    evidence: session ? [settingEvidence(setting), ...evidence] : evidence,
    confidence,
    ...(severity ? { severity } : {}),
    fixes: advice ? [{ title: advice, safety: "suggestion", edits: [] }] : [],
    sizing: {},
  })
}

export const executorShape = defineRule({
  name: "executor-shape",
  family: "config",
  severity: "information",
  flags:
    "Executors that waste or lack what they are given: one core, or more than 8; a heap just over 32 GiB, or below what Spark starts with; more than a machine of the configured cluster has; no room beside the heap for Python's workers; dynamic allocation without an upper bound; an amount of GPUs that is refused or leaves cores idle.",
  why: "An executor is one JVM. With one core each task pays for the 300 MiB that Spark keeps of every heap, the overhead, and a copy of each broadcast; with dozens one garbage collection stops them all. From 32 GiB on references double in size, so that such a heap holds less. Python's workers live in the overhead, a tenth of the heap unless somebody says more.",
  bad: `from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.appName("totals")
    .config("spark.executor.cores", "1")
    .config("spark.executor.memory", "2g")
    .getOrCreate()
)
result = spark.read.parquet("orders").groupBy("country").count()
`,
  good: `from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.appName("totals")
    .config("spark.executor.cores", "4")
    .config("spark.executor.memory", "8g")
    .getOrCreate()
)
result = spark.read.parquet("orders").groupBy("country").count()
`,
  whenNot:
    "Each task needs the memory of a machine, or a library lets a process run only one. The sizes that executors are compared with are the configured cluster's (`cluster` with `node-cores` and `node-memory`).",
  fix: {
    safety: "suggestion",
    note: "Cores and memory with their arithmetic; the calculator shows what else they would do. Executors are described in one place, so that place is for you to choose.",
  },
  references: [
    "https://spark.apache.org/docs/latest/configuration.html#application-properties",
    "https://spark.apache.org/docs/latest/tuning.html#memory-management-overview",
  ],
  proof: { rows: "same" },
  deliberateWords: /executor|cores?\b|memory|heap|gpu|small|demo|test/i,
  on: { conf: check },
})
