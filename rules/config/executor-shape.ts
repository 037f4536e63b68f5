import { type ConfSetting, defineRule, type Program, type Report, type RuleContext, type Severity } from "../api.ts"
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

/** Worst first. */
const SEVERITIES: readonly Severity[] = ["error", "warning", "information"]

/** A conf of the running session can't change executors: they are there already. */
function describesExecutors({ how }: ConfSetting): boolean {
  return how === "builder" || how === "SparkConf"
}

/** What is wrong with a setting, as the first check that has something to say puts it. */
function problemOf(setting: ConfSetting, ctx: RuleContext): ShapeProblem | undefined {
  const described = describedAt(ctx, setting)
  for (const look of CHECKS[setting.key as keyof typeof CHECKS]) {
    const problem = look(described, ctx, setting)
    if (problem) return isDatabricks(setting, ctx) ? undefined : problem
  }
  return undefined
}

function check(setting: ConfSetting, ctx: RuleContext): void {
  if (!Object.hasOwn(CHECKS, setting.key) || !describesExecutors(setting)) return
  const problem = problemOf(setting, ctx)
  if (problem) ctx.report({ ...reportOf([problem]), at: settingSite(setting, ctx), about: setting })
}

/** What a script or the configuration sets is told where the session is made, all at once: it is one place. */
function checkLaunch(program: Program, ctx: RuleContext): void {
  const session = sessionCall(ctx)
  if (!session) return
  const found = Object.keys(CHECKS).flatMap((key) => {
    const setting = program.conf(key)
    const problem = setting?.how === "file" ? problemOf(setting, ctx) : undefined
    return setting && problem ? [{ ...problem, evidence: [settingEvidence(setting), ...problem.evidence] }] : []
  })
  const surest = (["certain", "likely", "possible"] as const).find((each) =>
    found.some(({ confidence }) => confidence === each),
  )
  const told = found.filter(({ confidence }) => confidence === surest)
  if (told.length > 0) ctx.report({ ...reportOf(told), at: session.nameSite, about: session })
}

/** Problems of the same confidence as one report. */
function reportOf(problems: readonly ShapeProblem[]): Omit<Report, "at" | "about"> {
  const severity = SEVERITIES.find((each) => problems.some((problem) => problem.severity === each))
  return {
    message: problems.map(({ message }) => message).join(" "),
    evidence: problems.flatMap(({ evidence }) => evidence),
    confidence: problems[0]!.confidence,
    ...(severity ? { severity } : {}),
    fixes: problems.flatMap(({ advice }) =>
      advice ? [{ title: advice, safety: "suggestion" as const, edits: [] }] : [],
    ),
    sizing: {},
  }
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
  on: { conf: check, program: checkLaunch },
})
