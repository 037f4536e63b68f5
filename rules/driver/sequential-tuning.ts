import { type Call, defineRule, type Edit, type RuleContext } from "../api.ts"
import { uncached } from "../shared/caches.ts"
import { argument, integerOf, point, underline } from "../shared/calls.ts"
import { madeHere, nameAt, walkInputs } from "../shared/frames.ts"
import { tuningFolds, tuningParallelism } from "../shared/numbers.ts"
import { expensiveSteps } from "../shared/recomputation.ts"
import { isSmall } from "../shared/sizes.ts"

const TUNERS = "ml.CrossValidator|ml.TrainValidationSplit".split("|")

/** Somebody says how many models are fitted at once, now or later. */
function isSet(call: Call, ctx: RuleContext): boolean {
  if (argument(call, "parallelism")) return true
  return ctx.program.calls.some(
    (other) =>
      other.receiver === call.result &&
      (/\.setParallelism$/.test(other.api) ||
        (/\.setParams$/.test(other.api) && other.args.some(({ name }) => name === "parallelism"))),
  )
}

/** A grid with nothing in it has one model: nothing can be fitted beside it. */
function oneModel(call: Call, ctx: RuleContext): boolean {
  const grid = argument(call, "estimatorParamMaps")
  if (!grid) return false
  const { value } = grid
  if (value.kind === "sequence" && value.items) return value.items.length <= 1
  const built = value.kind === "sequence" ? value.origin : undefined
  if (built?.api !== "ml.ParamGridBuilder.build") return false
  return !ctx.program.calls.some(({ api, index }) => api === "ml.ParamGridBuilder.addGrid" && index < built.index)
}

/** Models at once: what the cluster has slots for, up to what the documentation says is enough. */
function parallelism(ctx: RuleContext): { value: number; why: string } {
  const slots = ctx.world.cluster?.slots
  const most = tuningParallelism.value
  if (slots === undefined) return { value: 4, why: `Spark's documentation takes up to ${most} for enough` }
  return {
    value: Math.max(2, Math.min(most, slots)),
    why: `the cluster has ${slots} slots, and up to ${most} is enough`,
  }
}

function check(call: Call, ctx: RuleContext): void {
  if (call.inUdf || isSet(call, ctx) || oneModel(call, ctx) || call.args.some(({ name }) => name.startsWith("*")))
    return
  const estimator = argument(call, "estimator")?.value
  // an estimator of another library may use the whole cluster for one model
  if (estimator?.kind === "foreign") return
  const { value, why } = parallelism(ctx)
  const last = call.args.at(-1)
  const edits: Edit[] = last
    ? [{ site: point(last.site, last.site.end), text: `, parallelism=${value}` }]
    : [{ site: point(call.site, call.site.end - 1), text: `parallelism=${value}` }]
  ctx.report({
    at: underline(ctx, call),
    about: call,
    message: `\`${call.name}\` fits its models one after the other: \`parallelism\` is 1 by default, and most fits leave a part of the cluster idle. Fit several at once.`,
    evidence: [{ message: why }],
    confidence: "likely",
    fixes: [
      {
        title: `Set parallelism=${value} (${why}): each model that is fitted at once takes memory and slots`,
        safety: "unsafe",
        edits,
      },
    ],
  })
}

function checkFit(call: Call, ctx: RuleContext): void {
  const input = argument(call, "dataset")
  const plan = input?.value.kind === "frame" ? input.value.plan : undefined
  if (!input || !plan || call.inUdf || isSmall(plan) || !uncached(plan)) return
  const work = expensiveSteps(plan, new Set())
  const reads = new Set<string>()
  let split = false
  walkInputs(plan, (step) => {
    if (step.op === "read") reads.add(step.source?.format ?? "")
    // so that each part is the same whenever it is computed, Spark sorts every partition first
    if (step.call?.name === "randomSplit") split = true
    return true
  })
  const parsed = ["csv", "json", "text", "jdbc", "libsvm"].find((format) => reads.has(format))
  if (work.length === 0 && !parsed && !split) return
  const made = ctx.program.calls.find(({ result }) => result === call.receiver)
  const folds = integerOf(made && argument(made, "numFolds")?.value) ?? tuningFolds.value
  const times = call.api.startsWith("ml.CrossValidator") ? 2 * folds : 2
  const name = nameAt(ctx, input.site, plan)
  const why = work[0]?.expensive ?? (parsed ? `reads ${parsed}` : "sorts every partition to split it")
  ctx.report({
    at: input.site,
    about: call,
    message: `${name} is not cached, and \`fit\` computes it at least ${times} times, for each training and validation part: each time Spark ${why}. Cache it before.`,
    evidence: [madeHere(plan, name), ...(made ? [{ message: "the tuning is set up here", site: made.nameSite }] : [])],
    confidence: "likely",
    fixes: [
      {
        title: `Call cache() on ${name.replaceAll("`", "")} before fit, and unpersist() after it: takes memory for all its rows`,
        safety: "suggestion",
        edits: [],
      },
    ],
  })
}

export const sequentialTuning = defineRule({
  name: "sequential-tuning",
  family: "driver",
  severity: "information",
  flags: "`CrossValidator` or `TrainValidationSplit` with no `parallelism`, or fitted on data that is not cached.",
  why: "A grid of parameters is many fits. By default they run one after the other, and each fold computes the training data from its sources again.",
  bad: `from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression
from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit

orders = spark.read.parquet("orders").filter("amount is not null").limit(400)
data = VectorAssembler(inputCols=["qty"], outputCol="features").transform(orders).cache()
lr = LinearRegression(labelCol="amount")
grid = ParamGridBuilder().addGrid(lr.regParam, [0.0, 0.1]).build()
ev = RegressionEvaluator(labelCol="amount")
tuner = TrainValidationSplit(estimator=lr, estimatorParamMaps=grid, evaluator=ev, seed=7)
result = {"models": len(tuner.fit(data).validationMetrics)}
`,
  good: `from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.regression import LinearRegression
from pyspark.ml.tuning import ParamGridBuilder, TrainValidationSplit

orders = spark.read.parquet("orders").filter("amount is not null").limit(400)
data = VectorAssembler(inputCols=["qty"], outputCol="features").transform(orders).cache()
lr = LinearRegression(labelCol="amount")
grid = ParamGridBuilder().addGrid(lr.regParam, [0.0, 0.1]).build()
ev = RegressionEvaluator(labelCol="amount")
tuner = TrainValidationSplit(estimator=lr, estimatorParamMaps=grid, evaluator=ev, seed=7, parallelism=2)
result = {"models": len(tuner.fit(data).validationMetrics)}
`,
  whenNot: "One fit already takes all of the cluster, or its memory allows one model at a time.",
  fix: {
    safety: "unsafe",
    note: "Adds `parallelism=`, by the slots of the configured cluster. The models are the same; memory for several at once has to be there.",
  },
  references: ["https://spark.apache.org/docs/latest/ml-tuning.html"],
  proof: { rows: "same" },
  deliberateWords: /parallel|one at a time|memory/i,
  on: {
    calls: Object.fromEntries([...TUNERS.map((api) => [api, check]), ...TUNERS.map((api) => [`${api}.fit`, checkFit])]),
  },
})
